"""What a path shows at a moment, in numbers: all that a verdict rests on, for many moments and runs at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lrviz.analysis.landmarks import Landmarks, curvatures, length, minimum_distances, newton_step, rest_distance
from lrviz.catalog import Array
from lrviz.problems import Problem

WINDOW = 48
"""The most steps that a verdict looks back over."""
Whole = npt.NDArray[np.int64]


class Trail(NamedTuple):
    """The last steps before some moments; every array is `(…)`, or `(d, …)`, over moments and runs."""

    at: Callable[[int], Array]
    """The position so many steps ago, `(d, …)`."""
    loss: Callable[[int], Array]
    """The loss there, `(…)`."""
    back: Whole
    """How many steps are looked back over, broadcastable to `(…)`."""
    first_w: Array
    """Where the runs began, broadcastable to `(d, …)`."""
    peak: Array
    """The highest loss so far, `(…)`."""


class Evidence(NamedTuple):
    """The numbers of one moment, each `(…)`; lengths are in widths of the domain."""

    loss: Array
    start_loss: Array
    peak: Array
    slope: Array
    """The length of the gradient without noise."""
    low: Array
    """The lowest curvature, where Newton's step leads."""
    slope_there: Array
    """The length of the gradient at that place."""
    high: Array
    """The largest curvature here."""
    start_high: Array
    """The largest curvature at the start."""
    distance: Array
    """From the next point of rest: a known minimum, or where Newton's step leads."""
    earlier: Array
    """The same at the beginning of the window."""
    known: Array
    """From the nearest known minimum; infinite where none is known."""
    decrement: Array
    """What a full Newton step would gain."""
    reach: Array
    """The farthest distance, within the window, from where the run is now."""
    straight: Array
    """Net way over way travelled, from 0 (to and fro) to 1 (straight ahead); 1 where nothing moved."""
    turns: Array
    """The share of steps that go against the step before."""
    rises: Array
    """The share of steps in which the loss rises."""
    growth: Array
    """The length of the later steps of the window over that of the earlier ones."""
    trend: Array
    """How far the mean loss fell from the earlier half of the window to the later, in standard deviations."""
    back: Array
    """The steps in the window."""
    outside: npt.NDArray[np.bool_]
    """Outside the picture."""


