"""How a run ended, in numbers and in a sentence."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lrviz.catalog import DIGITS, Array, short, show_number
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
    fell: bool = False
    """Whether the run did not diverge but left for where the loss falls for ever."""


def outcomes(problem: Problem, result: Result) -> list[Outcome]:
    """Return the outcome of each run."""
    curvature = _curvature(problem, result.positions[0, :, 0])
    return [_outcome(problem, result, column, curvature) for column in range(len(result.runs))]


def sentence(problem: Problem, run: Run, outcome: Outcome) -> str:
    """Return what happened to the run, with its cause; empty where there is nothing to say."""
    if outcome.fell:
        return f"Left for good at step {outcome.diverged_at}: out there the loss falls for ever."
    if outcome.diverged_at >= 0:
        return f"Diverged at step {outcome.diverged_at}{_cause(problem, run, outcome)}."
    if outcome.left_at >= 0:
        return f"Left the picture at step {outcome.left_at}."
    return ""


def headline(problem: Problem, runs: list[Run], outcomes: list[Outcome]) -> str:
    """Return in one sentence what is seen: how far each run gets, or of many the best and how many diverge."""
    subject, names = _names(runs)
    title = f"{problem.label}, {subject}" if subject else problem.label
    if len(runs) > 1 and all(o.diverged_at >= 0 for o in outcomes):
        first = min(o.diverged_at for o in outcomes)
        return f"{title}: every run diverges, the first at step {first}. Lower the rate."
    if len(runs) <= _FEW:
        clauses = [_clause(name, outcome) for name, outcome in zip(names, outcomes, strict=True)]
        return f"{title}: {', '.join(clauses)}."
    loss, winner = min((o.loss, name) for o, name in zip(outcomes, names, strict=True) if o.diverged_at < 0)
    level = sum(o.diverged_at < 0 and o.loss - loss <= _LEVEL * max(abs(loss), 1.0) for o in outcomes)
    lost = sum(o.diverged_at >= 0 for o in outcomes)
    end = f"; {lost} of {len(runs)} diverge" if lost else ""
    if level > 1:
        return f"{title}: {level} of {len(runs)} runs get equally low, to a loss of {short(loss)}{end}."
    return f"{title}: {winner} gets lowest, to a loss of {short(loss)}{end}."


_FEW = 4
_LEVEL = 1e-12
"""What two losses may differ by, as a share of them or of one, to be called the same."""


def _clause(name: str, outcome: Outcome) -> str:
    if outcome.fell:
        return f"{name} leaves for good at step {outcome.diverged_at}"
    if outcome.diverged_at >= 0:
        return f"{name} diverges at step {outcome.diverged_at}"
    return f"{name} reaches a loss of {short(outcome.loss)}"


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
        _fell(problem, path, int(result.diverged_at[column])),
    )


def _fell(problem: Problem, path: Array, diverged_at: int) -> bool:
    """Whether a run that has ended was still near enough to have been stopped, not thrown."""
    if problem.stops is None or diverged_at < 1:
        return False
    low, high = np.array(problem.stops).T
    last = path[diverged_at - 1]
    return bool((problem.loss(last) <= problem.loss(path[0])) and ((last >= low) & (last <= high)).all())


def _curvature(problem: Problem, w: Array) -> float:
    hessian = problem.hessian(w)
    return float(np.linalg.eigvalsh(hessian).max()) if np.isfinite(hessian).all() else 0.0


def _cause(problem: Problem, run: Run, outcome: Outcome) -> str:
    if outcome.limit is None or run.lr <= outcome.limit:
        return ""
    limit = show_number(outcome.limit, 3)
    where = "here" if problem.quadratic else "at the start"
    return f": {run.optimizer.label} is stable below {limit} {where}, and the rate is {show_number(run.lr, DIGITS)}"


def _names(runs: list[Run]) -> tuple[str, list[str]]:
    """Return what the runs share, and what each is called beside that: its rate where they share all else."""
    if len(runs) > 1 and len({(run.optimizer, run.schedule, run.warmup) for run in runs}) == 1:
        return runs[0].optimizer.label, [f"rate {show_number(run.lr, DIGITS)}" for run in runs]
    return "", [run.label for run in runs]
