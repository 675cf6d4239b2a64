"""Paths of Optax's transformations along given gradients, one run at a time under `vmap`."""

from typing import Any

import jax
import numpy as np
import optax

from lrviz.catalog import Array
from lrviz.optimizers import Optimizer
from tests.reference.series import pull, series_for, starts
from tests.reference.twins import keywords

jax.config.update("jax_enable_x64", True)


def make(rule: Optimizer, lr: float) -> Any:
    """Return the twin of `rule`."""
    assert rule.optax is not None
    module: Any = optax
    *modules, name = rule.optax.name.split(".")
    for part in modules:
        module = getattr(module, part)
    return getattr(module, name)(lr, **keywords(rule, rule.optax))


def open_loop(rule: Optimizer, lr: float) -> Array:
    """Return the path of the twin along the fixed gradients."""
    method = make(rule, lr)

    def step(carry: Any, g: Any) -> Any:
        w, state, curvature = carry
        update, state = method.update(g + curvature * w, state, w)
        w = optax.apply_updates(w, update)
        return (w, state, curvature), w

    def run(w: Any, series: Any, curvature: Any) -> Any:
        return jax.lax.scan(step, (w, method.init(w), curvature), series)[1]

    start = starts()
    path = jax.jit(jax.vmap(run, in_axes=(1, 2, 1), out_axes=2))(start, series_for(rule), pull(rule))
    return np.concatenate([start[None], np.asarray(path)])
