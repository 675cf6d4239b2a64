"""The picture of a problem: its loss on a grid, on a scale that shows the valley and the walls."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from lrviz.catalog import Array, short
from lrviz.problems import Problem

GRID = 297
"""Points in each direction: fine enough for contour lines in narrow valleys; the surface takes every second."""
CURVE = 480
MARGIN = 0.15
"""How far the picture goes on beyond the domain, as a share of its width, for those who move it."""
_SPREAD = 12.0
"""From this ratio of the highest to the median loss on, the scale is logarithmic."""
_LINES = 16
"""Contour lines."""


class Scale(NamedTuple):
    """From loss to height and colour: `f`, or `log10(f - floor + offset)`."""

    log: bool
    floor: float = 0.0
    offset: float = 1.0

    def __call__(self, loss: Array) -> Array:
        """Return the height at each loss."""
        if not self.log:
            return np.asarray(loss)
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


@lru_cache(maxsize=64)
def scenery(problem: Problem) -> Scenery:
    """Return the picture of a problem of one or two coordinates."""
    count = GRID if problem.dimension == 2 else CURVE
    axes = tuple(_axis(low, high, count) for low, high in problem.domain)
    loss = _finite(problem.loss(np.stack(np.meshgrid(*axes))))
    inside = _inside(loss, axes, problem)
    scale = _scale(inside, problem.infimum)
    heights = scale(inside[np.isfinite(inside)])
    low, high = (float(heights.min()), float(heights.max())) if heights.size else (0.0, 1.0)
    for array in (*axes, loss):
        array.setflags(write=False)
    return Scenery(axes, loss, scale, _ticks(scale, low, high), _lines(low, high))


def _axis(low: float, high: float, count: int) -> Array:
    margin = MARGIN * (high - low)
    return np.linspace(low - margin, high + margin, count)


def _finite(loss: Array) -> Array:
    return np.where(np.isfinite(loss), loss, np.nan)


def _inside(loss: Array, axes: tuple[Array, ...], problem: Problem) -> Array:
    """Return the part of the grid that lies in the domain."""
    keep = [(axis >= low) & (axis <= high) for axis, (low, high) in zip(axes, problem.domain, strict=True)]
    return loss[np.ix_(*reversed(keep))]


def _scale(loss: Array, infimum: float | None) -> Scale:
    """Choose the scale: logarithmic above the lowest known loss where a linear one would show only the walls."""
    finite = loss[np.isfinite(loss)]
    if finite.size == 0:
        return Scale(False)
    floor = float(finite.min()) if infimum is None else min(infimum, float(finite.min()))
    above = finite - floor
    middle, top = float(np.median(above)), float(above.max())
    if middle <= 0 or top / middle < _SPREAD:
        return Scale(False)
    return Scale(True, floor, 10.0 ** math.floor(math.log10(middle) - 1.5))


def _ticks(scale: Scale, low: float, high: float) -> tuple[Tick, ...]:
    if not scale.log:
        return tuple(Tick(at, short(at, 3)) for at in _round_steps(low, high, 5))
    first, last = math.ceil(math.log10(scale.offset)) + 1, math.floor(high)
    stride = max(1, (last - first) // 5 + 1)
    powers = range(first, last + 1, stride)
    marks = [Tick(float(scale(np.array(scale.floor + 10.0**k))), short(scale.floor + 10.0**k, 3)) for k in powers]
    return (Tick(float(scale(np.array(scale.floor))), short(scale.floor, 3)), *marks)


def _round_steps(low: float, high: float, count: int) -> list[float]:
    """Return about `count` round numbers between `low` and `high`."""
    if not high > low:
        return [low]
    raw = (high - low) / count
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= raw)
    return [float(k * step) for k in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _lines(low: float, high: float) -> tuple[float, float, float]:
    size = (high - low) / _LINES if high > low else 1.0
    return low + size / 2, high, size
