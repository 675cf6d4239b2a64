"""Methods that answer with an average of the points they visit."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from lrviz.catalog import Array, Twin, hyper, whole
from lrviz.optimizers.adaptive import EPS, SECOND
from lrviz.optimizers.optimizer import At, Optimizer, Owned, State
from lrviz.optimizers.powers import power

_EARLY = "Under a schedule z is weighed by the rate of the step after."


class Averaging(Optimizer, abstract=True):
    """Methods whose answer is an average; it is drawn, while the gradient is taken elsewhere."""

    family = "Averaging and schedule-free"
    owns: ClassVar[tuple[Owned, ...]] = ("averaging",)

    def shown(self, w: Array, state: State) -> Array:
        """Return the average."""
        return state["x"]


class ASGD(Averaging):
    r"""Descent and the mean of its points; the rate falls: $\eta_t = lr / (1 + \lambda \, lr \, (t-1))^\alpha$.

    $w \leftarrow (1 - \lambda \eta_t) w - \eta_t g$; $x$ is the mean of the points after step $t_0$. Polyak and
    Juditsky 1992, https://doi.org/10.1137/0330046. As in PyTorch, $\eta_t$ is made of the rate of update $t - 1$, so
    that a schedule acts one update late, and the default $t_0$ there, a million, means that nothing is averaged.
    """

    label = "ASGD"
    summary = "Averages away the noise of its own steps: the mean settles where the points still jump."
    slots = ("x", "eta")
    slot_help = {"x": "mean of the points", "eta": "rate of the next update"}
    drawn = "The mean of the points is drawn; the gradient is taken at the last point."
    owns = ("averaging", "weight_decay")
    preset = 0.5
    unit = "curvature"
    torch = Twin("ASGD", {"lambd": "lambd", "alpha": "alpha", "t0": "t0"})
    lambd: float = hyper(1e-4, 0, 1, "How soon the rate falls, and a pull to the origin.", scale="log", slider_low=1e-6)
    alpha: float = hyper(0.75, 0, 1, "The power with which the rate falls.", step=0.01)
    t0: int = whole(20, 0, 1_000_000, "The step after which points are averaged.")

    def init(self, at: At) -> State:
        """Return the start as the mean, and the first rate."""
        return {"x": at.w, "eta": np.broadcast_to(at.lr, (1, at.w.shape[1]))}

    def update(self, g: Array, state: State, at: At) -> tuple[Array, State]:
        r"""Return $\eta_t (g + \lambda w)$."""
        move = state["eta"] * g + self.lambd * state["eta"] * at.w
        share = 1 / np.maximum(1.0, at.t - 1 - self.t0)
        eta = at.lr / (1 + self.lambd * at.lr * at.t) ** self.alpha
        return move, {"x": state["x"] + share * (at.w - move - state["x"]), "eta": eta[None]}


class ScheduleFree(Averaging, abstract=True):
    """Schedule-Free methods: z descends, x is its average, and the gradient is taken at y between them."""

    drawn = "x, the average, is drawn; the gradient is taken at y = b1 x + (1 − b1) z."
    b1: float = hyper(0.9, 0.01, 0.999, "How near to the average the gradient is taken.", scale="memory")

    def init(self, at: At) -> State:
        """Return the start for x and z."""
        return {**super().init(at), "x": at.w, "z": at.w, **{slot: np.zeros_like(at.w[:1]) for slot in ("sum", "top")}}

    def step(self, move: Array, state: State, at: At) -> tuple[Array, State]:
        """Return y's displacement when z moves by `move`; the newest z weighs as the square of the largest rate.

        Before the first rate above 0 nothing has a weight, and the average stays where it is.
        """
        top = np.maximum(state["top"], at.lr)
        total = state["sum"] + top**2
        share = top**2 / np.where(total > 0, total, 1.0)
        z = state["z"] - move
        x = (1 - share) * state["x"] + share * z
        y = self.b1 * x + (1 - self.b1) * z
        return at.w - y, {"x": x, "z": z, "sum": total, "top": top}


class ScheduleFreeSGD(ScheduleFree):
    r"""Descent that needs no schedule: $z \leftarrow z - lr \, g(y)$, $x$ the mean of $z$, $y = \beta x + (1-\beta) z$.

    Defazio et al. 2024, https://arxiv.org/abs/2405.15682. Optax and the authors' code hold y; here x is drawn. The
    newest z weighs as the square of the largest rate so far: under a schedule as in the authors' code, where Optax
    takes the rate of the step after.
    """

    label = "Schedule-Free SGD"
    summary = "The average does what a decaying rate would do, without knowing when the run ends."
    slots = ("x", "z", "sum", "top")
    slot_help = {
        "x": "average, the answer",
        "z": "the fast point",
        "sum": "sum of weights",
        "top": "largest rate so far",
    }
    preset = 1.0
    unit = "curvature"
    owns = ("averaging", "weight_decay")
    optax = Twin("contrib.schedule_free_sgd", {"b1": "b1", "weight_decay": "weight_decay"}, _EARLY)
    weight_decay: float = hyper(0.0, 0, 1, "Pull towards the origin, as a share of the rate.", step=0.001)

    def update(self, g: Array, state: State, at: At) -> tuple[Array, State]:
        """Return y's displacement."""
        return self.step(at.lr * (g + self.weight_decay * at.w), state, at)

    def effective(self, state: State, lr: Array, t: Array) -> Array:
        """Return the rate, with which z moves."""
        return lr


