"""Points without slope near a position, and what kind of point each is: found by Newton's method, and made sure of."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lrviz.analysis.landmarks import curvatures
from lrviz.catalog import Array
from lrviz.problems import Problem
from lrviz.simulation.batch import selected

Mask = npt.NDArray[np.bool_]
_ITERATIONS = 40
_ARRIVED = 1e-9
"""A Newton step this short, in widths, has arrived."""
_AROUND = 1e-4
"""How far from the point, in widths, its curvature must have the same signs."""
_SIGN = 1e-8
"""A curvature smaller than this share of the largest has no sign that could be relied on."""


class Places(NamedTuple):
    """For each position the point without slope next to it; arrays are `(…)`, and where none was found both are False.

    A curvature counts only if it has its sign at the point and at a ten-thousandth of a width on every side of it: a
    point of inflection is neither a minimum nor a saddle.
    """

    w: Array
    """`(d, …)`."""
    minimum: Mask
    """Whether the loss curves upwards in every direction."""
    falls: Mask
    """Whether it curves downwards in some direction, so that the point is no minimum."""
    top: Mask
    """Whether it curves downwards in every direction."""


def places(problem: Problem, widths: Array, w: Array, reach: float) -> Places:
    """Return the point without slope within `reach` widths of each position `(d, m)`, where there is one.

    `problem` may be a stack of m problems.
    """
    with np.errstate(all="ignore"):
        at, found = _polished(problem, widths, w, reach)
        low, high = _curvatures_around(problem, widths, at)
        size = _SIGN * np.maximum(np.abs(low), np.abs(high)).max(axis=0)
        minimum = found & (low > size).all(axis=0)
        falls = found & (low < -size).all(axis=0)
        return Places(at, minimum, falls, falls & (high < -size).all(axis=0))


def _polished(problem: Problem, widths: Array, w: Array, reach: float) -> tuple[Array, Mask]:
    """Return where Newton's method leads, and whether it arrived without straying further than `reach`."""
    at, found = w.copy(), np.zeros(w.shape[1], dtype=bool)
    going = np.flatnonzero(np.isfinite(w).all(axis=0))
    for _ in range(_ITERATIONS):
        if not going.size:
            break
        some, here = selected(problem, going), at[:, going]
        gradient = some.grad(here)
        step = np.where((gradient == 0).all(axis=0), 0.0, newton(some.hessian(here), gradient))
        at[:, going] = here - step
        length = (np.abs(step) / widths[:, None]).max(axis=0)
        near = (np.abs(at[:, going] - w[:, going]) / widths[:, None]).max(axis=0) <= reach
        found[going] = near & (length <= _ARRIVED)
        going = going[near & (length > _ARRIVED)]
    return at, found


def _curvatures_around(problem: Problem, widths: Array, at: Array) -> tuple[Array, Array]:
    """Return the lowest and the largest curvature at points `(d, m)` and on all sides of them, `(2 d + 1, m)`."""
    around = [problem.hessian(at)]
    for k, width in enumerate(widths):
        for way in (-_AROUND, _AROUND):
            beside = at.copy()
            beside[k] += way * width
            around.append(problem.hessian(beside))
    low, high = curvatures(np.stack(around, axis=2))
    return low, high


def newton(hessian: Array, gradient: Array) -> Array:
    """Return Newton's step `(d, m)` to be subtracted; infinite or NaN where the Hessian `(d, d, m)` is singular."""
    size = np.abs(hessian).max(axis=(0, 1))
    h, g = hessian / size, gradient / size
    if len(g) == 1:
        return np.asarray(g / h[0])
    if len(g) == 2:
        (a, b), (c, d) = h
        return np.asarray(np.stack((d * g[0] - b * g[1], a * g[1] - c * g[0])) / (a * d - b * c))
    matrices = np.moveaxis(h, -1, 0)
    fine = np.isfinite(matrices).all(axis=(1, 2)) & (np.linalg.matrix_rank(np.nan_to_num(matrices)) == len(g))
    solved = np.linalg.solve(np.where(fine[:, None, None], matrices, np.eye(len(g))), np.moveaxis(g, -1, 0)[..., None])
    return np.asarray(np.where(fine, np.moveaxis(solved[..., 0], 0, -1), np.nan))
