"""The Adam family: a mean gradient over the root of a mean square, both corrected for their zero start."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from lrviz.catalog import Array, Twin, hyper
from lrviz.optimizers.adaptive import EPS, SECOND, Adaptive
from lrviz.optimizers.means import lerp
from lrviz.optimizers.optimizer import At, State, Taken
from lrviz.optimizers.powers import power

_FIRST = "Memory of the mean gradient. Higher: smoother and heavier, like momentum."
_EPSILON_HAT = "Epsilon before the bias correction."
_MEAN, _SQUARE = "mean gradient", "mean squared gradient"
_TORCH = {"b1": "betas[0]", "b2": "betas[1]", "eps": "eps"}
_OPTAX = {"b1": "b1", "b2": "b2", "eps": "eps"}
_KERAS = {"b1": "beta_1", "b2": "beta_2", "eps": "epsilon"}


class Moments(Adaptive, abstract=True):
    """Methods that keep moving averages m of the gradient and v of its square."""

    slots: ClassVar[tuple[str, ...]] = ("m", "v")
    slot_help = {"m": _MEAN, "v": _SQUARE}
    direction = "m̂ / (√v̂ + ε)"
    preset = 0.02
    cycled = "b1"
    b1: float = hyper(0.9, 0, 0.999, _FIRST, scale="memory")
    b2: float = hyper(0.999, 0, 0.99999, SECOND, scale="memory")
    eps: float = hyper(1e-8, 1e-30, 0.1, EPS, scale="log", slider_low=1e-16)

    def root(self, v: Array, t: int | Array) -> Array:
        r"""Return $\sqrt{\hat v} + \epsilon$, in PyTorch's order of operations."""
        root = np.asarray(np.sqrt(v))
        root /= np.sqrt(1 - power(self.b2, t))
        root += self.eps
        return root

    def effective(self, state: State, lr: Array, t: Array) -> Array:
        r"""Return $lr / (\sqrt{\hat v} + \epsilon)$."""
        return lr / self.root(state["v"], t)

    def between(self, state: State, taken: Taken) -> dict[str, Array]:
        """Return the moments, corrected for their zero start, and epsilon."""
        return {**self.mean(state, taken), "v̂": state["v"] / (1 - power(self.b2, taken.t)), "ε": np.asarray(self.eps)}

    def mean(self, state: State, taken: Taken) -> dict[str, Array]:
        """Return the mean gradient, corrected for its zero start."""
        return {"m̂": state["m"] / (1 - power(self.momentum_of(taken), taken.t))}


class Adam(Moments):
    r"""Moments of the gradient, corrected for their zero start: $u = \hat m / (\sqrt{\hat v} + \epsilon)$.

    $m$ and $v$ are moving averages of $g$ and $g^2$; $\hat m = m/(1 - \beta_1^t)$, $\hat v = v/(1 - \beta_2^t)$.
    Kingma and Ba 2015, https://arxiv.org/abs/1412.6980. Keras adds $\epsilon$ before the correction ("epsilon hat").
    """

    label = "Adam"
    summary = "Momentum and a rate per coordinate: early steps are about as long as the rate, whatever the slope."
    torch = Twin("Adam", _TORCH)
    optax = Twin("adam", _OPTAX)
    keras = Twin("Adam", _KERAS, _EPSILON_HAT, True)

    def update(self, g: Array, state: State, at: At) -> tuple[Array, State]:
        r"""Return $lr \cdot \hat m / (\sqrt{\hat v} + \epsilon)$, in PyTorch's order of operations."""
        b1 = self.momentum_of(at)
        m = lerp(state["m"], g, 1 - b1)
        v, square = self.b2 * state["v"], (1 - self.b2) * g
        square *= g
        v += square
        move = at.lr / (1 - power(b1, at.t)) * m
        move /= self.root(v, at.t)
        return move, {"m": m, "v": v}


