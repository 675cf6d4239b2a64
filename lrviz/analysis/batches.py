"""Batches for sweeps and maps: targets, starts, and the kind of outcome of each run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from lrviz.analysis.classify import Codes, Traits, classify, decays
from lrviz.analysis.evidence import Trail, gather, look_back
from lrviz.analysis.landmarks import Landmarks, lowest_of
from lrviz.catalog import Array
from lrviz.optimizers import Optimizer
from lrviz.problems import Problem
from lrviz.simulation.batch import Batch, Ends, with_values


def checked_start(problem: Problem, start: Sequence[float] | Array | None) -> Array:
    """Return a start `(d,)`, by default the problem's own; raise `ValueError` for any other shape, or NaN."""
    values = np.asarray(problem.start if start is None else start, dtype=np.float64)
    if values.shape != (problem.dimension,):
        raise ValueError(f"start must have shape ({problem.dimension},), got {values.shape}.")
    if not np.isfinite(values).all():
        raise ValueError(f"start must be finite, got {start!r}.")
    return values


def target(problem: Problem, start: Array, tolerance: float) -> float:
    """Return the loss at which all but the share `tolerance` of what there is to gain from `start` is gained.

    −inf where no lowest value is known, or the start has none.
    """
    lowest = lowest_of(problem)
    first = float(problem.loss(start))
    if lowest is None or not np.isfinite(first):
        return -np.inf
    return lowest + tolerance * (first - lowest)


def batch_of(
    problem: Problem, optimizer: Optimizer, rates: Array, start: Array, goal: float = -np.inf, noise: float = 0.0
) -> Batch:
    """Return runs of one rule at many rates `(R,)` from one start `(d,)`."""
    count = len(rates)
    starts = np.repeat(start[:, None], count, axis=1)
    return Batch(
        with_values(problem, {}), with_values(optimizer, {}), np.asarray(rates, dtype=np.float64), starts,
        np.full(count, goal), np.full(count, float(noise)), np.zeros(count),
    )  # fmt: skip


def tail_of(steps: int) -> int:
    """Return how many of the last steps the kind of an outcome rests on."""
    return int(look_back(np.array(steps)))


def kinds_of(known: Landmarks, batch: Batch, ends: Ends, steps: int) -> Codes:
    """Return the kind of each run's outcome, as an index in `KINDS`, `(R,)`; the batch must have kept its tail."""
    tail, losses = ends.tail, ends.tail_loss
    if tail is None or losses is None:  # every run had ended
        return np.where(ends.fell, np.uint8(1), np.uint8(0))
    back = np.full((1,), min(tail_of(steps), len(tail) - 1))
    trail = Trail(lambda lag: tail[-1 - lag], lambda lag: losses[-1 - lag], back, batch.start, ends.peak)
    ended: npt.NDArray[np.bool_] = ends.ended_at >= 0
    return classify(known, gather(batch.problem, known, trail), traits_of(batch), ended, ends.fell)


def traits_of(batch: Batch) -> Traits:
    """Return what of rule and chance the outcomes depend on."""
    rule = batch.optimizer
    return Traits(batch.noise, np.array(rule.unit == "length"), np.array(decays(rule)), np.array(rule.unit != "none"))
