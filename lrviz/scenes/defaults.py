"""What is worth seeing at once: default rates and the runs a problem is first shown with."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from lrviz.optimizers import Optimizer
from lrviz.problems import Problem
from lrviz.simulation import Run

SLIDER_LOW, SLIDER_HIGH = 1e-6, 1e2
"""The ends of the page's slider for the rate."""
_LONGEST_FIRST_STEP = 0.25
"""A first step of a quarter of the domain is the longest that is offered unasked."""


def default_rate(problem: Problem, optimizer: Optimizer, start: Sequence[float] | None = None) -> float:
    """Return a rate at which `optimizer` shows something worth seeing on `problem`: 1, 2 or 5 times a power of ten.

    It is the optimizer's preset in the optimizer's own unit, which is measured at `start` (default: the problem's).
    """
    return _round(float(np.clip(_natural_rate(problem, optimizer, start), SLIDER_LOW, SLIDER_HIGH)), (1.0, 2.0, 5.0))


def rescaled(run: Run, old: Problem, new: Problem) -> Run:
    """Return `run` for another problem, at a rate as far from the new default as its rate was from the old one."""
    ratio = _natural_rate(new, run.optimizer, None) / _natural_rate(old, run.optimizer, None)
    if not math.isfinite(ratio) or ratio == 1.0:
        return run
    return run.replace(
        lr=_round(float(np.clip(run.lr * ratio, SLIDER_LOW, SLIDER_HIGH)), tuple(np.arange(10, 100) / 10))
    )


def _natural_rate(problem: Problem, optimizer: Optimizer, start: Sequence[float] | None) -> float:
    if optimizer.unit == "none":
        return optimizer.preset
    if optimizer.unit == "length":
        return optimizer.preset * _width(problem)
    w = np.array(problem.start if start is None else start, dtype=np.float64)
    hessian, gradient = problem.hessian(w), problem.grad(w)
    if not (np.isfinite(hessian).all() and np.isfinite(gradient).all()):
        return optimizer.preset * 1e-2
    curvature = float(np.abs(np.linalg.eigvalsh(hessian)).max())
    steepness = float(np.linalg.norm(gradient)) / (_LONGEST_FIRST_STEP * _width(problem))
    return optimizer.preset / max(curvature, steepness, 1e-9)


def _width(problem: Problem) -> float:
    return min(high - low for low, high in problem.domain)


def _round(value: float, mantissas: Sequence[float]) -> float:
    """Round to the nearest of `mantissas` times a power of ten, on a logarithmic scale."""
    exponent = math.floor(math.log10(value))
    nearest = min((*mantissas, 10.0), key=lambda m: abs(math.log(m * 10.0**exponent / value)))
    return float(f"{nearest:g}e{exponent}")
