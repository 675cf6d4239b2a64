"""The local minima of a problem that a picture shows, beside the known ones."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from lrviz.analysis.landmarks import Landmarks, curvatures, landmarks, length, minimum_distances, newton_step
from lrviz.catalog import Array
from lrviz.problems import Problem

MOST = 40
"""Where there are more, none is returned: the contours show a pattern better than as many marks."""
_CANDIDATES = 1000
"""Points of a grid below their neighbours: from here on the grid is too coarse for the waves."""
_STEPS = 25
_REST = 1e-9
"""A Newton step this short, in widths of the domain, has arrived."""
_SAME = 1e-4
"""Points nearer to each other, in widths of the domain, are the same minimum."""
_FLAT = 1e-9
"""A curvature this much smaller than the largest counts as none."""
_SHALLOW = 1e-3
"""A hollow whose parabola rises by less than this share of the picture's range across the domain is not seen."""


def local_minima(problem: Problem, axes: tuple[Array, ...], loss: Array) -> Array:
    """Return the local minima of one or two coordinates within a grid, `(d, k)`, the lowest first, known ones left out.

    `axes` are those of the picture and `loss` its values, `(n,)` or `(ny, nx)`. Newton's method starts from every point
    of the grid that none of its neighbours lies below, and a minimum is where it ends with a positive curvature in
    every direction: a kink, a floor without curvature and a hollow between two points of the grid are not found.
    """
    candidates = _not_above(loss)
    if not 0 < candidates.sum() <= _CANDIDATES:
        return np.empty((len(axes), 0))
    w = np.stack(np.meshgrid(*axes))[:, candidates]
    with np.errstate(all="ignore"):
        for _ in range(_STEPS):
            w = w - newton_step(problem.hessian(w), problem.grad(w))
        w = w[:, _is_minimum(problem, w, np.nanmax(loss) - np.nanmin(loss)) & _within(axes, w)]
    w = _distinct(landmarks(problem), w[:, np.argsort(problem.loss(w), kind="stable")])
    return w if w.shape[1] <= MOST else w[:, :0]


def _distinct(known: Landmarks, w: Array) -> Array:
    """Leave out the known minima, and all but the first of those that are the same."""
    same = np.tril(length(known, w[:, :, None] - w[:, None, :]) <= _SAME, -1)
    return w[:, ~same.any(axis=1) & (minimum_distances(known, w) > _SAME)]


def _not_above(loss: Array) -> npt.NDArray[np.bool_]:
    """Return where a grid inside of its border is finite and not above any neighbour."""
    padded = np.pad(loss, 1, constant_values=-np.inf)
    low = np.isfinite(loss)
    for shift in np.ndindex((3,) * loss.ndim):
        neighbours = padded[tuple(slice(k, k + n) for k, n in zip(shift, loss.shape, strict=True))]
        low &= ~(neighbours < loss)
    return low


def _is_minimum(problem: Problem, w: Array, span: float) -> npt.NDArray[np.bool_]:
    hessian, known = problem.hessian(w), landmarks(problem)
    low, high = curvatures(hessian)
    at_rest = length(known, newton_step(hessian, problem.grad(w))) <= _REST
    rise = high * known.widths.max() ** 2 / 2
    return np.asarray(at_rest & (low > _FLAT * high) & (rise > _SHALLOW * span))


def _within(axes: tuple[Array, ...], w: Array) -> npt.NDArray[np.bool_]:
    borders = [(axis[0], axis[-1]) for axis in axes]
    inside = [(row > low) & (row < high) for row, (low, high) in zip(w, borders, strict=True)]
    return np.asarray(np.all(inside, axis=0))
