"""A rate for each coordinate: methods that divide by the size of past gradients."""

from __future__ import annotations

import numpy as np

from lrviz.catalog import Array, Twin, hyper
from lrviz.optimizers.optimizer import At, Optimizer, State

_EPS = "Added to the denominator. Higher: less adaptive, nearer to plain descent where gradients are small."
_FIRST = "Memory of the mean gradient. Higher: smoother and heavier, like momentum."
_SECOND = "Memory of the squared gradient. Higher: the rate per coordinate changes more slowly."
_EPSILON_HAT = "Epsilon before the bias correction."


class Adaptive(Optimizer, abstract=True):
    """Methods with a rate per coordinate; their rate is about the length of a step."""

    family = "Adaptive rates"


class Adagrad(Adaptive):
    r"""Divide by the root of the sum of squares: $s \leftarrow s + g^2$, $u = g / (\sqrt s + \epsilon)$.

    Duchi, Hazan and Singer 2011, https://jmlr.org/papers/v12/duchi11a.html. Optax and Keras start the sum at 0.1 and
    add $\epsilon$ inside the root.
    """

    label = "Adagrad"
    summary = "Steep coordinates get lower rates, and every rate only ever falls."
    slots = ("s",)
    slot_help = {"s": "sum of squared gradients"}
    preset = 0.1
    torch = Twin("Adagrad", {"eps": "eps"})
    optax = Twin(
        "adagrad", {"eps": "eps", "initial_accumulator_value": "0.0"}, "Starts at 0.1; eps inside the root.", True
    )
    keras = Twin(
        "Adagrad", {"eps": "epsilon", "initial_accumulator_value": "0.0"}, "Starts at 0.1; eps inside the root.", True
    )
    eps: float = hyper(1e-10, 1e-30, 0.1, _EPS, scale="log", slider_low=1e-16)

    def update(self, g: Array, state: State, at: At) -> tuple[Array, State]:
        r"""Return $lr \cdot g / (\sqrt s + \epsilon)$."""
        s = state["s"] + g * g
        return at.lr * g / (np.sqrt(s) + self.eps), {"s": s}


class Adadelta(Adaptive):
    r"""A step measured by past steps: $\Delta = g \sqrt{u + \epsilon} / \sqrt{v + \epsilon}$.

    $v$ and $u$ are moving averages of $g^2$ and $\Delta^2$. Zeiler 2012, https://arxiv.org/abs/1212.5701. Its first
    steps are of the order of $\sqrt\epsilon$: it starts by crawling, by design.
    """

    label = "Adadelta"
    summary = "Needs no rate in principle: it takes its scale from its own past steps, and starts very slowly."
    slots = ("v", "u")
    slot_help = {"v": "mean squared gradient", "u": "mean squared step"}
    preset = 1.0
    unit = "none"
    torch = Twin("Adadelta", {"rho": "rho", "eps": "eps"})
    optax = Twin("adadelta", {"rho": "rho", "eps": "eps"})
    keras = Twin("Adadelta", {"rho": "rho", "eps": "epsilon"}, "Defaults 1e-3, 0.95 and 1e-7.")
    rho: float = hyper(0.9, 0, 0.9999, _SECOND, step=0.001)
    eps: float = hyper(
        1e-6, 1e-30, 0.1, "Sets the size of the first steps, about its root.", scale="log", slider_low=1e-16
    )

    def update(self, g: Array, state: State, at: At) -> tuple[Array, State]:
        r"""Return $lr \cdot \Delta$."""
        v = self.rho * state["v"] + (1 - self.rho) * g * g
        delta = np.sqrt(state["u"] + self.eps) / np.sqrt(v + self.eps) * g
        return at.lr * delta, {"v": v, "u": self.rho * state["u"] + (1 - self.rho) * delta * delta}


