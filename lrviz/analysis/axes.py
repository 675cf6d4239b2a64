"""What a map can have on an axis: any number of the run or of the problem, a coordinate of the start, the noise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from lrviz.analysis.knobs import divided, knobs
from lrviz.catalog import Array, Hyper, Number, Scale, Whole, hypers, spaced
from lrviz.problems import Problem
from lrviz.scenes.defaults import default_rate
from lrviz.simulation import NOISE, RATE, Run

Place = Literal["run", "problem", "start", "noise"]
_DECADES = (1e-2, 1e2)
"""How far a map's rates reach around the default unless they are told."""


@dataclass(frozen=True)
class Axis:
    """The values of one axis, and what they are values of."""

    name: str
    """A number of the run (`lr`, `momentum`, `schedule.floor`) or of the problem, `start.x`, or `noise`."""
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


def axis(
    problem: Problem, run: Run, name: str, interval: tuple[float, float] | None, points: int, *, steps: int
) -> Axis:
    """Return the axis `name` over `interval` (default: what its slider shows), checked; `steps` is the runs' length.

    Raises:
        ValueError: an unknown name, with those that exist; an interval that is not low < high, or outside its range.
    """
    places = _places(problem, run, steps)
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


def names(problem: Problem, run: Run) -> tuple[str, ...]:
    """Return the names of all axes there are, the rate first."""
    return tuple(_places(problem, run, 1))


def _places(problem: Problem, run: Run, steps: int) -> dict[str, tuple[Place, Hyper | None, tuple[float, float]]]:
    found: dict[str, tuple[Place, Hyper | None, tuple[float, float]]] = {
        one.name: ("run", one.spec, _span(problem, run, one.name, one.spec, steps))
        for one in knobs(run)
        if one.spec.stacks
    }
    for name, spec in hypers(type(problem)).items():
        if isinstance(spec, Number | Whole) and spec.stacks:
            found[name] = ("problem", spec, _slider(spec))
    for variable, interval in zip(problem.variables, problem.domain, strict=True):
        found[f"start.{variable}"] = ("start", None, interval)
    last = {"warmup": found.pop("warmup")}  # what no entry declares stands last
    return {**found, "noise": ("noise", NOISE, (0.0, 1.0)), **last}


def _span(problem: Problem, run: Run, name: str, spec: Number | Whole, steps: int) -> tuple[float, float]:
    """Return what an axis of the run shows unasked."""
    if name == "lr":
        rate = default_rate(problem, run.optimizer)
        return max(rate * _DECADES[0], RATE.low), min(rate * _DECADES[1], RATE.high)
    if name == "warmup":
        return 0.0, 100.0
    low, high = _slider(spec)
    if isinstance(spec, Whole) and divided(name)[0] != "optimizer":  # a step of the run, or a number of them
        high = max(low + 1, min(high, steps))
    return low, high


def _slider(spec: Number | Whole) -> tuple[float, float]:
    low = spec.slider_low if isinstance(spec, Number) and spec.slider_low is not None else spec.low
    return float(low), float(spec.high)
