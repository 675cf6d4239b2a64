"""A rate for each coordinate: methods that divide by the size of past gradients."""

from __future__ import annotations

import numpy as np

from lrviz.catalog import Array, Twin, hyper
from lrviz.optimizers.means import lerp
from lrviz.optimizers.optimizer import At, Optimizer, State, Taken

EPS = "Added to the denominator. Higher: less adaptive, nearer to plain descent where gradients are small."
SECOND = "Memory of the squared gradient. Higher: the rate per coordinate changes more slowly."


class Adaptive(Optimizer, abstract=True):
    """Methods with a rate per coordinate; their rate is about the length of a step."""

    family = "Adaptive rates"


class Adagrad(Adaptive):
    r"""Divide by the root of the sum of squares: $s \leftarrow s + g^2$, $u = g / (\sqrt s + \epsilon)$.

    Duchi, Hazan and Singer 2011, https://jmlr.org/papers/v12/duchi11a.html. Optax and Keras start the sum at 0.1 and
    add $\epsilon$ inside the root.
    """

    label = "Adagrad"
    direction = "g / (√s + ε)"
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
    eps: float = hyper(1e-10, 1e-30, 0.1, EPS, scale="log", slider_low=1e-16)

    def update(self, g: Array, state: State, at: At) -> tuple[Array, State]:
        r"""Return $lr \cdot g / (\sqrt s + \epsilon)$."""
        s = state["s"] + g * g
        return at.lr * g / (np.sqrt(s) + self.eps), {"s": s}

    def between(self, state: State, taken: Taken) -> dict[str, Array]:
        """Return epsilon."""
        return {"ε": np.asarray(self.eps)}

    def effective(self, state: State, lr: Array, t: Array) -> Array:
        r"""Return $lr / (\sqrt s + \epsilon)$."""
        return lr / (np.sqrt(state["s"]) + self.eps)


class Adadelta(Adaptive):
    r"""A step measured by past steps: $\Delta = g \sqrt{u + \epsilon} / \sqrt{v + \epsilon}$.

    $v$ and $u$ are moving averages of $g^2$ and $\Delta^2$. Zeiler 2012, https://arxiv.org/abs/1212.5701. Its first
    steps are of the order of $\sqrt\epsilon$: it starts by crawling, by design.
    """

    label = "Adadelta"
    direction = "scale · g"
    summary = "Needs no rate in principle: it takes its scale from its own past steps, and starts very slowly."
    slots = ("v", "u", "scale")
    slot_help = {"v": "mean squared gradient", "u": "mean squared step", "scale": "rate that the rule found"}
    preset = 1.0
    unit = "none"
    torch = Twin("Adadelta", {"rho": "rho", "eps": "eps"})
    optax = Twin("adadelta", {"rho": "rho", "eps": "eps"})
    keras = Twin("Adadelta", {"rho": "rho", "eps": "epsilon"}, "Defaults 1e-3, 0.95 and 1e-7.")
    rho: float = hyper(0.9, 0, 0.9999, SECOND, scale="memory")
    eps: float = hyper(
        1e-6, 1e-30, 0.1, "Sets the size of the first steps, about its root.", scale="log", slider_low=1e-16
    )

    def update(self, g: Array, state: State, at: At) -> tuple[Array, State]:
        r"""Return $lr \cdot \Delta$."""
        v = self.rho * state["v"] + (1 - self.rho) * g * g
        scale = np.sqrt(state["u"] + self.eps) / np.sqrt(v + self.eps)
        delta = scale * g
        u = self.rho * state["u"] + (1 - self.rho) * delta * delta
        return at.lr * delta, {"v": v, "u": u, "scale": scale}

    def effective(self, state: State, lr: Array, t: Array) -> Array:
        r"""Return $lr \sqrt{u + \epsilon} / \sqrt{v + \epsilon}$."""
        return lr * state["scale"]


