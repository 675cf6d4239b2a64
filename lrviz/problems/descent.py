"""Many descents at once to the minima next to given points, to the last digits, across kinks and at any scale."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from lrviz.catalog import Array

_LENGTHS = np.array([3.0, 2.0, 1.0, 0.5, 0.25, 2.0**-4, 2.0**-7, 2.0**-10])
"""Tried multiples of Newton's step; 3 leads to the bottom of a quartic, where 1 goes a third of the way."""
_TURNS = 8
_SCALES = 2.0 ** -np.arange(0, 12, 3)
"""Directions of the compass, and the lengths that are tried in each, in its widths."""
_GOLDEN = np.pi * (3 - np.sqrt(5))
"""The compass turns by this angle from step to step, so that no direction is left out for long."""
_ROUND = 4
"""Decimals of the round numbers that are tried."""
_FLOOR = 1e-12
"""A curvature this much smaller than the largest counts as none."""
_STEPS = 100
_NARROW = 2e-16
"""A compass this narrow, in widths of the domain, has found its place."""
_LEVEL = 1e-5
"""Where there is no curvature in some direction, and none that is lower so many widths around, it is level."""
_FAR = 1e6
"""A descent that is this many widths away is given up."""
_PATIENCE, _ASTRAY = 20, 3.0
"""And after so many steps one that has come this many widths away from where it began."""
_MOST = float(np.finfo(np.float64).max)
_EPS = float(np.finfo(np.float64).eps)


class Smooth(Protocol):
    """What a search for minima asks of a function."""

    def loss(self, w: Array) -> Array:
        """Return the loss at `w`."""

    def grad(self, w: Array) -> Array:
        """Return the gradient at `w`."""

    def hessian(self, w: Array) -> Array:
        """Return the Hessian at `w`."""


class Descended(NamedTuple):
    """Where descents ended."""

    w: Array
    """The last positions, `(d, k)`."""
    loss: Array
    """The loss there, `(k,)`."""
    settled: npt.NDArray[np.bool_]
    """Whether a descent came to rest, `(k,)`; the others ran away, or had not arrived."""


def descend(function: Smooth, w: Array, widths: Array, compass: float) -> Descended:
    """Walk downhill from `w` `(d, k)`, with Newton's steps and a compass, until nothing nearby is lower.

    In one or two coordinates, measured in `widths` `(d,)`. Each step goes to the best of several multiples of
    Newton's, whose curvatures are made positive, and of the points of a compass, at first `compass` wide, which finds
    the way at kinks and where there is no curvature. Of points whose losses differ by rounding alone, as next to a
    minimum, or everywhere under a large offset, the one with the shortest gradient is the best.
    """
    scaled = _Scaled(function, widths[:, None])
    place, settled = w / widths[:, None], np.zeros(w.shape[1], dtype=bool)
    radius, active = np.full(w.shape[1], compass), np.arange(w.shape[1])
    with np.errstate(all="ignore"):
        for n in range(_STEPS):
            place[:, active], radius[active], settled[active] = _stepped(
                scaled, place[:, active], radius[active], n * _GOLDEN
            )
            away = np.abs(place - w / widths[:, None]).max(axis=0)
            active = active[~settled[active] & (away[active] < (_FAR if n < _PATIENCE else _ASTRAY))]
            if not active.size:
                break
        return Descended(place * widths[:, None], scaled.loss(place), settled)


class _Scaled:
    """A function of positions in widths of the domain."""

    def __init__(self, function: Smooth, widths: Array) -> None:
        self._function, self._widths = function, widths

    def loss(self, u: Array) -> Array:
        return self._function.loss(self._stretched(u))

    def slope(self, u: Array) -> Array:
        """Return the length of the gradient; of its largest component, which cannot overflow."""
        gradient = self._function.grad(self._stretched(u))
        return np.asarray(np.abs(gradient * self._upright(u)).max(axis=0))

    def parabola(self, u: Array) -> tuple[Array, Array, Array]:
        """Return gradients and Hessians over the Hessian's largest entry, and that, 0 where there is none."""
        gradient = self._function.grad(self._stretched(u)) * self._widths
        hessian = self._function.hessian(self._stretched(u)) * (self._widths[:, None] * self._widths[None])
        size = np.abs(hessian).max(axis=(0, 1))
        size = np.where(np.isfinite(size), size, 0.0)
        unit = np.where(size > 0, size, np.abs(gradient).max(axis=0))
        unit = np.where(np.isfinite(unit) & (unit > 0), unit, 1.0)
        return np.nan_to_num(gradient / unit), np.nan_to_num(hessian / unit), size

    def round_numbers(self, u: Array) -> Array:
        """Return the round numbers near positions `(d, k)`, `(d, k, n)`: where kinks mostly are."""
        unit = 10.0 ** (np.floor(np.log10(self._widths)) - np.arange(_ROUND))[:, None]
        return np.asarray(np.rint(self._stretched(u)[:, :, None] / unit) * unit / self._widths[:, :, None])

    def _stretched(self, u: Array) -> Array:
        return np.asarray(u * self._upright(u))

    def _upright(self, u: Array) -> Array:
        return self._widths.reshape((-1,) + (1,) * (u.ndim - 1))


