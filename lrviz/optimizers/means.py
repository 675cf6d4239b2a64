"""Moving means."""

from __future__ import annotations

import numpy as np

from lrviz.catalog import Array


def lerp(start: Array, end: Array, share: float | Array) -> Array:
    """Return `start` moved by `share`, in [0, 1], towards `end`, `(d, R)`.

    As PyTorch's `lerp` it counts from the end that is nearer: from the start alone, a share of 1 from 1e17 to 1 would
    arrive at 0.
    """
    way = end - start
    if isinstance(share, np.ndarray):
        near = share < 0.5
        if not near.all():
            return np.where(near, start + share * way, end - (1 - share) * way)
    elif share >= 0.5:
        way *= 1 - share
        return np.subtract(end, way, out=way)
    way *= share
    way += start
    return way
