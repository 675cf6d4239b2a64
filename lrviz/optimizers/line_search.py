"""Methods that look along their direction before they step; the loss never rises."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from lrviz.catalog import Array, Twin, hyper
from lrviz.linear import unit
from lrviz.optimizers.optimizer import At, Optimizer, State
from lrviz.optimizers.search import Line, descends, from_quadratic, slope

_RATE = "rate that the search found"


class Searching(Optimizer, abstract=True):
    """Methods with a line search: each step costs more than one evaluation."""

    family = "Line search"
    preset = 1.0
    unit = "none"
    owns = ("weight_decay", "clipping")
    rate_slot = "rate"
    slots: ClassVar[tuple[str, ...]] = ("rate",)
    slot_help = {"rate": _RATE}

    def effective(self, state: State, lr: Array, t: Array) -> Array | None:
        """Return the rate that was found."""
        return state["rate"]


class Armijo(Searching):
    r"""Descent at a rate that is tried: halve it until $f(w - a g) \le f(w) - c_1 a |g|^2$.

    The first try is `grow` times the last rate, at most lr. Armijo 1966, https://doi.org/10.2140/pjm.1966.16.1; with
    growth as in Vaswani et al. 2019, https://arxiv.org/abs/1905.09997. At most 60 tries a step: where all fail it
    stays, and the next step goes on from the last one (Optax takes it).
    """

    label = "Armijo backtracking"
    summary = "Plain descent that checks each step: the rate is only the longest one it tries."
    optax = Twin(
        "scale_by_backtracking_linesearch",
        {"shrink": "decrease_factor", "grow": "increase_factor", "c1": "slope_rtol", "max_backtracking_steps": "59"},
        "Chained after sgd(1.0), with lr as max_learning_rate. Steps even where every try fails.",
    )
    c1: float = hyper(1e-4, 1e-8, 0.5, "The share of the promised decrease that is asked for.", scale="log")
    shrink: float = hyper(
        0.8, 0.1, 0.95, "The factor after a failed try. Lower: fewer tries, shorter steps.", step=0.01
    )
    grow: float = hyper(1.5, 1, 10, "The factor by which the next step's first try is longer.", step=0.1)

    def init(self, at: At) -> State:
        """Return a last rate of 1."""
        return {"rate": np.ones((1, at.w.shape[1]))}

    def update(self, g: Array, state: State, at: At) -> tuple[Array, State]:
        """Return the first step that is good enough."""
        start, line = at.loss(), Line(at, g, -g)
        last = state["rate"][0]
        rate = np.where(last > 0, np.minimum(self.grow * last, at.lr), at.lr)
        active = line.slope < 0
        for _ in range(60):
            change = at.loss(at.w - rate * g, where=active) - start
            active = active & ~(change / line.steep <= rate * self.c1 * (line.slope * line.unit))
            if not active.any():
                break
            rate = np.where(active, rate * self.shrink, rate)
        return np.where(active, 0.0, rate * g), {"rate": rate[None]}


class ExactLineSearch(Searching):
    r"""Descent to the lowest point along the gradient: $a = \arg\min_a f(w - a g)$, $w \leftarrow w - lr \, a \, g$.

    Cauchy 1847; Nocedal and Wright 2006, chapter 3, https://doi.org/10.1007/978-0-387-40065-5. On a quadratic $a = g^T
    g / g^T H g$; elsewhere the first minimum along the line. lr = 1 is exact, lower is relaxed. Each step is at a right
    angle to the last. No twin in PyTorch, Optax or Keras.
    """

    label = "Exact line search"
    summary = "The best rate for every single step, and still it zigzags: greed is not speed."

    def update(self, g: Array, state: State, at: At) -> tuple[Array, State]:
        """Return the displacement to the minimum along the gradient."""
        line = Line(at, g, -g)
        reach = at.lr * from_quadratic(line, 1e-10)
        return -reach * line.direction, {"rate": (reach / line.unit)[None]}


class NonlinearCG(Searching):
    r"""Conjugate directions: $p \leftarrow -g + \beta p$, $w \leftarrow w + lr \, \alpha \, p$.

    $\beta = \max(0, g^T (g - g_-) / g_-^T g_-)$, and $\alpha$ meets the strong Wolfe conditions (1e-4, 0.1), tried
    first where a quadratic has its minimum. Polak and Ribière 1969; Nocedal and Wright 2006, section 5.2,
    https://doi.org/10.1007/978-0-387-40065-5. On a quadratic in d dimensions d steps arrive. SciPy's `minimize` has it.
    """

    label = "Nonlinear CG"
    summary = "Remembers one direction and never undoes it: d steps on a quadratic, without a matrix."
    slots = ("p", "g", "rate")
    slot_help = {"p": "direction", "g": "last gradient", "rate": "step along the direction"}

    def update(self, g: Array, state: State, at: At) -> tuple[Array, State]:
        r"""Return $-lr \, \alpha \, p$."""
        size = unit(state["g"])
        last = slope(state["g"] / size, state["g"] / size)
        beta = np.where(last > 0, slope(g / size, (g - state["g"]) / size) / np.where(last > 0, last, 1.0), 0.0)
        p = -g + np.maximum(beta, 0.0) * state["p"]
        p = np.where(descends(g, p), p, -g)
        line = Line(at, g, p)
        reach = at.lr * from_quadratic(line, 0.1)
        return -reach * line.direction, {"p": p, "g": g, "rate": (reach / line.unit)[None]}

    def effective(self, state: State, lr: Array, t: Array) -> None:
        """Return None: the direction is not the gradient's."""
        return
