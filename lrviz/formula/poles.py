"""Poles that a formula passes: `exp(-1/x^2)` has a value at 0, and so has its derivative, but not the chain rule's.

There, and there alone, derivatives are those of the formula with the divisor 0 replaced by one that is nearly 0.
"""

from __future__ import annotations

from typing import Final, Literal

from lrviz.formula.graph import Graph, Node
from lrviz.formula.lowering import postorder

_FINITE_AT_INFINITY: Final = frozenset({"exp", "tanh", "sigmoid", "softplus", "atan", "atan2"})


def past_poles(root: Node, divisor: Literal["nonzero", "nonzero_twice"]) -> Node:
    """Return `root` with divisors that are never 0, where something above makes the pole's infinity finite."""
    order = postorder([root])
    inside: set[Node] = set()
    for node in reversed(order):
        inside.update(a for i, a in enumerate(node.arguments) if node in inside or _absorbs(node, i))
    poles = {node: _pole(node) for node in order if node in inside}
    if not any(poles.values()):
        return root
    graph, rebuilt = root.graph, dict[Node, Node]()
    for node in order:
        arguments = [rebuilt[argument] for argument in node.arguments]
        if at := poles.get(node, 0):
            arguments[at - 1] = graph.apply(divisor, arguments[at - 1])
        rebuilt[node] = _again(graph, node, arguments)
    return rebuilt[root]


def _absorbs(node: Node, place: int) -> bool:
    """Whether an operation has a finite value where its argument is infinite."""
    if node.operation == "div":
        return place == 1
    if node.operation == "pow":
        return node.arguments[1].bounds[0] < 0.0
    return node.operation in _FINITE_AT_INFINITY


def _pole(node: Node) -> int:
    """Return which argument, from 1, makes the value infinite where it is 0; 0 where none does."""
    if node.operation == "div" and node.arguments[1].may_be_zero:
        return 2
    falls = node.operation == "pow" and node.arguments[1].operation == "constant" and node.arguments[1].value < 0.0
    logarithm = node.operation in ("log", "log10", "log2")
    return 1 if (falls or logarithm) and node.arguments[0].may_be_zero else 0


def _again(graph: Graph, node: Node, arguments: list[Node]) -> Node:
    """Build the operation of a node on other arguments."""
    if not arguments:
        return node
    building = {"add": graph.add, "sub": graph.subtract, "mul": graph.multiply, "div": graph.divide, "pow": graph.power}
    if node.operation in building:
        return building[node.operation](*arguments)
    return graph.negate(*arguments) if node.operation == "neg" else graph.apply(node.operation, *arguments)
