"""Maps of outcomes over two parameters, coarse first and then sharp, here or on a cluster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from lrviz.analysis.axes import Axis, axis
from lrviz.analysis.batches import as_run, checked_start
from lrviz.analysis.best import neighbours, ranked, worst_beside
from lrviz.analysis.blocks import Cancelled, Progress
from lrviz.analysis.cells import PENDING, Grid
from lrviz.analysis.claims import KINDS, Kind
from lrviz.analysis.classify import Codes
from lrviz.analysis.overlays import Overlay, overlays
from lrviz.analysis.sheets import CellMap, Sheet, filled
from lrviz.analysis.sweeps import STEPS, TOLERANCE
from lrviz.catalog import Array, Whole
from lrviz.optimizers import Optimizer
from lrviz.problems import Problem
from lrviz.simulation import NOISE, Run

_SIDE = Whole("Columns, or rows.", 1, 16_384)
COARSE = (8, 3)
"""Before a map is sharp it is seen at every 8th, then at every 3rd cell of each axis."""


@dataclass(frozen=True, eq=False)
class OutcomeMap(CellMap):
    """The outcome of a run in every cell; arrays are `(rows, columns)`, the first row has the lowest y."""

    settled_at: npt.NDArray[np.int32]
    """The step from which on a run stays within the tolerance; -1 where it does not.

    With `until_target` the first within it.
    """
    final_loss: Array
    """NaN where a run diverged or left."""
    ended_at: npt.NDArray[np.int32]
    """The step at which a run diverged or left for good; -1 where it did not."""
    codes: Codes
    """The kind of each outcome as an index in `lrviz.analysis.KINDS`; 255 where it was not asked for, or computed."""
    score: Array
    """What cells are judged by: the final loss; with noise its mean over the last steps."""
    thrown: npt.NDArray[np.bool_]
    """Whether a run was once more than ten times as high above the lowest loss as where it began."""
    done: npt.NDArray[np.bool_]
    """Whether a cell was computed: all are, unless the map was cancelled."""

    @property
    def complete(self) -> bool:
        """Whether every cell was computed."""
        return bool(self.done.all())

    @property
    def theory(self) -> tuple[Overlay, ...]:
        """What theory draws over the map."""
        return overlays(self.grid)

    @cached_property
    def best(self) -> tuple[int, int] | None:
        """Column and row of the best cell, robustly so (`lrviz.analysis.best`); None where every run is lost.

        Within the tolerance from the earliest step on, else at the lowest score, and counted as good as the worst of
        its neighbours on either axis; a run that was thrown comes after all others.
        """
        ranks = ranked(self.settled_at.astype(np.int64), self.score, self.thrown)
        if ranks is None:
            return None
        worst = np.maximum(worst_beside(ranks, _beside(self.y), 0), worst_beside(ranks, _beside(self.x), 1))
        row, column = np.unravel_index(int(np.lexsort((ranks.ravel(), worst.ravel()))[0]), ranks.shape)
        return int(column), int(row)

    def kind(self, column: int, row: int) -> Kind | None:
        """Return the kind of a cell's outcome; None where it is not known."""
        code = self.codes[row, column]
        return None if code == PENDING else KINDS[code]


def _beside(axis: Axis) -> list[slice]:
    """Return the neighbours of each value: the next ones, and of rates those up to a tenth away."""
    if axis.name == "lr":
        return [neighbours(axis.array, i) for i in range(len(axis.values))]
    return [slice(max(i - 1, 0), i + 2) for i in range(len(axis.values))]


def outcome_map(
    problem: Problem, run: Run | Optimizer, x: str = "lr", y: str = "momentum", **choices: Any
) -> OutcomeMap:
    """Return the outcome of a run for every pair of values of two parameters.

    Args:
        problem: What is minimised.
        run: The run, with the values of all that is on no axis; a bare optimizer is one at its default rate.
        x: `lr`, a hyper-parameter of the optimizer (`momentum`), of its schedule (`schedule.floor`) or an option
            (`clip.limit`), `warmup`, one of the problem, `start.x`, or `noise`.
        y: Another of them.
        choices: Of these, by name:

            - `x_range`, `y_range`: `(low, high)`; by default decades around the default rate, or what a slider shows.
              Rates and other logarithmic parameters stand in equal ratios.
            - `size`: columns and rows, by default `(128, 128)`.
            - `steps` (500), `start` (the problem's), `noise` (0), `seed` (0).
            - `upto` (None): only so many of the steps are made, of the same runs.
            - `tolerance` (1e-4): what may be left of the loss above its lowest value, as a share of what it is at
              `start`, also where the start is on an axis.
            - `kinds` (True): whether the kind of each outcome is found.
            - `until_target` (False): whether a run is over at the tolerance, which is faster; kinds are then unknown.
            - `executor` (None): a `concurrent.futures.Executor` that computes the blocks; the map is the same.
            - `progress` (None): called with the share that is done.
            - `cancelled` (None): asked every few steps, with an `executor` every fifth of a second; where it answers
              True, the map is returned with the cells that are done.

    Raises:
        TypeError, ValueError: naming the argument, the rule and the value.
    """
    *_, last = outcome_maps(problem, run, x, y, coarse=(), **choices)
    return last


def outcome_maps(
    problem: Problem,
    run: Run | Optimizer,
    x: str = "lr",
    y: str = "momentum",
    *,
    coarse: Sequence[int] = COARSE,
    executor: Executor | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    **choices: Any,
) -> Iterator[OutcomeMap]:
    """Yield the map of `outcome_map` at every n-th cell for each n of `coarse`, and at last whole."""
    grid = grid_of(problem, run, x, y, **choices)
    for every in coarse:
        if min(grid.shape) >= 2 * every and not (cancelled is not None and cancelled()):
            rough = replace(grid, x=grid.x.coarse(every), y=grid.y.coarse(every))
            yield _drawn(rough, filled(rough, executor, None, cancelled))
    yield _drawn(grid, filled(grid, executor, progress, cancelled))


def grid_of(
    problem: Problem,
    run: Run | Optimizer,
    x: str,
    y: str,
    *,
    x_range: tuple[float, float] | None = None,
    y_range: tuple[float, float] | None = None,
    size: tuple[int, int] = (128, 128),
    steps: int = 500,
    upto: int | None = None,
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
    own, length = as_run(problem, run), STEPS.check("steps", steps)
    return Grid(
        problem,
        own,
        axis(problem, own, x, x_range, columns, steps=length),
        axis(problem, own, y, y_range, rows, steps=length),
        tuple(checked_start(problem, start).tolist()),
        NOISE.check("noise", noise),
        Whole("", 0, 2**63 - 1).check("seed", seed),
        length if upto is None else Whole("", 1, length).check("upto", upto),
        length,
        TOLERANCE.check("tolerance", tolerance),
        kinds,
        until_target,
    )


def _drawn(grid: Grid, sheet: Sheet) -> OutcomeMap:
    arrays = (sheet.settled_at, sheet.final_loss, sheet.ended_at, sheet.codes, sheet.score, sheet.thrown, sheet.done)
    return OutcomeMap(grid, *(array.reshape(grid.shape) for array in arrays))  # type: ignore[arg-type]