def look_back(n: Whole) -> Whole:
    """Return how many steps to look back at step `n`: a quarter of the way so far, two at least, `WINDOW` at most."""
    return np.minimum(np.clip(n // 4, 2, WINDOW), n)


def trail_at(moments: Whole, positions: Array, loss: Array) -> Trail:
    """Return the trails before steps `moments` `(k,)` of paths `(steps + 1, d, R)` with losses `(steps + 1, R)`."""
    peak = np.fmax.accumulate(loss, axis=0)[moments]

    def at(lag: int) -> Array:
        return np.moveaxis(positions[np.maximum(moments - lag, 0)], 1, 0)

    def loss_at(lag: int) -> Array:
        return np.asarray(loss[np.maximum(moments - lag, 0)])

    return Trail(at, loss_at, look_back(moments)[:, None], positions[0][:, None, :], peak)


def gather(problem: Problem, known: Landmarks, trail: Trail) -> Evidence:
    """Return the evidence of each moment; NaN where a run has diverged. `problem` may be a stack of problems."""
    with np.errstate(all="ignore"):
        motion = _motion(known, trail)
        w, then = trail.at(0), _then(trail)
        gradient, hessian = problem.grad(w), problem.hessian(w)
        high = curvatures(hessian)[1]
        first = problem.hessian(np.broadcast_to(trail.first_w, (len(w), *np.broadcast_shapes(w.shape[1:]))))
        step = newton_step(hessian, gradient)
        slope = np.sqrt(np.square(gradient).sum(axis=0))
        return Evidence(
            loss=trail.loss(0),
            start_loss=problem.loss(np.broadcast_to(trail.first_w, w.shape)),
            peak=trail.peak,
            slope=slope,
            low=curvatures(problem.hessian(w - step))[0],
            slope_there=np.sqrt(np.square(problem.grad(w - step)).sum(axis=0)),
            high=high,
            start_high=curvatures(first)[1],
            distance=np.fmin(length(known, step), minimum_distances(known, w)),
            earlier=rest_distance(problem, known, then),
            known=minimum_distances(known, w),
            decrement=np.abs((gradient * step).sum(axis=0)) / 2,
            back=np.broadcast_to(trail.back, w.shape[1:]).astype(np.float64),
            outside=_outside(known, w),
            **motion,
        )


def _then(trail: Trail) -> Array:
    """Return the positions at the beginning of each moment's window, `(d, …)`."""
    lags = np.unique(trail.back)
    if len(lags) == 1:
        return trail.at(int(lags[0]))
    then = np.array(trail.at(0))
    for lag in lags:
        np.copyto(then, trail.at(int(lag)), where=np.asarray(trail.back == lag))
    return then


def _motion(known: Landmarks, trail: Trail) -> dict[str, Array]:
    """Return what the window says of the motion: each step is seen once, from the last to the first."""
    now, loss = trail.at(0), trail.loss(0)
    widths = known.widths.reshape((-1,) + (1,) * (now.ndim - 1))
    sums = _Sums(loss.shape, trail.back)
    here, here_loss, later = now, loss, None
    for lag in range(int(trail.back.max(initial=0))):
        there, there_loss = trail.at(lag + 1), trail.loss(lag + 1)
        move = (here - there) / widths
        away = _lengths((now - there) / widths)
        sums.see(lag, move, later, away, here_loss, there_loss)
        here, here_loss, later = there, there_loss, move
    return sums.result()


class _Sums:
    """What is added up over a window."""

    def __init__(self, shape: tuple[int, ...], back: Whole) -> None:
        self._back, self._half = back, back // 2
        (self._reach, self._path, self._net, self._turns, self._rises, self._late, self._early,
         self._late_loss, self._early_loss, self._square) = (np.zeros(shape) for _ in range(10))  # fmt: skip

    def see(self, lag: int, move: Array, later: Array | None, away: Array, here: Array, there: Array) -> None:
        """Add the step that ended `lag` steps ago."""
        inside, late = lag < self._back, lag < self._half
        length = _lengths(move) * inside
        self._path += length
        np.fmax(self._reach, away * inside, out=self._reach)
        np.copyto(self._net, away, where=np.broadcast_to(inside, away.shape))
        self._late += length * late
        self._early += length * ~late
        self._rises += _rose(here, there) & inside
        self._late_loss += here * late
        self._early_loss += np.where(inside & ~late, here, 0.0)
        self._square += np.where(inside, here * here, 0.0)
        if later is not None:
            self._turns += (np.add.reduce(move * later) < 0) & inside

    def result(self) -> dict[str, Array]:
        """Return shares, means and ratios."""
        back, late = np.maximum(self._back, 1), np.maximum(self._half, 1)
        early = np.maximum(self._back - self._half, 1)
        total = self._late_loss + self._early_loss
        spread = np.sqrt(np.maximum(self._square / back - (total / back) ** 2, 0.0))
        fell = self._early_loss / early - self._late_loss / late
        return {
            "reach": self._reach,
            "straight": np.where(self._path > 0, self._net / np.where(self._path > 0, self._path, 1.0), 1.0),
            "turns": self._turns / np.maximum(self._back - 1, 1),
            "rises": self._rises / back,
            "growth": (self._late / late) / np.where(self._early > 0, self._early / early, np.inf),
            "trend": np.where(spread > 0, fell / np.where(spread > 0, spread, 1.0), 0.0),
        }


def _lengths(v: Array) -> Array:
    return np.asarray(np.sqrt(np.add.reduce(v * v)))


def _rose(here: Array, there: Array) -> npt.NDArray[np.bool_]:
    return np.asarray(here > there + 1e-12 * np.abs(there))


def _outside(known: Landmarks, w: Array) -> npt.NDArray[np.bool_]:
    low, high = (side.reshape((-1,) + (1,) * (w.ndim - 1)) for side in known.domain.T)
    return np.asarray(((w < low) | (w > high)).any(axis=0))
