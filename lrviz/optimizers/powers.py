"""Powers of a memory, for the corrections of a zero start."""

from __future__ import annotations

from weakref import ref

import numpy as np
import numpy.typing as npt

from lrviz.catalog import Array

Distinct = tuple[list[float], npt.NDArray[np.intp]]
_ALONE = np.array(0)
_found: dict[int, tuple[ref[Array], Distinct]] = {}


def power(base: float | Array, t: int | Array) -> Array:
    """Return `base**t`, broadcast: for memories in [0, 1) and steps `t`, rounded as PyTorch's scalars are.

    Corrections divide by 1 - base**t, which makes a thousandfold of an error in the power. NumPy's powers of arrays
    may be off by 4 units in the last place, with wide registers other ones than without: so each is Python's own,
    taken once for each distinct value, of which a batch has few.
    """
    if not isinstance(base, np.ndarray) or not base.ndim:
        values, places = [float(base)], _ALONE
    else:
        values, places = _distinct(base)
    if isinstance(t, int):
        if len(values) == 1:
            return np.asarray(values[0] ** t)
        return np.asarray(np.array([value**t for value in values])[places])
    steps, when = np.unique(t, return_inverse=True)
    table = np.array([[value**step for step in steps.tolist()] for value in values])
    return np.asarray(table[tuple(np.broadcast_arrays(places, when.reshape(np.shape(t))))])


def _distinct(base: Array) -> Distinct:
    """Return the distinct values of an array, and where each of its elements stands among them.

    It is found once for an array, and forgotten with it: a batch keeps its arrays from step to step.
    """
    key = id(base)
    known = _found.get(key)
    if known is None or known[0]() is not base:
        values, places = np.unique(base, return_inverse=True)
        distinct = values.tolist(), places.reshape(base.shape)
        known = _found[key] = (ref(base, lambda _: _found.pop(key, None)), distinct)
    return known[1]
