"""What is known of a problem before a run: its size, its minima, its lowest value, its curvature."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lrviz.catalog import Array
from lrviz.linear import norm, solve
from lrviz.problems import InfimumIs, Problem

_GRID = 33
"""Points in each direction at which the spread of the loss is measured."""
_FLOOR = 1e-4
"""Curvatures this much smaller than the largest count as none in a Newton step."""


class Landmarks(NamedTuple):
    """The measures of a problem that a verdict rests on."""

    widths: Array
    """The width of the domain, `(d,)`."""
    minima: Array
    """The known minima, `(d, k)`; `(d, k, R)` where they differ from run to run."""
    lowest: float | Array | None
    """The infimum; None where there is none, and where it is not known: nothing may then be compared with it."""
    bounded: bool
    """Whether the infimum is known to exist."""
    stopped: bool
    """Whether there is a box out of which a run has left for good, where the simulation ends it."""
    domain: Array
    """The domain, `(d, 2)`."""
    kinked: bool
    """Whether the problem is known to have kinks."""
    infimum_is: InfimumIs
    """Whether there is a lowest value: attained, unattained, unbounded, or unknown."""
    spread: float
    """How much the loss differs within the domain: its median above its lowest, on a grid; 0 where it has no value."""

    @property
    def infimum(self) -> float | Array | None:
        """The infimum; None where it is not known to exist."""
        return self.lowest if self.bounded else None

    def of(self, columns: npt.NDArray[np.int64]) -> Landmarks:
        """Return the landmarks for some of the runs, each as often as it is named."""
        minima = self.minima if self.minima.ndim == 2 else self.minima[..., columns]
        lowest = self.lowest[columns] if isinstance(self.lowest, np.ndarray) and self.lowest.ndim else self.lowest
        return self._replace(minima=minima, lowest=lowest)


@lru_cache(maxsize=256)
def landmarks(problem: Problem) -> Landmarks:
    """Return the landmarks of a problem."""
    domain = np.array(problem.domain, dtype=np.float64)
    return Landmarks(
        domain[:, 1] - domain[:, 0],
        np.asarray(problem.minima, dtype=np.float64),
        problem.infimum,
        problem.infimum is not None,
        problem.stops is not None,
        domain,
        bool(problem.kinks),
        problem.infimum_is,
        _spread(problem, domain),
    )


def _spread(problem: Problem, domain: Array) -> float:
    if problem.dimension > 2:
        return 0.0
    axes = [np.linspace(low, high, _GRID) for low, high in domain]
    loss = problem.loss(np.stack(np.meshgrid(*axes, indexing="ij")))
    finite = loss[np.isfinite(loss)]
    return float(np.median(finite) - finite.min()) if finite.size else 0.0


def lowest_of(problem: Problem) -> float | None:
    """Return the infimum of one problem; None where there is none, and where it is not known."""
    return problem.infimum


def joined(members: Sequence[Landmarks], columns: npt.NDArray[np.int64]) -> Landmarks:
    """Return the landmarks of runs of which each belongs to one of `members`: `columns` `(R,)` says to which."""
    first, count = members[0], max(member.minima.shape[1] for member in members)
    if any(member.lowest is None for member in members) or any(not m.minima.size for m in members if count):
        lowest = None if any(m.lowest is None for m in members) else np.array([m.lowest for m in members])[columns]
        return first._replace(minima=first.minima[:, :0], lowest=lowest)
    minima = [m.minima[:, np.arange(count) % max(m.minima.shape[1], 1)] for m in members]
    return first._replace(
        minima=np.stack(minima, axis=-1)[..., columns], lowest=np.array([m.lowest for m in members])[columns]
    )


def curvatures(hessian: Array) -> tuple[Array, Array]:
    """Return the lowest and the largest eigenvalue of symmetric matrices `(d, d, …)`, NaN where one is not finite.

    One and two dimensions in closed form, more by LAPACK.
    """
    if len(hessian) == 1:
        return hessian[0, 0], hessian[0, 0]
    if len(hessian) == 2:
        with np.errstate(all="ignore"):
            middle = (hessian[0, 0] + hessian[1, 1]) / 2
            radius = np.hypot((hessian[0, 0] - hessian[1, 1]) / 2, hessian[0, 1])
        return middle - radius, middle + radius
    matrices = np.moveaxis(hessian, (0, 1), (-2, -1))
    fine = np.asarray(np.isfinite(matrices).all(axis=(-2, -1)))
    values = np.linalg.eigvalsh(np.where(fine[..., None, None], matrices, 0.0))
    return np.where(fine, values[..., 0], np.nan), np.where(fine, values[..., -1], np.nan)


def newton_step(hessian: Array, gradient: Array) -> Array:
    r"""Return the way to the stationary point of the local parabola, `(d, …)`: $(H^2 + \epsilon^2 I)^{-1} H g$.

    With $\epsilon$ a ten-thousandth of the size of $H$ it is the Newton step wherever curvature says anything, and
    finite along directions without curvature (Tikhonov). Infinite where there is no curvature at all but a slope.
    """
    size = norm(hessian.reshape(-1, *hessian.shape[2:]))
    safe = np.where(size > 0, size, 1.0)
    scaled, slope = hessian / safe, gradient / safe
    normal = np.einsum("ij...,jk...->ik...", scaled, scaled) + _FLOOR**2 * _identity(hessian)
    right = np.einsum("ij...,j...->i...", scaled, slope)
    step = solve(normal, right)
    hopeless = np.where((gradient != 0).any(axis=0), np.inf, 0.0)
    return np.asarray(np.where(size > 0, step, hopeless))


def _identity(like: Array) -> Array:
    return np.eye(len(like)).reshape(like.shape[:2] + (1,) * (like.ndim - 2))


def length(known: Landmarks, move: Array) -> Array:
    """Return the length of displacements `(d, …)` in widths of the domain."""
    return np.asarray(np.sqrt(np.square(move / _upright(known.widths, move)).sum(axis=0)))


def rest_distance(problem: Problem, known: Landmarks, w: Array) -> Array:
    """Return how far, in widths, `w` `(d, …)` is from rest: from a known minimum, or from where Newton's step leads."""
    return np.fmin(length(known, newton_step(problem.hessian(w), problem.grad(w))), minimum_distances(known, w))


def minimum_distances(known: Landmarks, w: Array) -> Array:
    """Return the distance, in widths, from `w` `(d, …)` to the nearest known minimum; infinite where none is known."""
    best = np.full(w.shape[1:], np.inf)
    for i in range(known.minima.shape[1]):
        minimum = known.minima[:, i]
        best = np.fmin(best, length(known, w - (_upright(minimum, w) if minimum.ndim == 1 else minimum)))
    return best


def _upright(column: Array, like: Array) -> Array:
    return np.asarray(column.reshape((-1,) + (1,) * (like.ndim - 1)))
