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

T = TypeVar("T")
PATIENCE = 0.4
"""Seconds after which a rough answer is shown, and progress."""
_FORGOTTEN = 8.0
"""Seconds without a sign of the visitor after which their work is given up."""
_KEPT = 48
_LONG = 2_000
"""Steps of a batch from which on other processes do the work: about a fifth of a second."""
_POOL = ThreadPoolExecutor(max_workers=8, thread_name_prefix="lrviz-find")
"""More threads than cores: what is long is done by processes, which these wait for."""


@cache
def processes() -> Processes:
    """Return the processes that do what is long for all visitors, so that the page of none is held up.

    They are started by the first map. A rough answer is computed here: it does not wait in line behind a sharp one.
    """
    return Processes()


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
    """What is known so far: None where there is nothing yet; the job is there while something sharper is computed."""

    value: T | None
    job: Job[T] | None
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


def answered(key: Hashable, work: Callable[[Job[T]], T], rough: Callable[[Job[T]], T] | None = None) -> Answer[T]:
    """Return the answer to the question `key`; the rough one, and the job, where the sharp one takes its time.

    Raises what the work raises.
    """
    known: T | None = _kept.get(key)
    if known is not None:
        return Answer(known, None)
    stopped = key in st.session_state.setdefault("find.stopped", set())
    job: Job[T] | None = None if stopped else _job(key, work)
    if job is not None and job.waited(PATIENCE):
        return Answer(_harvested(job), None)
    return Answer(None if rough is None else _rough((key, "rough"), rough), job, stopped)


def _job(key: Hashable, work: Callable[[Job[T]], T]) -> Job[T]:
    """Return the visitor's job for `key`; one for another question is given up."""
    job: Job[T] | None = st.session_state.get("find.job")
    if job is not None and (job.key != key or job.unwanted()):
        job.stop()
        job = None
    if job is None:
        job = st.session_state["find.job"] = Job(key, work)
    return job


def _rough(key: Hashable, work: Callable[[Job[T]], T]) -> T:
    known: T | None = _kept.get(key)
    if known is not None:
        return known
    job = Job(key, work)
    while not job.waited(0.2):
        pass
    return _kept_value(key, job)


def _harvested(job: Job[T]) -> T:
    st.session_state.pop("find.job", None)
    return _kept_value(job.key, job)


def _kept_value(key: Hashable, job: Job[T]) -> T:
    try:
        value = job.future.result()
    except CancelledError:  # it was given up while this visitor was away for a while: ask again
        st.rerun()
    _kept.put(key, value)
    return value


def finish(answer: Answer[T], place: st.delta_generator.DeltaGenerator, what: str) -> None:
    """Show how far the sharp answer is, with a button that stops it; run the page again when it is there.

    Called last: what is drawn already stays while one waits.
    """
    job = answer.job
    if job is None:
        if answer.stopped:
            _stopped(place)
        return
    with place.container(horizontal=True, vertical_alignment="center", gap="small"):
        bar = st.progress(0.0, f"{what} …", width=260)
        st.button("Stop", key="find.stop", on_click=_stop, args=(job,), type="tertiary")
    while not job.waited(0.15):
        bar.progress(min(job.progress, 1.0), f"{what}: {job.progress:.0%}")
    _harvested(job)
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