class RMSprop(Adaptive):
    r"""Divide by a moving root mean square: $v \leftarrow \alpha v + (1 - \alpha) g^2$, $u = g / (\sqrt v + \epsilon)$.

    Hinton, lecture 6e, 2012. Optax and Keras add $\epsilon$ inside the root and default to $\alpha = 0.9$.
    """

    label = "RMSprop"
    summary = "Adagrad that forgets: its rates can rise again, and it ends in a bounce as large as the rate."
    slots = ("v",)
    slot_help = {"v": "mean squared gradient"}
    preset = 0.005
    torch = Twin("RMSprop", {"alpha": "alpha", "eps": "eps"})
    optax = Twin("rmsprop", {"alpha": "decay", "eps": "eps", "eps_in_sqrt": "False"})
    keras = Twin("RMSprop", {"alpha": "rho", "eps": "epsilon"}, "Epsilon inside the root.", True)
    alpha: float = hyper(0.99, 0, 0.9999, _SECOND, step=0.001)
    eps: float = hyper(1e-8, 1e-30, 0.1, _EPS, scale="log", slider_low=1e-16)

    def update(self, g: Array, state: State, at: At) -> tuple[Array, State]:
        r"""Return $lr \cdot g / (\sqrt v + \epsilon)$."""
        v = self.alpha * state["v"] + (1 - self.alpha) * g * g
        return at.lr * g / (np.sqrt(v) + self.eps), {"v": v}


class Adam(Adaptive):
    r"""Moments of the gradient, corrected for their zero start: $u = \hat m / (\sqrt{\hat v} + \epsilon)$.

    $m$ and $v$ are moving averages of $g$ and $g^2$; $\hat m = m/(1 - \beta_1^t)$, $\hat v = v/(1 - \beta_2^t)$.
    Kingma and Ba 2015, https://arxiv.org/abs/1412.6980. Keras adds $\epsilon$ before the correction ("epsilon hat").
    """

    label = "Adam"
    summary = "Momentum and a rate per coordinate: early steps are about as long as the rate, whatever the slope."
    slots = ("m", "v")
    slot_help = {"m": "mean gradient", "v": "mean squared gradient"}
    preset = 0.02
    torch = Twin("Adam", {"b1": "betas[0]", "b2": "betas[1]", "eps": "eps"})
    optax = Twin("adam", {"b1": "b1", "b2": "b2", "eps": "eps"})
    keras = Twin("Adam", {"b1": "beta_1", "b2": "beta_2", "eps": "epsilon"}, _EPSILON_HAT, True)
    b1: float = hyper(0.9, 0, 0.999, _FIRST, step=0.001)
    b2: float = hyper(0.999, 0, 0.99999, _SECOND, step=0.001)
    eps: float = hyper(1e-8, 1e-30, 0.1, _EPS, scale="log", slider_low=1e-16)

    def update(self, g: Array, state: State, at: At) -> tuple[Array, State]:
        r"""Return $lr \cdot \hat m / (\sqrt{\hat v} + \epsilon)$, in PyTorch's order of operations."""
        b1 = self.b1 if at.momentum is None else at.momentum
        m = state["m"] + (1 - b1) * (g - state["m"])
        v = self.b2 * state["v"] + (1 - self.b2) * g * g
        root = np.sqrt(v) / np.sqrt(1 - self.b2**at.t) + self.eps
        return at.lr / (1 - b1**at.t) * m / root, {"m": m, "v": v}


class AdamW(Adam):
    r"""Adam with decoupled weight decay: $w \leftarrow (1 - lr \cdot \lambda) w$ before Adam's step.

    Loshchilov and Hutter 2019, https://arxiv.org/abs/1711.05101. The decay pulls towards the origin and shifts the
    minimum that is found. Default decay: 0.01 in PyTorch, 1e-4 in Optax, 4e-3 in Keras.
    """

    label = "AdamW"
    summary = "Adam that also shrinks the weights: it settles between the minimum and the origin."
    torch = Twin("AdamW", {"b1": "betas[0]", "b2": "betas[1]", "eps": "eps", "weight_decay": "weight_decay"})
    optax = Twin("adamw", {"b1": "b1", "b2": "b2", "eps": "eps", "weight_decay": "weight_decay"})
    keras = Twin(
        "AdamW",
        {"b1": "beta_1", "b2": "beta_2", "eps": "epsilon", "weight_decay": "weight_decay"},
        _EPSILON_HAT,
        True,
    )
    weight_decay: float = hyper(0.01, 0, 1, "Pull towards the origin, as a share of the rate.", step=0.001)

    def update(self, g: Array, state: State, at: At) -> tuple[Array, State]:
        r"""Return Adam's displacement and $lr \cdot \lambda \cdot w$."""
        move, following = super().update(g, state, at)
        return move + at.lr * self.weight_decay * at.w, following
