"""Work that may take long: who does it, how it ends, and what is left of it."""

import time
from concurrent.futures import CancelledError
from functools import partial

import numpy as np
import pytest

from lrviz.analysis.blocks import Told
from lrviz.analysis.processes import tell
from lrviz.figures.messages import paths_message
from lrviz.optimizers import SGD
from lrviz.problems import Rosenbrock
from lrviz.scenes import Scene, View, first_scene
from lrviz.simulation import Result, Run, Simulation
from lrviz.web import runs
from lrviz.web.work import BUDGET, Job
from tests.figures.test_messages import unpacked

LONG = Scene(Rosenbrock(), tuple(Run(SGD(), 1e-4 * (i + 1)) for i in range(8)), steps=5000, noise=0.1)


def counted(told: Told, seconds: float) -> int:
    """Count for so long; return how often it was asked whether to go on."""
    over, count = time.monotonic() + seconds, 0
    while time.monotonic() < over:
        count += 1
        if told((time.monotonic() - over + seconds) / seconds):
            raise CancelledError
        time.sleep(0.01)
    return count


def at_length(job: Job[int], seconds: float) -> int:
    return job.at_length(partial(counted, seconds=seconds))


def test_what_is_short_is_done_here_and_what_is_long_elsewhere_with_its_share() -> None:
    short = Job("short", partial(at_length, seconds=0.02))
    assert short.waited(20)
    assert short.progress == 0, "nobody else was asked"
    long = Job("long", partial(at_length, seconds=1.5))
    shares = set()
    while not long.waited(0.05):
        shares.add(long.progress)
    assert long.future.result() > 10
    assert len(shares) > 2
    assert 0 < max(shares) <= 1


@pytest.mark.parametrize("after", [0.0, BUDGET / 2, 3 * BUDGET])
def test_what_is_given_up_ends_wherever_it_is(after: float) -> None:
    job = Job("given up", partial(at_length, seconds=60.0))
    job.waited(after)
    began = time.monotonic()
    job.stop()
    with pytest.raises(CancelledError):
        job.future.result(20)
    assert time.monotonic() - began < 10


def test_an_error_of_the_work_is_the_jobs() -> None:
    def failing(job: Job[int]) -> int:
        return job.elsewhere(int, "no number")

    with pytest.raises(ValueError, match="no number"):
        Job("failing", failing).future.result(30)


def test_runs_that_are_stopped_leave_their_beginning_and_go_on_to_the_same_bits() -> None:
    costly = LONG.replace(steps=LONG.steps)
    stopped = Job("runs", partial(runs._simulate, scene=costly))
    stopped.waited(0.02)
    stopped.stop()
    with pytest.raises(CancelledError):
        stopped.future.result(30)
    if isinstance(stopped.left, Simulation):  # else it was given up before its first step
        assert isinstance(stopped.draft, Result)
        assert 0 < stopped.draft.steps == stopped.left.step <= costly.steps
    again = Job("runs", partial(runs._simulate, scene=costly), stopped)
    whole, found = costly.simulate("states"), again.future.result(60)
    assert found.steps == found.length == costly.steps
    np.testing.assert_array_equal(found.positions, whole.positions)
    np.testing.assert_array_equal(found.lr, whole.lr)


def test_another_process_goes_on_for_its_time_and_no_longer() -> None:
    begun = LONG.replace(steps=5000).simulation("states")
    began = time.monotonic()
    assert runs.advanced(begun, 0.05) is begun
    assert begun.step > 0
    assert begun.done or time.monotonic() - began < 5
    assert tell(1.0) is False


def test_the_player_is_told_how_far_the_runs_are_computed() -> None:
    scene = first_scene()
    begun = scene.simulation("states")
    begun.advance(to=60)
    meta, arrays = unpacked(paths_message(scene, View(), begun.result(), autoplay=False))
    assert meta["steps"] == 60
    assert arrays["w"].shape[1] == 61
    assert "Computed to step 60 of 200." in meta["headline"]
    begun.advance()
    whole, _ = unpacked(paths_message(scene, View(), begun.result(), autoplay=False))
    assert "Computed to step" not in whole["headline"]
    assert whole["token"] != meta["token"]
