"""Derivatives by reverse mode: one sweep over the graph gives the derivatives in all variables at linear cost.

At a kink the derivative is a stated sub-gradient: abs'(0) = sign'(0) = relu'(0) = 0, d sqrt(u) = 0 at u = 0, and so
for every power between 0 and 1, for asin and acos at the ends, for hypot and atan2 at the origin; at a tie, min and max
give all to the first argument.

Adjoints run from the root down, so that a branch that is not taken, or a function that is flat where its argument is
infinite, sends a 0 below. There 0 wins over whatever the local derivative is (`Graph.product`).
"""

from __future__ import annotations

from collections.abc import Callable
from math import log
from typing import Final

from lrviz.formula.graph import Graph, Node

# Local derivative of f = operation(u).
UNARY: Final[dict[str, Callable[[Node, Node], Node]]] = {
    "neg": lambda u, f: u.graph.node(-1.0),
    "sin": lambda u, f: u.graph.apply("cos", u),
    "cos": lambda u, f: -u.graph.apply("sin", u),
    "tan": lambda u, f: 1.0 + f * f,
    "asin": lambda u, f: u.graph.apply("inverse_or_zero", u.graph.apply("sqrt", 1.0 - u * u)),
    "acos": lambda u, f: -u.graph.apply("inverse_or_zero", u.graph.apply("sqrt", 1.0 - u * u)),
    "atan": lambda u, f: 1.0 / (1.0 + u * u),
    "sinh": lambda u, f: u.graph.apply("cosh", u),
    "cosh": lambda u, f: u.graph.apply("sinh", u),
    # Not 1 - tanh^2, which loses all digits where tanh is near 1.
    "tanh": lambda u, f: 4.0 * u.graph.apply("sigmoid", 2.0 * u) * u.graph.apply("sigmoid", -2.0 * u),
    "exp": lambda u, f: f,
    "log": lambda u, f: 1.0 / u,
    "log10": lambda u, f: (1.0 / log(10.0)) / u,
    "log2": lambda u, f: (1.0 / log(2.0)) / u,
    "sqrt": lambda u, f: 0.5 * u.graph.apply("inverse_or_zero", f),
    "abs": lambda u, f: u.graph.apply("sign", u),
    "sign": lambda u, f: u.graph.node(0.0),
    "floor": lambda u, f: u.graph.node(0.0),
    "ceil": lambda u, f: u.graph.node(0.0),
    "sigmoid": lambda u, f: f * u.graph.apply("sigmoid", -u),
    "softplus": lambda u, f: u.graph.apply("sigmoid", u),
    "log_or_zero": lambda u, f: u.graph.apply("inverse_or_zero", u),
    "nonzero": lambda u, f: u.graph.node(1.0),
    "nonzero_twice": lambda u, f: u.graph.node(1.0),
}


def _times(a: Node, b: Node) -> Node:
    return a.graph.product(a, b)


def _divide(f: Node, bar: Node) -> tuple[Node, Node]:
    """Share bar/b between both shares; 1/b needs no further division."""
    a, b = f.arguments
    if a.is_constant(1.0):
        return _over(bar, b), _inverse(f, bar)[0]
    share = _over(bar, b)
    return share, -_times(share, f)


def _inverse(f: Node, bar: Node) -> tuple[Node, ...]:
    """Differentiate 1/u; not bar/u^2, which is 0 times infinity where u^2 overflows."""
    return (-_times(_times(bar, f), f),)


def _over(bar: Node, b: Node) -> Node:
    """Divide an adjoint; 0/0 is 0."""
    return _times(bar, 1.0 / b) if bar.may_be_zero and b.may_be_zero else bar / b


def _power(f: Node, bar: Node) -> tuple[Node, Node]:
    """Differentiate u^v; log(u) goes only into the share of v, so a negative u harms nothing while v is constant."""
    u, v = f.arguments
    graph = f.graph
    if u.bounds[0] > 0.0 and not v.is_integer():
        slope = f / u  # as large as f where u^(v - 2), in the second derivative, would be 0 or infinite
    elif v.operation == "constant" and (v.value > 1.0 or v.is_integer()):
        slope = graph.power(u, v - 1.0)
    else:
        slope = graph.apply("power_or_zero", u, v - 1.0)
    share = _times(bar, _times(v, slope))
    return share, _times(bar, _times(f, graph.apply("log_or_zero", u))) if v.mask else bar


