"""Where each start ends: basins of attraction."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lrviz.analysis.blocks import Cancelled, Progress
from lrviz.analysis.classify import REST, code
from lrviz.analysis.landmarks import curvatures, landmarks, length, newton_step
from lrviz.analysis.maps import grid_of
from lrviz.analysis.sheets import CellMap, filled
from lrviz.catalog import Array
from lrviz.optimizers import Optimizer
from lrviz.problems import Problem
from lrviz.simulation import Run

_SAME = 2 * REST
"""Ends that are nearer to each other, in widths of the domain, are the same minimum."""
_ARRIVED = [code("converged"), code("trapped"), code("catapulted")]
"""The verdicts on runs that stay in a minimum; only those end in one."""
_MOST = 64
"""No more minima are told apart."""


@dataclass(frozen=True, eq=False)
class BasinMap(CellMap):
    """The minimum in which the run from each start ends; arrays are `(rows, columns)`."""

    minima: Array
    """The known minima, then the local ones that were found, the most frequent first, `(d, k)`."""
    loss: Array
    """The loss at each, `(k,)`."""
    basin: npt.NDArray[np.int16]
    """Which of the minima the run ends in; -1 where it ends in none: it diverged, left, or has not come to stay."""
    settled_at: npt.NDArray[np.int32]
    """Steps to the tolerance above the lowest value; -1 where that is not reached, as in a local minimum."""
    ended_at: npt.NDArray[np.int32]
    """The step at which a run diverged or left; -1 where it did not."""

    @property
    def shares(self) -> Array:
        """The share of the starts that end in each minimum, `(k,)`."""
        return np.array([(self.basin == i).mean() for i in range(self.minima.shape[1])])


def basin_map(
    problem: Problem,
    run: Run | Optimizer,
    *,
    size: tuple[int, int] = (128, 128),
    steps: int = 200,
    tolerance: float = 1e-6,
    executor: Executor | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    **choices: Any,
) -> BasinMap:
    """Start a run in every cell of the picture, and return in which minimum it ends.

    Args:
        problem: Of two coordinates.
        run: The run that is started everywhere; a bare optimizer is one at its default rate.
        size: Columns and rows.
        steps: Of each run; it ends in a minimum if its verdict then is that it stays there.
        tolerance: As in `lrviz.outcome_map`, of the loss at the problem's own start.
        executor: Where the blocks are computed; the map is the same.
        progress: Called with the share that is done.
        cancelled: As in `lrviz.outcome_map`; what is not computed then ends in no minimum.
        choices: `upto`, `x_range`, `y_range`, `noise`, `seed` as in `lrviz.outcome_map`.

    Raises:
        TypeError, ValueError: naming the argument, the rule and the value.
    """
    if problem.dimension != 2:
        raise ValueError(f"problem must have two coordinates for a map of starts, got {problem.dimension}.")
    x, y = (f"start.{variable}" for variable in problem.variables)
    grid = grid_of(problem, run, x, y, size=size, steps=steps, tolerance=tolerance, **choices)  # fmt: skip
    sheet = filled(grid, executor, progress, cancelled)
    stays = np.isin(sheet.codes, _ARRIVED)
    minima, basin = attributed(problem, np.where(stays, sheet.final, np.nan))
    reached, ended = sheet.settled_at.reshape(grid.shape), sheet.ended_at.reshape(grid.shape)
    return BasinMap(grid, minima, problem.loss(minima), basin.reshape(grid.shape), reached, ended)


def attributed(problem: Problem, final: Array) -> tuple[Array, npt.NDArray[np.int16]]:
    """Return the minima in which runs with last positions `(d, n)` end, `(d, k)`, and the index of each run's, or -1.

    Of runs that stay where they are; positions that are NaN end in none. Each belongs to a known minimum next to it,
    else to the place where Newton's step leads, where that is as near and the loss curves upwards there.
    """
    known = landmarks(problem)
    minima = [known.minima[:, i] for i in range(known.minima.shape[1])]
    basin = np.full(final.shape[1], -1, dtype=np.int16)
    left = np.asarray(np.isfinite(final).all(axis=0))
    for i, minimum in enumerate(minima):
        left = _taken(length(known, final - minimum[:, None]) < _SAME, left, basin, i)
    if left.any():
        with np.errstate(all="ignore"):
            ends = _polished(problem, final)
            low, high = curvatures(problem.hessian(ends))
            settled = (length(known, ends - final) < _SAME) & (low > -1e-3 * high)
        left &= settled
        while left.any() and len(minima) < _MOST:
            minimum = ends[:, int(np.argmax(left))]
            minima.append(minimum)
            left = _taken(length(known, ends - minimum[:, None]) < _SAME, left, basin, len(minima) - 1)
    return _ordered(minima, basin, known.minima.shape[1], len(final))


def _taken(near: npt.NDArray[np.bool_], left: npt.NDArray[np.bool_], basin: npt.NDArray[np.int16], i: int) -> Any:
    basin[near & left] = i
    return left & ~near


def _polished(problem: Problem, w: Array) -> Array:
    for _ in range(3):
        w = w - newton_step(problem.hessian(w), problem.grad(w))
    return w


def _ordered(
    minima: list[Array], basin: npt.NDArray[np.int16], known: int, dimension: int
) -> tuple[Array, npt.NDArray[np.int16]]:
    """Put the minima that were found behind the known ones, the most frequent first."""
    counts = np.bincount(basin[basin >= 0], minlength=len(minima))
    order = [*range(known), *sorted(range(known, len(minima)), key=lambda i: -counts[i])]
    places = np.argsort(order).astype(np.int16)
    columns = np.array([minima[i] for i in order]).reshape(len(order), dimension).T
    return columns, np.where(basin >= 0, places[basin] if len(places) else basin, np.int16(-1))
