"""What a map can have on an axis: the rate, any hyper-parameter, a coordinate of the start, noise, warm-up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from lrviz.catalog import Array, Entry, Hyper, Number, Scale, Whole, hypers, spaced
from lrviz.optimizers import Optimizer
from lrviz.problems import Problem
from lrviz.scenes.defaults import default_rate
from lrviz.simulation import NOISE, RATE, WARMUP

Place = Literal["lr", "optimizer", "problem", "start", "noise", "warmup"]
_DECADES = (1e-2, 1e2)
"""How far a map's rates reach around the default unless they are told."""


@dataclass(frozen=True)
class Axis:
    """The values of one axis, and what they are values of."""

    name: str
    """`lr`, a hyper-parameter's name, `start.x`, `noise` or `warmup`."""
    place: Place
    values: tuple[float, ...]
    scale: Scale
    """How the values are spaced."""

    def coarse(self, every: int) -> Axis:
        """Return about every n-th value, from the middle of each n."""
        return Axis(self.name, self.place, self.values[every // 2 :: every] or self.values[:1], self.scale)

    @property
    def array(self) -> Array:
        """The values."""
        return np.array(self.values)


def axis(problem: Problem, optimizer: Optimizer, name: str, interval: tuple[float, float] | None, points: int) -> Axis:
    """Return the axis `name` over `interval` (default: what its slider shows), checked.

    Raises:
        ValueError: an unknown name, with those that exist; an interval that is not low < high, or outside its range.
    """
    places = _places(problem, optimizer)
    if name not in places:
        raise ValueError(f"There is no axis {name!r}; there are {', '.join(places)}.")
    place, spec, usual = places[name]
    low, high = usual if interval is None else (float(interval[0]), float(interval[1]))
    if not (low < high and np.isfinite([low, high]).all()):
        raise ValueError(f"the range of {name} must be low < high, got {interval!r}.")
    if spec is not None:
        for border in (low, high):
            spec.check(name, round(border) if isinstance(spec, Whole) else border)
    scale = spec.scale if isinstance(spec, Number) else "linear"
    scale = "linear" if scale == "log" and low <= 0 else scale
    values = spaced(scale, low, high, points)
    if isinstance(spec, Whole):
        values = values.round()
    return Axis(name, place, tuple(np.clip(values, low, high).tolist()), scale)


def _places(problem: Problem, optimizer: Optimizer) -> dict[str, tuple[Place, Hyper | None, tuple[float, float]]]:
    rate = default_rate(problem, optimizer)
    found: dict[str, tuple[Place, Hyper | None, tuple[float, float]]] = {
        "lr": ("lr", RATE, (max(rate * _DECADES[0], RATE.low), min(rate * _DECADES[1], RATE.high)))
    }
    found |= _hypers("optimizer", optimizer) | _hypers("problem", problem)
    for variable, interval in zip(problem.variables, problem.domain, strict=True):
        found[f"start.{variable}"] = ("start", None, interval)
    return {**found, "noise": ("noise", NOISE, (0.0, 1.0)), "warmup": ("warmup", WARMUP, (0.0, 100.0))}


def _hypers(place: Place, entry: Entry) -> dict[str, tuple[Place, Hyper | None, tuple[float, float]]]:
    return {
        name: (place, spec, _slider(spec))
        for name, spec in hypers(type(entry)).items()
        if isinstance(spec, Number | Whole) and spec.stacks
    }


def _slider(spec: Number | Whole) -> tuple[float, float]:
    low = spec.slider_low if isinstance(spec, Number) and spec.slider_low is not None else spec.low
    return float(low), float(spec.high)
