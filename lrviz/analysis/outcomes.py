"""How a run ended, in numbers and in a sentence."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lrviz.catalog import show_number
from lrviz.problems import Problem
from lrviz.simulation import Result, Run


class Outcome(NamedTuple):
    """What became of one run; steps are -1 where it did not happen."""

    diverged_at: int
    left_at: int
    """The first step outside the picture after which the run never came back into it."""
    loss: float
    """The last loss; NaN after a divergence."""
    best: float
    limit: float | None
    """The rate below which this rule is stable on the steepest curvature at the start; None where no theory says."""
    curvature: float
    """The largest curvature at the start."""


def outcomes(problem: Problem, result: Result) -> list[Outcome]:
    """Return the outcome of each run."""
    curvature = _curvature(problem, result.positions[0, :, 0])
    return [_outcome(problem, result, column, curvature) for column in range(len(result.runs))]


def sentence(problem: Problem, run: Run, outcome: Outcome) -> str:
    """Return what happened to the run, with its cause; empty where there is nothing to say."""
    if outcome.diverged_at >= 0:
        return f"Diverged at step {outcome.diverged_at}{_cause(problem, run, outcome)}."
    if outcome.left_at >= 0:
        return f"Left the picture at step {outcome.left_at}."
    return ""


def headline(problem: Problem, runs: list[Run], outcomes: list[Outcome]) -> str:
    """Return in one sentence what is seen: where the runs go, which diverge, which ends lowest."""
    lost = [o for o in outcomes if o.diverged_at >= 0]
    names = _names(runs)
    if len(lost) == len(runs):
        first = min(o.diverged_at for o in lost)
        return f"{problem.label}: every run diverges, the first at step {first}. Lower the rate."
    alive = [(o.loss, name) for o, name in zip(outcomes, names, strict=True) if o.diverged_at < 0]
    loss, winner = min(alive)
    ending = (
        f"{winner} ends lowest, at a loss of {_short(loss)}" if len(runs) > 1 else f"ends at a loss of {_short(loss)}"
    )
    gone = [
        f"{name} diverges at step {o.diverged_at}"
        for o, name in zip(outcomes, names, strict=True)
        if o.diverged_at >= 0
    ]
    if len(gone) > 2:
        gone = [f"{len(gone)} of {len(runs)} runs diverge"]
    clauses = [ending, *gone] if len(runs) > 1 else [f"{names[0]} {ending}"]
    slow = [(o, n) for o, n in zip(outcomes, names, strict=True) if o.diverged_at < 0 and n != winner]
    if slow and len(runs) <= 3:
        clauses[1:1] = [f"{n} is at {_short(o.loss)}" for o, n in slow]
    return f"{problem.label}: {'; '.join(clauses)}."


def _outcome(problem: Problem, result: Result, column: int, curvature: float) -> Outcome:
    path = result.positions[:, :, column]
    low, high = np.array(problem.domain).T
    outside = ((path < low) | (path > high)).any(axis=1) & np.isfinite(path).all(axis=1)
    finite = int(np.isfinite(path).all(axis=1).sum())
    inside = np.flatnonzero(~outside[:finite])
    left = int(inside[-1]) + 1 if inside.size else 0
    return Outcome(
        int(result.diverged_at[column]),
        left if left < finite else -1,
        float(result.final_loss[column]),
        float(result.best_loss[column]),
        result.runs[column].optimizer.stable_below(curvature) if curvature > 0 else None,
        curvature,
    )


def _curvature(problem: Problem, w: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    hessian = problem.hessian(w)
    return float(np.linalg.eigvalsh(hessian).max()) if np.isfinite(hessian).all() else 0.0


def _cause(problem: Problem, run: Run, outcome: Outcome) -> str:
    if outcome.limit is None or run.lr <= outcome.limit:
        return ""
    limit = show_number(float(f"{outcome.limit:.3g}"))
    where = "here" if problem.quadratic else "at the start"
    return f": {run.optimizer.label} is stable below {limit} {where}, and the rate is {show_number(run.lr)}"


def _names(runs: list[Run]) -> list[str]:
    """Name the runs by what tells them apart: the rate alone where they share all else."""
    if len({(run.optimizer, run.schedule, run.warmup) for run in runs}) == 1 and len(runs) > 1:
        first, *rest = runs
        return [f"{first.optimizer.label} at {show_number(first.lr)}", *(show_number(run.lr) for run in rest)]
    return [run.label for run in runs]


def _short(value: float) -> str:
    return show_number(float(f"{value:.2g}")).replace("-", "\u2212") if np.isfinite(value) else "no number"
