"""Paths of Optax's transformations along given gradients, one run at a time under `vmap`."""

from typing import Any

import jax
import numpy as np
import optax

from lrviz.catalog import Array
from lrviz.optimizers import Optimizer, ScheduleFreeAdamW
from lrviz.optimizers.averaging import ScheduleFree
from tests.reference.series import CONSTANT, Course, pull, series_for, starts
from tests.reference.twins import keywords

jax.config.update("jax_enable_x64", True)


def make(rule: Optimizer, lr: Any) -> Any:
    """Return the twin of `rule`, at a rate or under a schedule of rates."""
    assert rule.optax is not None
    module: Any = optax
    *modules, name = rule.optax.name.split(".")
    for part in modules:
        module = getattr(module, part)
    return getattr(module, name)(lr, **keywords(rule, rule.optax))


def open_loop(rule: Optimizer, lr: float, course: Course = CONSTANT) -> Array:
    """Return the path of the twin along the fixed gradients."""
    rates = jax.numpy.asarray(lr * course.factors)
    return _path(rule, make(rule, lr if course is CONSTANT else lambda n: rates[n]))


def scheduled(rule: Optimizer, lr: float, course: Course) -> Array:
    """Return the path of the twin under a schedule.

    Optax counts the steps of Schedule-Free's weights from 1, those of its rate from 0; here both from 0, as the authors
    do.
    """
    if not isinstance(rule, ScheduleFree):
        return open_loop(rule, lr, course)
    rates = jax.numpy.asarray(lr * course.factors)
    base: Any = optax.sgd(lambda n: rates[n])
    if isinstance(rule, ScheduleFreeAdamW):
        scale = optax.scale_by_rms(decay=rule.b2, eps=rule.eps, eps_in_sqrt=False, bias_correction=True)
        base = optax.chain(scale, optax.add_decayed_weights(rule.weight_decay), base)
    return _path(rule, optax.contrib.schedule_free(base, lambda n: rates[n - 1], b1=rule.b1))


def _path(rule: Optimizer, method: Any) -> Array:

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
