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
    """Return what runs are called whose rates are yet to be found: the optimizer, and as little as tells them apart."""
    names = [run.optimizer.label for run in runs]
    for run, name, i in zip(runs, names.copy(), range(len(runs)), strict=True):
        own = _differing(run, [other for other in runs if other.optimizer.label == name])
        names[i] = " ".join([name, ", ".join(own)]).strip()
    return names


def _differing(run: Run, alike: Sequence[Run]) -> list[str]:
    """Return so many of a run's differences, the first ones, as no other run of its name has all of."""
    own = _own(run, alike)
    others = [_own(other, alike) for other in alike if other is not run]
    return next((own[:count] for count in range(len(own)) if all(o[:count] != own[:count] for o in others)), own)


def told_apart(runs: Sequence[Run], name_of: Callable[[Run], str]) -> list[str]:
    """Return the name of each run; of those with the same name what else they have, and that alone if all have it."""
    names = [name_of(run) for run in runs]
    apart = []
    for run, name in zip(runs, names, strict=True):
        alike = [other for other, its in zip(runs, names, strict=True) if its == name]
        own = ", ".join(_own(run, alike))
        enough = len(alike) == len(runs) and all(_own(other, alike) for other in alike)
        apart.append(own if enough else f"{name} {own}".strip())
    return apart


def _own(run: Run, alike: Sequence[Run]) -> list[str]:
    """Return what a run has beside what all runs of its name have."""
    shared = set(run.details).intersection(*(other.details for other in alike))
    own = [detail for detail in run.details if detail not in shared]
    if isinstance(run.schedule, Constant) and any(other.schedule != run.schedule for other in alike):
        own.insert(0, "constant")
    return own