class AdamW(Adam):
    r"""Adam with decoupled weight decay: $w \leftarrow (1 - lr \cdot \lambda) w$ before Adam's step.

    Loshchilov and Hutter 2019, https://arxiv.org/abs/1711.05101. The decay pulls towards the origin and shifts the
    minimum that is found. Default decay: 0.01 in PyTorch, 1e-4 in Optax, 4e-3 in Keras.
    """

    label = "AdamW"
    direction = "m̂ / (√v̂ + ε) + λ · w"
    summary = "Adam that also shrinks the weights: it settles between the minimum and the origin."
    owns = ("weight_decay",)
    torch = Twin("AdamW", {**_TORCH, "weight_decay": "weight_decay"})
    optax = Twin("adamw", {**_OPTAX, "weight_decay": "weight_decay"})
    keras = Twin("AdamW", {**_KERAS, "weight_decay": "weight_decay"}, _EPSILON_HAT, True)
    weight_decay: float = hyper(0.01, 0, 1, "Pull towards the origin, as a share of the rate.", step=0.001)

    def update(self, g: Array, state: State, at: At) -> tuple[Array, State]:
        r"""Return Adam's displacement and $lr \cdot \lambda \cdot w$."""
        move, following = super().update(g, state, at)
        return move + at.lr * self.weight_decay * at.w, following

    def between(self, state: State, taken: Taken) -> dict[str, Array]:
        """Return Adam's, the decay, and the position."""
        return {**super().between(state, taken), "λ": np.asarray(self.weight_decay), "w": taken.w}


class NAdam(Moments):
    r"""Adam with Nesterov's look ahead: $\mu_{t+1} m$ in the place of $m$, plus $(1 - \mu_t) g$.

    $\mu_t = \beta_1 (1 - 0.96^{t\psi}/2)$, and both terms are corrected by the products of the $\mu$. Dozat 2016,
    https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ. Keras' Nadam has $\psi = 1$; Optax's has no $\mu_t$.
    """

    label = "NAdam"
    direction = "n / (√v̂ + ε)"
    summary = "Adam that corrects its course one step earlier."
    slots = ("m", "v", "product")
    slot_help = {"m": _MEAN, "v": _SQUARE, "product": "product of the momenta so far"}
    torch = Twin("NAdam", {**_TORCH, "psi": "momentum_decay"})
    optax = Twin("nadam", _OPTAX, "No schedule of the momentum.", True)
    keras = Twin("Nadam", _KERAS, "psi is 1.", True)
    psi: float = hyper(4e-3, 0, 1, "How fast the momentum rises from half its value.", scale="log", slider_low=1e-4)

    def init(self, at: At) -> State:
        """Return zeros, and 1 for the product."""
        return {**super().init(at), "product": np.ones((1, at.w.shape[1]))}

    def update(self, g: Array, state: State, at: At) -> tuple[Array, State]:
        r"""Return $lr$ times the corrected mixture of $g$ and $m$ over $\sqrt{\hat v} + \epsilon$."""
        mu, following = self._momenta(at)
        product = state["product"] * mu
        m = lerp(state["m"], g, 1 - self.momentum_of(at))
        v = self.b2 * state["v"] + (1 - self.b2) * g * g
        root = np.sqrt(v / (1 - power(self.b2, at.t))) + self.eps
        move = at.lr * (1 - mu) / (1 - product) * g / root + at.lr * following / (1 - product * following) * m / root
        return move, {"m": m, "v": v, "product": product}

    def mean(self, state: State, taken: Taken) -> dict[str, Array]:
        """Return the mixture of gradient and mean gradient, each corrected by its product of the momenta."""
        mu, following = self._momenta(taken)
        product = state["product"]
        return {"n": (1 - mu) / (1 - product) * taken.g + following / (1 - product * following) * state["m"]}

    def _momenta(self, at: At | Taken) -> tuple[Array, Array]:
        b1 = self.momentum_of(at)
        return b1 * (1 - 0.5 * 0.96 ** (at.t * self.psi)), b1 * (1 - 0.5 * 0.96 ** ((at.t + 1) * self.psi))


