"""Powers of a memory, for the corrections of a zero start."""

from __future__ import annotations

from weakref import ref

import numpy as np
import numpy.typing as npt

from lrviz.catalog import Array

_RUNS = 8
"""Runs that must share a value, on average, for its power to be taken once for all of them."""

Distinct = tuple[Array, npt.NDArray[np.intp]]
_found: dict[int, tuple[ref[Array], Distinct | None]] = {}


def power(base: float | Array, t: int | Array) -> Array:
    """Return `base**t`, to the last bit, but quicker where many runs share few values, as on the axis of a map.

    A power costs as much as fifty products, and every step of a map over a memory needs a new one.
    """
    distinct = _distinct(base) if isinstance(base, np.ndarray) and base.ndim == 1 and isinstance(t, int) else None
    if distinct is None:
        return np.asarray(base**t)
    values, places = distinct
    return np.take(values**t, places)


def _distinct(base: Array) -> Distinct | None:
    """Return the distinct values of an array and where each element stands among them; None where they are many.

    It is found once for an array, and forgotten with it: a batch keeps its arrays from step to step.
    """
    key = id(base)
    known = _found.get(key)
    if known is None or known[0]() is not base:
        values, places = np.unique(base, return_inverse=True)
        few = len(values) * _RUNS <= len(base)
        known = _found[key] = (ref(base, lambda _: _found.pop(key, None)), (values, places) if few else None)
    return known[1]
