"""The learning rate over time: a closed form of the step and the run's length.

Step `n = 0` is the first update, as in PyTorch, Optax and Keras.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from lrviz.catalog import Array, Entry, Twin, hyper, step_list, whole


class Schedule(Entry, kind="schedule"):
    """A factor on the run's rate, pointwise in the step: no state, so it can be drawn before the run."""

    torch: ClassVar[Twin | None] = None
    optax: ClassVar[Twin | None] = None
    keras: ClassVar[Twin | None] = None

    def factor(self, n: Array, length: Array) -> Array:
        """Return the factors for steps `n`, in a run of `length` steps.

        `n` is `(steps, 1)` or `(steps, R)`, fields and `length` are 0-d or `(R,)`; the result broadcasts against
        `(steps, R)`.
        """
        raise NotImplementedError

    def momentum(self, n: Array, length: Array) -> Array | None:
        """Return what replaces the optimizer's momentum at steps `n`; None where it is left alone."""
        return None


class FeedbackSchedule(Schedule, abstract=True):
    """A factor that depends on the losses so far: known only while the run goes on."""

    def factor(self, n: Array, length: Array) -> Array:
        """Return 1: what it will be is not known before the run."""
        return np.ones((len(n), 1))

    def begin(self, count: int) -> dict[str, Array]:
        """Return the state of `count` runs before their first step, `(count,)` each; `"factor"` is the rate's."""
        raise NotImplementedError

    def observe(self, loss: Array, state: Mapping[str, Array]) -> dict[str, Array]:
        """Return the state that follows from the losses `(count,)` of a step, for the next one."""
        raise NotImplementedError


class Decay(Schedule, abstract=True):
    """A rate that never rises."""

    family = "Decay"


class Cyclic(Schedule, abstract=True):
    """A rate that rises and falls."""

    family = "Cycles"


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


class Cosine(Decay):
    r"""Half a cosine over the whole run: $f + (1 - f)(1 + \cos(\pi n / N))/2$.

    Loshchilov and Hutter 2017, https://arxiv.org/abs/1608.03983. PyTorch's climbs again after its period; here the
    run ends.
    """

    label = "Cosine"
    summary = "Stays high for a third of the run, then falls smoothly to its floor."
    torch = Twin("CosineAnnealingLR", {"floor": "eta_min=floor*lr", "length": "T_max"})
    optax = Twin("cosine_decay_schedule", {"floor": "alpha", "length": "decay_steps"})
    keras = Twin("CosineDecay", {"floor": "alpha", "length": "decay_steps"}, "Rounds π to 32 bits.")
    floor: float = hyper(0.0, 0, 1, "What is left at the end, as a share of the rate.", step=0.01)

    def factor(self, n: Array, length: Array) -> Array:
        """Return the half cosine."""
        return self.floor + (1 - self.floor) * (1 + np.cos(np.pi * n / length)) / 2


class Triangular(Cyclic):
    r"""Up and down between two bounds: $f + (1 - f) \, \mathrm{tri}(n / h)$.

    Smith 2017, https://arxiv.org/abs/1506.01186: from the floor to the rate in h steps and back in h.
    """

    label = "Triangular"
    summary = "Climbs and falls between two bounds: the high phases explore, the low ones settle."
    torch = Twin("CyclicLR", {"floor": "base_lr=floor*lr", "half": "step_size_up"})
    floor: float = hyper(0.1, 0, 1, "The lower bound, as a share of the rate.", step=0.01)
    half: int = whole(25, 1, 5000, "Steps from the floor to the rate; a cycle takes twice as many.")

    def factor(self, n: Array, length: Array) -> Array:
        """Return the triangle wave."""
        phase = np.mod(n / self.half, 2)
        return np.asarray(self.floor + (1 - self.floor) * (1 - np.abs(1 - phase)))


class OneCycle(Cyclic):
    r"""One climb and one long fall over the run, by half cosines; momentum moves the other way.

    $lr/d \to lr \to lr/(d f)$: up over the first `rise` of the run, then down. Smith and Topin 2018,
    https://arxiv.org/abs/1708.07120; phase ends as in PyTorch, at rise N - 1 and N - 1 (Optax: rise N and N).
    Optimizers that have a momentum (or Adam's first decay) follow the cycle of momentum.
    """

    label = "One-cycle"
    summary = "Warm up to a high rate, then fall far below where it began: super-convergence."
    torch = Twin("OneCycleLR", {"rise": "pct_start", "div": "div_factor", "final_div": "final_div_factor"})
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
        turn = np.maximum(self.rise * length - 1, 1e-9)
        fall = np.maximum(length - 1 - turn, 1e-9)
        up = _half_cosine(first, peak, np.clip(n / turn, 0, 1))
        return np.where(n <= turn, up, _half_cosine(peak, last, np.clip((n - turn) / fall, 0, 1)))


def _half_cosine(first: float, last: float, share: Array) -> Array:
    return last + (first - last) / 2 * (1 + np.cos(np.pi * share))


def with_warmup(schedule: Schedule, warmup: Array, n: Array, length: int) -> Array:
    """Return the factors of `schedule` behind a linear warm-up of `warmup` steps, for steps `n` `(steps, 1)`.

    In the warm-up the factor is `(n + 1)/(warmup + 1)`: no step is wasted at 0, and the peak is reached at `n = warmup`
    (PyTorch: `LinearLR(start_factor=1/(warmup + 1), total_iters=warmup)`). The schedule then begins at its own n = 0,
    in a run that is shorter by the warm-up.
    """
    if not np.any(warmup):
        return schedule.factor(n, np.array(float(length)))
    inner, rest = inside(warmup, n, length)
    return np.where(n < warmup, (n + 1) / (warmup + 1), schedule.factor(inner, rest))


def inside(warmup: Array, n: Array, length: int) -> tuple[Array, Array]:
    """Return the schedule's own step and length behind a warm-up."""
    return np.maximum(n - warmup, 0.0), np.maximum(length - warmup, 1.0)
