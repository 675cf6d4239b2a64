"""Expressions as a graph in which equal subexpressions are one node, with folding and simplification.

A graph has two modes. While the typed text is built (`exact`), only rewritings that keep every floating-point value are
made, and a constant without a finite value is refused. Derivatives are built in the other mode: exact zeros vanish and
constant factors are collected, which moves rounding by an ulp; constants follow IEEE.
"""

from __future__ import annotations

from math import e, frexp, inf, isfinite, isnan
from typing import Final

import numpy as np

from lrviz.formula.bounds import ANY, REACH, Bounds, bounds
from lrviz.formula.operations import OPERATIONS

COMMUTATIVE: Final = frozenset({"add", "mul", "product", "hypot"})
EVEN: Final = frozenset({"cos", "cosh", "abs"})
MERGED_POWER: Final = 64


class UndefinedConstant(ArithmeticError):
    """A constant part of the typed formula has no finite real value."""


class Node:
    """One operation of a graph on earlier nodes; operators build further nodes.

    `mask` has a bit for each input that the node depends on: variables first, then parameters. `bounds` are numbers
    between which its values lie.
    """

    __slots__ = ("arguments", "bounds", "graph", "index", "mask", "operation", "value")

    def __init__(self, graph: Graph, operation: str, arguments: tuple[Node, ...], value: float, mask: int) -> None:
        """Leave the index to the graph, which orders its nodes by it."""
        self.graph = graph
        self.operation = operation
        self.arguments = arguments
        self.value = value
        self.mask = mask
        self.bounds: Bounds = _bounds(operation, arguments, value)
        self.index = len(graph)

    def __add__(self, other: Node | float) -> Node:
        """Build a sum."""
        return self.graph.add(self, self.graph.node(other))

    def __sub__(self, other: Node | float) -> Node:
        """Build a difference."""
        return self.graph.subtract(self, self.graph.node(other))

    def __mul__(self, other: Node | float) -> Node:
        """Build a product."""
        return self.graph.multiply(self, self.graph.node(other))

    def __truediv__(self, other: Node | float) -> Node:
        """Build a quotient."""
        return self.graph.divide(self, self.graph.node(other))

    def __radd__(self, other: float) -> Node:
        """Build a sum with a number on the left."""
        return self.graph.add(self.graph.node(other), self)

    def __rsub__(self, other: float) -> Node:
        """Build a difference with a number on the left."""
        return self.graph.subtract(self.graph.node(other), self)

    def __rmul__(self, other: float) -> Node:
        """Build a product with a number on the left."""
        return self.graph.multiply(self.graph.node(other), self)

    def __rtruediv__(self, other: float) -> Node:
        """Build a quotient with a number on the left."""
        return self.graph.divide(self.graph.node(other), self)

    def __neg__(self) -> Node:
        """Build the opposite."""
        return self.graph.negate(self)

    def is_constant(self, value: float) -> bool:
        """Tell whether this is the given constant."""
        return self.operation == "constant" and self.value == value

    @property
    def may_be_zero(self) -> bool:
        """Whether 0 lies within the bounds."""
        return self.bounds[0] <= 0.0 <= self.bounds[1]

    @property
    def may_be_infinite(self) -> bool:
        """Whether a bound is infinite."""
        return self.bounds[0] == -inf or self.bounds[1] == inf

    def is_integer(self) -> bool:
        """Tell whether this is a constant whole number."""
        return self.operation == "constant" and self.value.is_integer()


