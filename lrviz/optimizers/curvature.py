"""Methods that use the Hessian."""

from __future__ import annotations

import numpy as np

from lrviz.catalog import Array, hyper
from lrviz.optimizers.optimizer import At, Optimizer, State


class SecondOrder(Optimizer, abstract=True):
    """Methods that measure the curvature; a rate of 1 is their natural step."""

    family = "Curvature"
    preset = 1.0
    unit = "none"


class Newton(SecondOrder):
    r"""Divide by the curvature: $w \leftarrow w - lr \, (H + \delta I)^{-1} g$.

    Newton, Raphson; damped by Levenberg 1944, https://doi.org/10.1090/qam/10666. On a quadratic one step arrives. It
    goes to any point without slope, saddles and maxima included; damping above the most negative curvature prevents
    that. A Hessian counts as d evaluations. No twin in PyTorch, Optax or Keras.
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


def solve(h: Array, g: Array) -> Array:
    """Solve `h x = g` for a batch: `h` is `(d, d, R)`, `g` `(d, R)`; no error is raised where `h` is singular.

    There the result is not finite.

    One and two dimensions by Cramer's rule, more by LU decomposition.
    """
    if len(g) == 1:
        return np.asarray(g / h[0])
    if len(g) == 2:
        (a, b), (c, d) = h
        return np.asarray(np.stack((d * g[0] - b * g[1], a * g[1] - c * g[0])) / (a * d - b * c))
    matrices = np.moveaxis(h, -1, 0)
    regular = np.isfinite(matrices).all(axis=(1, 2)) & (np.linalg.matrix_rank(np.nan_to_num(matrices)) == len(g))
    answer = np.full_like(g, np.nan)
    if regular.any():
        answer[:, regular] = np.linalg.solve(matrices[regular], g.T[regular][..., None])[..., 0].T
    return answer
