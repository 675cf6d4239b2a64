"""Maps of outcomes over two parameters, coarse first and then sharp, here or on a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from lrviz.analysis.axes import Axis, axis
from lrviz.analysis.batches import checked_start
from lrviz.analysis.blocks import completed, spans
from lrviz.analysis.cells import PENDING, Case, Cells, Grid, case_of, computed
from lrviz.analysis.classify import KINDS, Codes, Kind
from lrviz.analysis.overlays import Overlay, overlays
from lrviz.analysis.sweeps import STEPS, TOLERANCE
from lrviz.catalog import Array, Whole
from lrviz.optimizers import Optimizer
from lrviz.problems import Problem
from lrviz.scenes.defaults import default_rate
from lrviz.simulation import BLOCK, NOISE, RATE

_SIDE = Whole("Columns, or rows.", 1, 16_384)
COARSE = (8, 3)
"""Before a map is sharp it is seen at every 8th, then at every 3rd cell of each axis."""
Progress = Callable[[float], None]


@dataclass(frozen=True, eq=False)
class OutcomeMap:
    """The outcome of a run in every cell; arrays are `(rows, columns)`, the first row has the lowest y."""

    grid: Grid
    reached_at: npt.NDArray[np.int32]
    """Steps to the tolerance; -1 where it is not reached."""
    final_loss: Array
    """NaN where a run diverged or left."""
    ended_at: npt.NDArray[np.int32]
    """The step at which a run diverged or left for good; -1 where it did not."""
    codes: Codes
    """The kind of each outcome as an index in `lrviz.analysis.KINDS`; 255 where it was not asked for, or computed."""
    done: npt.NDArray[np.bool_]
    """Whether a cell was computed: all are, unless the map was cancelled."""

    @property
    def x(self) -> Axis:
        """The columns."""
        return self.grid.x

    @property
    def y(self) -> Axis:
        """The rows."""
        return self.grid.y

    @property
    def complete(self) -> bool:
        """Whether every cell was computed."""
        return bool(self.done.all())

    @property
    def theory(self) -> tuple[Overlay, ...]:
        """What theory draws over the map."""
        return overlays(self.grid)

    @property
    def fastest(self) -> tuple[int, int] | None:
        """Column and row of the cell that reaches the tolerance in the fewest steps; of equals, the lowest loss."""
        if not (self.reached_at >= 0).any():
            return None
        steps = np.where(self.reached_at < 0, np.iinfo(np.int32).max, self.reached_at)
        order = np.lexsort((np.nan_to_num(self.final_loss, nan=np.inf).ravel(), steps.ravel()))
        row, column = np.unravel_index(int(order[0]), steps.shape)
        return int(column), int(row)

    def kind(self, column: int, row: int) -> Kind | None:
        """Return the kind of a cell's outcome; None where it is not known."""
        code = self.codes[row, column]
        return None if code == PENDING else KINDS[code]

    def case(self, column: int, row: int) -> Case:
        """Return the very run of a cell: problem, run, start and noise, for `lrviz.simulate` with the grid's seed."""
        return case_of(self.grid, column, row)


def outcome_map(
    problem: Problem, optimizer: Optimizer, x: str = "lr", y: str = "momentum", **choices: Any
) -> OutcomeMap:
    """Return the outcome of a run for every pair of values of two parameters.

    Args:
        problem: What is minimised.
        optimizer: The rule, with the values of those of its hyper-parameters that are on no axis.
        x: `lr`, a hyper-parameter of the optimizer or the problem, `start.x`, `noise` or `warmup`.
        y: Another of them.
        choices: Of these, by name:

            - `x_range`, `y_range`: `(low, high)`; by default decades around the default rate, or what a slider shows.
              Rates and other logarithmic parameters stand in equal ratios.
            - `size`: columns and rows, by default `(128, 128)`.
            - `steps` (500), `lr` (the default rate), `start` (the problem's), `noise` (0), `seed` (0).
            - `tolerance` (1e-4): what may be left of the loss above its lowest value, as a share of what it is at
              `start`, also where the start is on an axis.
            - `kinds` (True): whether the kind of each outcome is found.
            - `until_target` (False): whether a run is over at the tolerance, which is faster; kinds are then unknown.
            - `executor` (None): a `concurrent.futures.Executor` that computes the blocks; the map is the same.
            - `progress` (None): called with the share that is done; `cancelled` (None): asked after each block.

    Raises:
        TypeError, ValueError: naming the argument, the rule and the value.
    """
    *_, last = outcome_maps(problem, optimizer, x, y, coarse=(), **choices)
    return last


