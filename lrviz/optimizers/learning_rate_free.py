"""Methods that find their own rate from how far they have come; the given rate, 1, is a factor on it."""

from __future__ import annotations

import numpy as np

from lrviz.catalog import Array, Twin, hyper
from lrviz.linear import norm
from lrviz.optimizers.adaptive import EPS, SECOND
from lrviz.optimizers.optimizer import At, Optimizer, State
from lrviz.optimizers.powers import power

_FIRST_GUESS = "The first guess of the distance, small on purpose. Higher: a quicker start."
_FOUND = "rate that the rule found"


class RateFree(Optimizer, abstract=True):
    """Learning-rate-free methods; their rate is a factor, for a schedule to decay."""

    family = "Learning-rate-free"
    preset = 1.0
    unit = "none"
    rate_slot = "rate"


class DoG(RateFree):
    r"""Distance over gradients: $w \leftarrow w - lr \, \frac{r}{\sqrt{G + 10^{-8}}} \, g$.

    $r$ is the largest distance from the start so far, at first $r_\epsilon (1 + |w_0|)$, and $G$ the sum of $|g|^2$.
    Ivgi, Hinder and Carmon 2023, https://arxiv.org/abs/2302.12022.
    """

    label = "DoG"
    summary = "No rate to choose: the farther it has come, the bolder it gets, and the gradients calm it down."
    slots = ("start", "reach", "root", "rate")
    slot_help = {"start": "start", "reach": "largest distance so far", "root": "root of G", "rate": _FOUND}
    optax = Twin("contrib.dog", {"r_eps": "init_step[1]", "init_step[0]": "'heuristic'"})
    r_eps: float = hyper(1e-6, 1e-12, 1, _FIRST_GUESS, scale="log")

    def init(self, at: At) -> State:
        """Return the start, and the first guess of the distance."""
        zero = np.zeros_like(at.w[:1])
        return {"start": at.w, "reach": self.r_eps * (1 + norm(at.w)[None]), "root": zero, "rate": zero}

    def update(self, g: Array, state: State, at: At) -> tuple[Array, State]:
        r"""Return $lr \, r / \sqrt{G + 10^{-8}} \, g$."""
        reach = np.maximum(state["reach"], norm(state["start"] - at.w))
        root = np.hypot(state["root"], norm(g))
        rate = at.lr * (reach / np.hypot(root, 1e-4))
        return rate * g, {"start": state["start"], "reach": reach, "root": root, "rate": rate}

    def effective(self, state: State, lr: Array, t: Array) -> Array:
        """Return the rate that was found."""
        return state["rate"]


class Estimated(RateFree, abstract=True):
    """Adam whose rate is a lower bound of the distance to the minimum, which only ever rises."""

    b1: float = hyper(0.9, 0, 0.999, "Memory of the mean gradient. Higher: smoother and heavier.", scale="memory")
    b2: float = hyper(0.999, 0, 0.99999, SECOND, scale="memory")
    eps: float = hyper(1e-8, 1e-30, 0.1, EPS, scale="log", slider_low=1e-16)
    d0: float = hyper(1e-6, 1e-12, 1, _FIRST_GUESS, scale="log")
    weight_decay: float = hyper(0.0, 0, 1, "Pull towards the origin, as a share of the rate.", step=0.001)
    owns = ("weight_decay",)

    def init(self, at: At) -> State:
        """Return zeros, the start, and the first guess."""
        one = np.zeros_like(at.w[:1])
        return {**super().init(at), "numerator": one, "rate": one, "d": one + self.d0}

    def corrected(self, state: State, at: At) -> Array:
        """Return the distance times the rate and Adam's bias corrections."""
        correction = np.sqrt(1 - power(self.b2, at.t)) / (1 - power(self.b1, at.t))
        return np.asarray(state["d"] * at.lr * correction)


