"""Batches of arrays: the same numbers as runs one by one, whatever is left out on the way."""

import numpy as np
import pytest

from lrviz import Run, simulate
from lrviz.optimizers import SGD, Adam, Momentum, Optimizer
from lrviz.problems import Bowl, DoubleWell, Problem, Ravine, Rosenbrock, UnboundedSaddle
from lrviz.schedules import Cosine
from lrviz.simulation.batch import Batch, Ends, selected, simulate_batch, with_values

COUNT, STEPS, TARGET = 300, 100, 0.01
ROUNDING = {"rtol": 1e-10, "atol": 1e-13}
"""What the same run may differ by in another company: its numbers then stand elsewhere in their registers."""


def batch_of(problem: Problem, rule: Optimizer, rates: np.ndarray, noise: float = 0.0) -> Batch:
    start = np.repeat(np.array(problem.start)[:, None], len(rates), axis=1)
    zeros = np.zeros(len(rates))
    return Batch(problem, rule, rates, start, zeros + TARGET, zeros + noise, zeros)


def one_by_one(problem: Problem, rule: Optimizer, rates: np.ndarray, noise: float = 0.0) -> Ends:
    result = simulate(problem, [Run(rule, float(lr)) for lr in rates], steps=STEPS, noise=noise, seed=3)
    outside = ~(result.loss <= TARGET)
    last = STEPS - np.argmax(outside[::-1], axis=0)  # the last step outside
    return Ends(
        result.final, result.final_loss, result.best_loss, np.fmax.reduce(result.loss, axis=0),
        np.where(outside.any(axis=0), np.where(last < STEPS, last + 1, -1), 0), result.diverged_at,
        np.zeros(COUNT, dtype=bool),
        result.evaluations, result.positions[-11:], result.loss[-11:], None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("problem", "rule", "highest", "noise"),
    [
        (Rosenbrock(), Momentum(), 1.0, 0.1),
        (UnboundedSaddle(), SGD(), 1.0, 0.1),
        (Bowl(), Adam(), 5.0, 0.0),
        (DoubleWell(), SGD(), 3.0, 0.1),
    ],
)
def test_a_batch_ends_as_its_runs_do(problem: Problem, rule: Optimizer, highest: float, noise: float) -> None:
    rates = np.geomspace(1e-4, highest, COUNT)
    found = simulate_batch(batch_of(problem, rule, rates, noise), STEPS, tail=10, seed=3)
    expected = one_by_one(problem, rule, rates, noise)
    for name in ("final", "final_loss", "best_loss", "peak", "settled_at", "ended_at", "evaluations"):
        np.testing.assert_allclose(getattr(found, name), getattr(expected, name), **ROUNDING, err_msg=name)
    going = found.ended_at < 0
    assert found.tail is not None
    assert expected.tail is not None
    np.testing.assert_allclose(found.tail[..., going], expected.tail[..., going], **ROUNDING)
    assert not found.fell[going].any()
    assert (found.fell[~going] == (problem.stops is not None)).all()


def test_hyper_parameters_problems_and_schedules_vary_within_a_batch() -> None:
    kappa, momentum = np.linspace(1, 50, COUNT), np.linspace(0, 0.95, COUNT)
    plain = batch_of(Ravine(), Momentum(), np.full(COUNT, 0.01))
    warmup = np.arange(COUNT) % 7
    batch = Batch(
        with_values(Ravine(), {"kappa": kappa}), with_values(Momentum(), {"momentum": momentum}), plain.lr, plain.start,
        plain.target, plain.noise, warmup.astype(float), Cosine(),
    )  # fmt: skip
    found = simulate_batch(batch, STEPS)
    for i in (0, 17, 299):
        run = Run(Momentum(momentum=momentum[i]), 0.01, Cosine(), warmup=int(warmup[i]))
        alone = simulate(Ravine(kappa=kappa[i]), [run], steps=STEPS)
        np.testing.assert_allclose(found.final[:, i], alone.final[:, 0], rtol=1e-9)


def test_a_run_that_is_over_at_its_target_keeps_what_it_had_there() -> None:
    rates = np.geomspace(1e-2, 1.9, COUNT)
    whole = simulate_batch(batch_of(Bowl(), SGD(), rates), STEPS)
    short = simulate_batch(batch_of(Bowl(), SGD(), rates), STEPS, until_target=True)
    np.testing.assert_array_equal(short.settled_at, whole.settled_at)
    arrived = short.settled_at >= 0
    assert (short.final_loss[arrived] <= TARGET).all()
    assert short.evaluations[arrived].mean() < 0.8 * STEPS
    np.testing.assert_array_equal(short.final_loss[~arrived], whole.final_loss[~arrived])


def test_a_cancelled_batch_returns_what_it_has() -> None:
    rates = np.geomspace(1e-2, 1.9, COUNT)
    found = simulate_batch(batch_of(Bowl(), SGD(), rates), STEPS, told=lambda _share: True)
    assert (found.evaluations == 4).all()


def test_selected_leaves_entries_without_arrays_alone() -> None:
    rule = Momentum()
    assert selected(rule, np.array([True, False])) is rule