class ScheduleFreeAdamW(ScheduleFree):
    r"""AdamW that needs no schedule: $z \leftarrow z - lr \, (g(y) / (\sqrt{\hat v} + \epsilon) + \lambda y)$.

    x is the mean of z, and y lies between them. Defazio et al. 2024, https://arxiv.org/abs/2405.15682. It takes the
    place of Adam's first moment: $\beta$ is the share of the average in y. The weights of z are those of the SGD form;
    Keras weighs all steps alike (the same at a constant rate).
    """

    label = "Schedule-Free AdamW"
    summary = "Adam's rates per coordinate with an average in the place of a schedule."
    slots = ("x", "z", "v", "sum", "top")
    slot_help = {
        "x": "average, the answer",
        "z": "the fast point",
        "v": "mean squared gradient",
        "sum": "sum of weights",
        "top": "largest rate so far",
    }
    owns = ("averaging", "weight_decay")
    preset = 0.02
    optax = Twin(
        "contrib.schedule_free_adamw",
        {"b1": "b1", "b2": "b2", "eps": "eps", "weight_decay": "weight_decay"},
        _EARLY,
    )
    keras = Twin(
        "ScheduleFreeAdamW",
        {"b1": "beta_1", "b2": "beta_2", "eps": "epsilon", "weight_decay": "weight_decay"},
        "Weight decay moves y itself.",
        True,
    )
    b2: float = hyper(0.999, 0, 0.99999, SECOND, scale="memory")
    eps: float = hyper(1e-8, 1e-30, 0.1, EPS, scale="log", slider_low=1e-16)
    weight_decay: float = hyper(0.0, 0, 1, "Pull towards the origin, as a share of the rate.", step=0.001)

    def update(self, g: Array, state: State, at: At) -> tuple[Array, State]:
        """Return y's displacement."""
        v = self.b2 * state["v"] + (1 - self.b2) * g * g
        move = at.lr * (g / self._root(v, at.t) + self.weight_decay * at.w)
        displacement, following = self.step(move, state, at)
        return displacement, {**following, "v": v}

    def effective(self, state: State, lr: Array, t: Array) -> Array:
        r"""Return $lr / (\sqrt{\hat v} + \epsilon)$, with which z moves."""
        return lr / self._root(state["v"], t)

    def _root(self, v: Array, t: int | Array) -> Array:
        return np.asarray(np.sqrt(v / (1 - power(self.b2, t))) + self.eps)
