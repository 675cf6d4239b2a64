"""The cells of a map as batches: what is computed in a block, here or elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lrviz.analysis.axes import Axis, Place
from lrviz.analysis.batches import batch_of, kinds_of, score_of, tail_of, target
from lrviz.analysis.best import lasted, thrown
from lrviz.analysis.blocks import Told
from lrviz.analysis.classify import Codes, code
from lrviz.analysis.knobs import turned
from lrviz.analysis.landmarks import Landmarks, joined, landmarks
from lrviz.analysis.windows import halves
from lrviz.catalog import Array, hypers
from lrviz.problems import Problem
from lrviz.simulation import Run
from lrviz.simulation.batch import Batch, Ends, simulate_batch, with_values

PENDING = np.uint8(255)
"""The code of a cell that is not computed."""


@dataclass(frozen=True)
class Grid:
    """What every cell of a map has in common, and its two axes; cells are numbered row by row."""

    problem: Problem
    run: Run
    x: Axis
    y: Axis
    start: tuple[float, ...]
    noise: float
    seed: int
    steps: int
    """The steps that each run makes."""
    length: int
    """Those for which its schedule is made: more, where only the first ones were asked for."""
    tolerance: float
    kinds: bool
    """Whether the kind of each outcome is wanted."""
    until_target: bool
    """Whether a run ends when it has reached the tolerance."""

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.y.values), len(self.x.values)


class Case(NamedTuple):
    """The run behind a cell, ready for `lrviz.simulate`."""

    problem: Problem
    run: Run
    start: tuple[float, ...]
    noise: float


class Cells(NamedTuple):
    """What was found, a column for each cell."""

    settled_at: npt.NDArray[np.int32]
    final_loss: Array
    final: Array
    ended_at: npt.NDArray[np.int32]
    codes: Codes
    score: Array
    thrown: npt.NDArray[np.bool_]


def computed(task: tuple[Grid, int, int], told: Told | None) -> Cells:
    """Return the cells from one number up to another; whatever it has once `told` answers True."""
    grid, first, last = task
    cells = np.arange(first, last)
    values = _values(grid, cells)
    known, goal = _known(grid, values)
    batch = _batch(grid, values, len(cells), goal)
    tail = tail_of(grid.steps) if grid.kinds and not grid.until_target else 0
    ends = simulate_batch(
        batch, grid.steps, seed=grid.seed, tail=tail, until_target=grid.until_target,
        extremes=not grid.until_target, halves=halves(grid.steps) if tail else None, told=told,
    )  # fmt: skip
    codes = kinds_of(known, batch, ends, grid.steps) if tail else _rough(ends.ended_at, ends.fell)
    settled = ends.settled_at if grid.until_target else lasted(ends.settled_at, grid.steps)
    return Cells(
        settled.astype(np.int32), ends.final_loss, ends.final, ends.ended_at.astype(np.int32), codes,
        score_of(batch, ends), _thrown(known, batch, ends, grid.until_target),
    )  # fmt: skip


def _thrown(known: Landmarks, batch: Batch, ends: Ends, unseen: bool) -> npt.NDArray[np.bool_]:
    if unseen:
        return np.zeros(len(ends.final_loss), dtype=bool)
    with np.errstate(all="ignore"):
        lowest = ends.best_loss if known.lowest is None else np.asarray(known.lowest)
        return thrown(ends.peak, batch.problem.loss(batch.start), lowest)


def _rough(ended_at: npt.NDArray[np.int64], fell: npt.NDArray[np.bool_]) -> Codes:
    """Return the codes of runs that were lost; no others are known without the tail."""
    return np.where(ended_at >= 0, np.where(fell, code("left"), code("diverged")), PENDING)


def case_of(grid: Grid, column: int, row: int) -> Case:
    """Return the run of a cell."""
    values = _values(grid, np.array([row * grid.shape[1] + column]))
    given = {place: {n: float(v[0]) for n, v in members.items()} for place, members in values.items()}
    start = list(grid.start)
    for name, value in given.get("start", {}).items():
        start[grid.problem.variables.index(name.removeprefix("start."))] = value
    run, problem = grid.run, grid.problem
    for name, value in given.get("run", {}).items():
        run = turned(run, name, value)
    if given.get("problem"):
        problem = problem.replace(**given["problem"])
    return Case(problem, run, tuple(start), given.get("noise", {}).get("noise", grid.noise))


def _values(grid: Grid, cells: npt.NDArray[np.int64]) -> dict[Place, dict[str, Array]]:
    columns = grid.shape[1]
    found: dict[Place, dict[str, Array]] = {}
    for axis, places in ((grid.x, cells % columns), (grid.y, cells // columns)):
        found.setdefault(axis.place, {})[axis.name] = axis.array[places]
    return found


def _batch(grid: Grid, values: dict[Place, dict[str, Array]], count: int, goal: Array) -> Batch:
    start = np.repeat(np.array(grid.start)[:, None], count, axis=1)
    for name, value in values.get("start", {}).items():
        start[grid.problem.variables.index(name.removeprefix("start."))] = value
    problem = with_values(grid.problem, values.get("problem", {}))
    noise = values.get("noise", {}).get("noise", np.full(count, grid.noise))
    return batch_of(problem, grid.run, values.get("run", {}), start, goal, noise, grid.length)


def _known(grid: Grid, values: dict[Place, dict[str, Array]]) -> tuple[Landmarks, Array]:
    """Return the landmarks, and the target of each cell: measured from the map's own start, not from the cell's."""
    varied = values.get("problem")
    start = np.array(grid.start)
    count = len(next(iter(next(iter(values.values())).values())))
    if not varied:
        return landmarks(grid.problem), np.full(count, target(grid.problem, start, grid.tolerance))
    pairs, columns = np.unique(np.stack(list(varied.values())), axis=1, return_inverse=True)
    members = [grid.problem.replace(**_whole(grid.problem, varied, pair)) for pair in pairs.T]
    goals = np.array([target(member, start, grid.tolerance) for member in members])
    columns = columns.reshape(-1)
    return joined([landmarks(member) for member in members], columns), goals[columns]


def _whole(problem: Problem, names: dict[str, Array], values: Array) -> dict[str, float]:
    specs = hypers(type(problem))
    return {name: specs[name].check(name, float(value)) for name, value in zip(names, values, strict=True)}
