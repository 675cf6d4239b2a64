"""The limit of the rate where theory is exact: rules without scaling on quadratics."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lrviz.analysis.landmarks import curvatures
from lrviz.catalog import Array, hypers
from lrviz.optimizers import Optimizer
from lrviz.problems import Problem
from lrviz.schedules import inside
from lrviz.simulation import Run
from lrviz.simulation.batch import with_values


class ExactLimit(NamedTuple):
    """The rates below which a run is stable."""

    rates: Array
    """For every step, `(steps,)`: they differ where a schedule cycles the momentum."""
    decay: float
    """The weight decay, which adds to the curvature."""
    plain: bool
    """Whether the limit is 2 over the curvature."""


def exact_limit(problem: Problem, run: Run, steps: int) -> ExactLimit | None:
    """Return the limit of a run on a quadratic; None where theory is not exact, or knows none.

    With a decay d in the gradient 2/(λ + d) stands for 2/λ; for a rule without memory a decay beside the gradient is
    the same.
    """
    if not problem.quadratic or run.optimizer.stable_below(1.0) is None:
        return None
    stiffness = [option.stiffness(bool(run.optimizer.slots)) for option in run.options]
    if any(added is None for added in stiffness):
        return None
    decay = float(sum(added for added in stiffness if added is not None))
    curvature = float(curvatures(problem.hessian(np.array(problem.start)))[1]) + decay
    if not (np.isfinite(curvature) and curvature > 0):
        return None
    rates = np.broadcast_to(np.asarray(cycled_rule(run, steps).stable_below(curvature), dtype=np.float64), (steps,))
    return ExactLimit(rates, decay, bool(np.isclose(rates * curvature, 2).all()))


def cycled_rule(run: Run, steps: int) -> Optimizer:
    """Return the rule of a run; with the momentum of each step, `(steps,)`, where its schedule cycles it."""
    n = np.arange(float(steps))[:, None]
    momenta = run.schedule.momentum(*inside(np.array([float(run.warmup)]), n, steps))
    if momenta is None or run.optimizer.cycled not in hypers(type(run.optimizer)):
        return run.optimizer
    return with_values(run.optimizer, {run.optimizer.cycled: np.broadcast_to(momenta, (steps, 1))[:, 0]})