class AMSGrad(Moments):
    r"""Adam that never forgets a large gradient: $u = \hat m / (\sqrt{\max_{k \le t} v_k / (1-\beta_2^t)} + \epsilon)$.

    Reddi, Kale and Kumar 2018, https://arxiv.org/abs/1904.09237. PyTorch takes the maximum of the raw $v$, Optax of the
    corrected one.
    """

    label = "AMSGrad"
    direction = "m̂ / (√v̂ + ε)"
    summary = "Adam whose rates per coordinate can only fall: it repairs a proof, and remembers a cliff for ever."
    slots = ("m", "v", "top")
    slot_help = {"m": _MEAN, "v": _SQUARE, "top": "largest mean square so far"}
    torch = Twin("Adam", {**_TORCH, "amsgrad": "True"})
    optax = Twin("amsgrad", _OPTAX, "The maximum of the corrected mean square.", True)
    keras = Twin("Adam", {**_KERAS, "amsgrad": "True"}, _EPSILON_HAT, True)

    def update(self, g: Array, state: State, at: At) -> tuple[Array, State]:
        r"""Return Adam's displacement with the largest $v$ so far."""
        b1 = self.momentum_of(at)
        m = lerp(state["m"], g, 1 - b1)
        v = self.b2 * state["v"] + (1 - self.b2) * g * g
        top = np.maximum(state["top"], v)
        return at.lr / (1 - power(b1, at.t)) * m / self.root(top, at.t), {"m": m, "v": v, "top": top}

    def effective(self, state: State, lr: Array, t: Array) -> Array:
        r"""Return $lr / (\sqrt{\max v / (1-\beta_2^t)} + \epsilon)$."""
        return lr / self.root(state["top"], t)

    def between(self, state: State, taken: Taken) -> dict[str, Array]:
        """Return Adam's of the largest mean square so far."""
        return super().between({**state, "v": state["top"]}, taken)


class Adamax(Moments):
    r"""Adam with the largest recent gradient in the place of the mean square: $u = \max(\beta_2 u, |g| + \epsilon)$.

    $w \leftarrow w - lr \, \hat m / u$. Kingma and Ba 2015, section 7.1, https://arxiv.org/abs/1412.6980. Keras adds
    $\epsilon$ to $u$ outside the maximum.
    """

    label = "Adamax"
    direction = "m̂ / u"
    summary = "Adam measured by the largest recent slope: calmer than Adam after a cliff, slower to take it in."
    slots = ("m", "u")
    slot_help = {"m": _MEAN, "u": "largest recent gradient"}
    torch = Twin("Adamax", _TORCH)
    optax = Twin("adamax", _OPTAX)
    keras = Twin("Adamax", _KERAS, "Epsilon outside the maximum.", True)

    def update(self, g: Array, state: State, at: At) -> tuple[Array, State]:
        r"""Return $lr \, \hat m / u$."""
        b1 = self.momentum_of(at)
        m = lerp(state["m"], g, 1 - b1)
        u = np.maximum(self.b2 * state["u"], np.abs(g) + self.eps)
        return at.lr / (1 - power(b1, at.t)) * m / u, {"m": m, "u": u}

    def effective(self, state: State, lr: Array, t: Array) -> Array:
        """Return $lr / u$."""
        return lr / state["u"]

    def between(self, state: State, taken: Taken) -> dict[str, Array]:
        """Return the corrected mean gradient alone: the largest needs no correction."""
        return self.mean(state, taken)


