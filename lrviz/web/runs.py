"""The runs of a scene and what became of them, computed so that a visitor who leaves takes their work along."""

from __future__ import annotations

import time
from concurrent.futures import CancelledError
from contextlib import suppress
from functools import partial
from typing import NamedTuple

from lrviz.analysis.processes import tell
from lrviz.figures.messages import verdicts_message
from lrviz.scenes import Scene
from lrviz.simulation import Result, Simulation
from lrviz.web.work import BUDGET, Answer, Job, answered, kept

_SLICE = 1.0
"""Seconds for which another process goes on with a simulation; then those of others have their turn."""


class Runs(NamedTuple):
    """The runs of a scene as far as they are computed, and what may be computing the rest."""

    result: Result
    answer: Answer[Result]


def simulated(scene: Scene) -> Runs:
    """Return the runs of a scene, or after a while as many of their steps as there are."""
    while True:
        answer = answered(("runs", scene), partial(_simulate, scene=scene), place="runs")
        if answer.value is not None:
            return Runs(answer.value, answer)


def ready(scene: Scene) -> Result:
    """Return the runs of a scene, and have what became of them ready too, for whoever asks next."""
    result = scene.simulate("states")
    kept.put(("runs", scene), result)
    kept.put(("verdicts", scene, result.steps), verdicts_message(scene, result))
    return result


def _simulate(job: Job[Result], *, scene: Scene) -> Result:
    begun = job.left if isinstance(job.left, Simulation) else scene.simulation("states")
    if begun.step == 0:
        over = time.monotonic() + BUDGET
        begun.advance(job.told, lambda: time.monotonic() > over or job.unwanted())
    while not begun.done and not job.unwanted():
        if job.draft is None or begun.step >= 2 * job.draft.steps:
            job.draft = begun.result()
        with suppress(CancelledError):  # it was given up before it went on
            begun = job.elsewhere(advanced, begun)
    job.left, job.draft = begun, begun.result()
    return job.draft


def advanced(begun: Simulation, seconds: float = _SLICE) -> Simulation:
    """Go on with a simulation for a while, in a process for that; return it."""
    over = time.monotonic() + seconds
    begun.advance(cancelled=lambda: tell(begun.share) or time.monotonic() > over)
    return begun


def judged(scene: Scene, result: Result) -> Answer[bytes]:
    """Return the message of what became of the runs up to the last step of the result."""
    return answered(("verdicts", scene, result.steps), partial(_judge, scene=scene, result=result), place="verdicts")


def _judge(job: Job[bytes], *, scene: Scene, result: Result) -> bytes:
    return job.at_length(partial(verdicts_message, scene, result))
