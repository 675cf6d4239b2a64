"""Sweeps against theory, against runs one by one, and the same wherever they are computed."""

from concurrent.futures import ProcessPoolExecutor
from typing import Any

import numpy as np
import pytest

import lrviz
from lrviz import Run, simulate
from lrviz.analysis import sweep
from lrviz.optimizers import SGD, Adam, Momentum, Nesterov, Optimizer
from lrviz.problems import Bowl, DoubleWell, Problem, Product, Ravine, Rosenbrock, UnboundedSaddle

STEP = 1.01
"""The ratio of one rate to the next in the fine grids below."""


@pytest.mark.parametrize("rule", [SGD(), Momentum(), Momentum(momentum=0.5), Nesterov()], ids=repr)
@pytest.mark.parametrize("problem", [Bowl(), Ravine(), Ravine(kappa=100.0, rotation=0.5)], ids=repr)
def test_the_sweep_finds_the_limit_of_theory(problem: Problem, rule: Optimizer) -> None:
    """From the limit on no run converges, and below it every run does."""
    steepest = float(np.linalg.eigvalsh(problem.hessian(np.zeros(2))).max())
    limit = rule.stable_below(steepest)
    assert limit is not None
    rates = limit * STEP ** (np.arange(-20, 21) + 0.5)
    (found,) = sweep(problem, rule, rates=rates, steps=4000)
    assert found.limit == pytest.approx(limit)
    below = rates < limit
    assert (found.settled_at >= 0).tolist() == below.tolist()
    assert all(kind == "converged" for kind, stable in zip(found.kinds, below, strict=True) if stable)
    assert all(
        kind in ("diverged", "oscillating") for kind, stable in zip(found.kinds, below, strict=True) if not stable
    )


@pytest.mark.parametrize("kappa", [3.0, 10.0, 50.0])
def test_the_best_rate_of_gradient_descent_is_two_over_the_sum_of_the_curvatures(kappa: float) -> None:
    best = 2 / (1 + kappa)
    rates = best * STEP ** np.arange(-50, 50)
    (found,) = sweep(Ravine(kappa=kappa), SGD(), rates=rates, start=(3.0, 3.0))
    assert found.luckiest is not None
    # After finitely many steps the steep direction counts more.
    assert abs(np.log(found.rates[found.luckiest] / best)) <= np.log(STEP) * 3.5
    # Robustly so is the rate from which a tenth more leads there: beyond it is the edge.
    assert found.best_rate is not None
    assert best / 1.15 <= found.best_rate <= best
    assert found.good is not None
    assert found.good[0] < best / STEP**3 < found.good[1] < 2 / kappa


def test_the_default_rates_reach_from_too_low_to_too_high() -> None:
    for found in sweep(Ravine(), [SGD(), Momentum(), Nesterov(), Adam()]):
        assert len(found.rates) == 400
        assert found.kinds[0] == "descending"
        assert found.kinds[-1] == "diverged" or found.run.optimizer == Adam(), "Adam comes back from everywhere"
        assert found.best is not None
        assert 0 < found.best < 399


@pytest.mark.parametrize(
    ("problem", "rule", "noise"),
    [(DoubleWell(), SGD(), 0.0), (Product(), SGD(), 0.0), (Rosenbrock(), Adam(), 0.1), (UnboundedSaddle(), SGD(), 0.0)],
    ids=repr,
)
def test_every_rate_has_the_verdict_and_the_numbers_of_its_run(problem: Problem, rule: Optimizer, noise: float) -> None:
    (found,) = sweep(problem, rule, steps=150, noise=noise, seed=5, tolerance=1e-2)
    runs = [Run(rule, float(rate)) for rate in found.rates]
    result = simulate(problem, runs, steps=150, noise=noise, seed=5)
    np.testing.assert_allclose(found.final_loss, result.final_loss, rtol=1e-12)
    np.testing.assert_allclose(found.best_loss, result.best_loss, rtol=1e-12)
    kinds = [verdict.kind for verdict in lrviz.verdict(problem, result)]
    same = np.mean([a == b for a, b in zip(found.kinds, kinds, strict=True)])
    assert same == 1.0 if not noise else same > 0.98  # there the strength of the noise is measured


