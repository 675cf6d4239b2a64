"""A run that is said to have left for good would not come back: it is simulated on, without a stop."""

from __future__ import annotations

import numpy as np
import pytest

from lrviz.catalog import registered
from lrviz.optimizers import Optimizer
from lrviz.problems import McCormick, Problem, Surface
from lrviz.scenes.defaults import default_rate
from lrviz.simulation import Run, simulate
from tests.problems.drawing import CLASSES, shown

OPEN = [cls() for cls in CLASSES if cls().stops is not None]
NAMES = ("SGD", "Momentum", "Nesterov", "Adam", "RMSprop", "Adagrad", "Lion", "Rprop", "Yogi", "AMSGrad")
RULES: list[Optimizer] = [registered("optimizer")[name]() for name in NAMES]
COUNT, STEPS, ON = 20, 200, 800


def endless(problem: Problem) -> Problem:
    """Return the same surface without its stops."""

    class Endless(type(problem), abstract=True):  # type: ignore[misc]
        stops = None

    return Endless()


def left(problem: Surface, rule: Optimizer, seed: int) -> tuple[int, int]:
    """Return how many runs from a random start at random rates leave, and how many of those come back."""
    rng = np.random.default_rng(seed)
    low, high = np.array(problem.domain).T
    usual = default_rate(problem, rule)
    runs = [Run(rule, float(np.clip(usual * 10**power, 1e-9, 1e3))) for power in rng.uniform(-0.5, 1.5, COUNT)]
    start = rng.uniform(low, high)
    result = simulate(problem, runs, steps=STEPS, start=start)
    path = simulate(endless(problem), runs, steps=ON, start=start).positions
    inside = ((path >= low[:, None]) & (path <= high[:, None])).all(axis=1)
    gone = (result.diverged_at >= 0) & (result.landed[-1] < result.loss[0])
    later = np.arange(ON + 1)[:, None] >= result.diverged_at
    return int(gone.sum()), int((gone & (inside & later).any(axis=0)).sum())


@pytest.mark.parametrize("problem", OPEN, ids=shown)
def test_no_run_that_left_for_good_comes_back(problem: Surface) -> None:
    found = np.array([left(problem, rule, seed) for seed in range(2) for rule in RULES])
    assert found[:, 0].sum() > 20 or "CrossInTray" in shown(problem)
    assert not found[:, 1].any(), [rule.name for rule, (_, back) in zip(2 * RULES, found, strict=True) if back]


def test_a_run_that_is_only_outside_goes_on() -> None:
    """It overshoots the upper border, at a higher loss than anything near the minimum, and comes back."""
    problem = McCormick()
    assert problem.stops is not None
    low, high = np.array(problem.stops).T
    rule = registered("optimizer")["Momentum"]()
    came = 0
    for rate in np.geomspace(0.01, 0.4, 40):
        result = simulate(problem, [Run(rule, float(rate))], steps=300, start=(-1.4, 3.9))
        outside = ((result.positions < low[:, None]) | (result.positions > high[:, None])).any(axis=1)[:, 0]
        came += bool(outside.any() and result.diverged_at[0] < 0)
    assert came > 3
