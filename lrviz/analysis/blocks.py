"""Work in blocks: here, or wherever an executor computes; the same blocks give the same bits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from typing import TypeVar

from lrviz.analysis.processes import Processes, given_up

Task = TypeVar("Task")
Answer = TypeVar("Answer")
Cancelled = Callable[[], bool]
"""Asked whether what is being computed is still wanted."""
ATTEMPTS = 3
"""How often a block is tried elsewhere, for a worker may die under it, before it is computed here."""
Work = Callable[[Task, Cancelled | None], Answer]
"""Returns the answer to a task, or anything once it was told that it is not wanted."""


def go_on(cancelled: Cancelled | None) -> None:
    """Raise `concurrent.futures.CancelledError` if what is computed is no longer wanted."""
    if cancelled is not None and cancelled():
        raise CancelledError


def completed(
    function: Work[Task, Answer],
    tasks: Sequence[Task],
    executor: Executor | None = None,
    cancelled: Cancelled | None = None,
) -> Iterator[tuple[int, Answer]]:
    """Yield the index of each task and its answer as they are ready; end early where `cancelled` answers True.

    What is computed here stops in the middle of a task, which then has no answer; so does what `Processes` compute.
    Another executor cannot be told: what runs there goes on to its end, unheeded, and only what waits is given up.
    Function and tasks must be picklable where the executor needs it. A task that fails elsewhere is submitted again,
    and at last computed here, so that an error of its own is raised as it is.
    """
    if executor is None:
        yield from _completed_here(function, tasks, cancelled)
        return
    running: dict[Future[Answer], tuple[int, int]] = {}
    try:
        for i, task in enumerate(tasks):
            running[_submitted(executor, function, task)] = (i, 1)
        while running and not (cancelled is not None and cancelled()):
            yield from _harvest(running, executor, function, tasks)
    finally:
        if isinstance(executor, Processes):
            executor.give_up(running)
        else:
            for future in running:
                future.cancel()


def _completed_here(
    function: Work[Task, Answer], tasks: Sequence[Task], cancelled: Cancelled | None
) -> Iterator[tuple[int, Answer]]:
    over = False

    def ask() -> bool:
        nonlocal over
        over = over or (cancelled is not None and cancelled())
        return over

    for i, task in enumerate(tasks):
        if ask():
            return
        answer = function(task, ask)
        if over:
            return
        yield i, answer


def _harvest(
    running: dict[Future[Answer], tuple[int, int]],
    executor: Executor,
    function: Work[Task, Answer],
    tasks: Sequence[Task],
) -> Iterator[tuple[int, Answer]]:
    done, _ = wait(running, timeout=0.2, return_when=FIRST_COMPLETED)
    for future in done:
        i, attempts = running.pop(future)
        if not future.cancelled() and future.exception() is None:
            yield i, future.result()
        elif attempts < ATTEMPTS:
            running[_submitted(executor, function, tasks[i])] = (i, attempts + 1)
        else:
            yield i, function(tasks[i], None)


def _submitted(executor: Executor, function: Work[Task, Answer], task: Task) -> Future[Answer]:
    """Submit a task; where the executor is beyond repair, the answer is computed here."""
    try:
        return executor.submit(function, task, given_up if isinstance(executor, Processes) else None)
    except BrokenExecutor:
        here: Future[Answer] = Future()
        here.set_result(function(task, None))
        return here


def spans(count: int, size: int) -> list[slice]:
    """Return `count` places in pieces of at most `size`."""
    return [slice(first, min(first + size, count)) for first in range(0, count, size)]
