"""How the values of a number are spaced where they are seen: on sliders, knobs and the axes of maps."""

from __future__ import annotations

import math

import numpy as np

from lrviz.catalog.fields import Scale
from lrviz.catalog.numbers import Array

_FEWEST, _MOST = 3, 15
"""Significant digits of a value on a logarithmic scale."""


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
    """Return `count` evenly spaced values, both ends included, exactly.

    Those of a `log` scale, and what is missing from 1 on a `memory`, have the fewest digits that leave them evenly
    spaced: what is printed is what was tried.
    """
    if scale == "linear":
        return np.linspace(low, high, count)
    memory = scale == "memory"
    ends = (1 - low, 1 - high) if memory else (low, high)
    values = _rounded(np.geomspace(*ends, count))
    if memory:  # what is missing from 1 is round, and so is the rest
        values = np.array([float(f"{1 - value:.12g}") for value in values.tolist()])
    values[-1], values[0] = high, low
    return np.clip(values, low, high)


def _rounded(values: Array) -> Array:
    """Return values in equal ratios with digits that tell neighbours apart by ten units and more; three at least."""
    if len(values) < 2 or values[0] == values[-1]:
        return values
    apart = abs(math.log(values[-1] / values[0])) / (len(values) - 1)
    digits = min(max(1 - math.floor(math.log10(apart)), _FEWEST), _MOST)
    return np.array([float(f"{value:.{digits}g}") for value in values.tolist()])
