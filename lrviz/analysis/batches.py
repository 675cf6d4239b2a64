"""Batches for sweeps and maps: runs, targets, starts, and the kind of outcome of each run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from lrviz.analysis.classify import Codes, classify, code
from lrviz.analysis.knobs import divided
from lrviz.analysis.landmarks import Landmarks, lowest_of
from lrviz.analysis.windows import Seen, lately, turned, turning
from lrviz.catalog import Array
from lrviz.optimizers import Optimizer
from lrviz.problems import Problem
from lrviz.scenes.defaults import default_rate
from lrviz.simulation import Run
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


def score_of(batch: Batch, ends: Ends) -> Array:
    """Return what runs are judged by, `(R,)`: the final loss; with noise its mean over the last steps, where kept."""
    if ends.tail_loss is None:
        return ends.final_loss
    noisy = (batch.noise > 0) & (ends.ended_at < 0)
    return np.where(noisy, ends.tail_loss.mean(axis=0), ends.final_loss)


def as_run(problem: Problem, run: Run | Optimizer) -> Run:
    """Return a run as it is, a bare optimizer as one at its default rate; raise `TypeError` for anything else."""
    if isinstance(run, Run):
        return run
    if not isinstance(run, Optimizer):
        raise TypeError(f"runs must be lrviz.Run, or optimizers from lrviz.optimizers, got {run!r}.")
    return Run(run, default_rate(problem, run))


def batch_of(
    problem: Problem,
    run: Run,
    values: Mapping[str, Array],
    start: Array,
    goal: float | Array = -np.inf,
    noise: float | Array = 0.0,
    length: int | None = None,
) -> Batch:
    """Return `run` with its numbers `values` set to one value `(R,)` for each member; nothing is checked.

    Every member is the run that `lrviz.analysis.knobs.turned` gives, whose names these are. `problem` may be a stack;
    `start` is `(d,)` or `(d, R)`; `length` as in `Batch`.
    """
    parts: dict[str, dict[str, Array]] = {}
    for name, array in values.items():
        part, path = divided(name)
        parts.setdefault(part, {})[path] = np.asarray(array, dtype=np.float64)
    own = parts.get("run", {})
    shape = np.broadcast_shapes(*(np.shape(value) for value in (*values.values(), goal, noise, start[0])))
    lr, target, sigma, warmup = (
        np.array(np.broadcast_to(value, shape), dtype=np.float64)
        for value in (own.get("lr", run.lr), goal, noise, own.get("warmup", run.warmup))
    )
    starts = np.array(np.broadcast_to(start.reshape(len(start), -1), (len(start), *shape)))
    rule = with_values(run.optimizer, parts.get("optimizer", {}))
    return Batch(
        with_values(problem, {}), rule, lr, starts, target, sigma, warmup,
        with_values(run.schedule, parts.get("schedule", {})),
        tuple(with_values(option, parts.get(option.place, {})) for option in run.options), length,
    )  # fmt: skip


def tail_of(steps: int) -> int:
    """Return how many of the last steps the kind of an outcome rests on."""
    return int(np.maximum(lately(np.array(steps)), turning(np.array(steps))))


def kinds_of(known: Landmarks, batch: Batch, ends: Ends, steps: int) -> Codes:
    """Return the kind of each run's outcome, as an index in `KINDS`, `(R,)`; the batch kept its tail and its halves."""
    tail, losses, ranges = ends.tail, ends.tail_loss, ends.halves
    ended: npt.NDArray[np.bool_] = ends.ended_at >= 0
    if tail is None or losses is None or ranges is None:  # every run had ended
        return np.where(ends.fell, code("left"), code("diverged"))
    with np.errstate(all="ignore"):
        seen = _seen(known, batch, ends, tail, losses, ranges, steps)
        return classify(batch.problem, known, seen, ended, ends.fell, batch.noise > 0).codes


def _seen(known: Landmarks, batch: Batch, ends: Ends, tail: Array, losses: Array, ranges: Array, steps: int) -> Seen:
    moves = np.diff(tail[-1 - int(turning(np.array(steps))) :], axis=0) / known.widths[:, None]
    turns = turned(np.moveaxis(moves[1:], 1, 0), np.moveaxis(moves[:-1], 1, 0)).sum(axis=0)
    lately_w = tail[-1 - int(lately(np.array(steps))) :]
    stretches = ("before_low", "before_high", "earlier_low", "earlier_high", "later_low", "later_high")
    return Seen(
        w=tail[-1],
        first_w=batch.start,
        loss=losses[-1],
        start_loss=batch.problem.loss(batch.start),
        peak=ends.peak,
        low=lately_w.min(axis=0),
        high=lately_w.max(axis=0),
        lately_high=losses[-len(lately_w) :].max(axis=0),
        turns=turns / max(len(moves) - 1, 1),
        steps=np.array(steps),
        **dict(zip(stretches, ranges, strict=True)),
    )
