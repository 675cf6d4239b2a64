"""The rules by which libraries read a rate off a range test, as in their sources; each takes rates and smoothed losses.

fastai's four (https://github.com/fastai/fastai/blob/main/fastai/callback/schedule.py) see the test without its first
tenth and its last five points, Lightning's without the first ten and the last one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from lrviz.catalog import Array


class Rule(NamedTuple):
    """How a library reads a rate off a test."""

    label: str
    reads: str
    """What it looks for, to complete "it takes …"."""
    pick: Callable[[Array, Array], float]
    """From rates and smoothed losses, at least two, to the rate."""
    trimmed: Callable[[int], slice]
    """Which points it sees, of a test of so many steps."""


def steep(rates: Array, losses: Array) -> float:
    """Return the rate where the loss falls most for a ratio of rates."""
    return float(rates[np.argmin(np.diff(losses) / np.diff(np.log(rates)))])


def minimum(rates: Array, losses: Array) -> float:
    """Return a tenth of the rate with the lowest loss."""
    return float(rates[np.argmin(losses)]) / 10


def valley(rates: Array, losses: Array) -> float:
    """Return the middle of the longest falling subsequence, a third and a sixth behind its start."""
    falls = np.ones(len(losses), dtype=np.int64)
    start = end = 0
    for i in range(1, len(losses)):
        before = falls[:i][losses[:i] > losses[i]]
        falls[i] = before.max() + 1 if before.size else 1
        if falls[i] > falls[end]:
            end = i
            start = end - int(falls[end])
    third = (end - start) / 3
    return float(rates[start + int(third) + int(third / 2)])


def slide(rates: Array, losses: Array, width: int = 15, threshold: float = 0.005) -> float:
    """Return where a window that comes from the right first has nearly the same slope at both ends."""
    slopes = np.gradient(losses)
    right, left = -1, max(-1 - width, -len(losses))
    chosen = rates[left]
    while left >= -len(losses) and abs(slopes[right] - slopes[left]) > threshold:
        chosen = rates[left]
        right, left = right - 1, left - 1
    return float(chosen)


def lightning(rates: Array, losses: Array) -> float:
    """Return the rate where the loss falls most for a difference of rates."""
    return float(rates[np.argmin(np.gradient(losses, rates))])


def _fastai(steps: int) -> slice:
    return slice(steps // 10, -5)


RULES: Mapping[str, Rule] = {
    "steep": Rule("steepest fall", "the steepest fall on the log axis", steep, _fastai),
    "minimum": Rule("minimum / 10", "a tenth of the rate with the lowest loss", minimum, _fastai),
    "valley": Rule("valley (fastai)", "the middle of the longest fall", valley, _fastai),
    "slide": Rule("slide (fastai)", "the place left of the blow-up where the slope settles", slide, _fastai),
    "lightning": Rule(
        "Lightning", "the steepest fall on a linear axis", lightning, lambda steps: slice(min(10, steps // 2), -1)
    ),
}
"""By the names under which `RangeTest.suggestions` holds them."""


def suggested(rule: Rule, rates: Array, losses: Array, steps: int) -> float | None:
    """Return what a rule reads off a test of `steps` steps, planned ones; None where too few points are left."""
    seen_rates, seen = rates[rule.trimmed(steps)], losses[rule.trimmed(steps)]
    if not np.isfinite(seen).all():
        end = int(np.argmin(np.isfinite(seen)))
        seen_rates, seen = seen_rates[:end], seen[:end]
    return rule.pick(seen_rates, seen) if len(seen) >= 3 else None