class Graph:
    """The nodes of one formula and its derivatives, over `inputs` variables and parameters."""

    def __init__(self, inputs: int) -> None:
        """Start in the exact mode, with the inputs as the first nodes."""
        self.exact = True
        self._nodes: dict[tuple[object, ...], Node] = {}
        self.inputs = tuple(self._enter(("input", i), "input", (), float(i), 1 << i) for i in range(inputs))

    def __len__(self) -> int:
        """Count the nodes."""
        return len(self._nodes)

    def _enter(
        self, key: tuple[object, ...], operation: str, arguments: tuple[Node, ...], value: float, mask: int
    ) -> Node:
        """Return the node with this key, new or known."""
        found = self._nodes.get(key)
        if found is None:
            found = self._nodes[key] = Node(self, operation, arguments, value, mask)
        return found

    def node(self, value: Node | float) -> Node:
        """Return a node as it is, and a number as a constant."""
        if isinstance(value, Node):
            return value
        # The text tells 0.0 from -0.0 and finds NaN again.
        return self._enter(("constant", repr(value)), "constant", (), value, 0)

    def plain(self, operation: str, *arguments: Node) -> Node:
        """Build an operation without simplification."""
        if len(arguments) == 1:
            (a,) = arguments
            return self._enter((operation, a.index), operation, arguments, 0.0, a.mask)
        a, b = arguments
        if a.index > b.index and operation in COMMUTATIVE:
            a, b = arguments = b, a
        return self._enter((operation, a.index, b.index), operation, arguments, 0.0, a.mask | b.mask)

    def _fold(self, operation: str, *arguments: Node) -> Node | None:
        """Compute an operation on constants; refuse, in the exact mode, a value that is not finite."""
        for argument in arguments:
            if argument.operation != "constant":
                return None
        with np.errstate(all="ignore"):
            value = float(OPERATIONS[operation](*[np.float64(a.value) for a in arguments]))  # type: ignore[arg-type]
        if self.exact and not isfinite(value):
            if isnan(value):
                raise UndefinedConstant("this constant has no real value; change the numbers.")
            raise UndefinedConstant("this constant is infinite or too large; numbers reach to about 1.8e308.")
        return self.node(value)

    def apply(self, operation: str, *arguments: Node) -> Node:
        """Build a named function of its arguments."""
        folded = self._fold(operation, *arguments)
        if folded is not None:
            return folded
        if operation in EVEN and arguments[0].operation == "neg":
            arguments = arguments[0].arguments
        if operation in ("min", "max") and arguments[0] is arguments[1]:
            return arguments[0]
        return self.plain(operation, *arguments)

    def add(self, a: Node, b: Node) -> Node:
        """Build a + b; signs move outward, equal terms become one."""
        if a.is_constant(0.0):
            return b
        if b.is_constant(0.0):
            return a
        if a is b:
            return self.multiply(self.node(2.0), a)
        if b.operation == "neg":
            return self.subtract(a, b.arguments[0])
        if a.operation == "neg":
            return self.subtract(b, a.arguments[0])
        return self._fold("add", a, b) or self._joined("add", a, b) or self.plain("add", a, b)

    def subtract(self, a: Node, b: Node) -> Node:
        """Build a - b; signs move outward."""
        if b.is_constant(0.0):
            return a
        if a.is_constant(0.0):
            return self.negate(b)
        if a is b and not self.exact:
            return self.node(0.0)
        if b.operation == "neg":
            return self.add(a, b.arguments[0])
        if a.operation == "neg":
            return self.negate(self.add(a.arguments[0], b))
        return self._fold("sub", a, b) or self._joined("sub", a, b) or self.plain("sub", a, b)

    def _joined(self, operation: str, a: Node, b: Node) -> Node | None:
        """Take a common constant factor out of a sum or difference: 2u + 2v is 2(u + v), 2u + 3u is 5u."""
        if self.exact:
            return None
        (p, u), (q, v) = _coefficient(a), _coefficient(b)
        if u is v:
            return self.multiply(self.node(p + q if operation == "add" else p - q), u)
        if p == q != 1.0:
            return self.multiply(self.node(p), self.add(u, v) if operation == "add" else self.subtract(u, v))
        return None

    def negate(self, a: Node) -> Node:
        """Build -a; -(a - b) is b - a."""
        if a.operation == "constant":
            return self.node(-a.value)
        if a.operation == "neg":
            return a.arguments[0]
        if a.operation == "sub":
            return self.subtract(a.arguments[1], a.arguments[0])
        return self.plain("neg", a)

    def multiply(self, a: Node, b: Node) -> Node:
        """Build a * b; a constant comes first and is positive, signs move outward, u*u is a power."""
        if b.operation == "constant":
            a, b = b, a
        if a.operation == "constant":
            return self._fold("mul", a, b) or self._scaled(a.value, b)
        if a.operation == "neg":
            return self.negate(self.multiply(a.arguments[0], b))
        if b.operation == "neg":
            return self.negate(self.multiply(a, b.arguments[0]))
        if not self.exact:
            (p, u), (q, v) = _coefficient(a), _coefficient(b)
            if (p != 1.0 or q != 1.0) and isfinite(p * q) and p * q != 0.0:
                return self.multiply(self.node(p * q), self.multiply(u, v))
        return self._merged_power(a, b) or self.plain("mul", a, b)

    def product(self, a: Node, b: Node) -> Node:
        """Build a * b in which 0 wins over infinity, where both can meet: a branch that is not taken, a flat function.

        Where they cannot meet, it is the ordinary product, which is faster.
        """
        meet = (a.may_be_zero and b.may_be_infinite) or (a.may_be_infinite and b.may_be_zero)
        if not meet or a is b or "constant" in (a.operation, b.operation):
            return self.multiply(a, b)
        if a.operation == "neg":
            return self.negate(self.product(a.arguments[0], b))
        if b.operation == "neg":
            return self.negate(self.product(a, b.arguments[0]))
        (p, u), (q, v) = _coefficient(a), _coefficient(b)
        if p * q != 1.0 and isfinite(p * q) and p * q != 0.0:
            return self.multiply(self.node(p * q), self.product(u, v))
        return self.plain("product", a, b)

    def _scaled(self, factor: float, a: Node) -> Node:
        """Build factor * a."""
        if factor == 1.0:
            return a
        if factor < 0.0:
            return self.negate(self.multiply(self.node(-factor), a))
        if a.operation == "neg":
            return self.negate(self.multiply(self.node(factor), a.arguments[0]))
        if not self.exact:
            if factor == 0.0:
                return self.node(0.0)
            inner, u = _coefficient(a)
            if inner != 1.0 and isfinite(factor * inner) and factor * inner != 0.0:
                return self.multiply(self.node(factor * inner), u)
        return self.plain("mul", self.node(factor), a)

    def _merged_power(self, a: Node, b: Node) -> Node | None:
        """Join u^m * u^n for whole m, n > 0 of moderate size."""
        (u, m), (v, n) = _whole_power(a), _whole_power(b)
        return self.power(u, self.node(float(m + n))) if u is v and m + n <= MERGED_POWER else None

    def divide(self, a: Node, b: Node) -> Node:
        """Build a / b; signs move outward."""
        if b.is_constant(0.0) and self.exact:
            raise UndefinedConstant("the divisor is zero; change it.")
        if a.operation == "neg":
            return self.negate(self.divide(a.arguments[0], b))
        if b.operation == "neg":
            return self.negate(self.divide(a, b.arguments[0]))
        return self._fold("div", a, b) or self._inverted(a, b) or self._drawn(a, b) or self.plain("div", a, b)

    def _inverted(self, a: Node, b: Node) -> Node | None:
        """Multiply by the inverse of a power of two, which is exact."""
        if b.operation != "constant" or not isfinite(b.value) or abs(frexp(b.value)[0]) != 0.5:
            return None
        inverse = 1.0 / b.value
        return self.multiply(self.node(inverse), a) if isfinite(inverse) and inverse != 0.0 else None

    def _drawn(self, a: Node, b: Node) -> Node | None:
        """Draw a constant factor out of the numerator."""
        if self.exact:
            return None
        factor, u = _coefficient(a)
        if factor != 1.0:
            return self.multiply(self.node(factor), self.divide(u, b))
        return a if a.is_constant(0.0) else None

    def power(self, a: Node, b: Node) -> Node:
        """Build a ^ b; whole powers are multiplied out only when a program is made."""
        folded = self._fold("pow", a, b)
        if folded is not None:
            return folded
        if b.is_constant(0.0) or b.is_constant(1.0):
            return a if b.value else self.node(1.0)
        if b.is_constant(0.5):
            return self.plain("sqrt", a)
        if a.is_constant(e):
            return self.plain("exp", b)
        even = b.is_integer() and b.value % 2 == 0
        return self.plain("pow", a.arguments[0] if even and a.operation in ("neg", "abs") else a, b)


def _bounds(operation: str, arguments: tuple[Node, ...], value: float) -> Bounds:
    """Bound a node by its arguments' bounds."""
    if operation == "input":
        return -REACH, REACH
    if not arguments:
        return ANY if isnan(value) else (value, value)
    return bounds(operation, *(a.bounds for a in arguments), of=arguments[0].operation)


def _coefficient(a: Node) -> tuple[float, Node]:
    """Split a product with a constant into both."""
    if a.operation == "mul" and a.arguments[0].operation == "constant":
        return a.arguments[0].value, a.arguments[1]
    if a.operation == "mul" and a.arguments[1].operation == "constant":
        return a.arguments[1].value, a.arguments[0]
    return 1.0, a


def _whole_power(a: Node) -> tuple[Node, int]:
    """Split a power with a positive whole exponent of moderate size into both."""
    if a.operation == "pow" and a.arguments[1].is_integer() and 0 < a.arguments[1].value < MERGED_POWER:
        return a.arguments[0], int(a.arguments[1].value)
    return a, 1
