"""From evidence to a kind of outcome, for many moments and runs at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple, get_args

import numpy as np
import numpy.typing as npt

from lrviz.analysis.evidence import Evidence
from lrviz.analysis.landmarks import Landmarks
from lrviz.catalog import Array
from lrviz.optimizers import Optimizer, Option
from lrviz.problems import Problem

Kind = Literal[
    "diverged", "left", "plateau", "catapulted", "trapped", "converged", "saddle", "bouncing", "oscillating",
    "descending",
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)
"""Every kind of outcome; where more than one fits, the first is the verdict."""
Codes = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

REST = 1e-3
"""A run is at rest when it stays within this share of the picture's width."""
NEAR = 0.02
"""A run is held at a saddle when it stays, and the saddle is, within this share of the width."""
TRAPPED = 1e-4
"""A minimum is a local one when the best known lies lower by this share of what there was to gain."""

FALLING = 1.2
"""The mean loss falls through its own scatter when it does so by this many standard deviations in half a window."""


class Traits(NamedTuple):
    """What of a run's own rule and chance a verdict depends on, each broadcastable to `(…)`."""

    noise: Array
    """Standard deviation of the noise on each component of the gradient."""
    normalised: Mask
    """Whether the rule's steps have the length of the rate, however small the gradient."""
    decayed: Mask
    """Whether the rule pulls the weights towards the origin besides."""
    rated: Mask
    """Whether the rule's steps are in proportion to a rate: only then a rise of the loss speaks of the rate."""


def decays(optimizer: Optimizer, options: Sequence[Option]) -> Mask:
    """Whether a rule, or an option beside it, pulls the weights towards the origin; `(R,)` of a stack of rules."""
    beside = any(option.takes == "weight_decay" for option in options)
    return np.asarray(getattr(optimizer, "weight_decay", 0.0)) > 0 if not beside else np.array(True)


def classify(known: Landmarks, evidence: Evidence, traits: Traits, diverged: Mask, fell: Mask) -> Codes:
    """Return the index in `KINDS` of each moment's outcome; `fell` are those who were stopped as the loss fell."""
    with np.errstate(all="ignore"):
        settled = at_rest(known, evidence, traits)
        conditions = [
            diverged & ~fell,
            fell | left(known, evidence),
            plateau(known, evidence),
            settled & traits.rated & catapulted(known, evidence),
            settled & trapped(known, evidence),
            settled,
            held(evidence),
            bouncing(known, evidence, traits),
            swinging(evidence) & ~((traits.noise > 0) & (evidence.trend >= FALLING)),
        ]
        shape = evidence.loss.shape
        numbers = [np.uint8(i) for i in range(len(conditions))]
        full = [np.broadcast_to(condition, shape) for condition in conditions]
        return np.select(full, numbers, default=np.uint8(len(KINDS) - 1)).astype(np.uint8)


def missing(known: Landmarks, evidence: Evidence) -> Array:
    """Return how much lower the best known value is, `(…)`; 0 where none is known."""
    return evidence.loss - known.lowest if known.lowest is not None else np.zeros_like(evidence.loss)


def _to_gain(known: Landmarks, evidence: Evidence) -> Array:
    """Return what there was to gain from the start, `(…)`, or from the highest point where the start was the lowest."""
    lowest = evidence.loss if known.lowest is None else known.lowest
    return np.fmax(evidence.start_loss, evidence.loss) - lowest


def left(known: Landmarks, evidence: Evidence) -> Mask:
    """Outside the picture and still falling, where no infimum is known and no box says how far it matters."""
    if known.bounded or known.stopped:
        return np.zeros_like(evidence.outside)
    falling = (evidence.trend > 0) & (evidence.straight > 0.5) & (evidence.rises < 0.25)
    return np.asarray(evidence.outside & falling & (evidence.distance > NEAR))


def fallen(problem: Problem, loss: Array, diverged_at: npt.NDArray[np.int64]) -> Mask:
    """Return which runs `(R,)` of losses `(steps + 1, R)` ended at `problem.stops` lower than they began."""
    before = loss[np.maximum(diverged_at - 1, 0), np.arange(loss.shape[1])]
    return np.asarray((diverged_at > 0) & (before <= loss[0]) & (problem.stops is not None))


def plateau(known: Landmarks, evidence: Evidence) -> Mask:
    """Standing still where neither slope nor curvature leads far.

    Over a whole width of the picture the slope would gain less than a quarter of what is missing, and the curvature
    less than twice as much, so that it is no minimum either.
    """
    width, gap = known.widths.min(), missing(known, evidence)
    scale = np.maximum(np.abs(evidence.low), np.abs(evidence.high))
    flat = (evidence.slope * width < 0.25 * gap) & (scale * width * width / 2 < 2 * gap)
    return np.asarray(flat & (evidence.reach < NEAR) & (gap > TRAPPED * _to_gain(known, evidence)))


def at_rest(known: Landmarks, evidence: Evidence, traits: Traits) -> Mask:
    """Close to a point without slope that does not curve downwards, and staying there.

    On the floor of a steep valley Newton's step crosses the valley and is short; the slope that is left where it leads
    is that along the floor, which must have nothing to gain nearby.
    """
    convex = evidence.low >= -1e-3 * np.abs(evidence.high)
    level = evidence.slope_there * known.widths.min() * NEAR <= TRAPPED * _to_gain(known, evidence)
    arrived = (evidence.known <= REST) | (convex & level & (evidence.distance <= REST))
    balanced = traits.decayed & (evidence.reach <= REST / 100) & (evidence.distance > REST)
    return np.asarray((evidence.reach <= REST) & (arrived | balanced))


def catapulted(known: Landmarks, evidence: Evidence) -> Mask:
    """Higher on the way than at the start, and now where the valley is flatter."""
    lowest = evidence.loss if known.lowest is None else known.lowest
    rose = evidence.peak - lowest > 1.05 * (evidence.start_loss - lowest)
    return np.asarray(rose & (evidence.high < 0.95 * evidence.start_high))


def trapped(known: Landmarks, evidence: Evidence) -> Mask:
    """In a minimum above the best known one."""
    above = missing(known, evidence) - 2 * evidence.decrement
    return np.asarray((above > TRAPPED * _to_gain(known, evidence)) & (evidence.known > REST))


def held(evidence: Evidence) -> Mask:
    """Close to a point without slope from which the loss falls to some side, and staying there."""
    falls = evidence.low < -1e-3 * np.abs(evidence.high)
    falls &= evidence.slope_there <= 0.3 * evidence.slope  # there is such a point indeed
    return np.asarray(falls & (evidence.distance <= NEAR) & (evidence.reach <= NEAR) & (evidence.known > NEAR))


def swinging(evidence: Evidence) -> Mask:
    """Going to and fro, or up and down."""
    to_and_fro = (evidence.turns >= 0.4) | (evidence.straight < 0.5) | (evidence.rises >= 0.25)
    return np.asarray(to_and_fro & (evidence.reach > REST))


def bouncing(known: Landmarks, evidence: Evidence, traits: Traits) -> Mask:
    """Going to and fro without getting lower: for noise, a kink, or steps that do not shrink."""
    aimless = swinging(evidence) & (evidence.trend < FALLING)
    noisy = (traits.noise > 0) & (evidence.slope <= 4 * traits.noise * np.sqrt(len(known.widths)))
    lasting = (evidence.growth > 0.8) & (evidence.growth < 1.25)
    return np.asarray(aimless & (noisy | (lasting & (traits.normalised | known.kinked))))
