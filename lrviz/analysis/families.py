"""One run under every value of one number: what a knob shows while it is turned."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, pairwise

import numpy as np
import numpy.typing as npt

from lrviz.analysis.batches import target
from lrviz.analysis.best import SHARE, best_of, settled_at, thrown
from lrviz.analysis.blocks import Cancelled, Progress, part
from lrviz.analysis.claims import Kind
from lrviz.analysis.knobs import Knob, knob, positions_of, turned
from lrviz.analysis.landmarks import lowest_of
from lrviz.analysis.verdicts import Change, Verdict, verdict_changes
from lrviz.catalog import Array, Whole
from lrviz.scenes import Scene
from lrviz.simulation import RATE, Result, Run, simulation

COUNT = 61
_PROBES, _FAR = 10**0.25, 12
"""Beyond a family's ends rates in this ratio are tried, at most so many, for one with another kind of outcome."""
_COUNT = Whole("How many values of the number are tried.", 3, 401)


@dataclass(frozen=True, eq=False)
class Family:
    """A run of a scene under every value of one of its numbers; the members stand in the order of the values."""

    scene: Scene
    run: int
    """The index of the run in the scene."""
    knob: Knob
    result: Result
    """The simulation, a column for each member."""
    changes: tuple[tuple[Change, ...], ...]
    """For each member the steps at which its verdict changes, and the verdicts."""

    @property
    def name(self) -> str:
        """What is turned, as in the address: `lr`, `b1`, `schedule.drop`, `warmup`."""
        return self.knob.name

    @cached_property
    def values(self) -> Array:
        """The values, rising, `(members,)`."""
        values = np.array([knob(member, self.name).value for member in self.result.runs], dtype=np.float64)
        values.setflags(write=False)
        return values

    @property
    def current(self) -> int:
        """The member that is the scene's own run."""
        return int(np.flatnonzero(self.values == self.knob.value)[0])

    @property
    def positions(self) -> Array:
        """The positions that are drawn, `(steps + 1, d, members)`; NaN from a divergence on."""
        return self.result.positions

    @property
    def losses(self) -> Array:
        """The loss without noise there, `(steps + 1, members)`."""
        return self.result.loss

    @property
    def diverged_at(self) -> npt.NDArray[np.int64]:
        """The first step at which a member had diverged, -1 where it did not, `(members,)`."""
        return self.result.diverged_at

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """What became of each member in the end: kind and sentence, and the numbers that they rest on."""
        return tuple(member[-1].verdict for member in self.changes)

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kind of each member's outcome."""
        return tuple(verdict.kind for verdict in self.verdicts)

    @property
    def stretches(self) -> tuple[tuple[float, float, Kind], ...]:
        """Values in a row with the same kind of outcome: lowest, highest, kind."""
        groups = (list(members) for _, members in groupby(range(len(self.values)), key=self.kinds.__getitem__))
        return tuple((float(self.values[g[0]]), float(self.values[g[-1]]), self.kinds[g[0]]) for g in groups)

    @property
    def borders(self) -> tuple[tuple[float, float], ...]:
        """Where the outcome changes kind: the neighbours between which it does."""
        stretches = self.stretches
        return tuple((low[1], high[0]) for low, high in pairwise(stretches))

    @cached_property
    def best(self) -> int | None:
        """The best member, robustly so (`lrviz.analysis.best`); None where every one is lost.

        Within a ten-thousandth of what there is to gain from the earliest step on, else at the lowest loss after the
        steps, with noise its mean over the last tenth of them; counted as good as the worse of its neighbours.
        """
        losses, problem = self.losses, self.scene.problem
        tail = losses[-max(1, self.result.steps // 10) :] if self.result.noise.any() else losses[-1:]
        score = np.where(np.isfinite(losses[-1]), tail.mean(axis=0), np.nan)
        lowest = lowest_of(problem)
        least = np.fmin.reduce(losses, axis=0) if lowest is None else np.array(lowest)
        far = thrown(np.fmax.reduce(losses, axis=0), losses[0], least)
        goal = target(problem, np.array(self.scene.origin), SHARE)
        return best_of(self.values, settled_at(losses, goal), score, far).robust


def family(
    scene: Scene,
    run: int = 0,
    name: str = "lr",
    *,
    count: int = COUNT,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Family:
    """Return a run of `scene` under every value of one of its numbers, simulated as one batch.

    Every member is the run that one gets by setting its value: same start, schedule, options, noise and seed. The
    scene's own run is one of them.

    Args:
        scene: The scene.
        run: The index of the run in `scene.runs`.
        name: `lr`, over three decades around the run's own rate, and on to where the outcome changes kind if that is
            within three decades more; or a number of its optimizer (`b1`), of its
            schedule (`schedule.drop`), of an option (`clip.limit`), or `warmup`, over the range of their slider; those
            that may come near to 1, as memories do, in equal ratios of what is missing from 1. Values that the entry
            refuses are left out.
        count: About how many members, 3 to 401.
        progress: Called every few steps with the share that is done.
        cancelled: Asked every few steps whether the family is no longer wanted.

    Raises:
        TypeError, ValueError: naming the argument, the rule and the value.
        concurrent.futures.CancelledError: `cancelled` answered True.
    """
    index = Whole("", 0, len(scene.runs) - 1).check("run", run)
    own = scene.runs[index]
    one = knob(own, name)
    values = positions_of(one, scene.steps, _COUNT.check("count", count))
    found = _family(scene, index, one, values, part(progress, 0, 2), cancelled)
    ends = _ends(found, cancelled) if name == "lr" else None
    if ends is not None and ends != (values[0], values[-1]):
        wider = positions_of(one, scene.steps, count, ends)
        found = _family(scene, index, one, wider, part(progress, 1, 2), cancelled)
    if progress is not None:
        progress(1.0)
    return found


def _family(
    scene: Scene,
    index: int,
    one: Knob,
    values: Sequence[float],
    progress: Progress | None,
    cancelled: Cancelled | None,
) -> Family:
    begun = simulation(
        scene.problem, _members(scene.runs[index], one, values), steps=scene.steps, start=scene.start,
        noise=scene.noise, seed=scene.seed, keep="states",
    )  # fmt: skip
    begun.advance(progress, cancelled)
    if not begun.done:
        raise CancelledError
    result = begun.result()
    return Family(scene, index, one, result, verdict_changes(scene.problem, result))


def _ends(found: Family, cancelled: Cancelled | None) -> tuple[float, float]:
    """Return between which rates the outcome changes on both sides of the run's own, if it does so within reach."""
    low, high, kinds, own = float(found.values[0]), float(found.values[-1]), found.kinds, found.current
    if len(set(kinds[: own + 1])) == 1:
        low = _edge(found, low, 1 / _PROBES, cancelled)
    if len(set(kinds[own:])) == 1:
        high = _edge(found, high, _PROBES, cancelled)
    return low, high


def _edge(found: Family, first: float, ratio: float, cancelled: Cancelled | None) -> float:
    """Return a rate a little beyond the one from which on the outcome is of another kind than at `first`.

    Up or down from it, over at most three decades; it is `first` itself where there is none.
    """
    tried = np.clip(first * ratio ** np.arange(_FAR + 1.0), RATE.low, RATE.high)
    kinds = _family(found.scene, found.run, found.knob._replace(value=np.nan), tried.tolist(), None, cancelled).kinds
    other = next((i for i, kind in enumerate(kinds) if kind != kinds[0]), None)
    return first if other is None else float(tried[min(other + 1, _FAR)])


def _members(own: Run, one: Knob, values: Sequence[float]) -> list[Run]:
    members = []
    for value in values:
        try:
            members.append(own if value == one.value else turned(own, one.name, value))
        except ValueError:  # two numbers of an entry may bound each other, as low and high do
            continue
    return members
