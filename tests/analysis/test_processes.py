"""Maps and sweeps in other processes: same numbers, errors as they are, and no task is lost with a process."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor
from typing import Any

import numpy as np
import pytest

import lrviz
from lrviz.analysis.blocks import completed
from lrviz.optimizers import Adam, Momentum
from lrviz.problems import Formula, Rosenbrock


@pytest.fixture(scope="module")
def pool() -> Iterator[lrviz.Processes]:
    """Two processes."""
    with lrviz.Processes(2) as processes:
        yield processes


def end(task: int, _cancelled: object) -> int:
    """End the process the hard way the first time that a task is seen."""
    mark = f"{os.environ['LRVIZ_TEST_MARKS']}/{task}"
    if not os.path.exists(mark):
        open(mark, "w").close()
        os._exit(1)
    return task * task


def tells(shares: list[float], told: Callable[[float], bool]) -> float:
    """Say how far it is, a quarter of a second apart."""
    for share in shares:
        told(share)
        time.sleep(0.25)
    return shares[-1]


def square(task: float, _told: object) -> float:
    """Take a while."""
    time.sleep(task)
    return task * task


def slowly() -> int:
    """Return which process this is, when others had time to start."""
    time.sleep(1)
    return os.getpid()


def fail(value: int) -> None:
    """Raise."""
    raise ValueError(f"value must be even, got {value}.")


def talk(value: int) -> int:
    """Print, which must not get into the answer."""
    print("aside", flush=True)
    sys.stdout.write("more")
    return value


class Odd(Exception):
    """Cannot be made again from what it is pickled to."""

    def __init__(self, one: int, two: int) -> None:
        super().__init__(f"{one} and {two}")


def fail_oddly() -> None:
    """Raise what cannot be sent."""
    raise Odd(1, 2)


def test_a_map_and_a_sweep_are_the_same_there(pool: lrviz.Processes) -> None:
    here, there = (
        lrviz.outcome_map(Rosenbrock(), Momentum(), size=(96, 80), steps=40, executor=executor)
        for executor in (None, pool)
    )
    for name in ("settled_at", "final_loss", "ended_at", "codes"):
        np.testing.assert_array_equal(getattr(here, name), getattr(there, name))
    formula = Formula("x**2 + 3*y**2", domain=((-2, 2), (-2, 2)))
    (one,), (other,) = (lrviz.sweep(formula, Adam(), executor=executor) for executor in (None, pool))
    np.testing.assert_array_equal(one.final_loss, other.final_loss)


def test_it_is_another_process(pool: lrviz.Processes) -> None:
    assert pool.submit(os.getpid).result(30) != os.getpid()


def test_an_error_is_raised_as_it_is(pool: lrviz.Processes) -> None:
    with pytest.raises(ValueError, match=r"value must be even, got 3\."):
        pool.submit(fail, 3).result(30)
    with pytest.raises(RuntimeError, match="Odd: 1 and 2"):
        pool.submit(fail_oddly).result(30)
    with pytest.raises(Exception, match="pickle"):
        pool.submit(lambda: 1).result(30)


def test_what_a_task_prints_is_no_answer(pool: lrviz.Processes) -> None:
    assert [pool.submit(talk, i).result(30) for i in range(4)] == [0, 1, 2, 3]


def test_a_process_that_dies_is_replaced_and_its_task_tried_again(
    pool: lrviz.Processes, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(BrokenExecutor):
        pool.submit(os._exit, 1).result(30)
    assert pool.submit(abs, -3).result(30) == 3
    monkeypatch.setenv("LRVIZ_TEST_MARKS", str(tmp_path))
    with lrviz.Processes(2) as fresh:
        assert dict(completed(end, [2, 3, 4], fresh)) == {0: 4, 1: 9, 2: 16}


def test_what_is_given_up_stops_in_the_middle_of_a_task(pool: lrviz.Processes) -> None:
    began = time.monotonic()
    asked = iter([False] * 3)
    choices: dict[str, Any] = {"size": (128, 128), "steps": 100_000, "executor": pool}
    found = lrviz.outcome_map(Rosenbrock(), Adam(), y="b1", cancelled=lambda: next(asked, True), **choices)
    assert not found.done.any()
    assert pool.submit(abs, -3).result(30) == 3
    assert [pool.submit(os.getpid).result(30) for _ in range(2)]
    assert time.monotonic() - began < 15


def test_a_task_says_in_its_middle_how_far_it_is(pool: lrviz.Processes) -> None:
    shares: list[float] = []
    found = dict(completed(tells, [[0.0, 0.2, 0.5, 0.9], [0.0, 0.4, 0.6, 0.8]], pool, progress=shares.append))
    assert found == {0: 0.9, 1: 0.8}
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert [share for share in shares if 0 < share < 0.45]


def test_a_map_of_one_block_says_in_its_middle_how_far_it_is(pool: lrviz.Processes) -> None:
    shares: list[float] = []
    lrviz.outcome_map(Rosenbrock(), Adam(), y="b1", size=(48, 48), steps=8_000, executor=pool, progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert len(shares) > 2


def test_who_comes_later_gets_a_turn(pool: lrviz.Processes) -> None:
    """A few tasks stand behind what is under way, not behind all that another wants."""
    order: list[str] = []

    def ask(name: str, count: int) -> None:
        order.extend(name for _ in completed(square, [0.05] * count, pool))

    first = threading.Thread(target=ask, args=("first", 40))
    first.start()
    time.sleep(0.2)
    ask("later", 4)
    first.join()
    assert len(order) == 44
    assert order.index("later") < 20
    assert order[-1] == "first"


def test_what_waits_is_given_up_before_it_begins(pool: lrviz.Processes) -> None:
    futures = [pool.submit(time.sleep, 0.3) for _ in range(6)]
    pool.give_up(futures)
    assert [future.cancelled() for future in futures].count(True) >= 4
    assert pool.submit(abs, -3).result(30) == 3


def test_they_end_with_their_executor() -> None:
    with lrviz.Processes(1) as processes:
        number = processes.submit(os.getpid).result(30)
    for _ in range(50):
        try:
            os.kill(number, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    pytest.fail("The process is still there.")


def test_they_are_started_when_there_is_work_and_stand_back() -> None:
    with lrviz.Processes(3, nice=7) as processes:
        numbers = [processes.submit(os.getpid).result(30) for _ in range(5)]
        assert len(set(numbers)) == 1
        assert os.getpriority(os.PRIO_PROCESS, numbers[0]) == os.getpriority(os.PRIO_PROCESS, 0) + 7
        many = [processes.submit(slowly) for _ in range(6)]
        assert len({future.result(30) for future in many}) == 3


def test_a_count_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match=r"count must be at least 1, got 0\."):
        lrviz.Processes(0)
    with pytest.raises(ValueError, match=r"nice must be in \[0, 19\], got 20\."):
        lrviz.Processes(nice=20)
