"""What a schedule is: a factor on the rate, a closed form of the step and the run's length."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from lrviz.catalog import Array, Entry, Twin


class Schedule(Entry, kind="schedule"):
    """A factor on the run's rate, pointwise in the step: no state, so it can be drawn before the run."""

    torch: ClassVar[Twin | None] = None
    optax: ClassVar[Twin | None] = None
    keras: ClassVar[Twin | None] = None

    @property
    def cycles(self) -> bool:
        """Whether it also moves the momentum."""
        return type(self).momentum is not Schedule.momentum

    def factor(self, n: Array, length: Array) -> Array:
        """Return the factors for steps `n`, in a run of `length` steps.

        `n` is `(steps, 1)` or `(steps, R)`, fields and `length` are 0-d or `(R,)`; the result broadcasts against
        `(steps, R)`.
        """
        raise NotImplementedError

    def momentum(self, n: Array, length: Array) -> Array | None:
        """Return what replaces the optimizer's momentum at steps `n`; None where it is left alone."""
        return None


class FeedbackSchedule(Schedule, abstract=True):
    """A factor that depends on the losses so far: known only while the run goes on."""

    def factor(self, n: Array, length: Array) -> Array:
        """Return 1: what it will be is not known before the run."""
        return np.ones((len(n), 1))

    def begin(self, count: int) -> dict[str, Array]:
        """Return the state of `count` runs before their first step, `(count,)` each; `"factor"` is the rate's."""
        raise NotImplementedError

    def observe(self, loss: Array, state: Mapping[str, Array]) -> dict[str, Array]:
        """Return the state that follows from the losses `(count,)` of a step, for the next one."""
        raise NotImplementedError


def half_cosine(left: Array) -> Array:
    r"""Return $(1 + \cos(\pi (1 - l)))/2$ for the share $l$ that is left of a fall: 1 at its start, 0 at its end.

    As $\sin^2(\pi l / 2)$, which is exact to some units in the last place everywhere: a cosine near -1 leaves few
    digits of the sum.
    """
    return np.asarray(np.square(np.sin(np.pi / 2 * left)))


def with_warmup(schedule: Schedule, warmup: Array, n: Array, length: int) -> Array:
    """Return the factors of `schedule` behind a linear warm-up of `warmup` steps, for steps `n` `(steps, 1)`.

    In the warm-up the factor is `(n + 1)/(warmup + 1)`: no step is wasted at 0, and the peak is reached at `n = warmup`
    (PyTorch: `LinearLR(start_factor=1/(warmup + 1), total_iters=warmup)`). The schedule then begins at its own n = 0,
    in a run that is shorter by the warm-up.
    """
    if not np.any(warmup):
        return schedule.factor(n, np.array(float(length)))
    inner, rest = inside(warmup, n, length)
    return np.where(n < warmup, (n + 1) / (warmup + 1), schedule.factor(inner, rest))


def inside(warmup: Array, n: Array, length: int) -> tuple[Array, Array]:
    """Return the schedule's own step and length behind a warm-up."""
    return np.maximum(n - warmup, 0.0), np.maximum(length - warmup, 1.0)
