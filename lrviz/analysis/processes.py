"""Python processes of this machine that compute blocks, beside this one.

`concurrent.futures.ProcessPoolExecutor` will do for a script. It imports the module `__main__` again in each process,
which Streamlit replaces by whatever page a visitor looks at, and it is lost with the first process that dies.
"""

from __future__ import annotations

import os
import pickle
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from queue import SimpleQueue
from typing import Any, BinaryIO, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

P = ParamSpec("P")
T = TypeVar("T")
_SIZE = struct.Struct("<Q")
_SHARE = struct.Struct("<d")
_ANSWER, _PART = b"a", b"p"
"""What a message of a process begins with: the answer to a task, or the share of it that is done."""
_PACE = 0.1
"""Seconds after which a process says again how far it is."""


class Processes(Executor):
    """An executor for the `executor=` of maps and sweeps that uses all cores of this machine.

    NumPy holds Python's lock between its calls, so threads do not help. Needs no `if __name__ == "__main__"` and can
    be made in a notebook or in a thread. A process is started when there is a task for it, and stays. One that dies,
    or is killed, is replaced; its task fails with `BrokenExecutor`, and maps and sweeps submit it again.

    Args:
        count: How many processes at most; by default as many as there are cores that may be used.
        nice: By how much they stand back for other processes, this one among them: 0 to 19, as of Unix's `nice`.

    Raises:
        ValueError: if `count` is not at least 1, or `nice` not in [0, 19].
    """

    def __init__(self, count: int | None = None, *, nice: int = 0) -> None:
        size = cores() if count is None else count
        if size < 1:
            raise ValueError(f"count must be at least 1, got {count!r}.")
        if not 0 <= nice <= 19:
            raise ValueError(f"nice must be in [0, 19], got {nice!r}.")
        self.size = size
        """How many processes there are at most."""
        self._nice = nice
        self._idle: list[_Worker] = []
        self._threads = ThreadPoolExecutor(size, "lrviz-process")
        self._tickets: WeakKeyDictionary[Future[Any], _Ticket] = WeakKeyDictionary()
        self._open = True
        self._lock = threading.Lock()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Compute a call in one of the processes; function, arguments and answer must be picklable."""
        ticket = _Ticket()
        future = self._threads.submit(self._ask, ticket, fn, args, kwargs)
        with self._lock:
            self._tickets[future] = ticket
        return future

    def give_up(self, futures: Iterable[Future[Any]]) -> None:
        """Cancel what still waits, and let what is computed already know through `tell`: its answer is lost."""
        for future in futures:
            future.cancel()
            ticket = self._ticket(future)
            if ticket is not None:
                ticket.drop()

    def share(self, future: Future[Any]) -> float:
        """Return how much of a task is done, as far as the task itself says so through `tell`."""
        ticket = self._ticket(future)
        return 0.0 if ticket is None else ticket.share

    def _ticket(self, future: Future[Any]) -> _Ticket | None:
        with self._lock:
            return self._tickets.get(future)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes when they have done what was submitted; see `concurrent.futures.Executor.shutdown`."""
        self._threads.shutdown(wait, cancel_futures=cancel_futures)
        with self._lock:
            self._open = False
            for worker in self._idle:
                worker.end()
            self._idle.clear()

    def _ask(self, ticket: _Ticket, fn: Callable[..., T], args: tuple[object, ...], kwargs: dict[str, object]) -> T:
        question = pickle.dumps((fn, args, kwargs), pickle.HIGHEST_PROTOCOL)
        with self._lock:
            worker = self._idle.pop() if self._idle else None
        worker = worker or _Worker(self._nice)
        try:
            answer = ticket.ask(worker, question)
        except (EOFError, OSError) as lost:
            worker.end()
            raise BrokenExecutor("The process died under its task.") from lost
        except CancelledError:
            self._back(worker)
            raise
        self._back(worker)
        fine, value = pickle.loads(answer)
        if fine:
            return value  # type: ignore[no-any-return]
        raise value

    def _back(self, worker: _Worker) -> None:
        with self._lock:
            if self._open:
                self._idle.append(worker)
            else:
                worker.end()


