"""Fixed gradient sequences, and our rules and the loop driven along them: what records and tests share.

They are made of draws and of plain arithmetic, which has the same bits on every processor; NumPy's elementary functions
have not, and some rules make ten thousand times as much of a difference in the last place.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from lrviz.catalog import Array, stack
from lrviz.optimizers import Optimizer
from lrviz.optimizers.learning_rate_free import RateFree

STEPS, RUNS = 300, 64
EVERY, KEPT = 30, 16
"""Of the path every 30th position of the first 16 runs is recorded, and the last position of all 64."""
CLOSED_STEPS = 50
START_CLOSED = (-1.2, 1.0)


def gradients() -> Array:
    """Return gradients `(STEPS, 2, RUNS)` of sizes from 1e-2 to 10, with a trend, and some that are zero."""
    rng = np.random.default_rng(2026)
    scale = _spread(rng, -6, 4, (1, 2, RUNS))
    turn = np.mod(np.arange(STEPS)[:, None, None] / rng.uniform(15, 180, (1, 2, RUNS)), 2.0)
    trend = 1 - 2 * np.abs(1 - turn)
    series = scale * (rng.standard_normal((STEPS, 2, RUNS)) + trend)
    series[40:43, :, ::8] = 0.0
    series[100, 1, ::5] = 0.0
    return series


def _spread(rng: np.random.Generator, low: int, high: int, shape: tuple[int, ...]) -> Array:
    """Return numbers between 2**low and 2**high, about as many in each power of two."""
    return np.ldexp(rng.uniform(1, 2, shape), rng.integers(low, high, shape))


def pull(rule: Optimizer) -> Array:
    """Return the curvatures `(2, RUNS)` of a bowl whose gradient is added to the given ones: 0 for most rules.

    Rules that find their rate estimate a distance from gradients and positions. Along gradients that know nothing of
    the position the estimate runs away, and one ulp with it; so they descend a bowl, with fixed noise that fades.
    """
    if not isinstance(rule, RateFree):
        return np.zeros((2, RUNS))
    return _spread(np.random.default_rng(2027), -4, 1, (2, RUNS))


def series_for(rule: Optimizer) -> Array:
    """Return the fixed gradients along which `rule` is compared."""
    if not isinstance(rule, RateFree):
        return gradients()
    return gradients() * np.cumprod(np.r_[0.01, np.full(STEPS - 1, 0.97)])[:, None, None]


def starts() -> Array:
    """Return the start `(2, RUNS)`."""
    return np.random.default_rng(7).uniform(-2, 2, (2, RUNS))


class Course(NamedTuple):
    """What a schedule does to a run, step by step, `(STEPS,)` each."""

    factors: Array
    momenta: Array | None = None
    """What takes the place of the momentum; None where it is left alone."""


def triangle() -> Array:
    """Return a triangle `(STEPS,)` between 0, where it begins, and 1."""
    return np.asarray(1 - np.abs(1 - np.arange(STEPS) / 25 % 2))


CONSTANT = Course(np.ones(STEPS))
RESTING = Course(np.where((np.arange(STEPS) // 10 == 13) | (np.arange(STEPS) >= STEPS - 20), 0.0, triangle()))
"""Rates that are exactly 0 at the start, for ten steps in the middle and for twenty at the end."""
BEGUN = Course(np.where(np.arange(STEPS) < 5, 0.2, RESTING.factors))
"""The same, but above 0 at the start."""
CYCLED = Course(0.04 + 0.96 * triangle(), 0.95 - 0.7 * triangle())
"""A momentum that moves against the rate, below a half and above."""


@dataclass
class Here:
    """Where a rule is asked when gradients are given: there is no problem to look at."""

    w: Array
    lr: Array
    t: int = 1
    momentum: Array | None = None


def follow(rule: Optimizer, lr: float, course: Course = CONSTANT) -> Array:
    """Return the path `(STEPS + 1, 2, RUNS)` of `rule` along the fixed gradients."""
    batch = stack([rule, rule])
    at = Here(starts(), np.full(RUNS, lr * course.factors[0]))
    path, curvature = [at.w], pull(rule)
    with np.errstate(all="ignore"):
        state = batch.init(at)
        for t, g in enumerate(series_for(rule), start=1):
            at.t, at.lr = t, np.full(RUNS, lr * course.factors[t - 1])
            at.momentum = None if course.momenta is None else np.full(RUNS, course.momenta[t - 1])
            move, state = batch.update(g + curvature * at.w, state, at)
            at.w = at.w - move
            path.append(at.w)
    return np.stack(path)


def rosenbrock_gradient(w: Array) -> Array:
    """Return the gradient of Rosenbrock's function as anyone would write it by hand."""
    x, y = w
    return np.stack([-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)])


def kept(path: Array) -> dict[str, Array]:
    """Return what is recorded of a path."""
    return {"path": path[::EVERY, :, :KEPT], "final": path[-1]}


def difference(ours: dict[str, Array], theirs: dict[str, Array]) -> float:
    """Return the largest difference relative to the largest coordinate of the run (at least 1: paths start there)."""
    worst = 0.0
    for name, expected in theirs.items():
        assert np.isfinite(expected).all(), "what is not finite cannot be compared"
        assert np.isfinite(ours[name]).all(), "what is not finite cannot be compared"
        reach = np.abs(expected) if name == "final" else np.abs(expected).max(axis=0)
        worst = max(worst, float((np.abs(ours[name] - expected) / np.maximum(reach, 1.0)).max()))
    return worst
