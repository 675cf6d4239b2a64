"""What of a run can be turned: the rate, every number of its optimizer, schedule and options, and the warm-up."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from lrviz.catalog import E_, Entry, Nested, Number, Whole, hypers, spaced
from lrviz.simulation import RATE, WARMUP, Run

REACH = 10**1.5
"""A rate is turned up and down by this factor: over three decades."""
_ROUND_STEPS = (5.0, 2.5, 2.0, 1.0)


class Knob(NamedTuple):
    """One number of a run that can be turned."""

    name: str
    """`lr`, `warmup`, a hyper-parameter of the optimizer (`b1`), of the schedule (`schedule.drop`), of an option
    (`clip.limit`): the keys of the address."""
    label: str
    spec: Number | Whole
    value: float


def knobs(run: Run) -> tuple[Knob, ...]:
    """Return all that can be turned of `run`, the rate first."""
    entries: list[tuple[str, str, Entry]] = [("", "", run.optimizer), ("schedule.", "Schedule: ", run.schedule)]
    entries += [(f"{option.place}.", f"{option.label}: ", option) for option in run.options]
    found = [Knob("lr", "Learning rate", RATE, run.lr)]
    for prefix, title, entry in entries:
        found += [Knob(prefix + path, _titled(title, path), spec, value) for path, spec, value in _numbers(entry)]
    return (*found, Knob("warmup", "Warm-up", WARMUP, run.warmup))


def knob(run: Run, name: str) -> Knob:
    """Return the knob `name` of `run`; raise a `ValueError` with those that there are."""
    found = {one.name: one for one in knobs(run)}
    if name not in found:
        raise ValueError(f"name must be one of {', '.join(found)} for {run.label!r}, got {name!r}.")
    return found[name]


def turned(run: Run, name: str, value: float) -> Run:
    """Return `run` with the number `name` set to `value`; raise `ValueError` or `TypeError` where it cannot be.

    For many values at once see `lrviz.analysis.batches.batch_of`.
    """
    number = knob(run, name).spec.check(name, value)
    part, path = divided(name)
    if part == "run":
        return run.replace(**{path: number})
    if part in ("optimizer", "schedule"):
        return run.replace(**{part: _with(getattr(run, part), path, number)})
    return run.replace(options=tuple(_with(o, path, number) if o.place == part else o for o in run.options))


def divided(name: str) -> tuple[str, str]:
    """Return in which part of a run the number `name` stands, and its path there.

    The parts: `run` itself, `optimizer`, `schedule`, and the places of the options.
    """
    if name in ("lr", "warmup"):
        return "run", name
    part, _, path = name.partition(".")
    return (part, path) if path else ("optimizer", name)


@lru_cache(maxsize=1024)
def positions_of(one: Knob, steps: int, count: int, ends: tuple[float, float] | None = None) -> tuple[float, ...]:
    """Return at least `count` values of a knob where there are so many, rising; its own value is exactly one of them.

    The rate: in equal ratios over three decades around it, or between `ends`. Others: over the range of their slider,
    in equal ratios where that is logarithmic, else in round steps; whole numbers no further than `steps`, each once.
    Memories, which end just below 1: in equal ratios of what is missing from 1, for from 0.99 to 0.999 more happens
    than from 0 to 0.5.
    """
    low, high = _interval(one, steps) if ends is None else ends
    if isinstance(one.spec, Whole):
        return tuple(sorted({one.value, *np.linspace(low, high, count).round().tolist()}))
    if one.spec.scale == "memory":
        return tuple(_with_own([float(low), *spaced("memory", low, high, count)[1:-1].tolist(), high], one.value))
    if one.spec.scale == "linear":
        return tuple(sorted({one.value, *_round_steps(low, high, count)}))
    first, last = (float(f"{end:.3g}") for end in (low, high))  # they are to be read, too
    inside = np.clip(spaced("log", first, last, count), one.spec.low, one.spec.high)
    values = _with_own(inside.tolist(), one.value)
    return (0.0, *values) if one.spec.low == 0 and one.value > 0 else tuple(values)


def _interval(one: Knob, steps: int) -> tuple[float, float]:
    spec, value = one.spec, one.value
    if one.name == "lr":
        return max(value / REACH, spec.low), min(value * REACH, spec.high)
    if isinstance(spec, Whole):
        return spec.low, min(spec.high, max(steps, value))
    low = spec.low if spec.slider_low is None else spec.slider_low
    if spec.scale == "log":
        low = min(low, value) if value > 0 else low
    return low, spec.high


def _round_steps(low: float, high: float, count: int) -> list[float]:
    """Return the multiples of a round step between two ends, and the ends."""
    raw = (high - low) / max(count - 1, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(part * power for part in _ROUND_STEPS if part * power <= raw * (1 + 1e-9))
    first, last = math.floor(low / step) + 1, math.ceil(high / step) - 1
    return [low, *(float(f"{k * step:.12g}") for k in range(first, last + 1)), high]


def _with_own(values: Sequence[float], own: float) -> list[float]:
    """Put `own` in the place of its nearest neighbour, unless that is an end."""
    inner = [*values[1:-1]]
    if inner and own not in values and values[0] < own < values[-1]:
        inner.remove(min(inner, key=lambda value: abs(value - own)))
    return sorted({values[0], *inner, own, values[-1]})


def _numbers(entry: Entry, prefix: str = "") -> Iterator[tuple[str, Number | Whole, float]]:
    for name, spec in hypers(type(entry)).items():
        value = getattr(entry, name)
        if isinstance(spec, Nested):
            yield from _numbers(value, f"{prefix}{name}.")
        elif isinstance(spec, Number | Whole):
            yield prefix + name, spec, value


def _with(entry: E_, path: str, value: float) -> E_:
    name, _, rest = path.partition(".")
    return entry.replace(**{name: _with(getattr(entry, name), rest, value) if rest else value})


def _titled(title: str, path: str) -> str:
    words = path.replace("_", " ").replace(".", " ")
    return title + words if title else words
