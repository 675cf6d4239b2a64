"""A formula ready to use: value, gradient, Hessian, LaTeX."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from threading import Lock
from typing import Final, Literal

import numpy as np

from lrviz.formula.derivative import gradient, hessian
from lrviz.formula.error import FormulaError
from lrviz.formula.graph import Graph, Node, UndefinedConstant
from lrviz.formula.latex import latex
from lrviz.formula.operations import FloatArray
from lrviz.formula.poles import past_poles
from lrviz.formula.program import Evaluation, Parameters, Program
from lrviz.formula.syntax import parse
from lrviz.formula.tokens import CONSTANTS, FUNCTIONS
from lrviz.formula.tree import Node as SyntaxNode
from lrviz.formula.tree import Tree

Quantity = Literal["value", "gradient", "hessian", "descent"]
"""`descent` is the value and below it the gradient: what they have in common is computed once."""


def compile_formula(text: str, variables: Iterable[str], parameters: Iterable[str] = ()) -> Compiled:
    """Read a formula of the given variables and parameters, for example `x^2/2 + k*y^2`.

    Results are cached. Raises: FormulaError for any text that is not a formula; TypeError for a text that is not str;
    ValueError for names that cannot be used.
    """
    if not isinstance(text, str):
        raise TypeError(f"a formula must be a str, got {type(text).__name__}.")
    return _compiled(str(text), tuple(variables), tuple(parameters))


@lru_cache(maxsize=512)
def _compiled(text: str, variables: tuple[str, ...], parameters: tuple[str, ...]) -> Compiled:
    """Build a formula once."""
    return Compiled(text, variables, parameters)


class Compiled:
    """A formula of `variables` and `parameters`; make it with `compile_formula`.

    The methods take positions `w` of shape `(d, ...)` and `params`, one scalar or array each that broadcasts against
    `w[0]`; they allocate what they need and can be called from any thread. Derivatives are derived at their first use.
    Outside its domain a formula is NaN, as `x^y` is for a negative x and a y that is not whole.
    """

    def __init__(self, text: str, variables: tuple[str, ...], parameters: tuple[str, ...]) -> None:
        """Parse the text and build its graph."""
        names = (*variables, *parameters)
        _check_names(names)
        tree = parse(text, names)
        self.text: Final = text
        self.variables: Final = variables
        self.parameters: Final = parameters
        self.latex: Final = latex(tree)
        self.used: Final = frozenset(n.text for n in tree.nodes if n.kind == "name") & frozenset(variables)
        self._graph = Graph(len(names))
        with np.errstate(all="ignore"):
            self._root = _built(tree, self._graph, names)
        self._programs: dict[Quantity, Program] = {}
        self._lock = Lock()

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle by the text."""
        return compile_formula, (self.text, self.variables, self.parameters)

    def __repr__(self) -> str:
        """Show how it was made."""
        return f"compile_formula({self.text!r}, {self.variables!r}, {self.parameters!r})"

    def value(self, w: FloatArray, params: Parameters = ()) -> FloatArray:
        """Evaluate the formula: `(d, ...)` to `(...)`."""
        return self._evaluate("value", w, params)

    def gradient(self, w: FloatArray, params: Parameters = ()) -> FloatArray:
        """Evaluate the gradient: `(d, ...)` to `(d, ...)`."""
        return self._evaluate("gradient", w, params)

    def hessian(self, w: FloatArray, params: Parameters = ()) -> FloatArray:
        """Evaluate the Hessian, which is symmetric: `(d, ...)` to `(d, d, ...)`."""
        return self._evaluate("hessian", w, params)

    def workspace(self, shape: tuple[int, ...]) -> Workspace:
        """Return the same three methods with buffers for positions `(d, *shape)`, for one thread."""
        return Workspace(self, shape)

    def evaluation(self, quantity: Quantity, shape: tuple[int, ...]) -> Evaluation:
        """Return the program of one quantity with buffers for `shape`."""
        d = len(self.variables)
        prefixes: dict[Quantity, tuple[int, ...]] = {
            "value": (),
            "gradient": (d,),
            "hessian": (d, d),
            "descent": (1 + d,),
        }
        return Evaluation(self._program(quantity), prefixes[quantity], shape)

    def _evaluate(self, quantity: Quantity, w: FloatArray, params: Parameters) -> FloatArray:
        """Evaluate with buffers of this call alone."""
        array = np.asarray(w, np.float64)
        if array.shape[:1] != (len(self.variables),):
            raise ValueError(f"positions must have the shape ({len(self.variables)}, ...), got {array.shape}.")
        with np.errstate(all="ignore"):
            return self.evaluation(quantity, array.shape[1:])(array, params)

    def _program(self, quantity: Quantity) -> Program:
        """Derive and schedule a quantity at its first use; the graph grows under the lock only."""
        with self._lock, np.errstate(all="ignore"):
            if quantity not in self._programs:
                nodes = self._nodes(quantity)
                self._programs[quantity] = Program(self._graph, nodes, len(self.variables))
            return self._programs[quantity]

    def _nodes(self, quantity: Quantity) -> tuple[Node, ...]:
        """Derive what a quantity consists of."""
        if quantity == "value":
            return (self._root,)
        inputs = self._graph.inputs[: len(self.variables)]
        if quantity == "hessian":
            return hessian(self._graph, gradient(past_poles(self._root, "nonzero_twice"), inputs), inputs)
        slopes = gradient(past_poles(self._root, "nonzero"), inputs)
        return slopes if quantity == "gradient" else (self._root, *slopes)


