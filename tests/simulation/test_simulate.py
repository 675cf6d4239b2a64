"""The loop: what is recorded, divergence, noise, evaluations, blocks."""

import warnings
from typing import Any

import numpy as np
import pytest

from lrviz import Run, simulate
from lrviz.optimizers import SGD, Adam, Momentum, Newton, RMSprop
from lrviz.problems import Bowl, Himmelblau, Quadratic1D, Ravine, Rosenbrock
from lrviz.schedules import Cosine, OneCycle
from lrviz.simulation import BLOCK
from lrviz.simulation.loop import FAR

RUNS = [Run(SGD(), 1e-3), Run(Adam(), 0.1, Cosine()), Run(Momentum(), 1e-3, OneCycle(), warmup=10), Run(SGD(), 5e-4)]


def test_the_worked_example_of_the_first_lesson() -> None:
    result = simulate(Quadratic1D(a=1.0), [Run(SGD(), 0.1)], steps=2, start=(3.0,))
    np.testing.assert_allclose(result.positions[:, 0, 0], [3.0, 2.4, 1.92])
    np.testing.assert_allclose(result.loss[:, 0], [9.0, 5.76, 3.6864])


def test_what_is_recorded() -> None:
    result = simulate(Rosenbrock(), RUNS, steps=50)
    assert result.positions.shape == (51, 2, 4)
    assert result.loss.shape == (51, 4)
    assert result.lr.shape == (50, 4)
    assert result.labels == tuple(run.label for run in RUNS)
    np.testing.assert_array_equal(result.positions[0].T, [Rosenbrock().start] * 4)
    np.testing.assert_array_equal(result.loss, Rosenbrock().loss(np.moveaxis(result.positions, 1, 0)))
    np.testing.assert_array_equal(result.evaluations, 50)
    np.testing.assert_array_equal(result.best_loss, result.loss.min(axis=0))
    steps = result.positions[:-1, :, 0] - 1e-3 * result.gradients[:, :, 0]
    np.testing.assert_allclose(result.positions[1:, :, 0], steps, rtol=1e-12)
    for array in (result.positions, result.loss, result.lr):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_a_table_has_a_row_for_each_run_and_step() -> None:
    result = simulate(Rosenbrock(), RUNS, steps=5)
    frame = result.to_frame()
    assert list(frame.columns) == ["run", "label", "step", "x", "y", "loss", "lr", "grad_norm"]
    assert len(frame) == 4 * 6
    row = frame[(frame.run == 1) & (frame.step == 3)].iloc[0]
    assert (row.x, row.loss, row.lr) == (result.positions[3, 0, 1], result.loss[3, 1], result.lr[3, 1])
    assert frame[frame.step == 5].lr.isna().all()


