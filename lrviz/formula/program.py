"""A straight-line NumPy program: `for function, arguments in calls: function(*arguments)` over reused buffers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

from lrviz.formula.graph import Graph, Node
from lrviz.formula.lowering import lower, postorder
from lrviz.formula.operations import OPERATIONS, TWO_PASS, FloatArray, Operation

Parameters = Sequence[float | FloatArray]


class Call(NamedTuple):
    """One operation on slots; the last slot is where the result goes."""

    function: Operation
    slots: tuple[int, ...]


class Program:
    """The values of some nodes as calls on numbered slots.

    Slots: variables, parameters, constants, uniform results (which depend on parameters alone and are computed at the
    parameters' shape), buffers, outputs. `prelude` computes the uniform results, `body` the rest.
    """

    def __init__(self, graph: Graph, outputs: Sequence[Node], variables: int) -> None:
        """Schedule the calls and assign the slots; buffers are taken again as soon as their value is used up."""
        roots = lower(graph, outputs)
        order = [node for node in postorder(roots) if node.operation != "input"]
        varying = (1 << variables) - 1
        constants = [node for node in order if not node.mask]
        uniform = [node for node in order if node.mask and not node.mask & varying]
        self.variables = variables
        self.parameters = len(graph.inputs) - variables
        self.constants: Final = [_constant(node) for node in constants]
        self.outputs = len(roots)
        slots = {node: i for i, node in enumerate([*graph.inputs, *constants, *uniform])}
        self.prelude = [_call(node, slots) for node in uniform]
        body = [node for node in order if node.mask & varying]
        self.buffers, self.body = _allocated(body, roots, slots)


def _constant(node: Node) -> FloatArray:
    """Make the array of a constant: 0-d operands are cheaper to dispatch than Python floats."""
    value = np.array(_folded(node), dtype=np.float64)
    value.flags.writeable = False
    return value


def _folded(node: Node) -> float:
    """Evaluate a constant that lowering has written out."""
    if node.operation == "constant":
        return node.value
    arguments = [np.float64(_folded(argument)) for argument in node.arguments]
    with np.errstate(all="ignore"):
        return float(OPERATIONS[node.operation](*arguments))  # type: ignore[arg-type]


def _call(node: Node, slots: dict[Node, int]) -> Call:
    """Make the call of a node whose slots are known."""
    return Call(OPERATIONS[node.operation], (*[slots[a] for a in node.arguments], slots[node]))


def _allocated(body: list[Node], roots: list[Node], slots: dict[Node, int]) -> tuple[int, list[Call]]:
    """Assign buffers by liveness and return their number and the calls, outputs included.

    An output is computed in its own place; one that is an input, a constant or a second copy is copied at the end.
    Until the number of buffers is known, outputs are numbered from -1 downward.
    """
    inputs = len(slots)
    places: dict[Node, int] = {}
    for i, root in enumerate(roots):
        if root not in slots:
            places.setdefault(root, -1 - i)
    last = {argument: i for i, node in enumerate(body) for argument in node.arguments}
    free: list[int] = []
    buffers = 0
    calls = []
    slots.update(places)
    for i, node in enumerate(body):
        arguments = dict.fromkeys(node.arguments)
        ended = [slots[a] for a in arguments if last[a] == i and slots[a] >= inputs]
        # An element-wise operation may write over an argument that nobody needs afterwards.
        if node.operation not in TWO_PASS:
            free.extend(ended)
        if node not in places:
            if not free:
                free.append(inputs + buffers)
                buffers += 1
            slots[node] = free.pop()
        if node.operation in TWO_PASS:
            free.extend(ended)
        calls.append(_call(node, slots))
    copies = [Call(np.positive, (slots[root], -1 - i)) for i, root in enumerate(roots) if slots[root] != -1 - i]
    first = inputs + buffers
    return buffers, [Call(f, tuple(first - 1 - s if s < 0 else s for s in used)) for f, used in (*calls, *copies)]


class Evaluation:
    """A program with its buffers for one shape of points; for one thread at a time.

    Calling it with positions `(d, *shape)` and parameters returns `prefix + shape`, overwritten by the next call.
    """

    def __init__(self, program: Program, prefix: tuple[int, ...], shape: tuple[int, ...]) -> None:
        """Allocate buffers and outputs."""
        self._program = program
        self._shape = (program.variables, *shape)
        self._buffers = [np.empty(shape) for _ in range(program.buffers)]
        rows = np.empty((program.outputs, *shape))
        self._outputs = [rows[i, ...] for i in range(program.outputs)]
        self._result: FloatArray = rows.reshape(prefix + shape)
        self._calls: list[tuple[Operation, list[FloatArray] | tuple[FloatArray, ...]]] = []
        self._patches: list[list[tuple[list[FloatArray], int]]] = []
        self._uniform_shapes: list[tuple[int, ...]] | None = None
        self._positions: object = None
        self._parameters: object = None

    def __call__(self, w: FloatArray, parameters: Parameters = ()) -> FloatArray:
        """Run the program; the same objects as last time need no binding."""
        if parameters is not self._parameters:
            self._bind_parameters(parameters)
        if w is not self._positions:
            self._bind_positions(w)
        for function, arguments in self._calls:
            function(*arguments)
        return self._result

    def _bind_positions(self, w: FloatArray) -> None:
        """Put the rows of `w` into the calls that read them."""
        array = np.asarray(w, np.float64)
        if array.shape != self._shape:
            raise ValueError(f"positions must have the shape {self._shape}, got {array.shape}.")
        for i in range(self._program.variables):
            self._patch(i, array[i, ...])
        # A converted copy would not follow later changes of `w`.
        self._positions = w if array is w else None

    def _bind_parameters(self, parameters: Parameters) -> None:
        """Put the parameters into the calls; only new shapes need new calls."""
        arrays = [np.asarray(p, np.float64) for p in parameters]
        if len(arrays) != self._program.parameters:
            raise ValueError(f"the formula has {self._program.parameters} parameters, got {len(arrays)} values.")
        shapes = [array.shape for array in arrays]
        if shapes != self._uniform_shapes:
            self._link(arrays)
            self._uniform_shapes = shapes
            self._positions = None
        for i, array in enumerate(arrays, self._program.variables):
            self._patch(i, array)
        lasting = all(array is p or isinstance(p, float | int) for array, p in zip(arrays, parameters, strict=True))
        self._parameters = parameters if lasting and isinstance(parameters, tuple) else None

    def _patch(self, slot: int, array: FloatArray) -> None:
        """Replace the array of an input slot."""
        for arguments, place in self._patches[slot]:
            arguments[place] = array

    def _link(self, parameters: list[FloatArray]) -> None:
        """Make the calls with their arrays; those that read inputs take lists, which can be patched."""
        program = self._program
        inputs = program.variables + program.parameters
        unbound = [np.empty(()) for _ in range(program.variables)]
        table = [*unbound, *parameters, *program.constants]
        table += _uniform_buffers(program, table)
        table += [*self._buffers, *self._outputs]
        self._patches = [[] for _ in range(inputs)]
        self._calls = []
        for function, slots in (*program.prelude, *program.body):
            arguments = [table[s] for s in slots]
            read = [(place, s) for place, s in enumerate(slots) if s < inputs]
            for place, s in read:
                self._patches[s].append((arguments, place))
            self._calls.append((function, arguments if read else tuple(arguments)))


def _uniform_buffers(program: Program, table: list[FloatArray]) -> Iterator[FloatArray]:
    """Allocate the results that depend on parameters alone, at the shape of these."""
    shapes = [array.shape for array in table]
    for _, slots in program.prelude:
        shape = np.broadcast_shapes(*(shapes[s] for s in slots[:-1]))
        shapes.append(shape)
        yield np.empty(shape)
