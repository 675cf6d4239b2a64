"""Which settings of which schedule are compared, and with which code of each library."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lrviz.catalog import Array
from lrviz.schedules import (
    Constant,
    Cosine,
    Exponential,
    InverseTime,
    MultiStep,
    OneCycle,
    Schedule,
    StepDecay,
    StepLR,
    TimeBased,
    Triangular,
    with_warmup,
)

LENGTH = 300
PEAK = 0.1
TIGHT = 1e-13
BOUND = {("keras", "cosine"): 1e-6}
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
}
KERAS: dict[str, tuple[Schedule, Callable[[Any], Any]]] = {
    "inverse": (InverseTime(decay=0.05), lambda k: k.InverseTimeDecay(PEAK, 1, 0.05)),
    "step b": (StepLR(drop=0.1, every=30), lambda k: k.ExponentialDecay(PEAK, 30, 0.1, staircase=True)),
    "exponential": (Exponential(decay=0.05), lambda k: k.ExponentialDecay(PEAK, 1, float(np.exp(-0.05)))),
    "cosine": (Cosine(floor=0.1), lambda k: k.CosineDecay(PEAK, LENGTH, 0.1)),
}


def rates(schedule: Schedule, warmup: int = 0) -> Array:
    """Return our rates `(LENGTH,)`."""
    n = np.arange(LENGTH, dtype=np.float64)[:, None]
    factors = with_warmup(schedule, np.array([float(warmup)]), n, LENGTH)
    return PEAK * np.broadcast_to(factors, (LENGTH, 1))[:, 0]


def relative(ours: Array, theirs: Array) -> float:
    """Return the largest relative difference."""
    return float(np.max(np.abs(ours - theirs) / np.maximum(np.abs(theirs), 1e-9 * PEAK)))
