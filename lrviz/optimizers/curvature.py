"""Methods that use the Hessian, or learn it from gradients."""

from __future__ import annotations

import numpy as np

from lrviz.catalog import Array, Twin, hyper, whole
from lrviz.linear import norm, solve, unit
from lrviz.optimizers.optimizer import At, Mask, Optimizer, State
from lrviz.optimizers.search import Line, descends, slope, wolfe


class SecondOrder(Optimizer, abstract=True):
    """Methods that measure the curvature; a rate of 1 is their natural step."""

    family = "Curvature"
    preset = 1.0
    unit = "none"
    owns = ("weight_decay", "clipping")


class Newton(SecondOrder):
    r"""Divide by the curvature: $w \leftarrow w - lr \, (H + \delta I)^{-1} g$.

    Newton, Raphson; damped by Levenberg 1944, https://doi.org/10.1090/qam/10666. On a quadratic one step arrives. It
    goes to any point without slope, saddles and maxima included; damping above the most negative curvature prevents
    that. Along a direction without curvature it does not move (the pseudoinverse). A Hessian counts as d evaluations.
    No twin in PyTorch, Optax or Keras.
    """

    label = "Newton"
    summary = "A full matrix of rates, the inverse curvature: one step on a quadratic, astray near a saddle."
    damping: float = hyper(
        0.0, 0, 1000, "Added to every curvature. Higher: shorter steps, nearer to the gradient's direction."
    )

    def update(self, g: Array, state: State, at: At) -> tuple[Array, State]:
        r"""Return $lr (H + \delta I)^{-1} g$."""
        h = at.hessian() + np.eye(len(g))[:, :, None] * self.damping
        return at.lr * solve(h, g), state


class SaddleFreeNewton(SecondOrder):
    r"""Newton with positive curvatures: $w \leftarrow w - lr \, Q (|\Lambda| + \delta)^{-1} Q^T g$.

    $H = Q \Lambda Q^T$. Dauphin et al. 2014, https://arxiv.org/abs/1406.2572. Where the curvature is negative it steps
    away instead of back; where there is none, and no damping, it does not move. A Hessian counts as d evaluations. No
    twin in PyTorch, Optax or Keras.
    """

    label = "Newton, saddle-free"
    summary = "Newton that runs away from saddles, as fast as it arrives at minima."
    damping: float = hyper(1e-3, 0, 1000, "Added to the curvatures' sizes. Higher: shorter steps.", slider_low=1e-6)

    def update(self, g: Array, state: State, at: At) -> tuple[Array, State]:
        r"""Return $lr \, Q (|\Lambda| + \delta)^{-1} Q^T g$."""
        h = np.moveaxis(at.hessian(), -1, 0)
        finite = np.asarray(np.isfinite(h).all(axis=(1, 2)))
        values, vectors = np.linalg.eigh(np.where(finite[:, None, None], h, 0.0))
        sizes = np.abs(values) + np.reshape(self.damping, (-1, 1))
        curved = sizes > len(g) * np.finfo(np.float64).eps * sizes.max(axis=1, keepdims=True)
        along = (vectors * g.T[:, :, None]).sum(axis=1) / np.where(curved, sizes, np.inf)
        move = (vectors * along[:, None, :]).sum(axis=2).T
        return at.lr * np.where(finite, move, np.nan), state


class BFGS(SecondOrder):
    r"""Learn the inverse curvature from two gradients: $w \leftarrow w - lr \, \alpha B g$.

    $B \leftarrow (I - \rho s y^T) B (I - \rho y s^T) + \rho s s^T$ with the last step $s$, the gradient's change $y$
    and $\rho = 1/s^T y$; $\alpha$ meets the strong Wolfe conditions (1e-4, 0.9). Broyden, Fletcher, Goldfarb and Shanno
    1970; Nocedal and Wright 2006, algorithm 6.1, https://doi.org/10.1007/978-0-387-40065-5. SciPy's `minimize` has it.
    """

    label = "BFGS"
    summary = "Newton's speed without the Hessian: it learns the valley's shape on the way."
    slots = ("inverse", "w", "g", "rate")
    slot_help = {
        "inverse": "inverse curvature, row by row",
        "w": "last position",
        "g": "last gradient",
        "rate": "step that the line search found",
    }
    rate_slot = "rate"

    def init(self, at: At) -> State:
        """Return the unit matrix."""
        d, count = at.w.shape
        inverse = np.repeat(np.eye(d).reshape(-1, 1), count, axis=1)
        return {"inverse": inverse, "w": at.w, "g": np.zeros_like(at.w), "rate": np.zeros((1, count))}

    def update(self, g: Array, state: State, at: At) -> tuple[Array, State]:
        r"""Return $lr \, \alpha B g$."""
        d, count = g.shape
        b = state["inverse"].reshape(d, d, count)
        if at.t > 1:
            b = _learned(b, at.w - state["w"], g - state["g"])
        direction = -np.einsum("ijr,jr->ir", b, g)
        downhill = descends(g, direction)
        b = np.where(downhill, b, np.eye(d)[:, :, None])
        line = Line(at, g, np.where(downhill, direction, -g))
        blind = _unlearned(b) & (state["rate"][0] == 0)
        guess = np.where(blind, line.steps(np.minimum(1.0, norm(g)), visible=True), line.unit)
        reach = at.lr * wolfe(line, guess, 0.9)
        rate = (reach / line.unit)[None]
        return -reach * line.direction, {"inverse": b.reshape(-1, count), "w": at.w, "g": g, "rate": rate}


