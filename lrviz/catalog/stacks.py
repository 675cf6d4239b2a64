"""Many entries of one class as one entry whose fields are arrays."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

import numpy as np

from lrviz.catalog.entries import E_, Entry, hypers
from lrviz.catalog.numbers import Array


def batch_key(entry: Entry) -> tuple[object, ...]:
    """Return what two entries must share to be computed as one batch: the class and what cannot become an array."""
    own = type(entry)
    return (own, *(getattr(entry, name) for name in own.shared_hypers)) if own.shared_hypers else (own,)


def stack(entries: Sequence[E_]) -> E_:
    """Return one entry whose numeric fields stand for all of `entries`.

    A field in which they agree becomes a 0-d array, one in which they differ an array of shape `(R,)`. The result
    bypasses validation and serves the simulation loop alone. All entries must have the same `batch_key`.
    """
    first = entries[0]
    batch = object.__new__(type(first))
    for name, spec in hypers(type(first)).items():
        value = _stacked(column(entries, name)) if spec.stacks else getattr(first, name)
        object.__setattr__(batch, name, value)
    return batch


def column(members: Sequence[object], name: str) -> Array:
    """Return a number of every member as an array `(R,)`."""
    return np.fromiter(map(attrgetter(name), members), np.float64, len(members))


def _stacked(values: Array) -> Array:
    return values if np.any(values != values[0]) else np.array(values[0])
