"""What is seen of all runs together, in one sentence."""

from __future__ import annotations

from collections.abc import Sequence

from lrviz.analysis.verdicts import Verdict, ended
from lrviz.catalog import DIGITS, short, show_number
from lrviz.problems import Problem
from lrviz.simulation import Result, Run

_FEW = 4
_LEVEL = 1e-12
"""What two losses may differ by, as a share of them or of one, to be called the same."""


def headline(problem: Problem, result: Result) -> str:
    """Return in one sentence what is seen: how far each run gets, or of many the lowest and how many diverge."""
    runs, losses = result.runs, result.final_loss.tolist()
    subject, names = _names(runs)
    title = f"{problem.label}, {subject}" if subject else problem.label
    ends = [ended(problem, result, column) for column in range(len(runs))]
    lost = [end for end in ends if end is not None]
    if len(runs) > 1 and len(lost) == len(runs) and all(end.kind == "diverged" for end in lost):
        return f"{title}: every run diverges, the first at step {min(end.since for end in lost)}."
    if len(runs) <= _FEW or len(lost) == len(runs):
        clauses = [_clause(name, end, loss) for name, end, loss in zip(names, ends, losses, strict=True)]
        return f"{title}: {', '.join(clauses)}."
    loss, winner = min((loss, name) for loss, name, end in zip(losses, names, ends, strict=True) if end is None)
    level = sum(
        end is None and its - loss <= _LEVEL * max(abs(loss), 1.0) for its, end in zip(losses, ends, strict=True)
    )
    rest = _lost(lost, len(runs))
    if level > 1:
        return f"{title}: {level} of {len(runs)} runs get equally low, to a loss of {short(loss)}{rest}."
    return f"{title}: {winner} ends lowest, at a loss of {short(loss)}{rest}."


def _lost(lost: Sequence[Verdict], count: int) -> str:
    diverged = sum(end.kind == "diverged" for end in lost)
    parts = [(diverged, "diverge"), (len(lost) - diverged, "leave for good")]
    return "".join(f"; {number} of {count} {word}" for number, word in parts if number)


def _clause(name: str, end: Verdict | None, loss: float) -> str:
    if end is None:
        return f"{name} reaches a loss of {short(loss)}"
    return f"{name} {'leaves for good' if end.kind == 'left' else 'diverges'} at step {end.since}"


def _names(runs: Sequence[Run]) -> tuple[str, list[str]]:
    """Return what the runs share, and what each is called beside that: its rate where they share all else."""
    if len(runs) > 1 and len({(run.optimizer, run.schedule, run.warmup, run.options) for run in runs}) == 1:
        return runs[0].optimizer.label, [f"rate {show_number(run.lr, DIGITS)}" for run in runs]
    return "", [run.label for run in runs]
