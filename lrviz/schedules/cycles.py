"""Rates that rise and fall, once or again and again."""

from __future__ import annotations

import numpy as np

from lrviz.catalog import Array, Twin, hyper, whole
from lrviz.schedules.schedule import Schedule, half_cosine

_FLOOR = "The lower bound, as a share of the rate."
_HALF = "Steps from the floor to the rate; a cycle takes twice as many."


class Cyclic(Schedule, abstract=True):
    """A rate that rises and falls."""

    family = "Cycles"


class Triangular(Cyclic):
    r"""Up and down between two bounds: $f + (1 - f) \, \mathrm{tri}(n / h)$.

    Smith 2017, https://arxiv.org/abs/1506.01186: from the floor to the rate in h steps and back in h.
    """

    label = "Triangular"
    summary = "Climbs and falls between two bounds: the high phases explore, the low ones settle."
    torch = Twin("CyclicLR", {"floor": "base_lr=floor*lr", "half": "step_size_up", "cycle_momentum": "False"})
    floor: float = hyper(0.1, 0, 1, _FLOOR, step=0.01)
    half: int = whole(25, 1, 5000, _HALF)

    def factor(self, n: Array, length: Array) -> Array:
        """Return the triangle wave."""
        return self.floor + (1 - self.floor) * _wave(n, self.half)