class RAdam(Moments):
    r"""Adam that waits until its mean square can be trusted: $r_t \, \hat m / (\sqrt{\hat v} + \epsilon)$.

    While $\rho_t = \rho_\infty - 2 t \beta_2^t / (1 - \beta_2^t) \le 5$, with $\rho_\infty = 2/(1-\beta_2) - 1$, it
    steps along $\hat m$ alone. Liu et al. 2020, https://arxiv.org/abs/1908.03265. Optax adds $\epsilon$ to $\sqrt{\hat
    v}$, PyTorch to $\sqrt v$.
    """

    label = "RAdam"
    direction = "m̂ · r"
    summary = "Adam with its own warm-up; its first five steps are momentum steps, which can be far too long."
    preset = 0.3
    unit = "curvature"  # of its first steps, which are not divided by anything
    torch = Twin("RAdam", _TORCH)
    optax = Twin("radam", _OPTAX, "Epsilon after the bias correction.", True)

    def update(self, g: Array, state: State, at: At) -> tuple[Array, State]:
        r"""Return $lr \, \hat m$, times $r_t / (\sqrt{\hat v} + \epsilon)$ where $\rho_t > 5$."""
        b1 = self.momentum_of(at)
        m = lerp(state["m"], g, 1 - b1)
        v = self.b2 * state["v"] + (1 - self.b2) * g * g
        return at.lr * (m / (1 - power(b1, at.t))) * self._scale(v, at.t), {"m": m, "v": v}

    def effective(self, state: State, lr: Array, t: Array) -> Array:
        r"""Return $lr$, times $r_t / (\sqrt{\hat v} + \epsilon)$ where $\rho_t > 5$."""
        return lr * self._scale(state["v"], t)

    def between(self, state: State, taken: Taken) -> dict[str, Array]:
        r"""Return $\hat m$, and what it is multiplied by: 1 until the mean square can be trusted."""
        return {**self.mean(state, taken), "r": self._scale(state["v"], taken.t)}

    def _scale(self, v: Array, t: int | Array) -> Array:
        decayed = power(self.b2, t)
        last = 2 / (1 - self.b2) - 1
        rho = np.asarray(last - 2 * t * decayed / (1 - decayed))
        trusted = rho > 5.0
        some = np.where(trusted, rho, 6.0)
        most = np.where(last > 5.0, last, 6.0)
        rectified = np.sqrt((some - 4) * (some - 2) * most / ((most - 4) * (most - 2) * some))
        return np.where(trusted, np.sqrt(1 - decayed) / (np.sqrt(v) + self.eps) * rectified, 1.0)


class AdaBelief(Moments):
    r"""Divide by how much the gradient surprises: $s \leftarrow \beta_2 s + (1-\beta_2)(g - m)^2 + \epsilon_r$.

    Adam with $s$ in the place of $v$. Zhuang et al. 2020, https://arxiv.org/abs/2010.07468. As in Optax and the
    authors' code, $\epsilon_r$ is stored with $s$ and adds up.
    """

    label = "AdaBelief"
    direction = "m̂ / (√ŝ + ε)"
    summary = "Bold where the gradient is as predicted, careful where it is not: long steps on steady slopes."
    slots = ("m", "s")
    slot_help = {"m": _MEAN, "s": "mean squared surprise"}
    optax = Twin("adabelief", {**_OPTAX, "eps_root": "eps_root"})
    eps: float = hyper(1e-16, 1e-30, 0.1, EPS, scale="log", slider_low=1e-16)
    eps_root: float = hyper(1e-16, 0, 0.1, "Added to the mean square at each step.", scale="log", slider_low=1e-16)

    def update(self, g: Array, state: State, at: At) -> tuple[Array, State]:
        r"""Return $lr \, \hat m / (\sqrt{\hat s} + \epsilon)$."""
        b1 = self.momentum_of(at)
        m = (1 - b1) * g + b1 * state["m"]
        s = (1 - self.b2) * (g - m) ** 2 + self.b2 * state["s"] + self.eps_root
        move = at.lr * (m / (1 - power(b1, at.t))) / (np.sqrt(s / (1 - power(self.b2, at.t))) + self.eps)
        return move, {"m": m, "s": s}

    def effective(self, state: State, lr: Array, t: Array) -> Array:
        r"""Return $lr / (\sqrt{\hat s} + \epsilon)$."""
        return lr / (np.sqrt(state["s"] / (1 - power(self.b2, t))) + self.eps)

    def between(self, state: State, taken: Taken) -> dict[str, Array]:
        """Return both moments, corrected for their zero start, and epsilon."""
        return {**self.mean(state, taken), "ŝ": state["s"] / (1 - power(self.b2, taken.t)), "ε": np.asarray(self.eps)}


