"""What the loop does quickly must be what it would do slowly."""

import numpy as np
import pytest

from lrviz import Run
from lrviz.optimizers import SGD, Adam, Momentum
from lrviz.problems import Rosenbrock
from lrviz.schedules import Cosine, OneCycle
from lrviz.simulation.loop import FAR, all_in_bounds, bounds, by_rule, out_of_bounds

EDGE = 4.0 * FAR
"""How far from the middle, 0 and 1, Rosenbrock's coordinates may be."""


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, EDGE, np.nextafter(EDGE, np.inf), -EDGE, 2 * EDGE, 0.5])
@pytest.mark.parametrize("row", [0, 1, 2])
@pytest.mark.parametrize("column", [0, 3, 40])
def test_the_quick_look_at_the_extremes_misses_no_run_that_has_ended(value: float, row: int, column: int) -> None:
    numbers = np.random.default_rng(0).normal(size=(3, 41))
    numbers[row, column] = value
    w, loss = numbers[:2], numbers[2]
    with np.errstate(all="ignore"):
        ended = out_of_bounds(Rosenbrock(), w, loss).any()
        assert all_in_bounds(bounds(Rosenbrock()), w, loss) == (not ended)


def test_losses_whose_sum_overflows_are_looked_at_one_by_one() -> None:
    w, loss = np.zeros((2, 4)), np.full(4, 1e308)
    with np.errstate(all="ignore"):
        assert not all_in_bounds(bounds(Rosenbrock()), w, loss)
        assert not out_of_bounds(Rosenbrock(), w, loss).any()


def test_runs_share_a_rule_by_optimizer_and_cycled_momentum_whatever_their_numbers() -> None:
    alike = [Run(Adam(b1=b1), lr, warmup=w) for b1, lr, w in ((0.9, 0.1, 0), (0.5, 0.2, 3), (0.9, 0.3, 0))]
    np.testing.assert_array_equal(by_rule(alike), 0)
    mixed = [
        *alike,
        Run(SGD(), 0.1),
        Run(Adam(), 0.1, Cosine()),
        Run(Momentum(), 0.1),
        Run(Momentum(), 0.1, OneCycle()),
    ]
    np.testing.assert_array_equal(by_rule(mixed), [0, 0, 0, 1, 0, 2, 3])
