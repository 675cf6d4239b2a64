"""How the values of a number are spaced where they are seen: on sliders, knobs and the axes of maps."""

from __future__ import annotations

import numpy as np

from lrviz.catalog.fields import Scale
from lrviz.catalog.numbers import Array


def placed(scale: Scale, values: Array | float) -> Array:
    """Return where values stand: their logarithm on a `log` scale, that of what is missing from 1 on a `memory`."""
    with np.errstate(all="ignore"):
        if scale == "log":
            return np.asarray(np.log10(values))
        if scale == "memory":
            return np.asarray(-np.log10(1 - np.asarray(values)))
    return np.asarray(values)


def unplaced(scale: Scale, places: Array | float) -> Array:
    """Return the values at some places: the inverse of `placed`."""
    if scale == "log":
        return np.asarray(10.0 ** np.asarray(places))
    if scale == "memory":
        return np.asarray(1 - 10.0 ** -np.asarray(places))
    return np.asarray(places)


def spaced(scale: Scale, low: float, high: float, count: int) -> Array:
    """Return `count` evenly spaced values, both ends included, exactly."""
    if scale == "linear":
        return np.linspace(low, high, count)
    values = np.geomspace(low, high, count) if scale == "log" else 1 - np.geomspace(1 - low, 1 - high, count)
    return np.clip(values, low, high)