def outcome_maps(
    problem: Problem,
    optimizer: Optimizer,
    x: str = "lr",
    y: str = "momentum",
    *,
    coarse: Sequence[int] = COARSE,
    executor: Executor | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    **choices: Any,
) -> Iterator[OutcomeMap]:
    """Yield the map of `outcome_map` at every n-th cell for each n of `coarse`, and at last whole."""
    grid = grid_of(problem, optimizer, x, y, **choices)
    for every in coarse:
        if min(grid.shape) >= 2 * every and not (cancelled is not None and cancelled()):
            yield _filled(replace(grid, x=grid.x.coarse(every), y=grid.y.coarse(every)), executor, None, cancelled)
    yield _filled(grid, executor, progress, cancelled)


def grid_of(
    problem: Problem,
    optimizer: Optimizer,
    x: str,
    y: str,
    *,
    x_range: tuple[float, float] | None = None,
    y_range: tuple[float, float] | None = None,
    size: tuple[int, int] = (128, 128),
    steps: int = 500,
    lr: float | None = None,
    start: Sequence[float] | Array | None = None,
    noise: float = 0.0,
    seed: int = 0,
    tolerance: float = 1e-4,
    kinds: bool = True,
    until_target: bool = False,
) -> Grid:
    """Return the checked description of a map; see `outcome_map`."""
    if x == y:
        raise ValueError(f"x and y must differ, got {x!r} twice.")
    columns, rows = _SIDE.check("size[0]", size[0]), _SIDE.check("size[1]", size[1])
    return Grid(
        problem,
        optimizer,
        axis(problem, optimizer, x, x_range, columns),
        axis(problem, optimizer, y, y_range, rows),
        RATE.check("lr", default_rate(problem, optimizer) if lr is None else lr),
        tuple(checked_start(problem, start).tolist()),
        NOISE.check("noise", noise),
        Whole("", 0, 2**63 - 1).check("seed", seed),
        STEPS.check("steps", steps),
        TOLERANCE.check("tolerance", tolerance),
        kinds,
        until_target,
    )


def _filled(
    grid: Grid, executor: Executor | None, progress: Progress | None, cancelled: Callable[[], bool] | None
) -> OutcomeMap:
    count = grid.shape[0] * grid.shape[1]
    whole = _Sheet(count)
    for span, cells in cells_of(grid, executor, cancelled):
        whole.write(span, cells)
        if progress is not None:
            progress(float(whole.done.mean()))
    return whole.map(grid)


def cells_of(
    grid: Grid, executor: Executor | None, cancelled: Callable[[], bool] | None
) -> Iterator[tuple[slice, Cells]]:
    """Yield the blocks of a map as they are ready; each is the same wherever it is computed."""
    blocks = spans(grid.shape[0] * grid.shape[1], BLOCK)
    tasks = [(grid, block.start, block.stop) for block in blocks]
    for i, cells in completed(computed, tasks, executor, cancelled):
        yield blocks[i], cells


class _Sheet:
    """The cells of a map while they are computed."""

    def __init__(self, count: int) -> None:
        self.reached_at = np.full(count, -1, dtype=np.int32)
        self.ended_at = np.full(count, -1, dtype=np.int32)
        self.final_loss = np.full(count, np.nan)
        self.codes = np.full(count, PENDING)
        self.done = np.zeros(count, dtype=bool)

    def write(self, span: slice, cells: Cells) -> None:
        self.reached_at[span], self.ended_at[span] = cells.reached_at, cells.ended_at
        self.final_loss[span], self.codes[span], self.done[span] = cells.final_loss, cells.codes, True

    def map(self, grid: Grid) -> OutcomeMap:
        arrays = (self.reached_at, self.final_loss, self.ended_at, self.codes, self.done)
        return OutcomeMap(grid, *(array.reshape(grid.shape) for array in arrays))  # type: ignore[arg-type]
