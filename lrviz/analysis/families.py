"""One run under every value of one number: what a knob shows while it is turned."""

from __future__ import annotations

from concurrent.futures import CancelledError
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, pairwise

import numpy as np
import numpy.typing as npt

from lrviz.analysis.batches import target
from lrviz.analysis.best import SHARE, best_of, settled_at, thrown
from lrviz.analysis.blocks import Cancelled, Progress
from lrviz.analysis.claims import Kind
from lrviz.analysis.knobs import Knob, knob, positions_of, turned
from lrviz.analysis.landmarks import lowest_of
from lrviz.analysis.verdicts import Change, Verdict, verdict_changes
from lrviz.catalog import Array, Whole
from lrviz.scenes import Scene
from lrviz.simulation import Result, Run, simulation

COUNT = 61
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
        name: `lr`, over three decades around the run's own rate; or a number of its optimizer (`b1`), of its
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
    members = _members(own, one, scene.steps, _COUNT.check("count", count))
    begun = simulation(
        scene.problem, members, steps=scene.steps, start=scene.start, noise=scene.noise, seed=scene.seed, keep="states"
    )
    begun.advance(progress, cancelled)
    if not begun.done:
        raise CancelledError
    result = begun.result()
    changes = verdict_changes(scene.problem, result)
    return Family(scene, index, one, result, changes)


def _members(own: Run, one: Knob, steps: int, count: int) -> list[Run]:
    members = []
    for value in positions_of(one, steps, count):
        try:
            members.append(own if value == one.value else turned(own, one.name, value))
        except ValueError:  # two numbers of an entry may bound each other, as low and high do
            continue
    return members
