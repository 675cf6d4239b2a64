"""Curves over steps with fewer vertices: none that the eye would miss, and no oscillation drawn as a smooth line."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from lrviz.catalog import Array

Mask = npt.NDArray[np.bool_]


def kept(channels: Array, tolerance: Array, last: npt.NDArray[np.int64]) -> Mask:
    """Return which steps `(N, V)` to keep so that straight lines between them stay close to the curves at every step.

    The first and the last step of a curve are kept, and as few between as one pass finds: the line from one kept
    vertex to the next differs at no step and in no channel by more than `tolerance` (a swing filter, Elmeleegy et al.
    2009, https://doi.org/10.14778/1687627.1687645, whose ends are vertices of the curve). A uniform stride would draw
    an oscillation as whatever it aliases to.

    Args:
        channels: `(C, N, V)`: what a curve shows at each step, in each channel.
        tolerance: What a line may be off, positive, broadcastable to `(C, N, V)`.
        last: The last step of each curve, `(V,)`; later ones are not looked at.
    """
    steps, members = channels.shape[1:]
    off = np.broadcast_to(tolerance, channels.shape)
    mask = np.zeros((steps, members), dtype=bool)
    mask[0] = True
    anchor, at = channels[:, 0].copy(), np.zeros(members)
    low, high = np.full_like(anchor, -np.inf), np.full_like(anchor, np.inf)
    for n in range(1, steps):
        rise, run = channels[:, n] - anchor, n - at
        slope = rise / run
        turns = ~((slope >= low) & (slope <= high)).all(axis=0)
        if turns.any():  # the vertex before is the last that one line reaches
            mask[n - 1] |= turns
            anchor[:, turns], at[turns] = channels[:, n - 1, turns], n - 1
            low[:, turns], high[:, turns] = -np.inf, np.inf
            rise, run = channels[:, n] - anchor, n - at
        np.maximum(low, (rise - off[:, n]) / run, out=low)
        np.minimum(high, (rise + off[:, n]) / run, out=high)
    mask[last, np.arange(members)] = True
    return np.asarray(mask & (np.arange(steps)[:, None] <= last))


def extremes(channels: Array, last: int, most: int) -> Mask:
    """Return at most about `most` steps `(N,)` of one curve `(C, N)` that hold its extremes, stretch by stretch.

    For a curve that turns at nearly every step. Of each of equally long stretches the lowest and the highest step of
    every channel is kept, so that all others lie within the box of those that are: the envelope of the oscillation is
    exact, as on an oscilloscope.
    """
    count = max(1, (most - 2) // (2 * len(channels)))
    length = -(-(last + 1) // count)
    padded = np.full((len(channels), -(-(last + 1) // length) * length), np.nan)
    padded[:, : last + 1] = channels[:, : last + 1]
    stretches = padded.reshape(len(channels), -1, length)
    starts = np.arange(stretches.shape[1]) * length
    mask = np.zeros(channels.shape[1], dtype=bool)
    mask[[0, last]] = True
    mask[starts + np.where(np.isnan(stretches), np.inf, stretches).argmin(axis=2)] = True
    mask[starts + np.where(np.isnan(stretches), -np.inf, stretches).argmax(axis=2)] = True
    return mask
