"""What a path shows up to a moment, in numbers: all that a kind of outcome rests on, for many moments and runs."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lrviz.catalog import Array

LATELY = 48
"""The most steps over which a run must have stayed at a place, or have turned back."""
_QUARTER = 12
"""The last quarter of the steps has so many at least, where there are so many."""
_TURNS = 8
"""So many steps are looked at at least for those that lead back."""
Whole = npt.NDArray[np.int64]


class Seen(NamedTuple):
    """A moment of a run; arrays are `(…)` over moments and runs, positions `(d, …)`.

    Lately is over a quarter of the steps, `LATELY` at most.
    """

    w: Array
    first_w: Array
    """Where the run began, broadcastable to `w`."""
    loss: Array
    start_loss: Array
    peak: Array
    """The highest loss so far."""
    low: Array
    """The lowest of each coordinate lately, `(d, …)`."""
    high: Array
    """The highest of each coordinate lately, `(d, …)`."""
    lately_high: Array
    """The highest loss lately."""
    turns: Array
    """The share of the last steps that lead back against the step before."""
    before_low: Array
    """The lowest loss before the last quarter of the steps."""
    before_high: Array
    earlier_low: Array
    """The lowest loss in the earlier half of the last quarter."""
    earlier_high: Array
    later_low: Array
    """The lowest loss in the later half."""
    later_high: Array
    steps: Whole
    """The steps taken, broadcastable to `(…)`."""


def quarter(n: Whole) -> Whole:
    """Return the last quarter of `n` steps: twelve at least, where there are so many."""
    return np.minimum(np.maximum(n // 4, _QUARTER), n)


def lately(n: Whole) -> Whole:
    """Return over how many steps, at step `n`, a run must have stayed at a place: a quarter, `LATELY` at most."""
    return np.minimum(np.clip(n // 4, 2, LATELY), n)


def turning(n: Whole) -> Whole:
    """Return of how many steps, at step `n`, it is counted how many lead back."""
    return np.minimum(np.clip(n // 4, _TURNS, LATELY), n)


def half(window: Whole) -> Whole:
    """Return how many steps before its end the later half of a window begins."""
    return np.maximum((window - 1) // 2, 0)


def path_seen(positions: Array, loss: Array, widths: Array) -> Seen:
    """Return every moment of paths `(steps + 1, d, R)` with losses `(steps + 1, R)`, each from its own past alone."""
    n = np.arange(len(loss))
    short, long = lately(n), quarter(n)
    low, high = _extremes(positions, n - short, n)
    before = np.fmin.accumulate(loss, axis=0)[n - long], np.fmax.accumulate(loss, axis=0)[n - long]
    earlier, later = _extremes(loss, n - long, n - half(long) - 1), _extremes(loss, n - half(long), n)
    return Seen(
        np.moveaxis(positions, 1, 0),
        positions[0][:, None, :],
        loss,
        np.broadcast_to(loss[0], loss.shape),
        np.fmax.accumulate(loss, axis=0),
        np.moveaxis(low, 1, 0),
        np.moveaxis(high, 1, 0),
        _extremes(loss, n - short, n)[1],
        _turns(positions, widths, n, turning(n)),
        *before,
        *earlier,
        *later,
        n[:, None],
    )


def turned(move: Array, before: Array) -> npt.NDArray[np.bool_]:
    """Return where a step leads back against the one before; both `(d, …)`, in widths."""
    return np.asarray(np.add.reduce(move * before) < 0)


def _turns(positions: Array, widths: Array, n: Whole, window: Whole) -> Array:
    moves = np.moveaxis(np.diff(positions, axis=0), 1, 0) / widths[:, None, None]
    back = np.zeros((len(n), positions.shape[2]))
    back[2:] = turned(moves[:, 1:], moves[:, :-1])
    count = np.cumsum(back, axis=0)
    # of the steps n − window + 1 to n each is held against the one before, which must be one of them too
    first = np.minimum(n - window + 1, n)
    return np.asarray((count - count[first]) / np.maximum(window - 1, 1)[:, None])


def _extremes(values: Array, first: Whole, last: Whole) -> tuple[Array, Array]:
    """Return the lowest and the highest of rows `first` to `last` (included) for each pair, NaN where one is NaN.

    By doubling: the extremes of 2, 4, 8 … rows in a row, of which two cover any stretch.
    """
    first = np.clip(first, 0, len(values) - 1)
    span = np.maximum(last - first + 1, 1)
    level = np.frexp(span.astype(np.float64))[1] - 1
    low, high = np.empty_like(values), np.empty_like(values)
    lowest = highest = values
    for j in range(int(level.max(initial=0)) + 1):
        rows = np.flatnonzero(level == j)
        a, b = first[rows], (first + span)[rows] - 2**j
        low[rows], high[rows] = np.minimum(lowest[a], lowest[b]), np.maximum(highest[a], highest[b])
        if len(lowest) <= 2**j:
            break
        lowest = np.minimum(lowest[: -(2**j)], lowest[2**j :])
        highest = np.maximum(highest[: -(2**j)], highest[2**j :])
    return low, high


def halves(steps: int) -> tuple[int, int]:
    """Return the steps with which the earlier and the later half of the last quarter of `steps` steps begin."""
    window = quarter(np.array(steps))
    return steps - int(window), steps - int(half(window))
