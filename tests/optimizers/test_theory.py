"""Where theory is exact: the thresholds on quadratics from both sides, and what follows from them."""

from collections.abc import Sequence

import numpy as np
import pytest

from lrviz import Run, simulate
from lrviz.optimizers import SGD, Adam, Momentum, Nesterov, Newton, Optimizer
from lrviz.problems import Bowl, Problem, Quadratic1D, Ravine, Saddle

KAPPA = 10.0
RAVINE = Ravine(kappa=KAPPA)


def shrink(rule: Optimizer, rates: Sequence[float], steps: int = 3000) -> list[bool]:
    """Whether each run is nearer to the minimum at its end than half way."""
    result = simulate(RAVINE, [Run(rule, lr) for lr in rates], steps=steps)
    distance = np.nan_to_num(np.linalg.norm(result.positions, axis=1), nan=np.inf)
    late, half = distance[-200:].max(axis=0), distance[steps // 2 : steps // 2 + 200].max(axis=0)
    return [bool(a < max(0.9 * b, 1e-12)) for a, b in zip(late, half, strict=True)]


@pytest.mark.parametrize(
    ("rule", "limit"),
    [
        (SGD(), 2 / KAPPA),
        *((Momentum(momentum=b), 2 * (1 + b) / KAPPA) for b in (0.0, 0.5, 0.9, 0.99)),
        *((Nesterov(momentum=b), 2 * (1 + b) / ((1 + 2 * b) * KAPPA)) for b in (0.0, 0.5, 0.9, 0.99)),
    ],
)
def test_descent_is_stable_exactly_below_its_threshold(rule: Optimizer, limit: float) -> None:
    assert shrink(rule, (limit * 0.999, limit * 1.001)) == [True, False]
    assert rule.stable_below(KAPPA) == pytest.approx(limit, rel=1e-15)


@pytest.mark.parametrize(("factor", "grows"), [(0.99, False), (1.01, True)])
def test_adam_with_a_frozen_preconditioner_is_stable_below_38_over_lambda(factor: float, grows: bool) -> None:
    """So near to the minimum that sqrt(v) vanishes beside eps, the preconditioner is eps: the limit is 38 eps/λ."""
    rule = Adam(b1=0.9, b2=0.999, eps=0.1)
    result = simulate(Quadratic1D(a=1.0), [Run(rule, factor * 38 * rule.eps / 2)], steps=400, start=(1e-200,))
    size = np.abs(result.positions[:, 0, 0])
    assert bool(size[300:].max() > size[200:300].max()) is grows


@pytest.mark.parametrize("problem", [Ravine(kappa=100, rotation=0.3), Quadratic1D()])
def test_newton_needs_one_step_on_a_quadratic(problem: Problem) -> None:
    result = simulate(problem, [Run(Newton(), 1.0)], steps=1)
    np.testing.assert_allclose(result.final[:, 0], 0, atol=1e-12)
    assert result.evaluations[0] == 1 + problem.dimension


def test_newton_goes_to_a_saddle_where_damping_leads_away() -> None:
    runs = [Run(Newton(), 1.0), Run(Newton(damping=3.0), 1.0)]
    result = simulate(Saddle(), runs, steps=100, start=(-1.0, 0.1))
    np.testing.assert_allclose(result.final[:, 0], [0, 0], atol=1e-9)
    np.testing.assert_allclose(result.final_loss[1], -0.25, atol=1e-9)


def test_noise_leaves_a_floor_of_the_size_of_the_rate() -> None:
    sigma, rates = 0.3, (0.1, 0.5, 1.5)
    runs = [Run(SGD(), lr) for lr in rates]
    result = simulate(Bowl(), runs, steps=40_000, start=(0.0, 0.0), noise=sigma, seed=1)
    for i, lr in enumerate(rates):  # the bowl's curvature is 1
        assert result.positions[500:, :, i].var() == pytest.approx(lr * sigma**2 / (2 - lr), rel=0.08)


def test_descent_shrinks_by_the_predicted_share_at_its_best_rate() -> None:
    result = simulate(RAVINE, [Run(SGD(), 2 / (1 + KAPPA))], steps=50, start=(1.0, 1.0 / KAPPA))
    distance = np.linalg.norm(result.positions[:, :, 0], axis=1)
    np.testing.assert_allclose(distance[1:] / distance[:-1], (KAPPA - 1) / (KAPPA + 1), rtol=1e-9)


def test_the_heavy_ball_is_as_fast_as_theory_at_its_best_setting() -> None:
    root = np.sqrt(KAPPA)
    b, lr = ((root - 1) / (root + 1)) ** 2, (2 / (1 + root)) ** 2
    result = simulate(RAVINE, [Run(Momentum(momentum=b), lr)], steps=120)
    distance = np.linalg.norm(result.positions[:, :, 0], axis=1)
    assert (distance[120] / distance[60]) ** (1 / 60) == pytest.approx(np.sqrt(b), rel=0.05)
