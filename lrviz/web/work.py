"""Work that may take long: by a few threads and processes for all, kept when done, given up when nobody waits.

A page asks a question with `answered` and shows what is known; at its end `finish` shows how far the work is, and runs
the page again when more is known.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import BrokenExecutor, CancelledError, Future, ThreadPoolExecutor, wait
from functools import cache
from typing import Any, Generic, NamedTuple, NoReturn, ParamSpec, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime import exists, get_instance
from streamlit.runtime.scriptrunner import get_script_run_ctx

from lrviz.analysis import Processes
from lrviz.analysis.blocks import ATTEMPTS, Told
from lrviz.analysis.processes import cores, tell

T = TypeVar("T")
R = TypeVar("R")
P = ParamSpec("P")
PATIENCE = 0.4
"""Seconds after which a rough answer is shown, and progress."""
BUDGET = 0.25
"""Seconds for which this process works on what other processes may take over."""
_TICK = 0.15
"""Seconds between two looks at how far the work is."""
_FORGOTTEN = 8.0
"""Seconds without a sign of the visitor's page after which their work is given up."""
_GONE = 1.0
"""Seconds after which the work of a visitor who has closed the page is given up: a connection may be lost and found."""
_KEPT = 48
_LONG = 2_000
"""Steps of a batch from which on other processes do the work: about a fifth of a second."""
_POOL = ThreadPoolExecutor(max_workers=256, thread_name_prefix="lrviz-work")
"""Many more threads than cores: what is long is done by processes, which these wait for."""
_REMEMBERED = 4
"""Jobs that a visitor has stopped, and that can go on."""
_RESUMED = "work.resumed"


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
    """A piece of work under way, for the visitor whose page has asked for it."""

    def __init__(self, key: Hashable, work: Callable[[Job[T]], T], before: Job[T] | None = None) -> None:
        self.key = key
        self.progress: float = 0.0 if before is None else before.progress
        """The share that is done."""
        self.draft: T | None = None if before is None else before.draft
        """What can be shown meanwhile; what is better takes its place."""
        self.left: object = None if before is None else before.left
        """What the work leaves, if it is stopped, for one that goes on; at first what one `before` it has left."""
        self._stop = threading.Event()
        self._here = _presence()
        self._seen = self._met = time.monotonic()
        self.future: Future[T] = _POOL.submit(self._run, work)

    def _run(self, work: Callable[[Job[T]], T]) -> T:
        value = work(self)
        if self._stop.is_set():
            raise CancelledError
        return value

    def unwanted(self) -> bool:
        """Whether nobody waits for it any more, and for good; the work asks this as often as it can, and then stops."""
        now = time.monotonic()
        if self._here():
            self._met = now
        if now - self._met > _GONE or now - self._seen > _FORGOTTEN:
            self._stop.set()
        return self._stop.is_set()

    def told(self, share: float) -> None:
        """Take over the share that is done."""
        self.progress = share

    def elsewhere(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Compute a call in another process, which says through `tell` how far it is and learns when to stop.

        Raises what the call raises, and `CancelledError` where it was given up before it had begun. One that was given
        up in its midst has whatever it answered.
        """
        for _ in range(ATTEMPTS):
            future = processes().submit(function, *args, **kwargs)
            while not wait([future], _TICK).done:
                self.told(max(self.progress, processes().share(future)))
                if self.unwanted():
                    processes().give_up([future])
            try:
                return future.result()
            except BrokenExecutor:  # the process has died under it
                continue
        return function(*args, **kwargs)

    def at_length(self, work: Callable[[Told], R]) -> R:
        """Do work that may take long: here as long as it is short, else in another process from the beginning.

        It tells every few steps the share that is done, and raises `CancelledError` where the answer is True.
        """
        over = time.monotonic() + BUDGET
        try:
            return work(lambda _: time.monotonic() > over or self.unwanted())
        except CancelledError:
            if self.unwanted():
                raise
        return self.elsewhere(work, tell)

    def waited(self, seconds: float) -> bool:
        """Wait at most so long; return whether it is over."""
        self._seen = time.monotonic()
        return bool(wait([self.future], seconds).done)

    def stop(self) -> None:
        """Give it up."""
        self._stop.set()
        self.future.cancel()


def _presence() -> Callable[[], bool]:
    """Return what says whether the visitor whose page is running is still connected."""
    context = get_script_run_ctx(suppress_warning=True)
    if context is None or not exists():
        return lambda: True
    session = context.session_id
    return lambda: get_instance().is_active_session(session)


class Answer(NamedTuple, Generic[T]):
    """What is known so far: None where there is nothing yet; a job is there while something better is computed."""

    value: T | None
    key: Hashable = None
    """The question."""
    place: str = ""
    """What the visitor's jobs for such questions are known by."""
    stopped: bool = False
    """Whether the visitor has stopped the work."""
    sharp: Job[T] | None = None
    rough: Job[T] | None = None

    @property
    def jobs(self) -> list[tuple[str, Job[T]]]:
        """The jobs that are under way, with what they are known by."""
        named = ((f"{self.place}.sharp", self.sharp), (f"{self.place}.rough", self.rough))
        return [(name, job) for name, job in named if job is not None]


class Kept:
    """The last answers of all visitors, by their questions."""

    def __init__(self) -> None:
        self._answers: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Any:
        """Return the answer to a question; None where there is none."""
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
            return self._answers.get(key)

    def put(self, key: Hashable, value: object) -> None:
        """Keep an answer; the one that was not asked for longest makes room."""
        with self._lock:
            self._answers[key] = value
            while len(self._answers) > _KEPT:
                self._answers.popitem(last=False)

    def clear(self) -> None:
        """Forget them all."""
        with self._lock:
            self._answers.clear()


kept = Kept()


def answered(
    key: Hashable,
    sharp: Callable[[Job[T]], T],
    rough: Callable[[Job[T]], T] | None = None,
    *,
    place: str = "work",
    patience: float = PATIENCE,
) -> Answer[T]:
    """Return the sharp answer to the question `key`, or after `patience` seconds what `rough` or its own draft says.

    A visitor's question gives up the one before it in the same `place`. Raises what the work raises.
    """
    known: T | None = kept.get(key)
    if known is not None:
        return Answer(known)
    stopped: Job[T] | None = _stopped().get(key)
    job = stopped or _job(f"{place}.sharp", key, sharp)
    if job.waited(patience) and stopped is None:
        return Answer(_harvested(f"{place}.sharp", job))
    so_far = Answer(job.draft, key, place, stopped is not None, None if stopped else job)
    return so_far if rough is None else _roughly(so_far, rough)


def _roughly(so_far: Answer[T], rough: Callable[[Job[T]], T]) -> Answer[T]:
    """Return the rough answer, or its draft."""
    key = (so_far.key, "rough")
    known: T | None = kept.get(key)
    if known is not None:
        return so_far._replace(value=known)
    job = _job(f"{so_far.place}.rough", key, rough)
    if job.waited(PATIENCE):
        return so_far._replace(value=_harvested(f"{so_far.place}.rough", job))
    return so_far._replace(value=job.draft, rough=job)


def _stopped() -> dict[Hashable, Job[Any]]:
    """Return the jobs that the visitor has stopped, by their questions, the latest last."""
    jobs: dict[Hashable, Job[Any]] = st.session_state.setdefault("work.stopped", {})
    return jobs


def _job(name: str, key: Hashable, work: Callable[[Job[T]], T]) -> Job[T]:
    """Return the visitor's job for `key`; one for another question is given up."""
    job: Job[T] | None = st.session_state.get(name)
    if job is not None and (job.key != key or job.unwanted()):
        job.stop()
        job = None
    if job is None:
        resumed: Job[T] | None = st.session_state.pop(_RESUMED, None)
        job = st.session_state[name] = Job(key, work, resumed if resumed is not None and resumed.key == key else None)
    return job


def _harvested(name: str, job: Job[T]) -> T:
    """Take and keep what a job has found; raise what it raised."""
    st.session_state.pop(name, None)
    try:
        value = job.future.result()
    except CancelledError:  # it was given up while this visitor was away for a while: ask again
        _again()
    kept.put(job.key, value)
    return value


def finish(answer: Answer[Any], place: DeltaGenerator, what: str, shown: str = "This is the coarse answer.") -> None:
    """Show how far the work is, with a button that stops it; run the page again when there is something better.

    Called last: what is drawn already stays while one waits. After a stop, a sentence says what is `shown`.
    """
    if answer.jobs:
        with place.container(horizontal=True, vertical_alignment="center", gap="small"):
            bar = st.progress(0.0, f"{what} …", width=260)
            if answer.sharp is not None:
                st.button(
                    "Stop", key=f"work.stop.{answer.place}", on_click=_stop, args=(answer.sharp,), type="tertiary"
                )
        _wait(answer, bar, what)
        _again()
    if answer.stopped:
        with place.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(f"Stopped. {shown}")
            st.button("Go on", key=f"work.go_on.{answer.place}", on_click=_go_on, args=(answer.key,), type="tertiary")


def _again() -> NoReturn:
    """Run again what is running: the page, or a fragment alone."""
    context = get_script_run_ctx(suppress_warning=True)
    alone = context is not None and context.fragment_ids_this_run
    st.rerun(scope="fragment" if alone else "app")


def _wait(answer: Answer[Any], bar: DeltaGenerator, what: str) -> None:
    """Wait until something better is there, and take it."""
    first, *others = [job for _, job in answer.jobs]
    while not first.waited(_TICK):
        bar.progress(min(first.progress, 1.0), f"{what}: {first.progress:.0%}")
        drafts = [job.draft for _, job in answer.jobs if job.draft is not None]
        if any(job.waited(0.0) for job in others) or any(draft is not answer.value for draft in drafts):
            break
    for name, job in answer.jobs:
        if job.waited(0.0):
            _harvested(name, job)


def _stop(job: Job[Any]) -> None:
    job.stop()
    jobs = _stopped()
    jobs[job.key] = job
    while len(jobs) > _REMEMBERED:
        del jobs[next(iter(jobs))]


def _go_on(key: Hashable) -> None:
    job = _stopped().pop(key, None)
    if job is not None:
        st.session_state[_RESUMED] = job
