"""Searches along a line, for a batch of runs at once: each run stops on its own, and is counted on its own."""

from __future__ import annotations

import numpy as np

from lrviz.catalog import Array
from lrviz.optimizers.optimizer import At, Mask

LONGEST = 40
"""Points that a search tries at most."""
DECREASE = 1e-4
"""The share of the predicted decrease that is asked for (Armijo)."""


def slope(g: Array, direction: Array) -> Array:
    """Return the slope along a direction, `(R,)`."""
    return np.asarray((g * direction).sum(axis=0))


def wolfe(at: At, g: Array, direction: Array, guess: Array, flatter: float) -> Array:
    """Return steps `(R,)` along `direction` that meet the strong Wolfe conditions.

    The loss falls by 1e-4 of what the slope promises, and the slope's size by the factor `flatter`. Bracketing with
    secants of the slope, bisection where they leave the bracket (Nocedal and Wright 2006, section 3.5). Where none is
    found in 40 trials, the best decrease found; 0 where the direction does not descend.
    """
    start, steepness = at.loss(), slope(g, direction)
    search = _Bracket(guess, steepness)
    active, rounding = steepness < 0, 4 * np.finfo(np.float64).eps * np.abs(start)
    for _ in range(LONGEST):
        if not active.any():
            break
        trial = at.w + search.trial * direction
        value = at.loss(trial, where=active)
        inclined = slope(at.grad(trial, where=active), direction)
        falls = value <= start + DECREASE * search.trial * steepness + rounding
        level = (np.abs(value - start) <= rounding) & (np.abs(inclined) <= -steepness)
        done = falls & (level | (np.abs(inclined) <= -flatter * steepness))
        search.narrow(active, falls & (inclined < 0), inclined, falls, done)
        active = active & ~done
    return np.where(steepness < 0, search.found, 0.0)


class _Bracket:
    """For each run an interval that holds a step, its slopes at both ends, and the best step so far."""

    def __init__(self, guess: Array, steepness: Array) -> None:
        self.trial = np.where(np.isfinite(guess) & (guess > 0), guess, 1.0)
        self.found = np.zeros_like(self.trial)
        self._low, self._low_slope = np.zeros_like(self.trial), steepness
        self._high, self._high_slope = np.full_like(self.trial, np.inf), np.full_like(self.trial, np.nan)
        self._side = np.zeros_like(self.trial)

    def narrow(self, active: Mask, forward: Mask, inclined: Array, falls: Mask, done: Mask) -> None:
        """Move one end of the bracket to the trial, and choose the next trial."""
        self.found = np.where(active & falls, self.trial, self.found)
        up, down = active & forward, active & ~forward
        self._low_slope = np.where(down & (self._side < 0), self._low_slope / 2, self._low_slope)  # Illinois: the end
        self._high_slope = np.where(up & (self._side > 0), self._high_slope / 2, self._high_slope)  # that stays pulls
        self._side = np.where(up, 1.0, np.where(down, -1.0, self._side))
        self._low, self._low_slope = np.where(up, self.trial, self._low), np.where(up, inclined, self._low_slope)
        self._high = np.where(down, self.trial, self._high)
        self._high_slope = np.where(down, np.where(np.isfinite(inclined), inclined, np.nan), self._high_slope)
        self.trial = np.where(active & ~done, self._next(), self.trial)

    def _next(self) -> Array:
        """Return where the secant of the slopes is 0 if that is well inside, else the middle, else twice as far."""
        width = self._high - self._low
        share = self._low_slope / (self._low_slope - self._high_slope)
        secant = np.where((share > 0.05) & (share < 0.95), share, 0.5)
        return np.where(np.isfinite(width), self._low + width * secant, 2 * np.maximum(self._low, self.trial))


def minimum(at: At, g: Array, direction: Array, guess: Array) -> Array:
    """Return steps `(R,)` to a minimum along `direction`: the slope falls by ten orders, or as far as it can."""
    return wolfe(at, g, direction, guess, 1e-10)


def exact_on_quadratics(at: At, g: Array, direction: Array) -> Array:
    """Return the step to the minimum of a quadratic, $-g^T p / p^T H p$, `(R,)`; NaN where it curves down."""
    # Sums, not einsum: it adds in another order for one run, and a run must not depend on those beside it.
    curvature = slope((at.hessian() * direction).sum(axis=1), direction)
    return np.where(curvature > 0, -slope(g, direction) / np.where(curvature > 0, curvature, 1.0), np.nan)