class RMSprop(Adaptive):
    r"""Divide by a moving root mean square: $v \leftarrow \alpha v + (1 - \alpha) g^2$, $u = g / (\sqrt v + \epsilon)$.

    Hinton, lecture 6e, 2012. Optax and Keras add $\epsilon$ inside the root and default to $\alpha = 0.9$.
    """

    label = "RMSprop"
    direction = "g / (√v + ε)"
    summary = "Adagrad that forgets: its rates can rise again, and it ends in a bounce as large as the rate."
    slots = ("v",)
    slot_help = {"v": "mean squared gradient"}
    preset = 0.005
    torch = Twin("RMSprop", {"alpha": "alpha", "eps": "eps"})
    optax = Twin("rmsprop", {"alpha": "decay", "eps": "eps", "eps_in_sqrt": "False"})
    keras = Twin("RMSprop", {"alpha": "rho", "eps": "epsilon"}, "Epsilon inside the root.", True)
    alpha: float = hyper(0.99, 0, 0.9999, SECOND, scale="memory")
    eps: float = hyper(1e-8, 1e-30, 0.1, EPS, scale="log", slider_low=1e-16)

    def update(self, g: Array, state: State, at: At) -> tuple[Array, State]:
        r"""Return $lr \cdot g / (\sqrt v + \epsilon)$."""
        v = self.alpha * state["v"] + (1 - self.alpha) * g * g
        return at.lr * g / (np.sqrt(v) + self.eps), {"v": v}

    def between(self, state: State, taken: Taken) -> dict[str, Array]:
        """Return epsilon."""
        return {"ε": np.asarray(self.eps)}

    def effective(self, state: State, lr: Array, t: Array) -> Array:
        r"""Return $lr / (\sqrt v + \epsilon)$."""
        return lr / (np.sqrt(state["v"]) + self.eps)


class CenteredRMSprop(Adaptive):
    r"""Divide by a moving standard deviation: $v - \bar g^2$ in the place of RMSprop's $v$.

    $v$ and $\bar g$ are moving averages of $g^2$ and $g$. Graves 2013, https://arxiv.org/abs/1308.0850. A variance that
    rounding makes negative counts as 0 (PyTorch: NaN).
    """

    label = "RMSprop, centered"
    direction = "g / (σ + ε)"
    summary = "RMSprop that subtracts the mean: bold where the gradient is steady, careful where it swings."
    slots = ("v", "mean")
    slot_help = {"v": "mean squared gradient", "mean": "mean gradient"}
    preset = 0.002
    torch = Twin("RMSprop", {"alpha": "alpha", "eps": "eps", "centered": "True"})
    optax = Twin("rmsprop", {"alpha": "decay", "eps": "eps", "eps_in_sqrt": "False", "centered": "True"})
    keras = Twin(
        "RMSprop", {"alpha": "rho", "eps": "epsilon", "centered": "True"}, "Epsilon inside the root.", differs=True
    )
    alpha: float = hyper(0.99, 0, 0.9999, SECOND, scale="memory")
    eps: float = hyper(1e-8, 1e-30, 0.1, EPS, scale="log", slider_low=1e-16)

    def update(self, g: Array, state: State, at: At) -> tuple[Array, State]:
        r"""Return $lr \cdot g / (\sqrt{v - \bar g^2} + \epsilon)$."""
        v = self.alpha * state["v"] + (1 - self.alpha) * g * g
        mean = lerp(state["mean"], g, 1 - self.alpha)
        return at.lr * g / (self._deviation(v, mean) + self.eps), {"v": v, "mean": mean}

    def effective(self, state: State, lr: Array, t: Array) -> Array:
        r"""Return $lr / (\sqrt{v - \bar g^2} + \epsilon)$."""
        return lr / (self._deviation(state["v"], state["mean"]) + self.eps)

    def between(self, state: State, taken: Taken) -> dict[str, Array]:
        r"""Return $\sigma = \sqrt{v - \bar g^2}$, and epsilon."""
        return {"σ": self._deviation(state["v"], state["mean"]), "ε": np.asarray(self.eps)}

    @staticmethod
    def _deviation(v: Array, mean: Array) -> Array:
        return np.asarray(np.sqrt(np.maximum(v - mean * mean, 0.0)))