def test_divergence_is_data() -> None:
    runs = [Run(SGD(), 1.0), Run(SGD(), 0.05), Run(RMSprop(), 0.1)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = simulate(Rosenbrock(), runs, steps=60, keep="all")
        final = simulate(Rosenbrock(), runs, steps=60, keep="final")
    assert result.diverged_at[0] > 0
    assert result.diverged_at[2] == -1
    for run in (0, 1):
        t = result.diverged_at[run]
        assert np.isnan(result.positions[t:, :, run]).all()
        assert np.isnan(result.loss[t:, run]).all()
        assert np.isnan(result.lr[t:, run]).all()
        assert np.isfinite(result.positions[:t, :, run]).all()
        assert np.isfinite(result.loss[:t, run]).all()
        assert result.evaluations[run] == t
    np.testing.assert_array_equal(final.diverged_at, result.diverged_at)
    assert np.isnan(final.final[:, :2]).all()


def test_a_run_has_diverged_a_million_widths_away_and_not_before() -> None:
    problem = Bowl()
    width = problem.domain[0][1] - problem.domain[0][0]
    result = simulate(problem, [Run(SGD(), 3.0)], steps=40, start=(1.0, 0.0))
    path = 2.0 ** np.arange(41)
    t = int(np.argmax(path > FAR * width))
    assert result.diverged_at[0] == t
    np.testing.assert_allclose(np.abs(result.positions[:t, 0, 0]), path[:t])


def test_noise_is_the_same_for_every_run_and_every_length() -> None:
    runs = [Run(SGD(), 0.1), Run(SGD(), 0.1), Run(Adam(), 0.1)]
    long = simulate(Bowl(), runs, steps=80, noise=0.5, seed=4)
    short = simulate(Bowl(), runs, steps=30, noise=0.5, seed=4)
    np.testing.assert_array_equal(long.positions[:31], short.positions)
    np.testing.assert_array_equal(long.positions[:, :, 0], long.positions[:, :, 1])
    clean = Bowl().grad(np.moveaxis(long.points[:-1], 1, 0))
    draws = long.gradients - np.moveaxis(clean, 0, 1)
    np.testing.assert_allclose(draws[:, :, 0], draws[:, :, 2], atol=1e-12)
    expected = 0.5 * np.random.default_rng(4).standard_normal((80, 2))
    np.testing.assert_allclose(draws[:, :, 0], expected, atol=1e-12)
    assert not np.array_equal(simulate(Bowl(), runs, steps=30, noise=0.5, seed=5).positions, short.positions)
    np.testing.assert_array_equal(simulate(Bowl(), runs, steps=30, noise=0.5, seed=4).positions, short.positions)


def test_each_run_may_have_its_own_noise_and_problem() -> None:
    problems = [Ravine(kappa=k) for k in (1.0, 10.0, 50.0)]
    runs = [Run(SGD(), 0.01)] * 3
    together = simulate(problems, runs, steps=20, noise=[0.0, 0.1, 1.0], seed=2)
    for i, (problem, sigma) in enumerate(zip(problems, (0.0, 0.1, 1.0), strict=True)):
        alone = simulate(problem, runs[:1], steps=20, noise=sigma, seed=2)
        np.testing.assert_allclose(together.positions[:, :, i], alone.positions[:, :, 0], rtol=1e-12)


def test_evaluations_count_gradients_losses_and_hessians() -> None:
    assert simulate(Himmelblau(), [Run(Newton(), 1.0)], steps=5).evaluations[0] == 5 * (1 + 2)
    assert simulate(Himmelblau(), [Run(Adam(), 0.1)], steps=5).evaluations[0] == 5


def test_many_blocks_equal_small_batches() -> None:
    count = BLOCK + 100
    rates = np.geomspace(1e-4, 1.0, count)
    runs = [Run(Adam() if i % 2 else SGD(), float(lr)) for i, lr in enumerate(rates)]
    large = simulate(Bowl(), runs, steps=6, keep="final", noise=0.1)
    for i in (0, 1, 4097, BLOCK - 1, BLOCK, count - 1):
        alone = simulate(Bowl(), [runs[i]], steps=6, noise=0.1)
        np.testing.assert_allclose(large.final[:, i], alone.final[:, 0], rtol=1e-12)
        assert large.runs[i] is runs[i]


def test_buffers_are_kept_on_request() -> None:
    result = simulate(Rosenbrock(), RUNS, steps=20, keep="states")
    assert set(result.states[1]) == {"m", "v"}
    assert result.states[1]["m"].shape == (21, 2)
    np.testing.assert_array_equal(result.states[1]["m"][0], 0)
    np.testing.assert_array_equal(result.positions, simulate(Rosenbrock(), RUNS, steps=20).positions)
    with pytest.raises(ValueError, match=r'Result\.states needs simulate\(…, keep="states"\), got keep='):
        _ = simulate(Rosenbrock(), RUNS, steps=2).states
    with pytest.raises(ValueError, match=r'Result\.positions needs simulate\(…, keep="all"\), got keep='):
        _ = simulate(Rosenbrock(), RUNS, steps=2, keep="final").positions


@pytest.mark.parametrize(
    ("change", "kind", "message"),
    [
        ({"runs": []}, ValueError, "runs must hold at least one lrviz.Run, got none."),
        ({"runs": RUNS[0]}, TypeError, "runs must be a sequence of lrviz.Run"),
        ({"runs": [SGD()]}, TypeError, "runs must hold lrviz.Run only, got SGD()."),
        ({"problem": Bowl}, TypeError, "problem must be a problem from lrviz.problems"),
        ({"problem": [Bowl()] * 3}, ValueError, "problem must be one, or one for each of the 4 runs, got 3."),
        ({"problem": [Bowl()] * 3 + [Rosenbrock()]}, ValueError, "may differ in their numbers only"),
        ({"steps": 0}, ValueError, "steps must be in [1, 1000000000], got 0."),
        ({"start": (1.0,)}, ValueError, "start must have shape (2,) or (2, 4), got (1,)."),
        ({"start": (np.nan, 1.0)}, ValueError, "start must be finite"),
        ({"noise": -1.0}, ValueError, "noise must be in [0, 1e+06], got -1.0."),
        ({"noise": [1.0, 2.0]}, ValueError, "noise must be a number or have shape (4,), got shape (2,)."),
        ({"seed": -1}, ValueError, "seed must be in"),
        ({"keep": "some"}, ValueError, 'keep must be "all", "states" or "final", got \'some\'.'),
    ],
)
def test_errors_at_the_border_name_the_argument(change: dict[str, Any], kind: type[Exception], message: str) -> None:
    arguments = {"problem": Rosenbrock(), "runs": RUNS, "steps": 3, **change}
    with pytest.raises(kind) as error:
        simulate(arguments.pop("problem"), arguments.pop("runs"), **arguments)
    assert message in str(error.value)
