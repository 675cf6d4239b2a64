"""A step worked out by hand: what an optimizer computes between its buffers and the direction of a step."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lrviz.catalog import Array
from lrviz.optimizers.optimizer import Taken
from lrviz.simulation import Result
from lrviz.simulation.rates import momenta_of


class Working(NamedTuple):
    """Named values of each step, `(steps, d)` each, NaN where there is one number for all coordinates."""

    values: dict[str, Array]
    direction: str
    """What the rate is multiplied by, as arithmetic of the gradient g, the buffers and the values; empty if unknown."""


def working(result: Result, column: int) -> Working:
    """Return what can be shown of each step of a run."""
    run, steps = result.runs[column], result.steps
    rule, w = run.optimizer, result.points[:-1, :, column]
    momentum = momenta_of(run, steps, result.length) if rule.cycled else None
    taken = Taken(np.arange(1.0, steps + 1)[:, None], result.gradients[:, :, column], w, momentum)
    after = {name: kept[1:] for name, kept in result.states[column].items()}
    direction = rule.direction
    with np.errstate(all="ignore"):
        values = rule.between(after, taken)
        for option in run.options:
            pull = option.displacement(np.zeros_like(w.T), w.T, np.ones(steps)).T
            if pull.any():
                values, direction = {**values, "decay": pull}, direction and f"{direction} + decay"
    return Working({name: _by_coordinate(value, w.shape) for name, value in values.items()}, direction)


def _by_coordinate(value: Array, shape: tuple[int, ...]) -> Array:
    """Return a row for each step; a number for all coordinates stands in the first."""
    if value.shape == shape:
        return value
    alone = np.full(shape, np.nan)
    alone[:, :1] = value
    return alone
