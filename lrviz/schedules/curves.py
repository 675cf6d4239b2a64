"""Schedules from elsewhere: Python callables, Optax's schedules, PyTorch's schedulers. For the API, not for scenes."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from lrviz.catalog import Array, Hyper, declared
from lrviz.schedules.schedule import Schedule


@dataclass(frozen=True)
class Function(Hyper):
    """A callable of the step that returns a number."""

    def check(self, owner: str, value: object) -> Callable[[int], float]:
        """Return the callable; raise `TypeError` if it does not answer step 0 with a number."""
        if not callable(value) or isinstance(value, type):
            raise TypeError(f"{owner} must be a callable of the step, got {value!r}.")
        try:
            float(value(0))
        except (TypeError, ValueError) as error:
            raise TypeError(f"{owner} must return a number for step 0: {error}") from None
        return value

    def write(self, value: object) -> str:
        """Refuse: a function has no text."""
        raise ValueError("A schedule that is a Python function has no address; use lrviz.schedules.StepFormula.")

    def read(self, owner: str, text: str) -> Callable[[int], float]:
        """Refuse: text is not run."""
        raise ValueError(f"{owner} must be a Python function.")


class Curve(Schedule, abstract=True):
    """The values of a Python callable of the step, as factors on the run's rate.

    With lr=1 they are the rates themselves: Optax's schedules return rates. Behind a warm-up the callable starts at its
    0.
    """

    label = "Curve"
    family = "Python"
    function: Callable[[int], float] = declared(Function("Returns the factor of a step, from 0."))

    def factor(self, n: Array, length: Array) -> Array:
        """Return the callable's values; it is called once for each step."""
        steps, inverse = np.unique(n, return_inverse=True)
        values = np.array([float(self.function(int(step))) for step in steps])
        return values[inverse].reshape(n.shape)


def from_torch(scheduler: Any) -> Curve:
    """Return the curve of a PyTorch scheduler, from its present step on, for a run with lr=1.

    The scheduler is copied and its copy stepped, as far as the run is long; the rate of the first parameter group is
    taken. Raises `TypeError` for `ReduceLROnPlateau`, which waits for losses: use `ReduceOnPlateau`.
    """
    if not hasattr(scheduler, "optimizer") or not hasattr(scheduler, "step"):
        raise TypeError(f"from_torch must be given a PyTorch scheduler, got {scheduler!r}.")
    if hasattr(scheduler, "patience"):
        raise TypeError("from_torch cannot know what ReduceLROnPlateau will see; use lrviz.schedules.ReduceOnPlateau.")
    return Curve(function=_Stepped(copy.deepcopy(scheduler)))


class _Stepped:
    """The rates of a scheduler by step, found as they are asked for."""

    def __init__(self, scheduler: Any) -> None:
        self._scheduler = scheduler
        self._rates = [self._rate()]

    def __call__(self, step: int) -> float:
        """Return the rate of `step`."""
        while len(self._rates) <= step:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # it misses the optimizer's steps in between
                self._scheduler.step()
            self._rates.append(self._rate())
        return self._rates[step]

    def _rate(self) -> float:
        return float(self._scheduler.optimizer.param_groups[0]["lr"])