class _Ticket:
    """A task and, while it is computed, who computes it."""

    def __init__(self) -> None:
        self.share = 0.0
        """How much of it is done."""
        self._lock = threading.Lock()
        self._worker: _Worker | None = None
        self._dropped = False

    def ask(self, worker: _Worker, question: bytes) -> bytes:
        with self._lock:
            if self._dropped:
                raise CancelledError
            self._worker = worker
            worker.put(question)
        try:
            while True:
                kind, message = worker.hear()
                if kind == _ANSWER:
                    return message
                (self.share,) = _SHARE.unpack(message)
        finally:
            with self._lock:
                self._worker = None

    def drop(self) -> None:
        with self._lock:
            self._dropped = True
            if self._worker is not None:
                with suppress(OSError):  # it is gone, and its task with it
                    self._worker.drop()


class _Worker:
    """One process, which answers questions one by one."""

    def __init__(self, nice: int) -> None:
        path = os.pathsep.join(entry for entry in sys.path if entry)
        # One thread each: the processes are the cores.
        environment = {**os.environ, "PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        words = [sys.executable, "-c", f"from lrviz.analysis.processes import serve; serve({nice})"]
        self._process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)

    def put(self, question: bytes) -> None:
        """Send a question; raises `OSError` where the process is gone."""
        assert self._process.stdin is not None
        _write(self._process.stdin, question)

    def hear(self) -> tuple[bytes, bytes]:
        """Wait for a message; return what it is, and it. Raises `EOFError` or `OSError` where the process is gone."""
        assert self._process.stdout is not None
        message = _read(self._process.stdout)
        return message[:1], message[1:]

    def drop(self) -> None:
        """Let the process know that the answer is not wanted; raises `OSError` where it is gone."""
        self.put(b"")

    def end(self) -> None:
        """Let the process end: it does when nothing can come any more."""
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            try:
                pipe.close()
            except OSError:  # what was not yet written has nobody to read it
                continue
        try:
            self._process.wait(1)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _write(pipe: BinaryIO | Any, message: bytes) -> None:
    pipe.write(_SIZE.pack(len(message)))
    pipe.write(message)
    pipe.flush()


def _read(pipe: BinaryIO | Any) -> bytes:
    (size,) = _SIZE.unpack(_exactly(pipe, _SIZE.size))
    return _exactly(pipe, size)


def _exactly(pipe: BinaryIO | Any, size: int) -> bytes:
    message: bytes = pipe.read(size)
    if len(message) < size:
        raise EOFError
    return message


def _answer(question: bytes) -> bytes:
    try:
        fn, args, kwargs = pickle.loads(question)
        return pickle.dumps((True, fn(*args, **kwargs)), pickle.HIGHEST_PROTOCOL)
    except Exception as error:  # it is raised where the answer was asked for
        return pickle.dumps((False, _sendable(error)), pickle.HIGHEST_PROTOCOL)


def _sendable(error: Exception) -> Exception:
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:  # an error may fail to be pickled, or to be made again, in any way
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


class _Served:
    """What a process knows of the task that it computes."""

    def __init__(self) -> None:
        self.unwanted = threading.Event()
        self.answers: BinaryIO | None = None
        self.told = 0.0
        """When it last said how far it is, on the monotonic clock."""


_served = _Served()


def tell(share: float) -> bool:
    """Say how much of the task that this process computes is done; return whether it is not wanted any more."""
    now = time.monotonic()
    if _served.answers is not None and now - _served.told >= _PACE:
        _served.told = now
        _write(_served.answers, _PART + _SHARE.pack(share))
    return _served.unwanted.is_set()


def serve(nice: int) -> None:
    """Answer what comes through the standard input, until nobody can ask any more: the main loop of a process."""
    if nice and hasattr(os, "nice"):
        os.nice(nice)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the process that asks: it then closes the pipes
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a task prints does not get into the answers
    questions: SimpleQueue[bytes] = SimpleQueue()
    _served.answers = answers
    threading.Thread(target=_listen, args=(questions,), daemon=True).start()
    while True:
        question = questions.get()
        _served.told = time.monotonic()
        answer = _answer(question)
        try:
            _write(answers, _ANSWER + answer)
        except OSError:
            os._exit(0)


def _listen(questions: SimpleQueue[bytes]) -> None:
    """Take questions, and the empty message that says that the last one is not wanted any more."""
    while True:
        try:
            message = _read(sys.stdin.buffer)
        except (EOFError, OSError):
            os._exit(0)
        if message:
            _served.unwanted.clear()
            questions.put(message)
        else:
            _served.unwanted.set()
