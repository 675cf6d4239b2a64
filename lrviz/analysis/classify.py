"""From what is seen of a path to the kind of outcome, for many moments and runs at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lrviz.analysis.claims import KINDS, Kind
from lrviz.analysis.landmarks import Landmarks, curvatures
from lrviz.analysis.places import places
from lrviz.analysis.windows import Seen, Whole
from lrviz.catalog import Array
from lrviz.problems import Problem
from lrviz.simulation.batch import selected

Codes = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

REST = 1e-3
"""A run is at rest when it stays within this share of the picture's width."""
NEAR = 0.02
"""A run is held at a place without slope when it stays, and the place is, within this share of the width."""
GONE = 1e-4
"""A run has arrived when no more than this share of what there was to lose is left."""
FLAT = 0.01
"""The ground is flat where the loss varies by less than this share of what is missing."""
STILL = 1e-6
"""The loss stands still when it changes by less than this share of what it has changed altogether."""
BACK = 0.75
"""A run oscillates when this share of its steps leads back."""
_FIRST = 4
"""The step from which on a run may be said to oscillate."""
_EXACT = 1e-8
"""A loss so near to the infimum, as a share of what there was to lose, is in the minimum wherever that is."""
_SURELY = 0.5
"""The share of `FLAT` that the probes may find: between them the loss may vary by more."""
_ROUND = 16
"""Directions in which it is looked whether the ground is flat."""


def code(kind: Kind) -> np.uint8:
    """Return the number of a kind."""
    return np.uint8(KINDS.index(kind))


@dataclass(frozen=True)
class Kinds:
    """The kinds of outcome of many moments, and what they rest on; arrays are `(…)`."""

    codes: Codes
    """Indices in `KINDS`."""
    trends: Codes
    """What would be said of the loss alone."""
    ground: Array
    """The loss of the minimum, or of the point without slope, that is near; NaN where there is none."""
    top: Mask
    """Whether that point is a maximum."""


def classify(problem: Problem, known: Landmarks, seen: Seen, ended: Mask, fell: Mask, noisy: Mask) -> Kinds:
    """Return the kind of each moment; `problem` may be a stack of as many problems as the last axis has runs.

    `ended` says which have ended, `fell` which of those at a loss lower than at the start, `noisy` whose gradients are.
    """
    with np.errstate(all="ignore"):
        trends = _trends(seen, noisy)
        found = _settled(problem, known, seen, ended)
        conditions = {
            "diverged": ended & ~fell,
            "left": ended & fell,
            "catapulted": found.minimum & found.catapulted,
            "converged": found.minimum & ~found.lower,
            "trapped": found.minimum,
            "saddle": found.held,
            "plateau": found.flat,
            "rising": trends == code("rising"),
            "oscillating": (seen.turns >= BACK) & (seen.steps >= _FIRST),
            "still": trends == code("still"),
            "descending": trends == code("descending"),
        }
        full = [np.broadcast_to(condition, seen.loss.shape) for condition in conditions.values()]
        numbers = [np.uint8(i) for i in range(len(full))]
        assert tuple(conditions) == KINDS[:-1]
        codes = np.select(full, numbers, default=np.uint8(len(KINDS) - 1)).astype(np.uint8)
        return Kinds(codes, trends, found.ground, found.top)


def _trends(seen: Seen, noisy: Mask) -> Codes:
    low, high = np.minimum(seen.earlier_low, seen.later_low), np.maximum(seen.earlier_high, seen.later_high)
    still = high - low <= STILL * np.abs(seen.start_loss - seen.loss)
    falls = np.where(noisy, seen.later_high <= seen.earlier_low, low < seen.before_low)
    rises = np.where(noisy, seen.later_low >= seen.earlier_high, high > seen.before_high)
    kinds = [code("still"), code("descending"), code("rising")]
    return np.select([still, falls, rises], kinds, default=code("stalled")).astype(np.uint8)


@dataclass
class _Settled:
    """Where runs stay, `(…)`."""

    minimum: Mask
    lower: Mask
    """Whether a lower value is known than that of the minimum."""
    catapulted: Mask
    held: Mask
    flat: Mask
    ground: Array
    top: Mask


def _settled(problem: Problem, known: Landmarks, seen: Seen, ended: Mask) -> _Settled:
    shape = seen.loss.shape
    nothing = np.zeros(shape, dtype=bool)
    masks = {name: nothing.copy() for name in ("minimum", "lower", "catapulted", "held", "flat", "top")}
    found = _Settled(ground=np.full(shape, np.nan), **masks)
    widths = known.widths.reshape((-1,) + (1,) * len(shape))
    staying = ((seen.high - seen.low) / widths <= 2 * NEAR).all(axis=0) & (seen.steps >= 2) & ~ended
    where = np.nonzero(np.broadcast_to(staying, shape))
    if not where[0].size:
        return found
    columns = where[-1]
    some = _Some(selected(problem, columns), known.of(columns), seen, where)
    for name, values in some.judge().items():
        getattr(found, name)[where] = values
    return found


