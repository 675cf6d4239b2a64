"""Which settings of which schedule are compared, and with which code of each library."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lrviz.catalog import Array
from lrviz.schedules import (
    Clipped,
    Constant,
    Cosine,
    CyclicalAnnealing,
    Exponential,
    ExpRange,
    InverseSquareRoot,
    InverseTime,
    Linear,
    MultiStep,
    Noam,
    OneCycle,
    Polynomial,
    Scaled,
    Schedule,
    Sequential,
    StepDecay,
    StepFormula,
    StepLR,
    TimeBased,
    Triangular,
    Triangular2,
    WarmRestarts,
    WarmupStableDecay,
    with_warmup,
)

LENGTH = 300
PEAK = 0.1
TIGHT = 1e-13
SHORT, RISES = (1, 2, 3, 5, 11, 12), (0.01, 0.09, 0.3, 0.45, 0.99)
"""One-cycle's lengths and shares of the rise, of which some end before they begin; rise N is never 1, where PyTorch
divides by 0."""
BOUND = {("keras", "cosine"): 1e-6, ("keras", "restarts"): 1e-4}
"""Keras computes the cosine with π rounded to 32 bits."""
TORCH: dict[str, tuple[Schedule, int, Callable[[Any, Any], Any]]] = {
    "constant": (Constant(), 0, lambda s, o: s.LambdaLR(o, lambda n: 1.0)),
    "time": (TimeBased(decay=0.01), 0, lambda s, o: s.MultiplicativeLR(o, lambda n: 1 / (1 + 0.01 * (n - 1)))),
    "inverse": (InverseTime(decay=0.05), 0, lambda s, o: s.LambdaLR(o, lambda n: 1 / (1 + 0.05 * n))),
    "step a": (StepDecay(drop=0.5, every=10), 0, lambda s, o: s.LambdaLR(o, lambda n: 0.5 ** ((1 + n) // 10))),
    "step b": (StepLR(drop=0.1, every=30), 0, lambda s, o: s.StepLR(o, 30, 0.1)),
    "exponential": (Exponential(decay=0.05), 0, lambda s, o: s.ExponentialLR(o, np.exp(-0.05))),
    "multi-step": (MultiStep(drop=0.3, milestones=(30, 80, 80)), 0, lambda s, o: s.MultiStepLR(o, [30, 80, 80], 0.3)),
    "cosine": (Cosine(floor=0.1), 0, lambda s, o: s.CosineAnnealingLR(o, LENGTH, 0.1 * PEAK)),
    "cosine to 0": (Cosine(), 0, lambda s, o: s.CosineAnnealingLR(o, LENGTH)),
    "triangular": (
        Triangular(floor=0.25, half=20),
        0,
        lambda s, o: s.CyclicLR(o, 0.25 * PEAK, PEAK, 20, cycle_momentum=False),
    ),
    "one-cycle": (OneCycle(), 0, lambda s, o: s.OneCycleLR(o, PEAK, LENGTH)),
    "one-cycle, other": (
        OneCycle(rise=0.5, div=10, final_div=100),
        0,
        lambda s, o: s.OneCycleLR(o, PEAK, LENGTH, pct_start=0.5, div_factor=10, final_div_factor=100),
    ),
    "polynomial": (Polynomial(power=1.7), 0, lambda s, o: s.PolynomialLR(o, LENGTH, 1.7)),
    "linear": (Linear(), 0, lambda s, o: s.LinearLR(o, 1.0, 0.0, LENGTH)),
    "restarts": (
        WarmRestarts(period=40, floor=0.1),
        0,
        lambda s, o: s.CosineAnnealingWarmRestarts(o, 40, 1, 0.1 * PEAK),
    ),
    "restarts, longer": (WarmRestarts(period=7, growth=3), 0, lambda s, o: s.CosineAnnealingWarmRestarts(o, 7, 3)),
    "annealing": (CyclicalAnnealing(falls=7), 0, lambda s, o: s.CosineAnnealingWarmRestarts(o, 43)),
    "noam": (
        Noam(climb=40, width=512),
        0,
        lambda s, o: s.LambdaLR(o, lambda n: 512**-0.5 * min((n + 1) ** -0.5, (n + 1) * 40**-1.5)),
    ),
    "inverse root": (
        InverseSquareRoot(climb=40),
        0,
        lambda s, o: s.LambdaLR(o, lambda n: min((n + 1) / 40, (40 / (n + 1)) ** 0.5)),
    ),
    "triangular2": (
        Triangular2(floor=0.25, half=20),
        0,
        lambda s, o: s.CyclicLR(o, 0.25 * PEAK, PEAK, 20, mode="triangular2", cycle_momentum=False),
    ),
    "exp_range": (
        ExpRange(floor=0.25, half=20, gamma=0.98),
        0,
        lambda s, o: s.CyclicLR(o, 0.25 * PEAK, PEAK, 20, mode="exp_range", gamma=0.98, cycle_momentum=False),
    ),
    "trapezoid": (
        WarmupStableDecay(rise=0.1, fall=0.2, power=1.0),
        0,
        lambda s, o: s.LambdaLR(o, lambda n: min((n + 1) / 30, 1.0, 1 - max(0, n - 239) / 60)),
    ),
    "formula": (StepFormula(formula="0.5^(n/50)"), 0, lambda s, o: s.ExponentialLR(o, 0.5 ** (1 / 50))),
    "sequence": (
        Sequential(first=StepLR(drop=0.5, every=10), second=Cosine(), at=100),
        0,
        lambda s, o: s.SequentialLR(o, [s.StepLR(o, 10, 0.5), s.CosineAnnealingLR(o, LENGTH - 100)], [100]),
    ),
    "sequence of three": (
        Sequential(
            first=Constant(), second=Sequential(first=Linear(), second=Scaled(by=0.5, inner=Constant()), at=60), at=50
        ),
        0,
        lambda s, o: s.SequentialLR(
            o, [s.ConstantLR(o, 1.0), s.LinearLR(o, 1, 0, 60), s.LambdaLR(o, lambda n: 0.5)], [50, 110]
        ),
    ),
    "clipped": (
        Clipped(inner=Exponential(decay=0.02), low=0.1, high=0.5),
        0,
        lambda s, o: s.LambdaLR(o, lambda n: float(np.clip(np.exp(-0.02 * n), 0.1, 0.5))),
    ),
    "warm-up": (Constant(), 20, lambda s, o: s.LinearLR(o, 1 / 21, 1.0, 20)),
    "warm-up, cosine": (
        Cosine(),
        20,
        lambda s, o: s.SequentialLR(o, [s.LinearLR(o, 1 / 21, 1.0, 20), s.CosineAnnealingLR(o, LENGTH - 20)], [20]),
    ),
}
OPTAX: dict[str, tuple[Schedule, Callable[[Any], Any]]] = {
    "constant": (Constant(), lambda o: o.constant_schedule(PEAK)),
    "step b": (StepLR(drop=0.1, every=30), lambda o: o.exponential_decay(PEAK, 30, 0.1, staircase=True)),
    "exponential": (Exponential(decay=0.05), lambda o: o.exponential_decay(PEAK, 1, np.exp(-0.05))),
    "multi-step": (
        MultiStep(drop=0.3, milestones=(30, 80)),
        lambda o: o.piecewise_constant_schedule(PEAK, {30: 0.3, 80: 0.3}),
    ),
    "cosine": (Cosine(floor=0.1), lambda o: o.cosine_decay_schedule(PEAK, LENGTH, 0.1)),
    "polynomial": (Polynomial(power=2.0, floor=0.1), lambda o: o.polynomial_schedule(PEAK, 0.1 * PEAK, 2.0, LENGTH)),
    "linear": (Linear(), lambda o: o.linear_schedule(PEAK, 0.0, LENGTH)),
    "restarts": (
        WarmRestarts(period=100),
        lambda o: o.sgdr_schedule(
            [{"init_value": PEAK, "peak_value": PEAK, "decay_steps": 100, "warmup_steps": 0}] * 3
        ),
    ),
    "sequence": (
        Sequential(first=Constant(), second=Linear(), at=100),
        lambda o: o.join_schedules([o.constant_schedule(PEAK), o.linear_schedule(PEAK, 0.0, 200)], [100]),
    ),
}
KERAS: dict[str, tuple[Schedule, Callable[[Any], Any]]] = {
    "inverse": (InverseTime(decay=0.05), lambda k: k.InverseTimeDecay(PEAK, 1, 0.05)),
    "step b": (StepLR(drop=0.1, every=30), lambda k: k.ExponentialDecay(PEAK, 30, 0.1, staircase=True)),
    "exponential": (Exponential(decay=0.05), lambda k: k.ExponentialDecay(PEAK, 1, float(np.exp(-0.05)))),
    "cosine": (Cosine(floor=0.1), lambda k: k.CosineDecay(PEAK, LENGTH, 0.1)),
    "polynomial": (Polynomial(power=2.0, floor=0.1), lambda k: k.PolynomialDecay(PEAK, LENGTH, 0.1 * PEAK, 2.0)),
    "linear": (Linear(), lambda k: k.PolynomialDecay(PEAK, LENGTH, 0.0, 1.0)),
    "restarts": (WarmRestarts(period=40, growth=2), lambda k: k.CosineDecayRestarts(PEAK, 40, 2.0)),
}


def rates(schedule: Schedule, warmup: int = 0) -> Array:
    """Return our rates `(LENGTH,)`."""
    n = np.arange(LENGTH, dtype=np.float64)[:, None]
    factors = with_warmup(schedule, np.array([float(warmup)]), n, LENGTH)
    return PEAK * np.broadcast_to(factors, (LENGTH, 1))[:, 0]


def relative(ours: Array, theirs: Array) -> float:
    """Return the largest difference relative to the rate, or to a thousandth of the peak where the rate is lower."""
    return float(np.max(np.abs(ours - theirs) / np.maximum(np.abs(theirs), 1e-3 * PEAK)))
