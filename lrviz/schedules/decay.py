"""Rates that fall from step to step, whatever the length of the run."""

from __future__ import annotations

import numpy as np

from lrviz.catalog import Array, Twin, hyper, step_list, whole
from lrviz.schedules.schedule import Schedule


class Decay(Schedule, abstract=True):
    """A rate that never rises."""

    family = "Decay"


class Constant(Schedule):
    r"""The same rate throughout: $lr_n = lr_0$. Robbins and Monro 1951 show why noise then never dies away."""

    label = "Constant"
    family = "Constant"
    summary = "One rate from the first step to the last."
    torch = Twin("LambdaLR", {}, "ConstantLR is not constant: it starts at a third.")
    optax = Twin("constant_schedule")

    def factor(self, n: Array, length: Array) -> Array:
        """Return 1."""
        return np.ones((len(n), 1))


class TimeBased(Decay):
    r"""Divide the last rate at each step: $lr_{n+1} = lr_n / (1 + d n)$.

    The recursion as encyclopedias print it (https://en.wikipedia.org/wiki/Learning_rate): the divisors multiply up,
    so it falls faster than any exponential. What libraries call time-based is `InverseTime`.
    """

    label = "Time-based (recursion)"
    summary = "Falls faster than any exponential: the divisors multiply up."
    torch = Twin("MultiplicativeLR", {"decay": "lambda epoch: 1 / (1 + decay * (epoch - 1))"})
    decay: float = hyper(0.01, 0, 10, "Higher: the rate falls sooner.", scale="log", slider_low=1e-5)

    def factor(self, n: Array, length: Array) -> Array:
        r"""Return $1 / \prod_{k<n} (1 + d k)$."""
        k = np.arange(int(n.max(initial=0.0)) + 1)[:, None]
        with np.errstate(over="ignore"):  # the divisors end at infinity, the factor at 0
            products = np.cumprod(1 + self.decay * k, axis=0)
        divisors = np.vstack([np.ones((1, np.size(self.decay))), products])
        index = np.broadcast_to(n, np.broadcast_shapes(n.shape, (len(n), divisors.shape[1]))).astype(int)
        table = np.broadcast_to(divisors, (len(divisors), index.shape[1]))
        return 1 / np.take_along_axis(table, index, axis=0)


class InverseTime(Decay):
    r"""One over time: $lr_n = lr_0 / (1 + d n)$. The usual 1/t decay; Robbins and Monro 1951."""

    label = "Inverse time"
    summary = "The classic 1/t decay: slow enough to arrive, fast enough to quiet the noise."
    torch = Twin("LambdaLR", {"decay": "lambda epoch: 1 / (1 + decay * epoch)"})
    keras = Twin("InverseTimeDecay", {"decay": "decay_rate"})
    decay: float = hyper(0.01, 0, 10, "Higher: the rate falls sooner.", scale="log", slider_low=1e-5)

    def factor(self, n: Array, length: Array) -> Array:
        """Return $1/(1 + d n)$."""
        return 1 / (1 + self.decay * n)


class StepDecay(Decay):
    r"""Drop at every r-th step: $lr_n = lr_0 \, d^{\lfloor (1+n)/r \rfloor}$.

    As encyclopedias print it (https://en.wikipedia.org/wiki/Learning_rate). PyTorch's `StepLR` drops one step later.
    """

    label = "Step decay"
    summary = "Constant for a while, then a sudden drop, again and again."
    torch = Twin("LambdaLR", {"drop": "lambda epoch: drop ** ((1 + epoch) // every)"})
    drop: float = hyper(0.5, 0.01, 1, "The factor at each drop. Lower: deeper drops.", step=0.01)
    every: int = whole(50, 1, 5000, "Steps between drops.")

    def factor(self, n: Array, length: Array) -> Array:
        r"""Return $d^{\lfloor (1+n)/r \rfloor}$."""
        return np.power(self.drop, np.floor((1 + n) / self.every))


class StepLR(Decay):
    r"""PyTorch's step decay: $lr_n = lr_0 \, \gamma^{\lfloor n/r \rfloor}$.

    https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.StepLR.html. One step later than
    `StepDecay`.
    """

    label = "Step decay (PyTorch)"
    summary = "Step decay as PyTorch counts it: the drop comes one step later."
    torch = Twin("StepLR", {"drop": "gamma", "every": "step_size"})
    optax = Twin("exponential_decay", {"drop": "decay_rate", "every": "transition_steps", "staircase": "True"})
    keras = Twin("ExponentialDecay", {"drop": "decay_rate", "every": "decay_steps", "staircase": "True"})
    drop: float = hyper(0.1, 0.01, 1, "The factor at each drop. Lower: deeper drops.", step=0.01)
    every: int = whole(50, 1, 5000, "Steps between drops.")

    def factor(self, n: Array, length: Array) -> Array:
        r"""Return $\gamma^{\lfloor n/r \rfloor}$."""
        return np.power(self.drop, np.floor(n / self.every))


