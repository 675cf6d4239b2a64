"""The picture of a problem: its loss on a grid, on a scale that shows the valley and the walls."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lrviz.catalog import DIGITS, Array, short, show_number
from lrviz.problems import Problem

GRID = 297
"""Points in each direction: fine enough for contour lines in narrow valleys; the surface takes every second."""
CURVE = 480
MARGIN = 0.15
"""How far the picture goes on beyond the domain, as a share of its width, for those who move it."""
_SPREAD = 12.0
"""From this ratio of the highest to the median loss on, the scale is logarithmic."""
_DOUBLE = 16
"""The digits of a double."""
_ROOM = 7
"""Characters of the longest mark."""
_CLOSE = 0.02
"""A height this near to its neighbours', as a share of what the picture spans, is one among them."""
_LINES = 16
"""Contour lines."""


class Scale(NamedTuple):
    """From loss to height and colour: `(f - floor) / unit`, or `log10(f - floor + offset)`.

    Heights are small numbers whatever the loss is: a graphics card has but 7 digits, and none beyond 3e38.
    """

    log: bool
    floor: float = 0.0
    offset: float = 1.0
    unit: float = 1.0

    def __call__(self, loss: Array) -> Array:
        """Return the height at each loss."""
        if not self.log:
            return np.asarray((loss - self.floor) / self.unit)
        return np.asarray(np.log10(np.maximum(loss - self.floor, 0.0) + self.offset))


class Tick(NamedTuple):
    """A mark on the scale: its height, and the loss there as text."""

    at: float
    text: str


class Scenery(NamedTuple):
    """A problem ready to be drawn: axes `(n,)`, loss `(ny, nx)` or `(n,)`, NaN where it is not finite."""

    axes: tuple[Array, ...]
    loss: Array
    scale: Scale
    ticks: tuple[Tick, ...]
    lines: tuple[float, float, float]
    """Contour lines: the heights of the first and the last, and what lies between two."""
    digits: int
    """The digits with which a loss is written, so that different ones look different."""


@lru_cache(maxsize=64)
def scenery(problem: Problem) -> Scenery:
    """Return the picture of a problem of one or two coordinates."""
    count = GRID if problem.dimension == 2 else CURVE
    axes = tuple(_axis(low, high, count) for low, high in problem.domain)
    loss = _filled(problem, axes)
    inside = _inside(loss, axes, problem)
    scale = _scale(inside, problem.infimum)
    heights = scale(inside[np.isfinite(inside)])
    low, high = (float(heights.min()), float(heights.max())) if heights.size else (0.0, 1.0)
    for array in (*axes, loss):
        array.setflags(write=False)
    return Scenery(axes, loss, scale, _ticks(scale, low, high), _lines(low, high), loss_digits(inside))


def _axis(low: float, high: float, count: int) -> Array:
    margin = MARGIN * (high - low)
    return np.linspace(low - margin, high + margin, count)


def _filled(problem: Problem, axes: tuple[Array, ...]) -> Array:
    """Return the loss on a grid, NaN where it has no value.

    Where it has none at a point but beside it, as `sin(x)/x` at 0, it is that of the place a thousandth of the grid's
    step away, if it is one among its neighbours: a pole is none.
    """
    w = np.stack(np.meshgrid(*axes))
    loss = problem.loss(w)
    loss = np.where(np.isfinite(loss), loss, np.nan)
    step = np.array([axis[1] - axis[0] for axis in axes])[:, None] / 1000
    for side in (step, -step, step):  # where two lines of such points cross, one is filled before the other
        missing = np.isnan(loss)
        if not missing.any() or missing.all():
            break
        (low, high), beside = _around(loss, missing), problem.loss(w[:, missing] + side)
        slack = high - low + _CLOSE * float(np.nanmax(loss) - np.nanmin(loss))
        fits = (beside >= low - slack) & (beside <= high + slack)
        loss[missing] = np.where(fits, beside, np.nan)
    return loss


