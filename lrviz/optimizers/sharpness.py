"""Methods that look for flat minima."""

from __future__ import annotations

from lrviz.catalog import Array, Twin, hyper
from lrviz.linear import direction
from lrviz.optimizers.optimizer import At, Optimizer, State


class SAM(Optimizer):
    r"""Descent by the gradient uphill: $w \leftarrow w - lr \, \nabla f(w + \rho \, g/|g|)$.

    Sharpness-aware minimisation: Foret et al. 2021, https://arxiv.org/abs/2010.01412. Two gradients a step. The
    gradient of the step is taken at the point uphill (slot `probe`); the iterate is drawn.
    """

    label = "SAM"
    family = "Flat minima"
    summary = "Tries the worst point nearby first: it cannot rest in a minimum narrower than its probe."
    slots = ("probe",)
    slot_help = {"probe": "where the gradient of the step was taken"}
    drawn = "The iterate is drawn; the gradient of the step is taken at a distance rho uphill."
    owns = ("weight_decay", "clipping")
    preset = 1.0
    unit = "curvature"
    optax = Twin("contrib.sam", {"rho": "rho"}, "sam(sgd(lr), chain(normalize(), sgd(rho)), opaque_mode=True).")
    rho: float = hyper(0.05, 0, 10, "How far uphill the probe is. Higher: only wider minima hold it.", step=0.01)

    def init(self, at: At) -> State:
        """Return the start as the first probe."""
        return {"probe": at.w}

    def update(self, g: Array, state: State, at: At) -> tuple[Array, State]:
        r"""Return $lr \, \nabla f(w + \rho \, g/|g|)$."""
        probe = at.w + self.rho * direction(g)
        return at.lr * at.grad(probe), {"probe": probe}

    def effective(self, state: State, lr: Array, t: Array) -> Array:
        """Return the rate, by which the gradient at the probe is multiplied."""
        return lr
