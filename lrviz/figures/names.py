"""What runs are called where there is little room: what tells them apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lrviz.catalog import DIGITS, show_number
from lrviz.schedules import Constant
from lrviz.simulation import Run


def short_label(run: Run) -> str:
    """Return what stands at the head of a path: the optimizer and its rate."""
    return f"{run.optimizer.label} {show_number(run.lr, DIGITS)}"


def short_labels(runs: Sequence[Run]) -> list[str]:
    """Return what stands at the heads of several paths: where optimizer and rate are the same, what differs."""
    return told_apart(runs, short_label)


def short_recipes(runs: Sequence[Run]) -> list[str]:
    """Return what runs are called whose rates are yet to be found: where the optimizer is the same, what differs."""
    return told_apart(runs, lambda run: run.optimizer.label)


def told_apart(runs: Sequence[Run], name_of: Callable[[Run], str]) -> list[str]:
    """Return the name of each run; of those with the same name what else they have, and that alone if all have it."""
    names = [name_of(run) for run in runs]
    apart = []
    for run, name in zip(runs, names, strict=True):
        alike = [other for other, its in zip(runs, names, strict=True) if its == name]
        own = _own(run, alike)
        enough = len(alike) == len(runs) and all(_own(other, alike) for other in alike)
        apart.append(own if enough else f"{name} {own}".strip())
    return apart


def _own(run: Run, alike: Sequence[Run]) -> str:
    """Return what a run has beside what all runs of its name have."""
    shared = set(run.details).intersection(*(other.details for other in alike))
    own = [detail for detail in run.details if detail not in shared]
    if isinstance(run.schedule, Constant) and any(other.schedule != run.schedule for other in alike):
        own.insert(0, "constant")
    return ", ".join(own)