class Yogi(Moments):
    r"""Adam whose mean square moves by bounded steps: $v \leftarrow v - (1-\beta_2) \, \mathrm{sign}(v - g^2) \, g^2$.

    Zaheer et al. 2018, https://papers.nips.cc/paper/8186. As in Optax, $m$ and $v$ start at 1e-6.
    """

    label = "Yogi"
    summary = "Adam that raises its rates slowly: where gradients become sparse or small it does not leap."
    optax = Twin("yogi", _OPTAX)
    eps: float = hyper(1e-3, 1e-30, 0.1, EPS, scale="log", slider_low=1e-16)

    def init(self, at: At) -> State:
        """Return 1e-6 for both moments."""
        return {slot: np.full_like(at.w, 1e-6) for slot in self.slots}

    def update(self, g: Array, state: State, at: At) -> tuple[Array, State]:
        r"""Return $lr \, \hat m / (\sqrt{\hat v} + \epsilon)$."""
        b1 = self.momentum_of(at)
        m = (1 - b1) * g + b1 * state["m"]
        v = state["v"] - (1 - self.b2) * np.sign(state["v"] - g * g) * g * g
        return at.lr * (m / (1 - power(b1, at.t))) / self._root(v, at.t), {"m": m, "v": v}

    def effective(self, state: State, lr: Array, t: Array) -> Array:
        r"""Return $lr / (\sqrt{\hat v} + \epsilon)$."""
        return lr / self._root(state["v"], t)

    def _root(self, v: Array, t: int | Array) -> Array:
        return np.asarray(np.sqrt(v / (1 - power(self.b2, t))) + self.eps)


class Adan(Adaptive):
    r"""Adam with Nesterov's momentum estimated from differences: $u = (\hat m + \beta_2 \hat d) / \sqrt{\hat n}$.

    $m$, $d$ and $n$ are moving averages of $g$, of $g_t - g_{t-1}$ and of $(g + \beta_2 (g_t - g_{t-1}))^2$. Xie et al.
    2022, https://arxiv.org/abs/2208.06677; decays as in the authors' code ($\beta$ here is $1 - \beta$ of the paper).
    """

    label = "Adan"
    direction = "(m̂ + β · d̂) / (√n̂ + ε)"
    summary = "Three averages: the slope, its change, and the size of what both predict; quick on smooth valleys."
    slots = ("m", "d", "n", "last")
    slot_help = {"m": _MEAN, "d": "mean change", "n": "mean squared prediction", "last": "last gradient"}
    preset = 0.02
    optax = Twin(
        "adan",
        {"b1": "b1", "b2": "b2", "b3": "b3", "eps": "eps", "eps_root": "0.0"},
        "Weighs the change with 1 - b2, where the authors have b2.",
        True,
    )
    b1: float = hyper(0.98, 0, 0.999, _FIRST, scale="memory")
    b2: float = hyper(0.92, 0, 0.999, "Memory of the change, and its weight in the step.", scale="memory")
    b3: float = hyper(0.99, 0, 0.99999, SECOND, scale="memory")
    eps: float = hyper(1e-8, 1e-30, 0.1, EPS, scale="log", slider_low=1e-16)

    def update(self, g: Array, state: State, at: At) -> tuple[Array, State]:
        r"""Return $lr \, (\hat m + \beta_2 \hat d) / (\sqrt{\hat n} + \epsilon)$."""
        change = g - state["last"] if at.t > 1 else np.zeros_like(g)
        m = (1 - self.b1) * g + self.b1 * state["m"]
        d = (1 - self.b2) * change + self.b2 * state["d"]
        n = (1 - self.b3) * (g + self.weight() * change) ** 2 + self.b3 * state["n"]
        u = m / (1 - power(self.b1, at.t)) + self.weight() * (d / (1 - power(self.b2, at.t)))
        return at.lr * u / self._root(n, at.t), {"m": m, "d": d, "n": n, "last": g}

    def weight(self) -> float:
        """Return the weight of the change."""
        return self.b2

    def effective(self, state: State, lr: Array, t: Array) -> Array:
        r"""Return $lr / (\sqrt{\hat n} + \epsilon)$."""
        return lr / self._root(state["n"], t)

    def between(self, state: State, taken: Taken) -> dict[str, Array]:
        """Return the three averages, corrected for their zero start, the weight of the change, and epsilon."""
        names, decays = ("m", "d", "n"), (self.b1, self.b2, self.b3)
        averages = {
            f"{name}\u0302": state[name] / (1 - power(b, taken.t)) for name, b in zip(names, decays, strict=True)
        }
        return {**averages, "β": np.asarray(self.weight()), "ε": np.asarray(self.eps)}

    def _root(self, n: Array, t: int | Array) -> Array:
        return np.asarray(np.sqrt(n / (1 - power(self.b3, t))) + self.eps)
