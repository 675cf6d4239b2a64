"""Paths of Keras' optimizers along given gradients; Keras runs on JAX, its backend without known errors here."""

import os
from typing import Any

os.environ["KERAS_BACKEND"] = "jax"

import jax
import keras
import numpy as np

from lrviz.catalog import Array
from lrviz.optimizers import Optimizer
from tests.reference.series import series_for, starts
from tests.reference.twins import keywords

jax.config.update("jax_enable_x64", True)
keras.config.set_floatx("float64")


def open_loop(rule: Optimizer, lr: float) -> Array:
    """Return the path of the twin along the fixed gradients."""
    assert rule.keras is not None
    method = getattr(keras.optimizers, rule.keras.name)(learning_rate=float(lr), **keywords(rule, rule.keras))
    variable = keras.Variable(starts())
    method.build([variable])
    trainable, others = [variable.value], [v.value for v in method.variables]

    def step(carry: Any, g: Any) -> Any:
        weights, state = carry
        weights, state = method.stateless_apply(state, [g], weights)
        return (weights, state), weights[0]

    _, path = jax.jit(lambda carry, series: jax.lax.scan(step, carry, series))((trainable, others), series_for(rule))
    return np.concatenate([starts()[None], np.asarray(path)])
