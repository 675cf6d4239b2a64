"""Searches along a line, for a batch of runs at once: each run stops on its own, and is counted on its own."""

from __future__ import annotations

import numpy as np

from lrviz.catalog import Array
from lrviz.linear import norm, unit
from lrviz.optimizers.optimizer import At, Mask

LONGEST = 40
"""Points that a search tries at most."""
_EPS, _TINY = np.finfo(np.float64).eps, np.finfo(np.float64).tiny
"""Gradients below the second have lost their digits."""
DECREASE = 1e-4
"""The share of the predicted decrease that is asked for (Armijo)."""


def slope(g: Array, direction: Array) -> Array:
    """Return the slope along a direction, `(R,)`."""
    return np.asarray((g * direction).sum(axis=0))


def descends(g: Array, direction: Array) -> Mask:
    """Return for which runs `direction` leads downhill, `(R,)`."""
    return np.asarray(slope(g / unit(g), direction / unit(direction)) < 0)


class Line:
    """The loss along a direction, in units of its own, in which products neither overflow nor vanish.

    Steps are measured along `direction`, which is the given one over `unit`; losses and slopes over the unit of the
    gradient. Units are powers of two, so that no digit changes.
    """

    def __init__(self, at: At, g: Array, direction: Array) -> None:
        self.at, self.unit, self.steep = at, unit(direction), unit(g)
        self.direction = direction / self.unit
        self.slope = slope(g / self.steep, self.direction)
        """The slope at the start, `(R,)`."""

    def steps(self, length: Array | float, visible: bool = False) -> Array:
        """Return steps that are `length` long; where asked, at least so long that position and loss change with it."""
        least = 1e-8 * (1 + norm(self.at.w)) if visible else 0.0
        return np.asarray(np.maximum(length, least) / norm(self.direction))

    def exact_on_quadratics(self) -> Array:
        """Return the step to the minimum of a quadratic, $-g^T p / p^T H p$, `(R,)`; NaN where it curves down."""
        # Sums, not einsum: it adds in another order for one run, and a run must not depend on those beside it.
        curvature = slope((self.at.hessian() * self.direction).sum(axis=1), self.direction)
        return np.where(curvature > 0, -self.slope * self.steep / np.where(curvature > 0, curvature, 1.0), np.nan)


def wolfe(line: Line, guess: Array, flatter: float) -> Array:
    """Return steps `(R,)` along `line` that meet the strong Wolfe conditions.

    The loss falls by 1e-4 of what the slope promises, and the slope's size by the factor `flatter`. Bracketing with
    secants of the slope, bisection where they leave the bracket (Nocedal and Wright 2006, section 3.5). Where none is
    found in 40 trials, the best decrease found; 0 where the direction does not descend.
    """
    at, start, steepness = line.at, line.at.loss(), line.slope
    search = _Bracket(guess, steepness)
    active, rounding = (steepness < 0) & (line.steep > _TINY), 4 * (_EPS * np.abs(start) + 5e-324)
    for _ in range(LONGEST):
        if not active.any():
            break
        trial = at.w + search.trial * line.direction
        change = at.loss(trial, where=active) - start
        inclined = slope(at.grad(trial, where=active) / line.steep, line.direction)
        still = (trial == at.w).all(axis=0)  # too short to see: to go on would try the same point again
        falls = still | (change / line.steep <= DECREASE * search.trial * steepness + rounding / line.steep)
        level = still | ((np.abs(change) <= rounding) & (np.abs(inclined) <= -steepness))
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


def from_quadratic(line: Line, flatter: float) -> Array:
    """Return steps as `wolfe` does, which first tries the minimum of a quadratic; a length of 1 where it has none."""
    guess = line.exact_on_quadratics()
    return wolfe(line, np.where(np.isfinite(guess), guess, line.steps(1.0, visible=True)), flatter)