class _Some:
    """The moments `(m,)` at which a run stays near a place."""

    def __init__(self, problem: Problem, known: Landmarks, seen: Seen, where: tuple[Whole, ...]) -> None:
        self._problem, self._known = problem, known
        places = (len(seen.w), *seen.loss.shape)
        self._w, self._first, self._low, self._high = (
            np.stack([row[where] for row in np.broadcast_to(values, places)])
            for values in (seen.w, seen.first_w, seen.low, seen.high)
        )
        self._loss, self._start, self._peak, self._highest = (
            np.broadcast_to(values, seen.loss.shape)[where]
            for values in (seen.loss, seen.start_loss, seen.peak, seen.lately_high)
        )

    def judge(self) -> dict[str, Array | Mask]:
        """Return the fields of `_Settled`."""
        known, rest = self._known, self._strayed(self._w) <= REST
        at = places(self._problem, known.widths, self._w, NEAR)
        ground = np.where(at.minimum & (self._strayed(at.w) <= REST), self._problem.loss(at.w), np.nan)
        if known.infimum is not None:
            exact = rest & (self._loss - known.infimum <= _EXACT * (self._start - known.infimum))
            ground = np.where(exact | self._at_known(), known.infimum, ground)
        minimum = self._gone(ground)
        lowest = known.lowest
        lower = np.zeros(len(self._loss), dtype=bool)
        if lowest is not None:
            lower = ground - lowest > GONE * (np.maximum(self._start, ground) - lowest)
        held = at.falls & (self._strayed(at.w) <= NEAR) & ~minimum
        flat = self._flat(rest & ~minimum & ~held)
        return {
            "minimum": minimum, "lower": lower, "catapulted": minimum & self._catapulted(ground), "held": held,
            "flat": flat, "ground": np.where(held, self._problem.loss(at.w), ground), "top": held & at.top,
        }  # fmt: skip

    def _strayed(self, place: Array) -> Array:
        """Return how far a coordinate was lately from that of a place at most, in widths."""
        away = np.maximum(self._high - place, place - self._low) / self._known.widths[:, None]
        return np.asarray(away.max(axis=0))

    def _at_known(self) -> Mask:
        """Whether runs were lately within `REST` of a known minimum."""
        found = np.zeros(len(self._loss), dtype=bool)
        for i in range(self._known.minima.shape[1]):
            minimum = self._known.minima[:, i]
            found |= self._strayed(minimum[:, None] if minimum.ndim == 1 else minimum) <= REST
        return found

    def _gone(self, ground: Array) -> Mask:
        """Whether the loss was next to that of a minimum all the time lately."""
        return np.asarray(self._highest - ground <= GONE * np.abs(self._start - ground))

    def _catapulted(self, ground: Array) -> Mask:
        rose = self._peak - self._start > 0.05 * np.abs(self._start - ground)
        return np.asarray(rose & (self._largest(self._w) < 0.95 * self._largest(self._first)))

    def _largest(self, w: Array) -> Array:
        return curvatures(self._problem.hessian(w))[1]

    def _flat(self, where: Mask) -> Mask:
        """Return which of the places `where` have flat ground all around: probed on a ring, and surely so."""
        flat = where.copy()
        if self._known.lowest is None or not where.any():
            return np.zeros_like(flat)
        w, some = self._w[:, where], selected(self._problem, np.flatnonzero(where))
        around = w[:, None, :] + NEAR * self._known.widths[:, None, None] * _directions(len(w))[:, :, None]
        losses = np.concatenate([some.loss(around), self._loss[None, where]])
        missing = self._loss - self._known.lowest
        flat[where] = losses.max(axis=0) - losses.min(axis=0) < _SURELY * FLAT * missing[where]
        return np.asarray(flat & (missing > FLAT * (self._start - self._known.lowest)))


def _directions(dimension: int) -> Array:
    """Return directions of length 1, `(d, k)`: evenly around in two coordinates, else along the axes."""
    if dimension == 2:
        angle = np.arange(_ROUND) * (2 * np.pi / _ROUND)
        return np.stack([np.cos(angle), np.sin(angle)])
    return np.concatenate([np.eye(dimension), -np.eye(dimension)], axis=1)
