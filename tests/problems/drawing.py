"""The catalog's problems with default and drawn parameters, and points of their domains."""

from __future__ import annotations

from typing import cast

import numpy as np

from lrviz.catalog import Array, Number, hypers, registered
from lrviz.problems import Formula, Problem, Surface

CLASSES = [cast(type[Surface], cls) for cls in registered("problem").values() if cls.__module__.startswith("lrviz.")]
TYPED = (
    Formula("exp(-w) + w^2", domain=((-2, 3),)),
    Formula("sin(3*x) + x^2/4", domain=((-4, 4),)),
    Formula("hypot(x, y - 1) + 0.1*x*y", domain=((-2, 2), (-1, 3))),
)


def drawn(cls: type[Surface], count: int, seed: int = 0) -> list[Surface]:
    """Return `count` entries of a class with parameters from all over their ranges."""
    rng = np.random.default_rng(seed)
    specs = {name: spec for name, spec in hypers(cls).items() if isinstance(spec, Number)}
    return [cls(**{name: between(spec, rng.random()) for name, spec in specs.items()}) for _ in range(count)]


def between(spec: Number, share: float) -> float:
    """Return the number at a share of a slider."""
    if spec.scale == "log":
        return float(spec.low * (spec.high / spec.low) ** share)
    return float(spec.low + share * (spec.high - spec.low))


def varied() -> list[Surface]:
    """Return every problem: with its defaults, with three draws of its parameters where it has any, and typed ones."""
    members: list[Surface] = []
    for cls in CLASSES:
        members.append(cls())
        if any(isinstance(spec, Number) for spec in hypers(cls).values()):
            members.extend(drawn(cls, 3))
    return [*members, *TYPED]


def shown(problem: Problem) -> str:
    """Return a short name for a test: the class and what differs from its defaults."""
    changes = [f"{value:.3g}" if isinstance(value, float) else str(value) for value in problem.changed().values()]
    return "-".join([problem.name, *changes])


def inside(problem: Problem, count: int, seed: int = 1) -> Array:
    """Return `count` points of the domain, `(d, count)`."""
    low, high = np.array(problem.domain).T[:, :, None]
    return np.asarray(low + np.random.default_rng(seed).random((problem.dimension, count)) * (high - low))


def grid(problem: Problem, count: int, wider: float = 1.0) -> Array:
    """Return a grid over the domain, stretched about its middle, `(d, count, …)`."""
    sides = [((a + b) / 2, wider * (b - a) / 2) for a, b in problem.domain]
    return np.stack(np.meshgrid(*[np.linspace(m - r, m + r, count) for m, r in sides], indexing="ij"))