def test_the_catapult_lies_between_two_and_four_over_the_curvature() -> None:
    sharpness = float(np.square(Product().start).sum())
    (found,) = sweep(Product(), SGD(), rates=np.linspace(1.9, 4.2, 47) / sharpness, steps=400)
    catapulted = found.rates[[kind == "catapulted" for kind in found.kinds]] * sharpness
    assert catapulted.min() == pytest.approx(2.0, abs=0.1)
    assert catapulted.max() == pytest.approx(4.1, abs=0.1)
    assert [kind for _, _, kind in found.stretches] == ["converged", "catapulted", "diverged"]


def test_with_noise_rates_are_judged_by_their_mean_over_the_last_steps() -> None:
    (found,) = sweep(Bowl(), SGD(), noise=0.5, steps=400)
    assert found.best_rate is not None
    assert found.best_rate < 0.2, "a constant rate that is safe without noise keeps too much of it"
    floor = 0.5**2 * 1.0 / (2 - 1.0)  # lr σ²/(λ(2 − lr λ)) a component, at lr = 1, times 2 components, times 1/2
    assert found.score[np.argmin(np.abs(found.rates - 1.0))] == pytest.approx(floor, rel=0.5)


def test_the_same_bits_in_another_process() -> None:
    rules = [SGD(), Momentum(), Adam()]
    here = sweep(Rosenbrock(), rules, steps=50)
    with ProcessPoolExecutor(2) as pool:
        there = sweep(Rosenbrock(), rules, steps=50, executor=pool)
    for one, other in zip(here, there, strict=True):
        assert one.run == other.run
        np.testing.assert_array_equal(one.final_loss, other.final_loss)
        np.testing.assert_array_equal(one.codes, other.codes)


def test_a_table_has_a_row_for_each_rate() -> None:
    (found,) = sweep(Bowl(), SGD(), rates=(0.2, 1.0, 3.0), steps=60)
    frame = found.to_frame()
    assert list(frame.columns) == ["run", "lr", "final_loss", "best_loss", "settled_at", "kind", "evaluations"]
    assert frame.kind.tolist() == ["converged", "converged", "diverged"]
    assert frame.settled_at.tolist()[1] == 1


def test_where_every_run_is_lost_there_is_no_best_rate() -> None:
    (found,) = sweep(Bowl(), SGD(), rates=(3.0, 5.0), steps=100)
    assert (found.best, found.best_rate, found.good) == (None, None, None)


def test_what_is_cancelled_is_left_out() -> None:
    assert sweep(Bowl(), [SGD(), Adam()], cancelled=lambda: True) == ()


def test_a_sweep_stops_in_the_middle_and_also_among_the_last_steps() -> None:
    for last in (5, 60, 75):
        asked = iter(range(1000))
        stopped = sweep(Bowl(), [SGD()], steps=300, cancelled=lambda asked=asked, last=last: next(asked) >= last)
        assert stopped == ()
        assert next(asked) == last + 1


@pytest.mark.parametrize(
    ("change", "kind", "message"),
    [
        ({"runs": []}, ValueError, "runs must hold at least one lrviz.Run or optimizer, got none."),
        ({"runs": [SGD]}, TypeError, "runs must be lrviz.Run, or optimizers from lrviz.optimizers, got"),
        ({"rates": (0.2, 0.1)}, ValueError, "rates must be at least one, in increasing order"),
        ({"rates": (-1.0, 0.1)}, ValueError, "rates must be in [1e-12, 1000000], got -1.0."),
        ({"steps": 0}, ValueError, "steps must be in [1, 1000000], got 0."),
        ({"tolerance": 0.0}, ValueError, "tolerance must be in [1e-15, 1], got 0.0."),
        ({"noise": -1.0}, ValueError, "noise must be in [0, "),
        ({"start": (1.0,)}, ValueError, "start must have shape (2,), got (1,)."),
        ({"seed": -1}, ValueError, "seed must be in [0, "),
    ],
)
def test_errors_name_the_argument(change: dict[str, Any], kind: type[Exception], message: str) -> None:
    arguments: dict[str, Any] = {"runs": [SGD()], **change}
    with pytest.raises(kind) as error:
        sweep(Bowl(), arguments.pop("runs"), **arguments)
    assert message in str(error.value)