def _around(loss: Array, where: npt.NDArray[np.bool_]) -> tuple[Array, Array]:
    """Return the lowest and the highest of the neighbours of some points of a grid; NaN where none has a value."""
    padded = np.pad(loss, 1, constant_values=np.nan)
    spots = np.argwhere(where)
    shifts = np.array(list(np.ndindex((3,) * loss.ndim)))
    near = padded[tuple(np.moveaxis(spots[:, None, :] + shifts, 2, 0))]
    return np.fmin.reduce(near, axis=1), np.fmax.reduce(near, axis=1)


def _inside(loss: Array, axes: tuple[Array, ...], problem: Problem) -> Array:
    """Return the part of the grid that lies in the domain."""
    keep = [(axis >= low) & (axis <= high) for axis, (low, high) in zip(axes, problem.domain, strict=True)]
    return loss[np.ix_(*reversed(keep))]


def _scale(loss: Array, infimum: float | None) -> Scale:
    """Choose the scale: logarithmic above the lowest known loss where a linear one would show only the walls."""
    finite = loss[np.isfinite(loss)]
    if finite.size == 0:
        return Scale(False)
    least = float(finite.min())
    floor = least if infimum is None else min(infimum, least)
    above = finite - floor
    middle, top = float(np.median(above)), float(above.max())
    if middle <= 0 or top / middle < _SPREAD:
        return Scale(False, least, unit=_power(float(finite.max()) - least))
    return Scale(True, floor, 10.0 ** math.floor(math.log10(middle) - 1.5))


def _power(span: float) -> float:
    """Return the power of ten just below a span; 1 where there is none."""
    return 10.0 ** max(math.floor(math.log10(span)), -300) if 0 < span < math.inf else 1.0


def loss_digits(loss: Array) -> int:
    """Return how many digits it takes to tell losses apart: four of what they differ by, and those they share."""
    finite = loss[np.isfinite(loss)]
    span, size = (float(np.ptp(finite)), float(np.abs(finite).max())) if finite.size else (0.0, 0.0)
    shared = math.log10(size / span) if span > 0 and math.isfinite(span) else 0.0
    return DIGITS + min(max(math.floor(shared), 0), _DOUBLE - DIGITS)


def _ticks(scale: Scale, low: float, high: float) -> tuple[Tick, ...]:
    if not scale.log:
        losses = _round_steps(low * scale.unit + scale.floor, high * scale.unit + scale.floor, 5)
        return _named(scale, losses, losses[0] if losses else 0.0)
    first, last = math.ceil(math.log10(scale.offset)) + 1, math.floor(high)
    powers = range(first, last + 1, max(1, (last - first) // 5 + 1))
    return _named(scale, [scale.floor, *(scale.floor + 10.0**k for k in powers)], scale.floor)


def _named(scale: Scale, losses: list[float], reference: float) -> tuple[Tick, ...]:
    """Return the marks at some losses: as they are, where that tells them apart, else as differences from the first."""
    texts = [short(loss, 3) for loss in losses]
    if len(set(texts)) < len(texts) or any(abs(float(f"{v:.3g}") - v) > 1e-3 * abs(v - reference) for v in losses[1:]):
        texts = [_whole(reference), *(f"+{short(loss - reference, 3)}" for loss in losses[1:])]
    heights = scale(np.array(losses))
    return tuple(Tick(float(at), text) for at, text in zip(heights, texts, strict=True))


def _whole(value: float) -> str:
    """Return a number with all its digits where there is room for them, else about."""
    texts = (show_number(value), short(value, 3).replace("\u2212", "-"))
    text = next((text for text in texts if float(text) == value and len(text) <= _ROOM), f"\u2248{texts[1]}")
    return text.replace("-", "\u2212")


def _round_steps(low: float, high: float, count: int) -> list[float]:
    """Return about `count` round numbers between `low` and `high`, or beside them by a fiftieth of the distance."""
    if not high > low:
        return [low]
    raw = (high - low) / count
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= raw)
    beside = (high - low) / 50
    return [float(k * step) for k in range(math.ceil((low - beside) / step), math.floor((high + beside) / step) + 1)]


def _lines(low: float, high: float) -> tuple[float, float, float]:
    size = (high - low) / _LINES if high > low else 1.0
    return low + size / 2, high, size
