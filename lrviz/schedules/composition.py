"""Schedules made of schedules."""

from __future__ import annotations

import numpy as np

from lrviz.catalog import Array, Twin, hyper, nested, whole
from lrviz.schedules.annealing import Cosine
from lrviz.schedules.decay import Constant
from lrviz.schedules.schedule import FeedbackSchedule, Schedule


class Composed(Schedule, abstract=True):
    """A schedule that holds others; at most three deep, and none that watches the loss."""

    family = "Composed"

    def __post_init__(self) -> None:
        """Check every field, and that every part is known before the run."""
        super().__post_init__()
        for name in ("first", "second", "inner"):
            if isinstance(getattr(self, name, None), FeedbackSchedule):
                raise ValueError(f"{self.name}.{name} must be known before the run, got {getattr(self, name)!r}.")


class Sequential(Composed):
    r"""One schedule, and from a step on another: $g_1(n)$ for $n < m$, then $g_2(n - m)$.

    https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.SequentialLR.html. The second begins at its
    own n = 0. The first spans m steps, the second the rest of the run. For three parts, put one into the other. The
    momentum is not cycled.
    """

    label = "Sequence"
    summary = "One schedule, then another."
    torch = Twin("SequentialLR", {"first": "schedulers", "second": "schedulers", "at": "milestones"})
    optax = Twin("join_schedules", {"first": "schedules", "second": "schedules", "at": "boundaries"})
    first: Schedule = nested(Constant(), "The schedule at first.")
    second: Schedule = nested(Cosine(), "The schedule from the milestone on.")
    at: int = whole(100, 1, 5000, "The step with which the second begins.")

    def factor(self, n: Array, length: Array) -> Array:
        """Return the first's factors, then the second's."""
        before = self.first.factor(np.minimum(n, self.at - 1), np.minimum(self.at, length))
        after = self.second.factor(np.maximum(n - self.at, 0.0), np.maximum(length - self.at, 1.0))
        return np.where(n < self.at, before, after)


class Scaled(Composed):
    r"""Another schedule, times a number: $c \, g(n)$. Optax: a function of the step, https://optax.readthedocs.io."""

    label = "Scaled"
    summary = "The same curve, higher or lower."
    inner: Schedule = nested(Cosine(), "The schedule that is scaled.")
    by: float = hyper(0.5, 1e-6, 1e6, "The factor.", scale="log")

    @property
    def cycles(self) -> bool:
        """Whether the inner schedule moves the momentum."""
        return self.inner.cycles

    def factor(self, n: Array, length: Array) -> Array:
        """Return the scaled factors."""
        return self.by * self.inner.factor(n, length)

    def momentum(self, n: Array, length: Array) -> Array | None:
        """Return the inner schedule's momentum."""
        return self.inner.momentum(n, length)


class Clipped(Composed):
    r"""Another schedule between bounds: $\max(a, \min(b, g(n)))$. A floor under any decay; https://optax.readthedocs.io."""

    label = "Clipped"
    summary = "The same curve with a floor and a ceiling."
    inner: Schedule = nested(Cosine(), "The schedule that is clipped.")
    low: float = hyper(0.1, 0, 1e6, "The lowest factor.", step=0.01)
    high: float = hyper(1.0, 0, 1e6, "The highest factor.", step=0.01)

    @property
    def cycles(self) -> bool:
        """Whether the inner schedule moves the momentum."""
        return self.inner.cycles

    def factor(self, n: Array, length: Array) -> Array:
        """Return the clipped factors."""
        return np.asarray(np.maximum(np.minimum(self.inner.factor(n, length), self.high), self.low))

    def momentum(self, n: Array, length: Array) -> Array | None:
        """Return the inner schedule's momentum."""
        return self.inner.momentum(n, length)
