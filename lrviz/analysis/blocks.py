"""Work in blocks: here, or wherever an executor computes; the same blocks give the same bits on processors of one kind.

NumPy computes `exp`, `log`, `power` and their like with the widest registers there are, and each kind of processor may
differ in the last places.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from itertools import islice
from typing import Generic, TypeVar

from lrviz.analysis.processes import Processes, tell

Task = TypeVar("Task")
Answer = TypeVar("Answer")
Cancelled = Callable[[], bool]
"""Asked whether what is being computed is still wanted."""
Progress = Callable[[float], None]
"""Called with the share of all that is to be done, now and then, and with 1 at the end."""
Told = Callable[[float], bool]
"""Told the share of a task that is done; answers whether the task is not wanted any more."""
ATTEMPTS = 3
"""How often a block is tried elsewhere, for a worker may die under it, before it is computed here."""
Work = Callable[[Task, Told | None], Answer]
"""Returns the answer to a task, or anything once it was told that it is not wanted."""
_AHEAD = 2
"""Tasks that a caller has with `Processes`, for each process: callers take turns, and no process waits for one."""
_LOOK = 0.2
"""Seconds after which it is looked how far the tasks are that are computed elsewhere."""


def go_on(cancelled: Cancelled | None) -> None:
    """Raise `concurrent.futures.CancelledError` if what is computed is no longer wanted."""
    if cancelled is not None and cancelled():
        raise CancelledError


def part(progress: Progress | None, index: int, count: int) -> Progress | None:
    """Return what to call with the progress of one of `count` equal parts."""
    return None if progress is None else lambda share: progress((index + share) / count)


class _Meter:
    """Passes the share of all tasks on whenever it has grown by a hundredth."""

    def __init__(self, count: int, progress: Progress | None) -> None:
        self._count, self._progress = count, progress
        self._done, self._last = 0, 0.0

    def at(self, parts: float) -> None:
        """Take over how much is done of the tasks under way, in tasks."""
        self._pass_on((self._done + parts) / self._count)

    def done(self) -> None:
        """Count a task that is done."""
        self._done += 1
        self._pass_on(self._done / self._count)

    def _pass_on(self, share: float) -> None:
        if self._progress is not None and (share >= self._last + 0.01 or share == 1 > self._last):
            self._last = share
            self._progress(share)


def completed(
    function: Work[Task, Answer],
    tasks: Sequence[Task],
    executor: Executor | None = None,
    cancelled: Cancelled | None = None,
    progress: Progress | None = None,
) -> Iterator[tuple[int, Answer]]:
    """Yield the index of each task and its answer as they are ready; end early where `cancelled` answers True.

    What is computed here stops in the middle of a task, which then has no answer; so does what `Processes` compute,
    and both say in the middle of a task how far it is. Callers that share `Processes` take turns. Another executor
    gets all tasks at once and cannot be told: what runs there goes on to its end, unheeded, and only what waits is
    given up. Function and tasks must be picklable where the executor needs it. A task that fails elsewhere is
    submitted again, and at last computed here, so that an error of its own is raised as it is.
    """
    meter = _Meter(len(tasks), progress)
    if executor is None:
        yield from _completed_here(function, tasks, cancelled, meter)
    else:
        yield from _Elsewhere(function, tasks, executor, meter).completed(cancelled)


def _completed_here(
    function: Work[Task, Answer], tasks: Sequence[Task], cancelled: Cancelled | None, meter: _Meter
) -> Iterator[tuple[int, Answer]]:
    over = False

    def told(share: float) -> bool:
        nonlocal over
        meter.at(share)
        over = over or (cancelled is not None and cancelled())
        return over

    for i, task in enumerate(tasks):
        if told(0.0):
            return
        answer = function(task, told)
        if over:
            return
        meter.done()
        yield i, answer


class _Elsewhere(Generic[Task, Answer]):
    """Tasks that an executor computes."""

    def __init__(self, function: Work[Task, Answer], tasks: Sequence[Task], executor: Executor, meter: _Meter) -> None:
        self._function, self._tasks, self._executor, self._meter = function, tasks, executor, meter
        self._running: dict[Future[Answer], tuple[int, int]] = {}

    def completed(self, cancelled: Cancelled | None) -> Iterator[tuple[int, Answer]]:
        """Yield index and answer of each task as they are ready."""
        shared = self._executor if isinstance(self._executor, Processes) else None
        room = len(self._tasks) if shared is None else _AHEAD * shared.size
        waiting = iter(range(len(self._tasks)))
        try:
            for i in islice(waiting, room):
                self._submit(i, 1)
            while self._running and not (cancelled is not None and cancelled()):
                for found in self._harvest():
                    self._meter.done()
                    for i in islice(waiting, 1):
                        self._submit(i, 1)
                    yield found
                if shared is not None:
                    self._meter.at(sum(map(shared.share, self._running)))
        finally:
            if shared is not None:
                shared.give_up(self._running)
            else:
                for future in self._running:
                    future.cancel()

    def _harvest(self) -> Iterator[tuple[int, Answer]]:
        done, _ = wait(self._running, timeout=_LOOK, return_when=FIRST_COMPLETED)
        for future in done:
            i, attempts = self._running.pop(future)
            if not future.cancelled() and future.exception() is None:
                yield i, future.result()
            elif attempts < ATTEMPTS:
                self._submit(i, attempts + 1)
            else:
                yield i, self._function(self._tasks[i], None)

    def _submit(self, i: int, attempt: int) -> None:
        """Submit a task; where the executor is beyond repair, the answer is computed here."""
        task = self._tasks[i]
        try:
            told = tell if isinstance(self._executor, Processes) else None
            future = self._executor.submit(self._function, task, told)
        except BrokenExecutor:
            future = Future()
            future.set_result(self._function(task, None))
        self._running[future] = (i, attempt)


def spans(count: int, size: int) -> list[slice]:
    """Return `count` places in pieces of at most `size`."""
    return [slice(first, min(first + size, count)) for first in range(0, count, size)]
