"""Methods that look at the sign of the gradient alone, or of its mean."""

from __future__ import annotations

import numpy as np

from lrviz.catalog import Array, Twin, hyper
from lrviz.optimizers.optimizer import At, Optimizer, State


class SignBased(Optimizer, abstract=True):
    """Methods whose step has the same length in every coordinate, whatever the slope."""

    family = "Signs"


class SignSGD(SignBased):
    r"""A step of fixed length in each coordinate: $w \leftarrow w - lr \, \mathrm{sign}(g)$.

    Bernstein et al. 2018, https://arxiv.org/abs/1802.04434.
    """

    label = "SignSGD"
    direction = "sign(g)"
    summary = "The slope's size does not matter: steady on plateaus, and a bounce as large as the rate at the end."
    preset = 0.01
    optax = Twin("sign_sgd")

    def update(self, g: Array, state: State, at: At) -> tuple[Array, State]:
        r"""Return $lr \, \mathrm{sign}(g)$."""
        return at.lr * np.sign(g), state


class Lion(SignBased):
    r"""The sign of a mean gradient: $w \leftarrow w - lr \, \mathrm{sign}(\beta_1 m + (1-\beta_1) g)$.

    Then $m \leftarrow \beta_2 m + (1-\beta_2) g$. Found by a search over programs: Chen et al. 2023,
    https://arxiv.org/abs/2302.06675. Weight decay is an option of the run, as AdamW's (Optax: 1e-3 by default).
    """

    label = "Lion"
    summary = "Sign steps with momentum: simple and steady; needs a decaying rate to settle."
    slots = ("m",)
    slot_help = {"m": "mean gradient"}
    preset = 0.005
    optax = Twin("lion", {"b1": "b1", "b2": "b2", "weight_decay": "0.0"})
    keras = Twin("Lion", {"b1": "beta_1", "b2": "beta_2"})
    b1: float = hyper(0.9, 0, 0.999, "Weight of the past in this step's direction.", scale="memory")
    b2: float = hyper(0.99, 0, 0.9999, "Memory of the mean gradient.", scale="memory")

    def update(self, g: Array, state: State, at: At) -> tuple[Array, State]:
        r"""Return $lr \, \mathrm{sign}(\beta_1 m + (1-\beta_1) g)$."""
        direction = np.sign((1 - self.b1) * g + self.b1 * state["m"])
        return at.lr * direction, {"m": (1 - self.b2) * g + self.b2 * state["m"]}


class Rprop(SignBased):
    r"""A step length per coordinate that grows while the sign stays: $w \leftarrow w - \Delta \, \mathrm{sign}(g)$.

    $\Delta$ starts at the rate, is multiplied by 1.2 while a coordinate's sign stays and by 0.5 when it flips; there
    the coordinate rests for a step (iRprop-). Riedmiller and Braun 1993, https://doi.org/10.1109/ICNN.1993.298623; Igel
    and Hüsken 2000. A schedule has no say after the first step, as in PyTorch. Optax's applies each update one step
    late.
    """

    label = "Rprop"
    summary = "Finds a step length for each coordinate by itself; made for full gradients, noise confuses it."
    slots = ("step", "last")
    slot_help = {"step": "step length", "last": "last gradient, 0 after a flip"}
    preset = 0.01
    torch = Twin("Rprop", {"shrink": "etas[0]", "grow": "etas[1]", "low": "step_sizes[0]", "high": "step_sizes[1]"})
    shrink: float = hyper(0.5, 0.01, 0.99, "The factor when the sign flips.", step=0.01)
    grow: float = hyper(1.2, 1.01, 5, "The factor while the sign stays.", step=0.01)
    low: float = hyper(1e-6, 1e-30, 1, "The shortest step.", scale="log", slider_low=1e-12)
    high: float = hyper(50.0, 1e-3, 1e6, "The longest step.", scale="log")

    def init(self, at: At) -> State:
        """Return steps of the rate's length."""
        return {"step": np.broadcast_to(at.lr, at.w.shape), "last": np.zeros_like(at.w)}

    def update(self, g: Array, state: State, at: At) -> tuple[Array, State]:
        r"""Return $\Delta \, \mathrm{sign}(g)$."""
        agreement = np.sign(g * state["last"])
        factor = np.where(agreement > 0, self.grow, np.where(agreement < 0, self.shrink, 1.0))
        step = np.minimum(np.maximum(state["step"] * factor, self.low), self.high)
        kept = np.where(agreement < 0, 0.0, g)
        return np.sign(kept) * step, {"step": step, "last": kept}

    def effective(self, state: State, lr: Array, t: Array) -> Array:
        r"""Return $\Delta$, the multiplier of the sign."""
        return state["step"]
