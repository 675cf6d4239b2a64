"""Work that may take long: by a few threads and processes for all, kept when done, given up when nobody waits."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, wait
from functools import cache
from typing import Any, Generic, NamedTuple, TypeVar

import streamlit as st

from lrviz.analysis import Processes
from lrviz.analysis.processes import cores

T = TypeVar("T")
PATIENCE = 0.4
"""Seconds after which a rough answer is shown, and progress."""
_TICK = 0.15
"""Seconds between two looks at how far the work is."""
_FORGOTTEN = 8.0
"""Seconds without a sign of the visitor after which their work is given up."""
_KEPT = 48
_LONG = 2_000
"""Steps of a batch from which on other processes do the work: about a fifth of a second."""
_POOL = ThreadPoolExecutor(max_workers=64, thread_name_prefix="lrviz-find")
"""Many more threads than cores: what is long is done by processes, which these wait for."""


@cache
def processes() -> Processes:
    """Return the processes that do what is long for all visitors, so that the page of none is held up.

    A rough answer is computed here, before which they stand back. There are more than cores, so that a short piece of
    work does not wait for the end of a long one: the cores then go round.
    """
    return Processes(2 * cores(), nice=10)


def helpers(steps: int) -> Processes | None:
    """Return who computes batches of so many steps in all: other processes, or None where this one will do."""
    return processes() if steps >= _LONG else None


class Job(Generic[T]):
    """A piece of work under way."""

    def __init__(self, key: Hashable, work: Callable[[Job[T]], T]) -> None:
        self.key = key
        self.progress = 0.0
        """The share that is done."""
        self._stop = threading.Event()
        self._seen = time.monotonic()
        self.future: Future[T] = _POOL.submit(self._run, work)

    def _run(self, work: Callable[[Job[T]], T]) -> T:
        value = work(self)
        if self._stop.is_set():
            raise CancelledError
        return value

    def unwanted(self) -> bool:
        """Whether nobody waits for it any more, and for good; the work asks this as often as it can, and then stops."""
        if time.monotonic() - self._seen > _FORGOTTEN:
            self._stop.set()
        return self._stop.is_set()

    def told(self, share: float) -> None:
        """Take over the share that is done."""
        self.progress = share

    def waited(self, seconds: float) -> bool:
        """Wait at most so long; return whether it is over."""
        self._seen = time.monotonic()
        return bool(wait([self.future], seconds).done)

    def stop(self) -> None:
        """Give it up."""
        self._stop.set()
        self.future.cancel()


class Answer(NamedTuple, Generic[T]):
    """What is known so far: None where there is nothing yet; a job is there while something better is computed."""

    value: T | None
    sharp: Job[T] | None = None
    rough: Job[T] | None = None
    stopped: bool = False


class _Kept:
    """The last answers of all visitors, by their questions."""

    def __init__(self) -> None:
        self._answers: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Any:
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
            return self._answers.get(key)

    def put(self, key: Hashable, value: object) -> None:
        with self._lock:
            self._answers[key] = value
            while len(self._answers) > _KEPT:
                self._answers.popitem(last=False)


_kept = _Kept()


def answered(key: Hashable, sharp: Callable[[Job[T]], T], rough: Callable[[Job[T]], T]) -> Answer[T]:
    """Return the sharp answer to the question `key`, or the rough one while the sharp one takes its time.

    Raises what the work raises.
    """
    known: T | None = _kept.get(key)
    if known is not None:
        return Answer(known)
    stopped = key in st.session_state.setdefault("find.stopped", set())
    job = None if stopped else _job("find.sharp", key, sharp)
    if job is not None and job.waited(PATIENCE):
        return Answer(_harvested("find.sharp", job))
    coarse = (key, "rough")
    known = _kept.get(coarse)
    if known is not None:
        return Answer(known, job, None, stopped)
    first = _job("find.rough", coarse, rough)
    if first.waited(PATIENCE):
        return Answer(_harvested("find.rough", first), job, None, stopped)
    return Answer(None, job, first, stopped)


def _job(place: str, key: Hashable, work: Callable[[Job[T]], T]) -> Job[T]:
    """Return the visitor's job for `key`; one for another question is given up."""
    job: Job[T] | None = st.session_state.get(place)
    if job is not None and (job.key != key or job.unwanted()):
        job.stop()
        job = None
    if job is None:
        job = st.session_state[place] = Job(key, work)
    return job


def _harvested(place: str, job: Job[T]) -> T:
    """Take and keep what a job has found; raise what it raised."""
    st.session_state.pop(place, None)
    try:
        value = job.future.result()
    except CancelledError:  # it was given up while this visitor was away for a while: ask again
        st.rerun()
    _kept.put(job.key, value)
    return value


def finish(answer: Answer[T], place: st.delta_generator.DeltaGenerator, what: str) -> None:
    """Show how far the work is, with a button that stops it; run the page again when there is something better.

    Called last: what is drawn already stays while one waits.
    """
    shown = answer.sharp or answer.rough
    if shown is None:
        if answer.stopped:
            _stopped(place)
        return
    with place.container(horizontal=True, vertical_alignment="center", gap="small"):
        bar = st.progress(0.0, f"{what} …", width=260)
        if answer.sharp is not None:
            st.button("Stop", key="find.stop", on_click=_stop, args=(answer.sharp,), type="tertiary")
    while not shown.waited(_TICK):
        bar.progress(min(shown.progress, 1.0), f"{what}: {shown.progress:.0%}")
        if answer.rough is not None and answer.rough.waited(0.0):
            break
    for name, job in (("find.sharp", answer.sharp), ("find.rough", answer.rough)):
        if job is not None and job.waited(0.0):
            _harvested(name, job)
    st.rerun()


def _stopped(place: st.delta_generator.DeltaGenerator) -> None:
    with place.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption("Stopped: this is the coarse answer.")
        st.button("Go on", key="find.go_on", on_click=_go_on, type="tertiary")


def _stop(job: Job[Any]) -> None:
    st.session_state["find.stopped"].add(job.key)
    job.stop()


def _go_on() -> None:
    st.session_state["find.stopped"].clear()
