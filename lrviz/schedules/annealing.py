"""Rates that fall over the whole run and are low when it ends."""

from __future__ import annotations

import numpy as np

from lrviz.catalog import Array, Twin, hyper
from lrviz.schedules.schedule import Schedule, half_cosine

_FLOOR = "What is left at the end, as a share of the rate."


class Annealing(Schedule, abstract=True):
    """A rate that is spread over the run."""

    family = "Annealing"


class Cosine(Annealing):
    r"""Half a cosine over the whole run: $f + (1 - f)(1 + \cos(\pi n / N))/2$.

    Loshchilov and Hutter 2017, https://arxiv.org/abs/1608.03983. PyTorch's climbs again after its period; here the
    run ends.
    """

    label = "Cosine"
    summary = "Stays high for a third of the run, then falls smoothly to its floor."
    torch = Twin("CosineAnnealingLR", {"floor": "eta_min=floor*lr", "length": "T_max"})
    optax = Twin("cosine_decay_schedule", {"floor": "alpha", "length": "decay_steps"})
    keras = Twin("CosineDecay", {"floor": "alpha", "length": "decay_steps"}, "Rounds π to 32 bits.")
    floor: float = hyper(0.0, 0, 1, _FLOOR, step=0.01)

    def factor(self, n: Array, length: Array) -> Array:
        """Return the half cosine."""
        return self.floor + (1 - self.floor) * half_cosine((length - n) / length)


class Polynomial(Annealing):
    r"""A power of what is left of the run: $f + (1 - f)(1 - n/N)^p$.

    https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.PolynomialLR.html, there without a floor.
    Liu, Rabinovich and Berg 2015, https://arxiv.org/abs/1506.04579.
    """

    label = "Polynomial"
    summary = "From a straight line (power 1) to an early fall with a long tail."
    torch = Twin("PolynomialLR", {"power": "power", "length": "total_iters"}, "Without a floor.")
    optax = Twin("polynomial_schedule", {"power": "power", "floor": "end_value=floor*lr", "length": "transition_steps"})
    keras = Twin("PolynomialDecay", {"power": "power", "floor": "end_learning_rate=floor*lr", "length": "decay_steps"})
    power: float = hyper(2.0, 0.1, 10, "Higher: falls earlier.", step=0.1)
    floor: float = hyper(0.0, 0, 1, _FLOOR, step=0.01)

    def factor(self, n: Array, length: Array) -> Array:
        """Return the power of what is left."""
        return np.asarray(self.floor + (1 - self.floor) * np.power(1 - np.minimum(n / length, 1.0), self.power))


class Linear(Annealing):
    r"""A straight line to zero: $lr_n = lr_0 (1 - n/N)$.

    Bergsma et al. 2025, https://arxiv.org/abs/2502.15938: for language models the best of the simple ones.
    """

    label = "Linear to zero"
    summary = "A straight line to nothing: hard to beat when the run's length is known."
    torch = Twin("LinearLR", {"length": "start_factor=1, end_factor=0, total_iters"})
    optax = Twin("linear_schedule", {"length": "end_value=0, transition_steps"})
    keras = Twin("PolynomialDecay", {"length": "end_learning_rate=0, power=1, decay_steps"})

    def factor(self, n: Array, length: Array) -> Array:
        """Return the share of the run that is left."""
        return 1 - np.minimum(n / length, 1.0)


class WarmupStableDecay(Annealing):
    r"""Up, level, and down at the end: $1 - q^p$ over the last share of the run, with $q$ from 0 to 1.

    Hu et al. 2024 (MiniCPM), https://arxiv.org/abs/2404.06395; Hägele et al. 2024, https://arxiv.org/abs/2405.18392,
    who found $1 - \sqrt q$ the best fall. Also called trapezoid.
    """

    label = "Warm-up, stable, decay"
    summary = "Most of the run at full rate, and a short fall at its end that reveals what was learned."
    torch = Twin("SequentialLR", {"rise": "LinearLR", "fall": "LambdaLR"})
    optax = Twin("join_schedules", {"rise": "boundaries", "fall": "boundaries"})
    rise: float = hyper(0.05, 0, 0.5, "The share of the run in which the rate rises.", step=0.01)
    fall: float = hyper(0.2, 0.01, 0.5, "The share of the run in which it falls.", step=0.01)
    power: float = hyper(0.5, 0.1, 5, "0.5: a steep beginning of the fall; 1: a straight line.", step=0.1)

    def factor(self, n: Array, length: Array) -> Array:
        """Return the trapezoid."""
        fall = np.minimum(np.maximum(np.rint(self.fall * length), 1), length - 1)  # a short run has one full step
        rise = np.minimum(np.maximum(np.rint(self.rise * length), 1), length - fall)
        left = np.where(fall > 0, np.clip((length - 1 - n) / np.maximum(fall, 1), 0, 1), 1.0)
        with np.errstate(divide="ignore"):  # the logarithm is infinite before the fall begins
            fallen = -np.expm1(self.power * np.log1p(-left))
        return np.asarray(np.minimum(np.minimum((n + 1) / rise, 1.0), fallen))
