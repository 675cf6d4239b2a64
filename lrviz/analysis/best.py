"""Which of many values is best: one definition for sweeps, maps, comparisons, the knob and what is advised."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lrviz.catalog import Array

Whole = npt.NDArray[np.int64]
NEARBY = 1.1
"""Values up to this factor away are neighbours; the next on each side always is."""
_STAYS = 20


class Best(NamedTuple):
    """The best of values in increasing order; None where every run is lost."""

    robust: int | None
    """The value that is best where the worse of its neighbours is counted for it: within the tolerance from the
    earliest step on and staying there, else at the lowest loss after the steps."""
    luckiest: int | None
    """The value that is best by itself."""


def best_of(values: Array, settled_at: Whole, score: Array) -> Best:
    """Return the best of `values` `(n,)`, in increasing order.

    Args:
        values: What was tried.
        settled_at: The step from which on the loss stayed within the tolerance to the end; -1 where it does not.
        score: The loss after the steps, with noise the mean over the last of them; not finite where a run is lost.
    """
    fine = np.isfinite(score)
    if not fine.any():
        return Best(None, None)
    steps = np.where(fine & (settled_at >= 0), settled_at, np.iinfo(np.int64).max)
    ranks = _ranks(steps, np.where(fine, score, np.inf))
    worst = np.array([ranks[neighbours(values, i)].max() for i in range(len(values))])
    return Best(int(np.lexsort((ranks, worst))[0]), int(np.argmin(ranks)))


def neighbours(values: Array, i: int) -> slice:
    """Return the value at `i` with those up to a tenth away, and with the next one on each side."""
    low = int(np.searchsorted(values, values[i] / NEARBY * (1 - 1e-3)))
    high = int(np.searchsorted(values, values[i] * NEARBY * (1 + 1e-3)))
    return slice(max(min(low, i - 1), 0), max(high, i + 2))


def _ranks(steps: Whole, score: Array) -> Whole:
    """Return the place of each in the order of steps, then of scores; equals share theirs."""
    order = np.lexsort((score, steps))
    new = (np.diff(steps[order]) != 0) | (score[order][1:] > score[order][:-1])
    ranks = np.empty(len(order), dtype=np.int64)
    ranks[order] = np.concatenate([[0], np.cumsum(new)])
    return ranks


def lasting(steps: int) -> int:
    """Return the last step, of so many, at which a run may come within a tolerance and be said to stay there."""
    return steps - steps // _STAYS


def settled_at(loss: Array, goal: float | Array) -> Whole:
    """Return the step from which on losses `(steps + 1, R)` stayed at or below the goal to the end; -1 where none is.

    A run stays if it does so for a twentieth of the steps.
    """
    outside = ~(loss <= goal)
    last = len(loss) - 1 - np.argmax(outside[::-1], axis=0)
    first = np.where(outside.any(axis=0), last + 1, 0)
    return np.where(first <= lasting(len(loss) - 1), first, -1)
