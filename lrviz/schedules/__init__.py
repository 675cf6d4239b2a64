"""The learning rate over time: a factor on the run's rate, by family.

Step `n = 0` is the first update, as in PyTorch, Optax and Keras.
"""

from lrviz.schedules.decay import (
    Constant,
    Exponential,
    InverseSquareRoot,
    InverseTime,
    MultiStep,
    Noam,
    StepDecay,
    StepLR,
    TimeBased,
)

from lrviz.schedules.annealing import Cosine, Linear, Polynomial, WarmupStableDecay  # isort: skip (the menus' order)
from lrviz.schedules.composition import Clipped, Scaled, Sequential
from lrviz.schedules.curves import Curve, from_torch
from lrviz.schedules.cycles import CyclicalAnnealing, ExpRange, OneCycle, Triangular, Triangular2, WarmRestarts
from lrviz.schedules.feedback import ReduceOnPlateau
from lrviz.schedules.schedule import FeedbackSchedule, Schedule, inside, with_warmup
from lrviz.schedules.typed import StepFormula

__all__ = [
    "Clipped",
    "Constant",
    "Cosine",
    "Curve",
    "CyclicalAnnealing",
    "ExpRange",
    "Exponential",
    "FeedbackSchedule",
    "InverseSquareRoot",
    "InverseTime",
    "Linear",
    "MultiStep",
    "Noam",
    "OneCycle",
    "Polynomial",
    "ReduceOnPlateau",
    "Scaled",
    "Schedule",
    "Sequential",
    "StepDecay",
    "StepFormula",
    "StepLR",
    "TimeBased",
    "Triangular",
    "Triangular2",
    "WarmRestarts",
    "WarmupStableDecay",
    "from_torch",
    "inside",
    "with_warmup",
]
