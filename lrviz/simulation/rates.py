"""The learning rates of a block of runs, step by step."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lrviz.catalog import Array, batch_key, stack
from lrviz.schedules import Constant, Schedule, inside, with_warmup
from lrviz.simulation.run import Run

SLAB = 64
"""Steps whose rates are computed at once."""


def cycles_momentum(schedule: Schedule) -> bool:
    """Whether the schedule also moves the momentum."""
    return type(schedule).momentum is not Schedule.momentum


class Rates:
    """Rates and cycled momenta of `runs` over `length` steps, computed slab by slab as they are asked for."""

    def __init__(self, runs: Sequence[Run], length: int) -> None:
        self._length = length
        self._lr = np.array([run.lr for run in runs])
        self._batches = _batches(runs)
        self._constant = all(isinstance(run.schedule, Constant) and not run.warmup for run in runs)
        self._cycled = any(cycles_momentum(run.schedule) for run in runs)
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


def _batches(runs: Sequence[Run]) -> list[tuple[Array, Schedule, Array]]:
    groups: dict[object, list[int]] = {}
    for column, run in enumerate(runs):
        groups.setdefault(batch_key(run.schedule), []).append(column)
    return [
        (
            np.array(columns),
            stack([runs[column].schedule for column in columns]),
            np.array([float(runs[column].warmup) for column in columns]),
        )
        for columns in groups.values()
    ]