class Exponential(Decay):
    r"""The same share at every step: $lr_n = lr_0 \, e^{-d n}$.

    The same curve as PyTorch's $\gamma^n$ with $\gamma = e^{-d}$. https://en.wikipedia.org/wiki/Learning_rate.
    """

    label = "Exponential"
    summary = "Loses the same share at every step; stops moving soon if the decay is strong."
    torch = Twin("ExponentialLR", {"decay": "gamma=exp(-decay)"})
    optax = Twin("exponential_decay", {"decay": "decay_rate=exp(-decay), transition_steps=1"})
    keras = Twin("ExponentialDecay", {"decay": "decay_rate=exp(-decay), decay_steps=1"})
    decay: float = hyper(0.02, 0, 10, "Higher: the rate falls sooner.", scale="log", slider_low=1e-5)

    def factor(self, n: Array, length: Array) -> Array:
        """Return $e^{-d n}$."""
        return np.exp(-self.decay * n)


class MultiStep(Decay):
    r"""Drop at chosen steps: $lr_n = lr_0 \, \gamma^{\#\{m \le n\}}$.

    https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.MultiStepLR.html. Keras keeps the old
    value at the milestone itself.
    """

    label = "Multi-step"
    summary = "Drops at the steps you choose, as in the classic recipes for image networks."
    torch = Twin("MultiStepLR", {"drop": "gamma", "milestones": "milestones"})
    optax = Twin("piecewise_constant_schedule", {"milestones": "boundaries_and_scales"})
    keras = Twin("PiecewiseConstantDecay", {"milestones": "boundaries"}, "Drops one step later.")
    drop: float = hyper(0.1, 0.01, 1, "The factor at each milestone. Lower: deeper drops.", step=0.01)
    milestones: tuple[int, ...] = step_list((100, 150), 0, 5000, "The steps at which the rate drops.")

    def factor(self, n: Array, length: Array) -> Array:
        r"""Return $\gamma$ to the number of milestones up to n."""
        passed = np.searchsorted(np.array(self.milestones), n, side="right")
        return np.asarray(np.power(self.drop, passed))


class InverseSquareRoot(Decay):
    r"""Up in W steps, then one over the root: $lr_n = lr_0 \min(\frac{n+1}{W}, \sqrt{\frac{W}{n+1}})$.

    Raffel et al. 2020; Zhai et al. 2022, https://arxiv.org/abs/2106.04560. Noam's curve with the rate as its peak.
    """

    label = "Inverse square root"
    summary = "Falls ever more slowly and never ends: training can go on from anywhere."
    torch = Twin("LambdaLR", {"climb": "lambda epoch: min((epoch + 1) / climb, (climb / (epoch + 1)) ** 0.5)"})
    climb: int = whole(20, 1, 5000, "Steps up to the peak.")

    def factor(self, n: Array, length: Array) -> Array:
        r"""Return $\min((n+1)/W, \sqrt{W/(n+1)})$."""
        return np.asarray(np.minimum((n + 1) / self.climb, np.sqrt(self.climb / (n + 1))))


class Noam(Decay):
    r"""The Transformer's schedule: $lr_n = lr_0 \, d^{-1/2} \min((n+1)^{-1/2}, (n+1) W^{-3/2})$.

    Vaswani et al. 2017, https://arxiv.org/abs/1706.03762. The rate is a factor, 1 in the paper; the peak is
    $lr_0 / \sqrt{d W}$, at step W.
    """

    label = "Noam"
    summary = "Inverse square root with a warm-up, its height set by the width of the network."
    torch = Twin("LambdaLR", {"climb": "lambda n: width**-0.5 * min((n + 1) ** -0.5, (n + 1) * climb**-1.5)"})
    climb: int = whole(20, 1, 5000, "Steps up to the peak (4000 in the paper).")
    width: int = whole(1, 1, 100_000, "The width of the network (512 in the paper). Higher: lower rates.")

    def factor(self, n: Array, length: Array) -> Array:
        r"""Return $d^{-1/2} \min((n+1)^{-1/2}, (n+1) W^{-3/2})$."""
        return np.asarray(self.width**-0.5 * np.minimum((n + 1) ** -0.5, (n + 1) * self.climb**-1.5))
