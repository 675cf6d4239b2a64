"""Descent that sets its own rate from what it has just measured, without a search."""

from __future__ import annotations

import numpy as np

from lrviz.catalog import Array, Twin, hyper
from lrviz.linear import direction, norm, unit
from lrviz.optimizers.optimizer import At, Optimizer, State
from lrviz.optimizers.search import slope


class SelfTuned(Optimizer, abstract=True):
    """Methods that compute their rate, one number a step."""

    family = "Self-tuned rate"
    rate_slot = "rate"

    def effective(self, state: State, lr: Array, t: Array) -> Array:
        """Return the rate that was found."""
        return state["rate"]


class Polyak(SelfTuned):
    r"""The step that would reach the lowest value on a line: $\eta = \min(\max(f - f^*, 0) / |g|^2, \; lr)$.

    Polyak 1969; Hazan and Kakade 2019, https://arxiv.org/abs/1905.00313; stochastic: Loizou et al. 2020,
    https://arxiv.org/abs/2002.10542. It needs to know the lowest value $f^*$; the rate is the largest step it takes. At
    $f^*$ and below it stays, as Optax's variant sps+; Optax's default would climb back.
    """

    label = "Polyak step"
    summary = "If the lowest value is known, the best rate follows; if it is guessed too low, it never settles."
    slots = ("rate",)
    slot_help = {"rate": "rate that the rule found"}
    owns = ("weight_decay", "clipping")
    preset = 1.0
    unit = "none"
    optax = Twin("polyak_sgd", {"f_min": "f_min", "variant": "'sps+'"}, "lr is max_learning_rate.")
    f_min: float = hyper(0.0, -1e9, 1e9, "The lowest value of the loss. Too low: steps that are too long.")

    def update(self, g: Array, state: State, at: At) -> tuple[Array, State]:
        r"""Return $\eta g$; 0 where the gradient vanishes."""
        size = unit(g)
        gap = np.maximum(at.loss() - self.f_min, 0.0)
        exact = gap / size / slope(g / size, g / size) / size
        steep = norm(g) > np.sqrt(np.finfo(np.float64).eps)
        rate = np.where(steep, np.minimum(exact, at.lr), 0.0)
        return rate * g, {"rate": rate[None]}


class BarzilaiBorwein(SelfTuned):
    r"""A rate from the last step: $\eta = s^T s / s^T y$, with the step $s$ and the gradient's change $y$.

    One over the curvature along the last step. The first rate above 0 is lr, and a schedule has no say after it; where
    $s^T y \le 0$ the rate stays. Barzilai and Borwein 1988, https://doi.org/10.1093/imanum/8.1.141. The loss may rise
    for some steps. No twin in PyTorch, Optax or Keras.
    """

    label = "Barzilai-Borwein"
    summary = "Measures the curvature along its own last step: plain descent, ten times as fast on a ravine."
    slots = ("w", "g", "rate")
    slot_help = {"w": "last position", "g": "last gradient", "rate": "rate that the rule found"}
    owns = ("weight_decay", "clipping")
    preset = 0.1
    unit = "curvature"

    def init(self, at: At) -> State:
        """Return lr as the first rate."""
        return {"w": at.w, "g": np.zeros_like(at.w), "rate": np.broadcast_to(at.lr, (1, at.w.shape[1]))}

    def update(self, g: Array, state: State, at: At) -> tuple[Array, State]:
        r"""Return $\eta g$."""
        rate = np.where(state["rate"][0] > 0, state["rate"][0], at.lr)
        if at.t > 1:
            s, y = at.w - state["w"], g - state["g"]
            longest, steepest = unit(s), unit(y)
            s, y = s / longest, y / steepest
            product = slope(s, y)
            measured = slope(s, s) / np.where(product > 0, product, 1.0) * (longest / steepest)
            rate = np.where(product > 0, np.clip(measured, 1e-300, 1e300), rate)
        return rate * g, {"w": at.w, "g": g, "rate": rate[None]}


class Hypergradient(SelfTuned):
    r"""A rate that descends too: $\eta \leftarrow \eta \, (1 + \beta \, g^T g_- / (|g| |g_-|))$.

    Where two gradients agree the rate grows, where they oppose it shrinks. Almeida et al. 1999; Baydin et al. 2018,
    https://arxiv.org/abs/1703.04782, here in the form whose $\beta$ has no unit (their additive one moves $\eta$ by
    $\beta \, g^T g_-$). A schedule multiplies the rate. No twin in PyTorch, Optax or Keras.
    """

    label = "Hypergradient descent"
    summary = "Plain descent that turns its own knob: a rate chosen too low climbs to a good one."
    slots = ("last", "growth", "rate")
    slot_help = {"last": "last gradient", "growth": "how much the rate has grown", "rate": "rate that the rule found"}
    preset = 0.2
    unit = "curvature"
    beta: float = hyper(0.02, 1e-6, 0.5, "How fast the rate may move in one step.", scale="log")

    def init(self, at: At) -> State:
        """Return no growth yet."""
        one = np.ones((1, at.w.shape[1]))
        return {"last": np.zeros_like(at.w), "growth": one, "rate": one * at.lr}

    def update(self, g: Array, state: State, at: At) -> tuple[Array, State]:
        r"""Return $\eta g$."""
        agreement = slope(direction(g), direction(state["last"]))
        growth = state["growth"] * (1 + self.beta * agreement)
        rate = at.lr * growth
        last = np.where(at.lr > 0, g, 0.0)  # where nothing moved, the next gradient says nothing of the rate
        return rate * g, {"last": last, "growth": growth, "rate": rate}
