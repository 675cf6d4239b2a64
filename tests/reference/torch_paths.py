"""Paths of PyTorch's optimizers along given gradients."""

from collections.abc import Callable

import numpy as np
import torch

from lrviz.catalog import Array
from lrviz.optimizers import Optimizer
from tests.reference.series import CLOSED_STEPS, START_CLOSED, pull, rosenbrock_gradient, series_for, starts
from tests.reference.twins import keywords

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)


def make(rule: Optimizer, lr: float, parameter: torch.Tensor) -> torch.optim.Optimizer:
    """Return the twin of `rule` over `parameter`."""
    assert rule.torch is not None
    return getattr(torch.optim, rule.torch.name)([parameter], lr=lr, **keywords(rule, rule.torch))


def open_loop(rule: Optimizer, lr: float) -> Array:
    """Return the path of the twin along the fixed gradients."""
    series, curvature = series_for(rule), pull(rule)
    return _path(rule, lr, starts(), len(series), lambda n, w: series[n] + curvature * w)


def closed_loop(rule: Optimizer, lr: float) -> Array:
    """Return the path `(steps + 1, 2)` of the twin on Rosenbrock's function."""
    start = np.array(START_CLOSED)
    return _path(rule, lr, start, CLOSED_STEPS, lambda n, w: rosenbrock_gradient(w))


def _path(rule: Optimizer, lr: float, start: Array, steps: int, gradient: Callable[[int, Array], Array]) -> Array:
    parameter = torch.nn.Parameter(torch.tensor(start))
    optimizer = make(rule, lr, parameter)
    path = [start]
    for n in range(steps):
        parameter.grad = torch.tensor(gradient(n, path[-1]))
        optimizer.step()
        path.append(parameter.detach().numpy().copy())
    return np.stack(path)
