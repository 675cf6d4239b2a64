"""Minima that move with a surface's parameters, found to the last digits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lrviz.catalog import Array
from lrviz.problems.descent import Smooth

_TIE = 1e-12
"""Minima whose losses differ by less are equally deep."""
_APART = 1e-6
"""Points that are nearer to each other are the same minimum."""


def lowest(function: Smooth, guesses: Sequence[Sequence[float]]) -> Array:
    """Return the lowest of the minima next to `guesses`, `(d, k)`; more than one where they are equally deep."""
    found = [_polished(function, _descended(function, np.array(guess, dtype=np.float64))) for guess in guesses]
    least = min(function.loss(w) for w in found)
    kept: list[Array] = []
    for w in found:
        if function.loss(w) <= least + _TIE and all(np.linalg.norm(w - other) > _APART for other in kept):
            kept.append(w)
    columns = np.stack(kept, axis=1)
    columns.setflags(write=False)
    return columns


def _descended(function: Smooth, w: Array) -> Array:
    """Walk downhill by Newton steps whose curvatures are made positive, halved until the loss falls."""
    for _ in range(60):
        curvatures, axes = np.linalg.eigh(function.hessian(w))
        step = axes @ (axes.T @ function.grad(w) / np.maximum(np.abs(curvatures), 1e-3))
        following = next((v for k in range(40) if function.loss(v := w - step / 2**k) < function.loss(w)), None)
        if following is None:
            break
        w = following
    return w


def _polished(function: Smooth, w: Array) -> Array:
    """Take plain Newton steps as long as the gradient becomes shorter."""
    slope = function.grad(w)
    for _ in range(20):
        if not slope.any():
            break
        following = w - np.linalg.lstsq(function.hessian(w), slope)[0]
        new_slope = function.grad(following)
        if not np.linalg.norm(new_slope) < np.linalg.norm(slope):
            break
        w, slope = following, new_slope
    return w
