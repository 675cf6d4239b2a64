"""The rules by which libraries read a rate off a range test, as in their sources.

Each library smooths the losses, ends the test and cuts its ends in its own way before it looks, so that each rule takes
the rates and the losses of all steps as they are; they are evaluated in double precision. What ends a test is a ratio
of losses: below 0 it ends at once.

- fastai 2.8, https://github.com/fastai/fastai/blob/main/fastai/callback/schedule.py
- Lightning 2.6 and 2.5.2,
  https://github.com/Lightning-AI/pytorch-lightning/blob/master/src/lightning/pytorch/tuner/lr_finder.py
- torch-lr-finder 0.2.2,
  https://github.com/davidtvs/pytorch-lr-finder/blob/master/torch_lr_finder/lr_finder.py
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lrviz.catalog import Array

_BETA, _STOP = 0.98, 4.0
"""How much fastai and Lightning keep of the smoothed loss, and how many times the best one ends their tests."""
_SMOOTH, _DIVERGED = 0.05, 5.0
"""The same of torch-lr-finder, which counts what is new."""


class Rule(NamedTuple):
    """How a library reads a rate off a test."""

    label: str
    reads: str
    """What it looks for, to complete "it takes …"."""
    prepared: Callable[[Array], tuple[Array, slice]]
    """From the losses of all steps to the smoothed ones up to where the library ends the test, and what it sees."""
    pick: Callable[[Array, Array], float]
    """From the rates and smoothed losses that it sees to the rate; raises `ValueError` or `IndexError` for too few."""


def fastai(losses: Array) -> tuple[Array, slice]:
    """Return fastai's smoothed losses, and what its rules see: not the first tenth, nor the last five points."""
    smooth = smoothed(losses, _BETA)
    best = np.minimum.accumulate(np.where(np.isnan(smooth), np.inf, smooth))
    return smooth[: _until(smooth > _STOP * best)], slice(len(losses) // 10, -5)


def lightning(losses: Array) -> tuple[Array, slice]:
    """Return Lightning's smoothed losses, and what its rules see: not the first ten points, nor the last one.

    After step k the mean is divided by 1 − 0.98^(k + 1), one power more than corrects it. The first of them is the
    best one, whatever it is, and does not end the test.
    """
    mean, smooth = 0.0, np.empty(len(losses))
    for i, value in enumerate(losses):
        mean = _BETA * mean + (1 - _BETA) * value
        smooth[i] = mean / (1 - _BETA ** (i + 2))
    before = np.minimum.accumulate(np.concatenate([smooth[:1], np.where(np.isnan(smooth), np.inf, smooth)]))[:-1]
    blown = smooth > _STOP * before
    blown[:1] = False
    return smooth[: _until(blown)], slice(10, -1)


def torch_lr_finder(losses: Array) -> tuple[Array, slice]:
    """Return torch-lr-finder's smoothed losses, and what its rule sees: not the first ten points, nor the last five."""
    smooth = np.array(losses)
    for i in range(1, len(smooth)):
        smooth[i] = _SMOOTH * losses[i] + (1 - _SMOOTH) * smooth[i - 1]
    best = np.fmin.accumulate(smooth)
    return smooth[: _until(smooth > _DIVERGED * best)], slice(10, -5)


def smoothed(loss: Array, beta: float) -> Array:
    """Return fastai's running mean: `(1 − beta)` of each new loss, corrected for its start at 0."""
    mean, out = 0.0, np.empty(len(loss))
    for i, value in enumerate(loss):
        mean -= (mean - value) * (1 - beta)  # as torch.lerp rounds it
        out[i] = mean / (1 - beta ** (i + 1))
    return out


def _until(blown: npt.NDArray[np.bool_]) -> int:
    """Return how many points there are up to the one that ends the test; that one is seen."""
    return int(np.argmax(blown)) + 1 if blown.any() else len(blown)


def _before_nan(pick: Callable[[Array, Array], float]) -> Callable[[Array, Array], float]:
    """Return a rule that sees what comes before the first loss that is NaN, as fastai's do."""

    def cut(rates: Array, losses: Array) -> float:
        none = np.isnan(losses)
        end = int(np.argmax(none)) if none.any() else len(losses)
        return pick(rates[:end], losses[:end])

    return cut


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
    right, left = -1, -1 - width
    chosen = rates[left]
    while left >= -len(losses) and abs(slopes[right] - slopes[left]) > threshold:
        chosen = rates[left]
        right, left = right - 1, left - 1
    return float(chosen)


def steepest_per_rate(rates: Array, losses: Array) -> float:
    """Return the rate where the loss falls most for a difference of rates; losses that are not finite are left out."""
    fine = np.isfinite(losses)
    return float(rates[fine][np.argmin(np.gradient(losses[fine], rates[fine]))])


def steepest_per_step(rates: Array, losses: Array) -> float:
    """Return the rate where the loss falls most from step to step; losses that are not finite are left out."""
    fine = np.isfinite(losses)
    return float(rates[fine][np.argmin(np.gradient(losses[fine]))])


def steepest_of_all(rates: Array, losses: Array) -> float:
    """Return the rate where the loss falls most from step to step."""
    return float(rates[np.gradient(losses).argmin()])


RULES: Mapping[str, Rule] = {
    "steep": Rule("fastai, steep", "the steepest fall on the log axis", fastai, _before_nan(steep)),
    "minimum": Rule(
        "fastai, minimum / 10", "a tenth of the rate with the lowest smoothed loss", fastai, _before_nan(minimum)
    ),
    "valley": Rule("fastai, valley", "the middle of the longest fall", fastai, _before_nan(valley)),
    "slide": Rule("fastai, slide", "the place left of the blow-up where the slope settles", fastai, _before_nan(slide)),
    "lightning": Rule("Lightning", "the steepest fall on a linear axis", lightning, steepest_per_rate),
    "lightning_before": Rule(
        "Lightning before 2.5.3", "the steepest fall from one step to the next", lightning, steepest_per_step
    ),
    "torch_lr_finder": Rule(
        "torch-lr-finder", "the steepest fall from one step to the next", torch_lr_finder, steepest_of_all
    ),
}
"""By the names under which `RangeTest.suggestions` holds them."""


def suggested(rule: Rule, rates: Array, losses: Array) -> float | None:
    """Return what a rule reads off the rates and losses of all steps; None where the library sees too few points."""
    with np.errstate(all="ignore"):
        smooth, seen = rule.prepared(np.where(np.isnan(losses), np.inf, losses))
        try:
            return rule.pick(rates[: len(smooth)][seen], smooth[seen])
        except (ValueError, IndexError):
            return None
