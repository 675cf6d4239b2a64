"""Coarse answers while the sharp one takes its time: the same runs, after more and more of their steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from lrviz.web.work import Job

T = TypeVar("T")
_SHARES = (64, 16, 4)
"""The first drafts are after a 64th of the steps, after a 16th, after a quarter."""
_FEWEST = 16
"""No draft is after fewer steps."""


def step_by_step(job: Job[T], steps: int, asked: Callable[[int], T]) -> T:
    """Return what is `asked` after all steps; until it is there the job's draft is what is known after some of them."""
    for share in _SHARES:
        if steps // share >= _FEWEST:
            job.draft = asked(steps // share)
    return asked(steps)


def so_far(steps: int, length: int) -> str:
    """Return the words before what is only known of the first steps; none where it is of all."""
    return "" if steps == length else f"So far, after {steps:,} of {length:,} steps: "
