"""From problem and runs to a result: the loop, and what is kept of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import get_args

import numpy as np

from lrviz.catalog import Array, Number, Whole, batch_key
from lrviz.problems import Problem
from lrviz.simulation.result import Keep, Result
from lrviz.simulation.run import LONGEST, PLACES, RATE, SLOT, SLOTS, WARMUP, Run
from lrviz.simulation.underway import BLOCK, Simulation

__all__ = [
    "BLOCK",
    "LONGEST",
    "PLACES",
    "RATE",
    "SLOT",
    "SLOTS",
    "WARMUP",
    "Keep",
    "Result",
    "Run",
    "Simulation",
    "simulate",
    "simulation",
]

_SEED = Whole("The seed of the gradient noise.", 0, 2**63 - 1)
NOISE = Number("Standard deviation of the noise added to each component of the gradient.", 0, 1e6)


def simulate(
    problem: Problem | Sequence[Problem],
    runs: Sequence[Run],
    *,
    steps: int,
    start: Sequence[float] | Array | None = None,
    noise: float | Sequence[float] | Array = 0.0,
    seed: int = 0,
    keep: Keep = "all",
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Result:
    """Simulate every run for `steps` steps.

    Args:
        problem: One for all runs, or one for each run, which then may differ in their parameters only.
        runs: At least one.
        steps: At least 1.
        start: `(d,)`, or `(d, runs)` for a start of each run's own; None is the problem's own.
        noise: Standard deviation of the Gaussian noise on each gradient component, one or `(runs,)`. Every run sees
            the same draws from `seed`, step by step.
        seed: At least 0.
        keep: `"all"` keeps every step, `"states"` the optimizers' buffers as well, `"final"` the last position and a
            few scalars per run.
        progress: Called every few steps with the share that is done, and with 1 at the end.
        cancelled: Asked every few steps; where it answers True, the result ends with the step just made:
            `Result.steps` is then less than `Result.length`, for which the schedules are made.

    Raises:
        TypeError, ValueError: naming the argument, the rule and the value. Divergence is not an error.
        concurrent.futures.CancelledError: `cancelled` with more than 16,384 runs, which are computed in blocks one
            after the other: there is no step to which all have come.
    """
    begun = simulation(problem, runs, steps=steps, start=start, noise=noise, seed=seed, keep=keep)
    begun.advance(progress, cancelled)
    return begun.result()


def simulation(
    problem: Problem | Sequence[Problem],
    runs: Sequence[Run],
    *,
    steps: int,
    start: Sequence[float] | Array | None = None,
    noise: float | Sequence[float] | Array = 0.0,
    seed: int = 0,
    keep: Keep = "all",
) -> Simulation:
    """Return a simulation that is yet to make its first step; the arguments are those of `simulate`, checked here."""
    runs = _checked_runs(runs)
    problems = _checked_problems(problem, len(runs))
    steps = Whole("", 1, 10**9).check("steps", steps)
    if keep not in get_args(Keep):
        raise ValueError(f'keep must be "all", "states" or "final", got {keep!r}.')
    starts = _checked_start(problems, start, len(runs))
    return Simulation(problems, runs, steps, starts, _checked_noise(noise, len(runs)), _SEED.check("seed", seed), keep)


def _checked_runs(runs: Sequence[Run]) -> tuple[Run, ...]:
    if isinstance(runs, Run):
        raise TypeError(f"runs must be a sequence of lrviz.Run: write [{runs.label!r}], in brackets.")
    members = tuple(runs)
    if not members:
        raise ValueError("runs must hold at least one lrviz.Run, got none.")
    for member in members:
        if not isinstance(member, Run):
            raise TypeError(f"runs must hold lrviz.Run only, got {member!r}.")
    return members


def _checked_problems(problem: Problem | Sequence[Problem], count: int) -> tuple[Problem, ...]:
    members = (problem,) if isinstance(problem, Problem) else problem
    if (
        isinstance(members, type)
        or not isinstance(members, Sequence)
        or not all(isinstance(m, Problem) for m in members)
    ):
        raise TypeError(f"problem must be a problem from lrviz.problems, or one for each run, got {problem!r}.")
    if isinstance(problem, Problem):
        return (problem,)
    if len(members) != count:
        raise ValueError(f"problem must be one, or one for each of the {count} runs, got {len(members)}.")
    if len({batch_key(member) for member in members}) != 1:
        raise ValueError("problems of one simulation may differ in their numbers only, got different kinds.")
    return tuple(members)


def _checked_start(problems: Sequence[Problem], start: Sequence[float] | Array | None, count: int) -> Array:
    dimension = problems[0].dimension
    if start is None:
        own = np.array([problem.start for problem in problems], dtype=np.float64).T
        return np.ascontiguousarray(np.broadcast_to(own, (dimension, count)))
    values = np.asarray(start, dtype=np.float64)
    if values.shape not in ((dimension,), (dimension, count)):
        raise ValueError(f"start must have shape ({dimension},) or ({dimension}, {count}), got {values.shape}.")
    if not np.isfinite(values).all():
        raise ValueError(f"start must be finite, got {start!r}.")
    return np.ascontiguousarray(np.broadcast_to(values.reshape(dimension, -1), (dimension, count)))


def _checked_noise(noise: float | Sequence[float] | Array, count: int) -> Array:
    values = np.asarray(noise, dtype=np.float64)
    if values.shape not in ((), (count,)):
        raise ValueError(f"noise must be a number or have shape ({count},), got shape {values.shape}.")
    if not ((values >= 0) & (values <= NOISE.high)).all():
        raise ValueError(f"noise must be in [0, {NOISE.high:g}], got {noise!r}.")
    return np.array(np.broadcast_to(values, (count,)))
