"""Paths of PyTorch's optimizers along given gradients."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from lrviz.catalog import Array
from lrviz.optimizers import Optimizer
from tests.reference.series import (
    CLOSED_STEPS,
    CONSTANT,
    START_CLOSED,
    Course,
    pull,
    rosenbrock_gradient,
    series_for,
    starts,
)
from tests.reference.twins import keywords

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)


def make(rule: Optimizer, lr: float, parameter: torch.Tensor) -> torch.optim.Optimizer:
    """Return the twin of `rule` over `parameter`."""
    assert rule.torch is not None
    return getattr(torch.optim, rule.torch.name)([parameter], lr=lr, **keywords(rule, rule.torch))


def open_loop(rule: Optimizer, lr: float, course: Course = CONSTANT) -> Array:
    """Return the path of the twin along the fixed gradients."""
    series, curvature = series_for(rule), pull(rule)
    return _path(rule, lr, starts(), len(series), lambda n, w: series[n] + curvature * w, course)


def closed_loop(rule: Optimizer, lr: float) -> Array:
    """Return the path `(steps + 1, 2)` of the twin on Rosenbrock's function."""
    start = np.array(START_CLOSED)
    return _path(rule, lr, start, CLOSED_STEPS, lambda n, w: rosenbrock_gradient(w))


def _path(
    rule: Optimizer,
    lr: float,
    start: Array,
    steps: int,
    gradient: Callable[[int, Array], Array],
    course: Course = CONSTANT,
) -> Array:
    parameter = torch.nn.Parameter(torch.tensor(start))
    optimizer = make(rule, lr, parameter)
    path = [start]
    for n in range(steps):
        parameter.grad = torch.tensor(gradient(n, path[-1]))
        group = optimizer.param_groups[0]
        group["lr"] = lr * course.factors[n]
        if course.momenta is not None:
            _set_momentum(group, course.momenta[n])
        optimizer.step()
        path.append(parameter.detach().numpy().copy())
    return np.stack(path)


def _set_momentum(group: dict[str, Any], momentum: float) -> None:
    """Set what PyTorch's `OneCycleLR` cycles."""
    if "betas" in group:
        group["betas"] = (float(momentum), *group["betas"][1:])
    else:
        group["momentum"] = float(momentum)