class Prodigy(Estimated):
    r"""Adam at the rate $d_t = \max(d_{t-1}, \; \sum \beta_3^{\cdot} d^2 \langle g, w_0 - w \rangle / |s|_1)$.

    $\beta_3 = \sqrt{\beta_2}$, and $s$ sums the gradients with the same weights. Mishchenko and Defazio 2023,
    https://arxiv.org/abs/2306.06101. With bias correction, as in Optax; the authors' code has it as an option.
    """

    label = "Prodigy"
    summary = "Adam that finds its rate: starts tiny and grows within tens of steps to the distance it must go."
    slots = ("m", "v", "s", "start", "numerator", "d", "rate")
    slot_help = {
        "m": "mean gradient, times d",
        "v": "mean squared gradient, times d²",
        "s": "weighted sum of gradients",
        "start": "start",
        "numerator": "progress along the gradients",
        "d": "estimate of the distance",
        "rate": _FOUND,
    }
    optax = Twin(
        "contrib.prodigy",
        {"b1": "betas[0]", "b2": "betas[1]", "eps": "eps", "d0": "estim_lr0", "weight_decay": "weight_decay"},
    )

    def init(self, at: At) -> State:
        """Return zeros, the start, and the first guess."""
        return {**super().init(at), "start": at.w}

    def update(self, g: Array, state: State, at: At) -> tuple[Array, State]:
        r"""Return $d \, lr \, \hat m / (\sqrt{\hat v} + d \epsilon)$, and the next $d$."""
        d, b3 = state["d"], np.sqrt(self.b2)
        rate = self.corrected(state, at)
        m = self.b1 * state["m"] + (1 - self.b1) * d * g
        v = self.b2 * state["v"] + (1 - self.b2) * (d * g) * (d * g)
        s = b3 * state["s"] + rate * (d * g) / self.d0
        progress = (g * (state["start"] - at.w)).sum(axis=0, keepdims=True)
        numerator = b3 * state["numerator"] + d / self.d0 * rate * progress
        raised = _raised(d, numerator, _size(s))
        move = self.weight_decay * rate * at.w + rate * m / (np.sqrt(v) + raised * self.eps)
        following = {"m": m, "v": v, "s": s, "start": state["start"], "numerator": numerator}
        return move, {**following, "d": raised, "rate": at.lr * d}

    def effective(self, state: State, lr: Array, t: Array) -> Array:
        r"""Return $d \, lr / (\sqrt{\hat v} + \epsilon)$, of the gradient before it is scaled by d."""
        d = state["rate"] / np.where(lr > 0, lr, 1.0)
        return state["rate"] * np.sqrt(1 - power(self.b2, t)) * d / (np.sqrt(state["v"]) + state["d"] * self.eps)


class DAdaptation(Estimated):
    r"""Adam at the rate $d_t = \max(d_{t-1}, \; \sum \langle g, s / \sqrt v \rangle / |s|_1)$.

    $s$ is a moving average of the scaled gradients, with decay $\sqrt{\beta_2}$. Defazio and Mishchenko 2023,
    https://arxiv.org/abs/2301.07733: the Adam form.
    """

    label = "D-Adaptation"
    summary = "Adam that bounds its distance to the minimum from below and uses it as the rate; rises more slowly."
    slots = ("m", "v", "s", "numerator", "d", "rate")
    slot_help = {
        "m": "mean step",
        "v": "mean squared gradient",
        "s": "mean scaled gradient",
        "numerator": "agreement of gradients",
        "d": "estimate of the distance",
        "rate": _FOUND,
    }
    optax = Twin(
        "contrib.dadapt_adamw",
        {"b1": "betas[0]", "b2": "betas[1]", "eps": "eps", "d0": "estim_lr0", "weight_decay": "weight_decay"},
    )

    def update(self, g: Array, state: State, at: At) -> tuple[Array, State]:
        r"""Return the mean of $d \, lr \, g$ over $\sqrt v + \epsilon$, and the next $d$."""
        d, b3 = state["d"], np.sqrt(self.b2)
        rate = self.corrected(state, at)
        agreement = (g * state["s"] / (np.sqrt(state["v"]) + self.eps)).sum(axis=0, keepdims=True)
        m = self.b1 * state["m"] + (1 - self.b1) * rate * g
        v = self.b2 * state["v"] + (1 - self.b2) * g * g
        s = b3 * state["s"] + (1 - b3) * rate * g
        numerator = b3 * state["numerator"] + (1 - b3) * rate * agreement
        move = self.weight_decay * rate * at.w + m / (np.sqrt(v) + self.eps)
        following = {"m": m, "v": v, "s": s, "numerator": numerator, "rate": at.lr * d}
        return move, {**following, "d": _raised(d, numerator, (1 - b3) * _size(s))}

    def effective(self, state: State, lr: Array, t: Array) -> Array:
        r"""Return $d \, lr / (\sqrt{\hat v} + \epsilon)$."""
        return state["rate"] * np.sqrt(1 - power(self.b2, t)) / (np.sqrt(state["v"]) + self.eps)


def _size(v: Array) -> Array:
    return np.asarray(np.abs(v).sum(axis=0, keepdims=True))


def _raised(d: Array, numerator: Array, denominator: Array) -> Array:
    """Return the larger of `d` and the quotient; `d` where nothing has been seen yet."""
    return np.fmax(d, numerator / np.where(denominator > 0, denominator, np.nan))
