"""From a simplified graph to the operations that NumPy has: powers multiplied out, signs put into constants."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final

from lrviz.formula.graph import Graph, Node

# Up to here multiplications are both faster than np.power and as accurate as anyone can see.
LARGEST_CHAIN: Final = 64


def lower(graph: Graph, outputs: Iterable[Node]) -> list[Node]:
    """Return nodes with the same values as `outputs`, built of NumPy's operations only."""
    wanted = list(outputs)
    order = postorder(wanted)
    uses = Counter(argument for node in order for argument in node.arguments)
    lowered: dict[Node, Node] = {}
    for node in order:
        lowered[node] = _lowered(graph, node, lowered, uses)
    return [lowered[node] for node in wanted]


def postorder(outputs: Iterable[Node]) -> list[Node]:
    """List every node that the outputs need, each after its arguments and close to its first use."""
    order: dict[Node, None] = {}
    stack = list(outputs)[::-1]
    while stack:
        node = stack[-1]
        missing = [a for a in node.arguments if a not in order] if node not in order else []
        if missing:
            stack.extend(missing[::-1])
        else:
            order.setdefault(stack.pop())
    return list(order)


def _lowered(graph: Graph, node: Node, lowered: dict[Node, Node], uses: Counter[Node]) -> Node:
    """Lower one node whose arguments are lowered."""
    if not node.arguments:
        return node
    arguments = [lowered[argument] for argument in node.arguments]
    if node.operation == "neg":
        return _opposite(graph, node.arguments[0], lowered, uses)
    rule = RULES.get(node.operation)
    return rule(graph, arguments) if rule else graph.plain(node.operation, *arguments)


def _opposite(graph: Graph, inner: Node, lowered: dict[Node, Node], uses: Counter[Node]) -> Node:
    """Lower -inner without an operation of its own where a constant can take the sign."""
    if uses[inner] == 1:
        scaled = _negated_factor(graph, inner, lowered)
        if scaled is not None:
            return scaled
        if inner.operation == "add":
            for first, second in (inner.arguments, inner.arguments[::-1]):
                scaled = _negated_factor(graph, first, lowered) if uses[first] == 1 else None
                if scaled is not None:
                    return graph.plain("sub", scaled, lowered[second])
    return graph.plain("neg", lowered[inner])


def _negated_factor(graph: Graph, node: Node, lowered: dict[Node, Node]) -> Node | None:
    """Lower the opposite of a product with a constant."""
    if node.operation != "mul":
        return None
    for a, b in (node.arguments, node.arguments[::-1]):
        if a.operation == "constant":
            return graph.plain("mul", graph.node(-a.value), lowered[b])
    return None


def _chain(graph: Graph, u: Node, count: int) -> Node:
    """Multiply out u^count by squaring; equal powers of one formula share their parts."""
    if count == 1:
        return u
    if count % 2:
        return graph.plain("mul", _chain(graph, u, count - 1), u)
    return graph.plain("square", _chain(graph, u, count // 2))


def _power(graph: Graph, arguments: list[Node]) -> Node:
    """Lower a power: whole and half exponents by multiplications and a root."""
    u, v = arguments
    if v.operation != "constant" or not (2.0 * v.value).is_integer() or not 0 < abs(v.value) <= LARGEST_CHAIN:
        return graph.plain("pow", u, v)
    whole = int(abs(v.value))
    factors = [_chain(graph, u, whole)] if whole else []
    if whole != abs(v.value):
        factors.append(graph.plain("sqrt", u))
    result = graph.plain("mul", *factors) if len(factors) == 2 else factors[0]
    return graph.plain("div", graph.node(1.0), result) if v.value < 0 else result


def _sigmoid(graph: Graph, arguments: list[Node]) -> Node:
    """Lower 1/(1 + exp(-u)), which keeps its relative precision on both sides."""
    u = arguments[0]
    opposite = u.arguments[0] if u.operation == "neg" else graph.plain("neg", u)
    return graph.plain("div", graph.node(1.0), graph.plain("add", graph.node(1.0), graph.plain("exp", opposite)))


RULES: Final[dict[str, Callable[[Graph, list[Node]], Node]]] = {
    "pow": _power,
    "sigmoid": _sigmoid,
    "softplus": lambda graph, arguments: graph.plain("logaddexp", graph.node(0.0), arguments[0]),
}
