"""The learning rates of the libraries' own schedules, 300 steps each."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from lrviz.catalog import Array
from tests.reference.schedule_cases import KERAS, LENGTH, OPTAX, PEAK, TORCH


def torch_curve(name: str) -> Array:
    """Return the curve of a PyTorch scheduler and, where it cycles the momentum, that as a second row."""
    return _torch_curve(TORCH[name][2], LENGTH)


def torch_one_cycle(length: int, rise: float) -> Array:
    """Return the rates and the momenta of a short one-cycle."""
    return _torch_curve(lambda s, o: s.OneCycleLR(o, PEAK, length, pct_start=rise), length)


def _torch_curve(make: Callable[[Any, Any], Any], length: int) -> Array:
    import torch
    from torch.optim import lr_scheduler

    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))], lr=PEAK, momentum=0.9)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the torch scheduler asks for steps of the optimizer in between
        scheduler = make(lr_scheduler, optimizer)
        group = optimizer.param_groups[0]
        rows = []
        for _ in range(length):
            rows.append((float(group["lr"]), float(group["momentum"])))
            if len(rows) < length:
                scheduler.step()
    return np.array(rows).T


def optax_curve(name: str) -> Array:
    """Return the curve of an Optax schedule."""
    import jax
    import optax

    jax.config.update("jax_enable_x64", True)
    schedule: Callable[[int], Any] = OPTAX[name][1](optax)
    return np.array([float(schedule(n)) for n in range(LENGTH)])


def keras_curve(name: str) -> Array:
    """Return the curve of a Keras schedule."""
    import os

    os.environ["KERAS_BACKEND"] = "jax"
    import jax
    import keras

    jax.config.update("jax_enable_x64", True)
    keras.config.set_floatx("float64")
    schedule = KERAS[name][1](keras.optimizers.schedules)
    return np.array([float(schedule(n)) for n in range(LENGTH)])
