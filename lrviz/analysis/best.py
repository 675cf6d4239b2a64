"""Which of many values is best: one definition for sweeps, maps, comparisons, the knob and what is advised."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lrviz.catalog import Array

Whole = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
NEARBY = 1.1
"""Values up to this factor away are neighbours; the next on each side always is."""
SHARE = 1e-4
"""Within the tolerance is, unless another one is chosen, where no more is left of what there was to gain."""
_STAYS = 20
_FAR = 10.0
_NEVER, _THROWN, _LOST = np.iinfo(np.int64).max - np.array([2, 1, 0])


class Best(NamedTuple):
    """The best of values in increasing order; None where every run is lost."""

    robust: int | None
    """The value that is best where the worse of its neighbours is counted for it: within the tolerance from the
    earliest step on and staying there, else at the lowest loss after the steps."""
    luckiest: int | None
    """The value that is best by itself."""


def best_of(values: Array, settled_at: Whole, score: Array, thrown: Mask | None = None) -> Best:
    """Return the best of `values` `(n,)`, in increasing order.

    Args:
        values: What was tried.
        settled_at: The step from which on the loss stayed within the tolerance to the end; -1 where it does not.
        score: The loss after the steps, with noise the mean over the last of them; not finite where a run is lost.
        thrown: Which runs were thrown on the way (`thrown`): they come after all others but the lost.
    """
    ranks = ranked(settled_at, score, thrown)
    if ranks is None:
        return Best(None, None)
    worst = worst_beside(ranks, [neighbours(values, i) for i in range(len(values))])
    return Best(int(np.lexsort((ranks, worst))[0]), int(np.argmin(ranks)))


def ranked(settled_at: Whole, score: Array, thrown: Mask | None = None) -> Whole | None:
    """Return the place of each `(…)` among all, the best first, as in `best_of`; None where every run is lost."""
    fine = np.isfinite(score)
    if not fine.any():
        return None
    steps = np.where(settled_at >= 0, settled_at, _NEVER)
    if thrown is not None:
        steps = np.where(thrown, _THROWN, steps)
    steps = np.where(fine, steps, _LOST)
    return _ranks(steps.ravel(), np.where(fine, score, np.inf).ravel()).reshape(score.shape)


def worst_beside(ranks: Whole, beside: Sequence[slice], axis: int = 0) -> Whole:
    """Return the largest of the ranks among those that each of an axis has beside it."""
    along = np.moveaxis(ranks, axis, 0)
    return np.moveaxis(np.stack([along[near].max(axis=0) for near in beside]), 0, axis)


def thrown(peak: Array, first: Array, lowest: Array) -> Mask:
    """Return which runs were once more than ten times as high above the lowest loss as where they began."""
    gain = first - lowest
    return np.asarray((peak - lowest > _FAR * gain) & (gain > 0))


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
    return lasted(first, len(loss) - 1)


def lasted(settled_at: Whole, steps: int) -> Whole:
    """Return the step from which on each run stayed, -1 where that is not for a twentieth of the `steps`."""
    return np.where(settled_at <= lasting(steps), settled_at, -1)