class Workspace:
    """The methods of a formula with buffers that are kept; for one thread.

    A returned array is overwritten by the next call of the same method, so it must not be passed in as the positions.
    Floating-point warnings are the caller's to silence, once around the loop.
    """

    def __init__(self, compiled: Compiled, shape: tuple[int, ...]) -> None:
        """Leave the buffers of each method to its first use."""
        self._compiled = compiled
        self._shape = tuple(shape)
        self._value: Evaluation | None = None
        self._gradient: Evaluation | None = None
        self._hessian: Evaluation | None = None
        self._descent: Evaluation | None = None

    def value(self, w: FloatArray, params: Parameters = ()) -> FloatArray:
        """Evaluate the formula: `(d, *shape)` to `shape`."""
        if self._value is None:
            self._value = self._compiled.evaluation("value", self._shape)
        return self._value(w, params)

    def gradient(self, w: FloatArray, params: Parameters = ()) -> FloatArray:
        """Evaluate the gradient: `(d, *shape)` to `(d, *shape)`."""
        if self._gradient is None:
            self._gradient = self._compiled.evaluation("gradient", self._shape)
        return self._gradient(w, params)

    def hessian(self, w: FloatArray, params: Parameters = ()) -> FloatArray:
        """Evaluate the Hessian: `(d, *shape)` to `(d, d, *shape)`."""
        if self._hessian is None:
            self._hessian = self._compiled.evaluation("hessian", self._shape)
        return self._hessian(w, params)

    def descent(self, w: FloatArray, params: Parameters = ()) -> tuple[FloatArray, FloatArray]:
        """Evaluate the formula and its gradient: `(d, *shape)` to `shape` and `(d, *shape)`."""
        if self._descent is None:
            self._descent = self._compiled.evaluation("descent", self._shape)
        both = self._descent(w, params)
        return both[0], both[1:]


def _check_names(names: tuple[str, ...]) -> None:
    """Refuse names that the grammar could not read, or would read as something else."""
    for name in names:
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) or name in CONSTANTS or name in FUNCTIONS:
            raise ValueError(f"{name!r} cannot name a variable or a parameter; use letters and digits, no function.")
    if len(set(names)) != len(names):
        raise ValueError(f"variables and parameters must differ, got {', '.join(names)}.")


def _built(tree: Tree, graph: Graph, names: tuple[str, ...]) -> Node:
    """Build the graph of a tree and leave the exact mode; a constant without a value is refused at its place."""
    inputs = dict(zip(names, graph.inputs, strict=True))
    built: list[Node] = []
    for node in tree.nodes:
        try:
            built.append(_node(node, [built[i] for i in node.arguments], graph, inputs))
        except UndefinedConstant as error:
            raise FormulaError(str(error), tree.text, node.start, node.end) from None
    graph.exact = False
    return built[-1]


def _node(node: SyntaxNode, arguments: list[Node], graph: Graph, inputs: dict[str, Node]) -> Node:
    """Build one node of the tree."""
    if node.kind == "number":
        return graph.node(float(node.text))
    if node.kind == "name":
        return inputs[node.text] if node.text in inputs else graph.node(CONSTANTS[node.text])
    if node.kind == "sign":
        return arguments[0] if node.text == "+" else -arguments[0]
    if node.kind == "call":
        return _called(node.text, arguments, graph)
    a, b = arguments
    if node.text == "^":
        return graph.power(a, b)
    return {"+": graph.add, "-": graph.subtract, "*": graph.multiply, "/": graph.divide}[node.text](a, b)


def _called(name: str, arguments: list[Node], graph: Graph) -> Node:
    """Build a call; relu gives nothing to its argument at the tie, so its slope at 0 is 0."""
    if name == "relu":
        return graph.apply("max", graph.node(0.0), *arguments)
    return graph.apply("log" if name == "ln" else name, *arguments)
