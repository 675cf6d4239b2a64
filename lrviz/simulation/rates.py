"""The learning rates of a block of runs, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lrviz.catalog import Array, batch_key, column, stack
from lrviz.optimizers import State
from lrviz.schedules import Constant, FeedbackSchedule, Schedule, inside, with_warmup
from lrviz.simulation.run import Run

SLAB = 64
"""Steps whose rates are computed at once."""


def cycles_momentum(schedule: Schedule) -> bool:
    """Whether the schedule also moves the momentum."""
    return schedule.cycles


class Scheduled(NamedTuple):
    """Runs whose schedules are computed as one."""

    columns: npt.NDArray[np.int64]
    schedule: Schedule
    warmup: Array


class Rates:
    """Rates and cycled momenta over `length` steps, from the peak rates `lr` `(R,)`; computed slab by slab."""

    def __init__(self, lr: Array, batches: Sequence[Scheduled], length: int) -> None:
        self._lr, self._batches, self._length = lr, batches, length
        self._constant = all(isinstance(b.schedule, Constant) and not b.warmup.any() for b in batches)
        self._cycled = any(cycles_momentum(b.schedule) for b in batches)
        self._states = [
            (batch, batch.schedule, batch.schedule.begin(len(batch.columns)))
            for batch in batches
            if isinstance(batch.schedule, FeedbackSchedule)
        ]
        self.feedback = bool(self._states)
        self._first = -SLAB
        self._rates = self._momenta = np.empty((0, 0))

    def at(self, n: int) -> Array:
        """Return the rates of step `n`, `(R,)`."""
        if self._constant:
            return self._lr
        self._load(n)
        row: Array = self._rates[n - self._first]
        return row

    def momentum_at(self, n: int) -> Array | None:
        """Return the momenta of step `n`, `(R,)`, NaN where a run's schedule gives none; None where no run's does."""
        if not self._cycled:
            return None
        self._load(n)
        row: Array = self._momenta[n - self._first]
        return row

    def adapted(self, n: int, rates: Array, loss: Array) -> Array:
        """Return the rates of step `n` `(R,)` as schedules that watch the loss have set them, and let them see `loss`.

        What they make of it holds from the next step on. In a warm-up they do not watch.
        """
        rates = rates.copy()
        for i, (batch, schedule, state) in enumerate(self._states):
            rates[batch.columns] *= state["factor"]
            watching, seen = n >= batch.warmup, schedule.observe(loss[batch.columns], state)
            following = {name: np.where(watching, seen[name], old) for name, old in state.items()}
            self._states[i] = (batch, schedule, following)
        return rates

    def continued(self, other: Rates, kept: npt.NDArray[np.bool_]) -> Rates:
        """Take over what `other`'s schedules have seen of the runs `kept`, which are this object's runs."""
        for i, (batch, schedule, _) in enumerate(self._states):
            old, _, state = other._states[i]
            here = kept[old.columns]
            self._states[i] = (batch, schedule, {name: value[here] for name, value in state.items()})
        return self

    @property
    def seen(self) -> tuple[State, ...]:
        """What the schedules that watch the loss have made of it."""
        return tuple(state for _, _, state in self._states)

    def resume(self, seen: Sequence[State]) -> None:
        """Take over what other such schedules have `seen`."""
        self._states = [(batch, schedule, s) for (batch, schedule, _), s in zip(self._states, seen, strict=True)]

    def _load(self, n: int) -> None:
        if 0 <= n - self._first < SLAB:
            return
        self._first = n - n % SLAB
        steps = np.arange(self._first, min(self._first + SLAB, self._length), dtype=np.float64)[:, None]
        self._rates = np.empty((len(steps), len(self._lr)))
        self._momenta = np.full_like(self._rates, np.nan)
        for columns, schedule, warmup in self._batches:
            self._rates[:, columns] = self._lr[columns] * with_warmup(schedule, warmup, steps, self._length)
            momenta = schedule.momentum(*inside(warmup, steps, self._length))
            if momenta is not None:
                self._momenta[:, columns] = momenta


def given_rates(runs: Sequence[Run], steps: int, length: int) -> Array:
    """Return the rates of the first `steps` steps of `length` that the runs' schedules give, `(steps, R)`.

    What rules and schedules find on the way is not in them.
    """
    rates = rates_of(runs, length)
    return np.stack([rates.at(n) for n in range(steps)])


def momenta_of(run: Run, steps: int, length: int) -> Array | None:
    """Return what the run's schedule puts in the momentum's place in the first `steps` steps of `length`, `(steps, 1)`.

    None where it leaves it alone.
    """
    rates = rates_of([run], length)
    rows = [rates.momentum_at(n) for n in range(steps)]
    return None if any(row is None for row in rows) else np.stack(rows)  # type: ignore[arg-type]


def rates_of(runs: Sequence[Run], length: int) -> Rates:
    """Return the rates of `runs` over `length` steps."""
    constant = {type(run.schedule) for run in runs} == {Constant} and not any(run.warmup for run in runs)
    return Rates(column(runs, "lr"), [] if constant else _scheduled(runs), length)


def _scheduled(runs: Sequence[Run]) -> list[Scheduled]:
    groups: dict[object, list[int]] = {}
    for place, run in enumerate(runs):
        groups.setdefault(batch_key(run.schedule), []).append(place)
    return [
        Scheduled(np.array(places), stack([run.schedule for run in members]), column(members, "warmup"))
        for places, members in ((places, [runs[place] for place in places]) for places in groups.values())
    ]