class Triangular2(Cyclic):
    r"""Triangles that halve: $f + (1 - f) \, \mathrm{tri}(n / h) \, 2^{-c}$ in cycle $c = 0, 1, \dots$.

    Smith 2017, https://arxiv.org/abs/1506.01186.
    """

    label = "Triangular, halving"
    summary = "Cycles of which each reaches half as high: explores first, settles later."
    torch = Twin(
        "CyclicLR",
        {"floor": "base_lr=floor*lr", "half": "step_size_up", "mode": "'triangular2'", "cycle_momentum": "False"},
    )
    floor: float = hyper(0.1, 0, 1, _FLOOR, step=0.01)
    half: int = whole(25, 1, 5000, _HALF)

    def factor(self, n: Array, length: Array) -> Array:
        """Return the halving triangle wave."""
        halvings = (n // (2 * self.half)).astype(np.int64)
        return np.asarray(self.floor + (1 - self.floor) * np.ldexp(_wave(n, self.half), -halvings))


class ExpRange(Cyclic):
    r"""Triangles under an exponential: $f + (1 - f) \, \mathrm{tri}(n / h) \, \gamma^n$.

    Smith 2017, https://arxiv.org/abs/1506.01186.
    """

    label = "Triangular, exponential"
    summary = "Cycles whose height falls a little at every step."
    torch = Twin(
        "CyclicLR",
        {
            "floor": "base_lr=floor*lr",
            "half": "step_size_up",
            "gamma": "gamma",
            "mode": "'exp_range'",
            "cycle_momentum": "False",
        },
        "gamma is 1 by default.",
    )
    floor: float = hyper(0.1, 0, 1, _FLOOR, step=0.01)
    half: int = whole(25, 1, 5000, _HALF)
    gamma: float = hyper(0.99, 0.5, 1, "The share of the height that is left after each step.", step=0.001)

    def factor(self, n: Array, length: Array) -> Array:
        """Return the fading triangle wave."""
        return np.asarray(self.floor + (1 - self.floor) * _wave(n, self.half) * np.power(self.gamma, n))


class WarmRestarts(Cyclic):
    r"""Cosines that start again: $f + (1 - f)(1 + \cos(\pi t / T_i))/2$ with $T_i = T_0 m^i$.

    SGDR: Loshchilov and Hutter 2017, https://arxiv.org/abs/1608.03983. $t$ counts from the last restart, where the rate
    is full again; the floor is never quite reached.
    """

    label = "Warm restarts"
    summary = "Settles, then is thrown out again: every restart is a chance for a better valley."
    torch = Twin("CosineAnnealingWarmRestarts", {"floor": "eta_min=floor*lr", "period": "T_0", "growth": "T_mult"})
    optax = Twin("sgdr_schedule", {"period": "cosine_kwargs"}, "A list of cosine_decay_schedules.")
    keras = Twin(
        "CosineDecayRestarts",
        {"floor": "alpha", "period": "first_decay_steps", "growth": "t_mul"},
        "Rounds π to 32 bits; t_mul is 2 by default.",
    )
    floor: float = hyper(0.0, 0, 1, _FLOOR, step=0.01)
    period: int = whole(50, 1, 5000, "Steps to the first restart.")
    growth: int = whole(1, 1, 5, "How many times longer each period is than the last.")

    def factor(self, n: Array, length: Array) -> Array:
        """Return the cosine since the last restart."""
        growth = np.maximum(self.growth, 2)  # where periods stay as they are, the other branch is taken
        which = np.floor(np.log(n / self.period * (growth - 1) + 1) / np.log(growth) + 1e-9)
        last = self.period * np.rint(np.power(growth, which))
        left = ((last - self.period) / (growth - 1) + last - n) / last
        same = (self.period - np.mod(n, self.period)) / self.period
        return np.asarray(self.floor + (1 - self.floor) * half_cosine(np.where(self.growth > 1, left, same)))


class CyclicalAnnealing(Cyclic):
    r"""A number of equal cosines over the run: $(1 + \cos(\pi \, (n \bmod T) / T))/2$ with $T = \lceil N/M \rceil$.

    Huang et al. 2017 (Snapshot Ensembles), https://arxiv.org/abs/1704.00109.
    """

    label = "Cyclical annealing"
    summary = "A given number of falls, each ending in a minimum worth keeping: models for an ensemble."
    torch = Twin("CosineAnnealingWarmRestarts", {"falls": "T_0=ceil(N/falls)"})
    falls: int = whole(4, 1, 100, "How many times the rate falls over the run.")

    def factor(self, n: Array, length: Array) -> Array:
        """Return the cosine of the cycle."""
        period = np.maximum(np.ceil(length / self.falls), 1)
        return half_cosine((period - np.mod(n, period)) / period)


class OneCycle(Cyclic):
    r"""One climb and one long fall over the run, by half cosines; momentum moves the other way.

    $lr/d \to lr \to lr/(d f)$: up over the first `rise` of the run, then down. Smith and Topin 2018,
    https://arxiv.org/abs/1708.07120; phases end as in PyTorch, at rise N - 1 and N - 1 (Optax: rise N and N), so that a
    run of fewer than 1/rise steps begins behind the peak, and one of a single step is at its end. The momentum of
    Momentum and Nesterov moves, and b1 of Adam's family; Adan, Lion, Prodigy, D-Adaptation, Schedule-Free SGD and
    Schedule-Free AdamW keep their b1, where PyTorch's would move the first of any betas.
    """

    label = "One-cycle"
    summary = "Warm up to a high rate, then fall far below where it began: super-convergence."
    torch = Twin(
        "OneCycleLR",
        {
            "rise": "pct_start",
            "div": "div_factor",
            "final_div": "final_div_factor",
            "low": "base_momentum",
            "high": "max_momentum",
        },
        "With plain SGD and RMSprop pass cycle_momentum=False: it would switch their momentum on. Divides by 0 where"
        " rise N is 1.",
    )
    optax = Twin("cosine_onecycle_schedule", {"rise": "pct_start"}, "Phases end one step later.")
    rise: float = hyper(0.3, 0.01, 0.99, "The share of the run in which the rate rises.", step=0.01)
    div: float = hyper(25.0, 1, 1000, "The rate starts this many times lower than its peak.", scale="log")
    final_div: float = hyper(1e4, 1, 1e8, "It ends this many times lower than it started.", scale="log")
    low: float = hyper(0.85, 0, 0.999, "The momentum at the peak of the rate.", step=0.01)
    high: float = hyper(0.95, 0, 0.999, "The momentum at both ends.", step=0.01)

    def factor(self, n: Array, length: Array) -> Array:
        """Return the rate's half cosines."""
        return self._phases(n, length, 1 / self.div, 1.0, 1 / (self.div * self.final_div))

    def momentum(self, n: Array, length: Array) -> Array:
        """Return the momentum's half cosines."""
        return self._phases(n, length, self.high, self.low, self.high)

    def _phases(self, n: Array, length: Array, first: float, peak: float, last: float) -> Array:
        turn = np.asarray(self.rise * length - 1)
        up = _between(first, peak, np.where(turn > 0, (turn - n) / np.where(turn > 0, turn, 1.0), 0.0))
        down = _between(peak, last, np.maximum((length - 1 - n) / (length - 1 - turn), 0.0))
        return np.where(n <= turn, up, down)


def _between(first: float, last: float, left: Array) -> Array:
    return first * half_cosine(left) + last * half_cosine(1 - left)


def _wave(n: Array, half: int) -> Array:
    """Return the triangle wave from 0 to 1 and back."""
    return np.asarray(1 - np.abs(1 - np.mod(n / half, 2)))
