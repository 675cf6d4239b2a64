"""The fair comparison: one budget, each at its own best rate, and what a common rate does to the order."""

import time
from concurrent.futures import CancelledError

import numpy as np
import pytest

from lrviz import Run, simulate
from lrviz.analysis import compare
from lrviz.analysis.comparison import step_cost
from lrviz.optimizers import SGD, Adam, Lion, Momentum, Nesterov, Newton
from lrviz.problems import Bowl, Ravine, Rosenbrock, UnboundedSaddle


def test_each_is_raced_at_the_best_rate_of_its_own_tuning() -> None:
    rules = [SGD(), Momentum(), Nesterov(), Adam()]
    found = compare(Ravine(), rules, steps=200)
    assert found.tolerances == (1e-2, 1e-4, 1e-8)
    for rule, sweep, standing in zip(rules, found.tuning, found.tuned, strict=True):
        assert sweep.run.optimizer == standing.run.optimizer == rule
        assert len(sweep.rates) == 60
        assert standing.rate == sweep.best_rate
        assert standing.final_loss == pytest.approx(sweep.final_loss[sweep.best])
        loss = simulate(Ravine(), [Run(rule, standing.rate)], steps=200).loss[:, 0]
        expected = [int(np.flatnonzero(loss > share * loss[0])[-1]) + 1 for share in found.tolerances]
        assert list(standing.steps) == expected
        assert list(standing.evaluations) == expected, "one gradient a step"
    assert "60 rates" in found.budget
    assert "200 steps each" in found.budget


def test_at_a_common_rate_the_order_is_another() -> None:
    """C17: different optimizers want different rates. At SGD's best rate Adam has hardly begun."""
    found = compare(Rosenbrock(), [SGD(), Adam()], steps=500)
    assert found.common_rate == found.tuned[0].rate
    assert found.common[0].final_loss == found.tuned[0].final_loss
    assert found.tuned[1].final_loss < found.tuned[0].final_loss
    assert found.common[1].final_loss > 100 * found.tuned[1].final_loss


def test_evaluations_count_what_a_step_costs() -> None:
    found = compare(Bowl(), [SGD(), Newton()], steps=50, rates=10, common_rate=1.0, tolerances=(1e-4,))
    assert [standing.steps for standing in found.common] == [(1,), (1,)]
    assert [standing.evaluations for standing in found.common] == [(1,), (3,)], "a Hessian counts d"


def test_where_a_tolerance_is_not_reached_it_says_so() -> None:
    found = compare(Ravine(kappa=1000.0), [SGD()], steps=20, rates=10)
    assert found.tuned[0].steps[-1] == found.tuned[0].evaluations[-1] == -1


def test_where_nothing_is_known_of_the_lowest_value_there_are_no_steps_to_it() -> None:
    found = compare(UnboundedSaddle(), [SGD()], steps=30, rates=10, start=(1.0, 0.0))
    assert found.tuned[0].steps == (-1, -1, -1)


def test_the_race_sees_other_noise_than_the_tuning() -> None:
    found = compare(Bowl(), [SGD(), Adam()], steps=100, noise=0.3, rates=20, seed=4)
    assert found.race is not None
    rate = found.tuned[0].rate
    assert rate is not None
    again = simulate(Bowl(), [Run(SGD(), rate)], steps=100, noise=0.3, seed=4)
    np.testing.assert_allclose(found.race.loss[:, 0], again.loss[:, 0], rtol=1e-12)


def test_the_table_has_a_row_for_each_optimizer_and_rate() -> None:
    found = compare(Ravine(), [SGD(), Lion()], steps=100, rates=20)
    frame = found.to_frame()
    assert frame["at"].tolist() == ["own best rate"] * 2 + ["common rate"] * 2
    assert frame.run.tolist() == ["SGD", "Lion"] * 2
    assert {"lr", "steps_to_0.01", "evaluations_to_1e-08", "verdict", "nanoseconds_per_step"} <= set(frame.columns)
    assert (frame.tuning_runs == 20).all()
    assert (frame.nanoseconds_per_step > 0).all()


def test_a_step_of_newton_costs_more_than_one_of_gradient_descent() -> None:
    assert step_cost(Rosenbrock(), Run(Newton(), 1.0), 5) > step_cost(Rosenbrock(), Run(SGD(), 1e-3), 5)


def test_errors_name_the_argument() -> None:
    with pytest.raises(ValueError, match=r"rates must be in \[2, 10000\], got 1"):
        compare(Bowl(), [SGD()], rates=1)
    with pytest.raises(ValueError, match=r"tolerances must be in \[1e-15, 1\], got 2"):
        compare(Bowl(), [SGD()], tolerances=(2.0,))
    with pytest.raises(ValueError, match="runs must hold at least one"):
        compare(Bowl(), [])


def test_a_comparison_that_is_cancelled_says_so_at_once() -> None:
    every = iter(range(10_000))
    compare(Ravine(), [SGD(), Adam()], rates=10, steps=300, cancelled=lambda: next(every) < 0)
    for last in (0, 30, next(every) - 1):  # while the first is tuned, and before the last race
        asked = iter(range(10_000))
        with pytest.raises(CancelledError):
            compare(
                Ravine(),
                [SGD(), Adam()],
                rates=10,
                steps=300,
                cancelled=lambda asked=asked, last=last: next(asked) >= last,
            )
    end = time.perf_counter() + 0.1
    with pytest.raises(CancelledError):
        compare(Rosenbrock(), [SGD(), Adam()], rates=5_000, steps=50_000, cancelled=lambda: time.perf_counter() > end)
    assert time.perf_counter() - end < 3