def _stepped(scaled: _Scaled, u: Array, radius: Array, angle: float) -> tuple[Array, Array, npt.NDArray[np.bool_]]:
    """Return where one step leads, the compass that fits there, and whether there is nothing left to do."""
    gradient, hessian, size = scaled.parabola(u)
    newton, parts, roundness = _newton(gradient, hessian, np.maximum(1.0, np.abs(u).max(axis=0)))
    moves = np.concatenate([-newton[:, :, None] * _LENGTHS, -parts, radius[:, None] * _compass(len(u), angle)], axis=2)
    trials = np.concatenate([u[:, :, None], u[:, :, None] + moves, scaled.round_numbers(u)], axis=2)
    loss = scaled.loss(trials)
    loss = np.where(np.isnan(loss), np.inf, loss)
    rounding = 4 * _EPS * (np.abs(loss[:, 0]) + size * np.square(u).sum(axis=0) / 2)
    best = _best(scaled, trials, loss, rounding)
    chosen = np.take_along_axis(trials, best[None, :, None], axis=2)[:, :, 0]
    went, far = np.abs(chosen - u).max(axis=0), np.abs(u).max(axis=0)
    stays = best == 0
    radius = np.where(stays, radius * _SCALES[-1] / 8, np.minimum(went, radius * 2))
    arrived = np.abs(newton).max(axis=0) <= 8 * _EPS * np.maximum(far, 1e-3)
    firm = (roundness > _FLOOR) | ((roundness >= -_FLOOR) & (radius <= _LEVEL))
    return chosen, radius, stays & ((radius <= _NARROW * np.maximum(far, 1e-2)) | (arrived & firm))


def _best(scaled: _Scaled, trials: Array, loss: Array, rounding: Array) -> npt.NDArray[np.int64]:
    """Return the index of the best trial of each row; 0, where it stands, if none is better.

    Among those within rounding of the lowest loss the shortest gradient counts.
    """
    level = np.asarray(loss <= (loss.min(axis=1) + rounding)[:, None])
    level[:, 0] = True
    slope = np.full(loss.shape, np.inf)
    slope[level] = np.nan_to_num(scaled.slope(trials[:, level]), nan=_MOST, posinf=_MOST)
    lower = np.asarray(loss < (loss[:, 0] - rounding)[:, None])
    fair = np.where(lower.any(axis=1, keepdims=True), level & lower, level)
    return np.asarray(np.where(fair, slope, np.inf).argmin(axis=1))


def _newton(gradient: Array, hessian: Array, longest: Array) -> tuple[Array, Array, Array]:
    """Return Newton's steps `(d, k)` with curvatures made positive, their parts, and how round the parabolas are.

    The parts, `(d, k, d)`, lead along the axes of curvature: one may be right where the other meets a kink. Roundness
    is the lowest curvature over the largest.
    """
    values, axes = np.linalg.eigh(np.moveaxis(hessian, 2, 0))
    along = np.einsum("kji,jk->ki", axes, gradient)
    steep = np.maximum(np.abs(values), _FLOOR * np.abs(values).max(axis=1, keepdims=True))
    steps = np.divide(along, steep, out=np.sign(along) * np.inf, where=steep > 0)
    steps = np.clip(np.where(np.isnan(steps), 0.0, steps), -longest[:, None], longest[:, None])
    parts = np.moveaxis(axes * steps[:, None, :], 0, 1)
    return parts.sum(axis=2), parts, np.asarray(values[:, 0] / np.maximum(values[:, -1], 1e-300))


def _compass(dimension: int, angle: float) -> Array:
    """Return directions of several lengths, `(d, 1, n)`."""
    turns = angle + 2 * np.pi * np.arange(_TURNS) / _TURNS
    rose = np.array([[-1.0, 1.0]]) if dimension == 1 else np.stack([np.cos(turns), np.sin(turns)])
    return np.asarray(rose[:, :, None] * _SCALES).reshape(dimension, 1, -1)
