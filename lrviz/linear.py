"""Lengths, and systems of a few equations, for whole batches and for numbers of any size; component first."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

_LARGE = 1e100
"""Products of numbers below this, and of those above its inverse, stay far from the ends of the numbers."""
_ROUNDING = 16 * np.finfo(np.float64).eps
"""A determinant this small beside its products is rounding: what it is made of was computed itself."""


def unit(v: Array) -> Array:
    """Return the power of two below the largest entry of each vector of `v` `(d, …)`, `(…)`; 1 for 0 and NaN.

    To divide by it changes no digit, and squares of what is left neither overflow nor vanish.
    """
    largest = np.abs(v).max(axis=0)
    usable = (largest > 0) & (largest < np.inf)
    exponent = np.frexp(np.where(usable, largest, 1.0))[1]
    return np.asarray(np.ldexp(1.0, exponent - 1))


def norm(v: Array) -> Array:
    """Return the length of each vector of `v` `(d, …)`, `(…)`; never a warning, infinite only where it is too long."""
    size = unit(v)
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray(size * np.sqrt(np.square(v / size).sum(axis=0)))


def direction(v: Array) -> Array:
    """Return each vector of `v` `(d, …)` at length 1; 0 where it is 0."""
    length = norm(v)
    return np.asarray(v / np.where(length > 0, length, 1.0))


def solve(h: Array, g: Array) -> Array:
    """Return the shortest of the best solutions of `h x = g`: `h` is `(d, d, …)`, `g` `(d, …)`; NaN where not finite.

    Where `h` is singular that is the pseudoinverse: along directions that `h` maps to nothing, `x` is 0. One and two
    dimensions by Cramer's rule, more by LAPACK. Rows and columns are scaled first, so that only what is lost beside
    its own row and column counts as nothing.
    """
    fine: Mask = np.asarray(np.isfinite(h).all(axis=(0, 1)) & np.isfinite(g).all(axis=0))
    with np.errstate(all="ignore"):
        found = _scalar(h, g) if len(g) == 1 else _cramer(h, g) if len(g) == 2 else _lapack(h, g, fine)
        return np.where(fine, found, np.nan)


def _scalar(h: Array, g: Array) -> Array:
    return np.where(h[0] != 0, g / np.where(h[0] != 0, h[0], 1.0), 0.0)


def _cramer(h: Array, g: Array) -> Array:
    answer, determinant, size = _products(h, g)
    ordinary = (size > 1 / _LARGE) & (np.abs(determinant) > _ROUNDING * size)
    if ordinary.all() and max(np.abs(h).max(initial=0.0), np.abs(g).max(initial=0.0)) < _LARGE:
        return answer  # balanced, it would be the same to the last bit, and take four times as long
    scaled, right, columns = _balanced(h, g)
    answer, determinant, size = _products(scaled, right)
    return np.where(np.abs(determinant) > _ROUNDING * size, answer / columns, _of_rank_one(h, g))


def _products(h: Array, g: Array) -> tuple[Array, Array, Array]:
    """Return Cramer's answer, the determinant, and the size of what the determinant is the difference of."""
    (a, b), (c, d) = h
    along, across = a * d, b * c
    determinant = along - across
    answer = np.stack((d * g[0] - b * g[1], a * g[1] - c * g[0])) / determinant
    return answer, determinant, np.abs(along) + np.abs(across)


def _balanced(h: Array, g: Array) -> tuple[Array, Array, Array]:
    """Return `h` with rows and columns of about size 1, `g` with the same rows, and the size of the columns."""
    rows = unit(h.swapaxes(0, 1))
    scaled = h / rows[:, None]
    columns = unit(scaled)
    return scaled / columns, g / rows, columns


def _of_rank_one(h: Array, g: Array) -> Array:
    r"""Return $H^T g / |H|^2$, the pseudoinverse of a matrix of rank one; 0 for a matrix of zeros."""
    size = unit(h.reshape(-1, *h.shape[2:]))
    scaled = h / size
    square = np.square(scaled).sum(axis=(0, 1))
    return np.asarray((scaled * g[:, None]).sum(axis=0) / np.where(square > 0, square, 1.0) / size)


def _lapack(h: Array, g: Array, fine: Mask) -> Array:
    scaled, right, columns = _balanced(np.where(fine, h, 0.0), np.where(fine, g, 0.0))
    matrices = np.moveaxis(scaled, (0, 1), (-2, -1))
    regular: Mask = np.asarray(np.linalg.matrix_rank(matrices) == len(g))
    answer = np.zeros_like(g)
    if regular.any():
        some = np.linalg.solve(matrices[regular], np.moveaxis(right, 0, -1)[regular][..., None])[..., 0]
        answer[:, regular] = some.T / columns[:, regular]
    if not regular.all():
        size = unit(h.reshape(-1, *h.shape[2:]))
        inverse = np.linalg.pinv(np.moveaxis(np.where(fine, h, 0.0) / size, (0, 1), (-2, -1))[~regular])
        answer[:, ~regular] = (inverse @ np.moveaxis(g, 0, -1)[~regular][..., None])[..., 0].T / size[~regular]
    return answer
