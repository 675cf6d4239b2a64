"""How near to its limit a rate is: curvature along the path, and over the map, against what the rule bears."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from lrviz.analysis.landmarks import curvatures
from lrviz.analysis.theory import cycled_rule
from lrviz.catalog import Array, hypers
from lrviz.optimizers import NAdam, Optimizer
from lrviz.optimizers.adaptive import Adaptive
from lrviz.optimizers.moments import Moments
from lrviz.problems import Problem
from lrviz.problems.problem import Interval
from lrviz.schedules import Constant
from lrviz.simulation import RATE, Result, Run


class Stability(NamedTuple):
    """Sharpness and limits, `(steps, runs)`; NaN from a divergence on, and where no theory says."""

    curvature: Array
    """The largest eigenvalue of the Hessian H where the gradient was taken."""
    sharpness: Array
    r"""The same for $P^{-1} (H + d I)$, with the rule's preconditioner P at that step, for plain descent 1, and the
    weight decay d in the gradient."""
    bound: Array
    r"""What the sharpness must stay below at the step's rate: 2/lr for plain descent, 38/lr for Adam."""
    limit: Array
    """The rate below which the step was stable; infinite where the loss does not curve upwards."""
    strain: Array
    """Sharpness over bound: above 1 the rule is unstable there, and steps along the sharpest direction grow."""


class StrainMap(NamedTuple):
    """Over the picture: the strain of the current rate, and the largest curvature; axes are `(columns,)`, `(rows,)`."""

    x: Array
    y: Array
    strain: Array
    """`(rows, columns)`: above 1 the current rate is unstable."""
    curvature: Array
    """`(rows, columns)`: the largest eigenvalue of the Hessian."""


def bearable(optimizer: Optimizer) -> float | None:
    r"""Return the product of rate and sharpness up to which a rule is stable on a quadratic; None if not known.

    2 for plain descent, RMSprop and Adagrad, $2(1+\beta)$ for Momentum, $2(1+\beta)/(1+2\beta)$ for Nesterov; for
    Adam's family, whose momentum is a mean, $2(1+\beta_1)/(1-\beta_1)$, and for NAdam that over $1+2\beta_1$, once its
    momentum has risen. Adaptive rules are taken with their preconditioner as it is at the moment: Cohen et al. 2022,
    https://arxiv.org/abs/2207.14484.
    """
    known = optimizer.stable_below(1.0)
    if known is not None:
        return known
    if isinstance(optimizer, Moments):
        mean = 2 * (1 + optimizer.b1) / (1 - optimizer.b1)
        return mean / (1 + 2 * optimizer.b1) if isinstance(optimizer, NAdam) else mean
    return 2.0 if isinstance(optimizer, Adaptive) and "b1" not in hypers(type(optimizer)) else None


def stable_rate(run: Run, curvature: float) -> float | None:
    """Return the rate below which `run` is stable at a curvature; None where theory does not say.

    It speaks of a rate that stays as it is, after a warm-up. A weight decay in the gradient adds to the curvature.
    """
    added = [option.stiffness(bool(run.optimizer.slots)) for option in run.options]
    if not isinstance(run.schedule, Constant) or any(stiffness is None for stiffness in added):
        return None
    return run.optimizer.stable_below(curvature + sum(stiffness or 0.0 for stiffness in added))


def stability(problem: Problem, result: Result) -> Stability:
    """Return how near to its limit each step was.

    Raises:
        ValueError: the result was not kept with `keep="all"` or `"states"`.
    """
    points = np.moveaxis(result.points[:-1], 1, 0)
    with np.errstate(all="ignore"):
        hessian = result.stacked.hessian(points)
        curvature = curvatures(hessian)[1]
        effective = np.moveaxis(multipliers(result), 1, 0)
        pulled = hessian + np.eye(len(hessian))[:, :, None, None] * _stiffness(result.runs)
        strained = conditioned(pulled, effective)
        borne = np.stack([_borne(run, result.length)[: result.steps] for run in result.runs], axis=1)
        strain = strained / borne
        limit = np.where(strain > 0, result.lr / strain, np.where(np.isfinite(strain), np.inf, np.nan))
        return Stability(curvature, strained / result.lr, borne / result.lr, limit, strain)


def _stiffness(runs: Sequence[Run]) -> Array:
    """Return what weight decay adds to every curvature of each run, `(R,)`; 0 where that does not say what it does."""
    added = [[option.stiffness(bool(run.optimizer.slots)) or 0.0 for option in run.options] for run in runs]
    return np.array([sum(each) for each in added])


def _borne(run: Run, steps: int) -> Array:
    """Return `bearable` at each step, `(steps,)`, with the momentum that the schedule puts in; NaN if not known."""
    found = bearable(cycled_rule(run, steps))
    return np.array(np.broadcast_to(np.nan if found is None else found, (steps,)), dtype=np.float64)


def multipliers(result: Result) -> Array:
    """Return `Result.effective_lr`, with 0 for coordinates along which an adaptive rule has met no slope so far.

    Its multiplier there is the rate over epsilon, which says nothing of the rate: the first slope brings it down.
    """
    met = np.fmax.accumulate(np.abs(result.gradients), axis=0) > 0
    adaptive = np.array([isinstance(run.optimizer, Adaptive) for run in result.runs])
    return np.where(adaptive & ~met, 0.0, result.effective_lr)


def conditioned(hessian: Array, effective: Array) -> Array:
    r"""Return the largest eigenvalue of $E^{1/2} H E^{1/2}$: `(d, d, …)` and multipliers E `(d, …)`, at least 0."""
    root = np.sqrt(effective)
    return curvatures(hessian * root[:, None] * root[None, :])[1]


def strain_map(
    problem: Problem,
    optimizer: Optimizer,
    rate: float | Sequence[float] | Array,
    *,
    window: Sequence[Interval] | None = None,
    size: tuple[int, int] = (129, 129),
) -> StrainMap:
    """Return where in the picture the rate is unstable.

    Args:
        problem: Of one or two coordinates; of one, the map has a single row.
        optimizer: A rule whose limit is known; for others the strain is NaN.
        rate: The rate, or the multiplier of the gradient for each coordinate, `(d,)`: `Result.effective_lr`.
        window: `(low, high)` for each coordinate; None is the domain.
        size: Columns and rows.

    Raises:
        ValueError: for more than two coordinates, a rate out of its range, or multipliers of another shape.
    """
    if problem.dimension > 2:
        raise ValueError(f"problem must have one or two coordinates for a map, got {problem.dimension}.")
    effective = _multipliers(problem, rate)
    box = problem.domain if window is None else tuple(window)
    x = np.linspace(*box[0], size[0])
    y = np.linspace(*box[1], size[1]) if problem.dimension == 2 else np.zeros(1)
    w = np.stack(np.meshgrid(x, y))[: problem.dimension]
    with np.errstate(all="ignore"):
        hessian = problem.hessian(w)
        strain = conditioned(hessian, effective[:, None, None]) / (bearable(optimizer) or np.nan)
        return StrainMap(x, y, strain, curvatures(hessian)[1])


def _multipliers(problem: Problem, rate: float | Sequence[float] | Array) -> Array:
    values = np.asarray(rate, dtype=np.float64)
    if values.shape not in ((), (problem.dimension,)):
        raise ValueError(f"rate must be a number or have shape ({problem.dimension},), got shape {values.shape}.")
    if not values.ndim:
        RATE.check("rate", float(values))
    return np.broadcast_to(values, (problem.dimension,))