def _hypot(f: Node, bar: Node) -> tuple[Node, Node]:
    """Differentiate the length; 0 at the origin."""
    u, v = f.arguments
    inverse = f.graph.apply("inverse_or_zero", f)
    return _times(bar, _times(u, inverse)), _times(bar, _times(v, inverse))


def _arctangent(f: Node, bar: Node) -> tuple[Node, Node]:
    """Differentiate the angle of (x, y), called as atan2(y, x); 0 at the origin."""
    y, x = f.arguments
    share = _times(bar, f.graph.apply("inverse_or_zero", x * x + y * y))
    return _times(share, x), -_times(share, y)


def _choice(f: Node, bar: Node) -> tuple[Node, Node]:
    """Give all to the argument that was taken, to the first at a tie."""
    a, b = f.arguments
    second = f.graph.apply("less", a, b) if f.operation == "max" else f.graph.apply("less", b, a)
    return _times(bar, 1.0 - second), _times(bar, second)


# Shares of the adjoint `bar` of f = operation(a, b) that go to a and to b; of 1/u to u.
SHARES: Final[dict[str, Callable[[Node, Node], tuple[Node, ...]]]] = {
    "inverse_or_zero": _inverse,
    "add": lambda f, bar: (bar, bar),
    "sub": lambda f, bar: (bar, -bar),
    "mul": lambda f, bar: (_times(bar, f.arguments[1]), _times(bar, f.arguments[0])),
    "product": lambda f, bar: (_times(bar, f.arguments[1]), _times(bar, f.arguments[0])),
    "div": _divide,
    "pow": _power,
    "power_or_zero": _power,
    "hypot": _hypot,
    "atan2": _arctangent,
    "min": _choice,
    "max": _choice,
    "less": lambda f, bar: (f.graph.node(0.0), f.graph.node(0.0)),
}


def gradient(root: Node, variables: tuple[Node, ...]) -> tuple[Node, ...]:
    """Return the derivatives of `root` in the inputs `variables`, as nodes of the same graph."""
    graph = root.graph
    wanted = sum(v.mask for v in variables)
    adjoints = {root.index: graph.node(1.0)}
    for node in _descending(root, wanted):
        bar = adjoints[node.index]
        for argument, share in zip(node.arguments, _shares(node, bar), strict=True):
            if argument.mask & wanted:
                known = adjoints.get(argument.index)
                adjoints[argument.index] = share if known is None else known + share
    zero = graph.node(0.0)
    return tuple(adjoints.get(v.index, zero) for v in variables)


def hessian(graph: Graph, slopes: tuple[Node, ...], variables: tuple[Node, ...]) -> tuple[Node, ...]:
    """Return the second derivatives row by row from the first ones; the lower half is the upper one."""
    count = len(variables)
    rows = {i: gradient(slope, variables[i:]) for i, slope in enumerate(slopes)}
    return tuple(rows[min(i, j)][abs(i - j)] for i in range(count) for j in range(count))


def _shares(node: Node, bar: Node) -> tuple[Node, ...]:
    """Apply the rule of one operation; an input has no arguments to share with."""
    if node.operation in UNARY:
        return (_times(bar, UNARY[node.operation](node.arguments[0], node)),)
    return SHARES[node.operation](node, bar) if node.arguments else ()


def _descending(root: Node, wanted: int) -> list[Node]:
    """List the nodes below `root` that depend on what is wanted, each before its arguments."""
    found, stack = {root.index: root}, [root]
    while stack:
        for argument in stack.pop().arguments:
            if argument.mask & wanted and argument.index not in found:
                found[argument.index] = argument
                stack.append(argument)
    return [found[i] for i in sorted(found, reverse=True)] if root.mask & wanted else []
