"""Gradient descent, plain and with momentum."""

from __future__ import annotations

from lrviz.catalog import Array, Twin, hyper
from lrviz.optimizers.optimizer import At, Optimizer, State, Taken

_HEAVY = (
    "How much of the last step is kept. Higher: faster along a valley and over bumps, until it rolls past the minimum."
)


class Descent(Optimizer, abstract=True):
    """Methods whose step is proportional to gradients."""

    family = "Descent"
    unit = "curvature"

    def effective(self, state: State, lr: Array, t: Array) -> Array:
        """Return the rate itself, the same for every coordinate."""
        return lr


class SGD(Descent):
    r"""Step against the gradient: $w \leftarrow w - lr \cdot g$.

    Cauchy 1847; with a noisy gradient Robbins and Monro 1951, https://doi.org/10.1214/aoms/1177729586.
    """

    label = "SGD"
    direction = "g"
    summary = "The plain step: its length is the rate times the slope."
    preset = 1.0
    torch = Twin("SGD")
    optax = Twin("sgd")
    keras = Twin("SGD")

    def update(self, g: Array, state: State, at: At) -> tuple[Array, State]:
        r"""Return $lr \cdot g$."""
        return at.lr * g, state

    def stable_below(self, curvature: float) -> float:
        r"""Return $2/\lambda$."""
        return 2 / curvature


class Momentum(Descent):
    r"""A heavy ball: $v \leftarrow \mu v + g$, $w \leftarrow w - lr \cdot v$.

    Polyak 1964, https://doi.org/10.1016/0041-5553(64)90137-5; in this form Sutskever et al. 2013. Keras keeps the
    rate inside the velocity ($v \leftarrow \mu v - lr \cdot g$): the same at a constant rate, and different under a
    schedule, where old velocity then keeps its old rate.
    """

    label = "Momentum"
    direction = "v"
    summary = "Remembers where it was going: faster where the slope keeps its sign, swings where it does not."
    slots = ("v",)
    slot_help = {"v": "velocity"}
    preset = 0.3
    cycled = "momentum"
    torch = Twin("SGD", {"momentum": "momentum"})
    optax = Twin("sgd", {"momentum": "momentum"})
    keras = Twin("SGD", {"momentum": "momentum"}, "The rate is inside the velocity: differs under a schedule.")
    momentum: float = hyper(0.9, 0, 0.999, _HEAVY, scale="memory")

    def update(self, g: Array, state: State, at: At) -> tuple[Array, State]:
        r"""Return $lr \cdot v$."""
        v = self.momentum_of(at) * state["v"]
        v += g
        return at.lr * v, {"v": v}

    def stable_below(self, curvature: float) -> float:
        r"""Return $2(1 + \mu)/\lambda$."""
        return 2 * (1 + self.momentum) / curvature


class Nesterov(Descent):
    r"""Momentum that looks ahead: $v \leftarrow \mu v + g$, $w \leftarrow w - lr \, (g + \mu v)$.

    Nesterov 1983; in this form Sutskever et al. 2013, http://proceedings.mlr.press/v28/sutskever13.html. The position
    held is the look-ahead point, where the gradient is taken.
    """

    label = "Nesterov"
    direction = "g + μ · v"
    summary = "Momentum that corrects itself earlier: swings less, and is stable only up to a lower rate."
    drawn = "The point ahead is drawn: it is the one that is held, and where the gradient is taken."
    slots = ("v",)
    slot_help = {"v": "velocity"}
    preset = 0.3
    cycled = "momentum"
    torch = Twin("SGD", {"momentum": "momentum", "nesterov": "True"})
    optax = Twin("sgd", {"momentum": "momentum", "nesterov": "True"})
    keras = Twin("SGD", {"momentum": "momentum", "nesterov": "True"}, "The rate is inside the velocity.")
    momentum: float = hyper(0.9, 0, 0.999, _HEAVY, scale="memory")

    def update(self, g: Array, state: State, at: At) -> tuple[Array, State]:
        r"""Return $lr (g + \mu v)$."""
        mu = self.momentum_of(at)
        v = mu * state["v"] + g
        return at.lr * (g + mu * v), {"v": v}

    def between(self, state: State, taken: Taken) -> dict[str, Array]:
        """Return the momentum."""
        return {"μ": self.momentum_of(taken)}

    def stable_below(self, curvature: float) -> float:
        r"""Return $2(1 + \mu)/((1 + 2\mu)\lambda)$: lower than for plain descent."""
        return 2 * (1 + self.momentum) / ((1 + 2 * self.momentum) * curvature)