class LBFGS(SecondOrder):
    r"""BFGS from the last few steps alone, without a line search: $w \leftarrow w - lr \, B_t g$.

    $B_t$ is applied by the two-loop recursion over at most `history` pairs, from $s^T y / y^T y$; the first step is
    $\min(1, 1/|g|_1)$. Liu and Nocedal 1989, https://doi.org/10.1007/BF01589116. As PyTorch's with `max_iter=1` and no
    line search, which alone also stops at its tolerances; Optax's searches by default.
    """

    label = "L-BFGS"
    summary = "BFGS for many weights; without a line search it needs a rate below 1 far from the minimum."
    slots = ("s", "y", "inverse", "step", "last", "size")
    slot_help = {
        "s": "past steps",
        "y": "past changes of the gradient",
        "inverse": "1 / sᵀy of each, 0 where there is none",
        "step": "last step",
        "last": "last gradient",
        "size": "size of the inverse curvature",
    }
    preset = 0.5
    torch = Twin("LBFGS", {"history": "history_size", "max_iter": "1"})
    history: int = whole(10, 1, 100, "Steps that are remembered.", shared=True)

    def init(self, at: At) -> State:
        """Return an empty memory."""
        d, count = at.w.shape
        pairs = np.zeros((self.history * d, count))
        one = np.ones((1, count))
        zero = np.zeros_like(at.w)
        return {"s": pairs, "y": pairs, "inverse": pairs[: self.history], "step": zero, "last": zero, "size": one}

    def update(self, g: Array, state: State, at: At) -> tuple[Array, State]:
        r"""Return $lr \, B_t g$."""
        memory = state if at.t == 1 else _remembered(state, g)
        first = np.minimum(1.0, 1 / np.abs(g).sum(axis=0)) if at.t == 1 else 1.0
        move = at.lr * first * _two_loops(memory, g)
        move = np.where((g == 0).all(axis=0), 0.0, move)
        return move, {**memory, "step": -move, "last": g}


def _remembered(state: State, g: Array) -> State:
    """Put the last step into the memory where its curvature is positive."""
    s, y = state["step"], g - state["last"]
    product = (s * y).sum(axis=0)
    good = product > 1e-10

    def pushed(old: Array, new: Array) -> Array:
        return np.where(good, np.concatenate([old[len(new) :], new]), old)

    return {
        "s": pushed(state["s"], s),
        "y": pushed(state["y"], y),
        "inverse": pushed(state["inverse"], 1.0 / product[None]),
        "size": np.where(good, product / (y * y).sum(axis=0), state["size"]),
    }


def _two_loops(memory: State, g: Array) -> Array:
    """Apply the inverse curvature to `g`; an empty place in the memory has no weight."""
    d, inverse = len(g), memory["inverse"]
    pairs = [(memory["s"][i * d : i * d + d], memory["y"][i * d : i * d + d]) for i in range(len(inverse))]
    q, weights = g, []
    for (s, y), rho in zip(reversed(pairs), inverse[::-1], strict=True):
        weights.append((s * q).sum(axis=0) * rho)
        q = q - weights[-1] * y
    r = q * memory["size"]
    for (s, y), rho, weight in zip(pairs, inverse, reversed(weights), strict=True):
        r = r + s * (weight - (y * r).sum(axis=0) * rho)
    return r


def _unlearned(b: Array) -> Mask:
    """Return for which runs the inverse curvature is still the unit matrix, `(R,)`."""
    return np.asarray((b == np.eye(len(b))[:, :, None]).all(axis=(0, 1)))


def _learned(b: Array, s: Array, y: Array) -> Array:
    """Return BFGS's next inverse curvature; the old one where the curvature along the step is not positive."""
    longest, steepest = unit(s), unit(y)
    s, y, flatness = s / longest, y / steepest, longest / steepest
    product = slope(s, y)
    good: Mask = product > 1e-12 * norm(s) * norm(y)
    rho = 1 / np.where(good, product, 1.0)
    b = b * np.where(good & _unlearned(b), flatness * product / np.where(good, slope(y, y), 1.0), 1.0)
    by = np.einsum("ijr,jr->ir", b, y)
    outer = s[:, None] * by[None]
    spread = (flatness + rho * slope(y, by)) * rho * s[:, None] * s[None]
    return np.where(good, b - rho * (outer + outer.swapaxes(0, 1)) + spread, b)
