"""Limits against simulation: below them a step shrinks the distance in the long run, above them it grows."""

import numpy as np
import pytest

from lrviz import Run, simulate
from lrviz.analysis.stability import bearable, conditioned, stability, strain_map
from lrviz.optimizers import (
    SGD,
    AdaBelief,
    Adagrad,
    Adam,
    AMSGrad,
    DecoupledWeightDecay,
    Lion,
    Momentum,
    NAdam,
    Nesterov,
    Newton,
    Optimizer,
    Option,
    RMSprop,
    WeightDecay,
)
from lrviz.problems import Bowl, DoubleWell, FlatSharp, Formula, Product, Ravine, Rosenbrock
from lrviz.schedules import OneCycle

LINEAR = [
    (SGD(), 1.0),
    (Momentum(), 1.0),
    (Momentum(momentum=0.5), 1.0),
    (Nesterov(), 1.0),
    (Nesterov(momentum=0.3), 1.0),
    (Adam(eps=0.1), 0.1),
    (Adam(b1=0.5, eps=0.1), 0.1),
    (AMSGrad(eps=0.1), 0.1),
    (NAdam(eps=0.1, psi=1.0), 0.1),
    (AdaBelief(eps=0.1), 0.1),
    (RMSprop(eps=0.1), 0.1),
    (Adagrad(eps=0.1), 0.1),
]
"""Rules, and the denominator that is left of them where gradients are far below their eps: there they are linear."""


@pytest.mark.parametrize(("rule", "scale"), LINEAR, ids=repr)
def test_a_rule_is_stable_up_to_what_it_bears_and_no_further(rule: Optimizer, scale: float) -> None:
    borne = bearable(rule)
    assert borne is not None
    rates = borne * scale * np.array([0.97, 1.03])
    runs = [Run(rule, float(rate)) for rate in rates]
    path = simulate(Bowl(), runs, steps=1500, start=(1e-9, 0.0)).positions[:, 0, :]
    assert np.abs(path[-300:, 0]).max() < 1e-10
    assert np.nanmax(np.abs(path[:, 1])) > 1e-6, "it grows, until it is no longer linear"


def test_adam_bears_thirty_eight() -> None:
    assert bearable(Adam()) == pytest.approx(38)
    assert bearable(Newton()) is None
    assert bearable(Lion()) is None


def test_sharpness_and_bound_of_gradient_descent() -> None:
    result = simulate(Ravine(), [Run(SGD(), 0.1), Run(SGD(), 0.25), Run(Momentum(), 0.3)], steps=30)
    found = stability(Ravine(), result)
    lost = result.diverged_at[1]
    assert lost < 0 or np.isnan(found.strain[lost:, 1]).all()
    np.testing.assert_allclose(found.curvature[:5], 10)
    np.testing.assert_allclose(found.sharpness[:5], 10)
    np.testing.assert_allclose(found.bound[:5], [[20, 8, 3.8 / 0.3]] * 5)
    np.testing.assert_allclose(found.limit[:5], [[0.2, 0.2, 0.38]] * 5)
    np.testing.assert_allclose(found.strain[:5], [[0.5, 1.25, 0.3 / 0.38]] * 5)


def test_the_catapult_begins_above_the_bound_and_settles_below_it() -> None:
    sharpness = float(np.square(Product().start).sum())
    result = simulate(Product(), [Run(SGD(), 2.44 / sharpness), Run(SGD(), 1.5 / sharpness)], steps=300)
    strain = stability(Product(), result).strain
    assert strain[0, 0] == pytest.approx(1.22, abs=0.02)
    assert strain[-1, 0] < 1
    assert result.loss[:, 0].max() > 10 * result.loss[0, 0]
    assert (strain[:, 1] < 1).all()


def test_adam_is_measured_by_its_own_preconditioner() -> None:
    result = simulate(Ravine(), [Run(Adam(), 0.05)], steps=40, keep="states")
    found = stability(Ravine(), result)
    v, t = result.states[0]["v"][1:], np.arange(1, 41)[:, None]
    multiplier = 1 / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    np.testing.assert_allclose(found.sharpness[:, 0], (multiplier * [1, 10]).max(axis=1), rtol=1e-9)
    np.testing.assert_allclose(found.bound[:, 0], 38 / 0.05, rtol=1e-12)
    np.testing.assert_allclose(found.strain[:, 0], found.sharpness[:, 0] / found.bound[:, 0], rtol=1e-12)


def test_a_coordinate_without_any_slope_says_nothing_of_an_adaptive_rate() -> None:
    """Adam would take a step of lr/epsilon along it, but for the first slope that it meets there."""
    problem = Formula("x^4 + 3*y^2 - 2*x^2", domain=((-2, 2), (-2, 2)))
    runs = [Run(Adam(), 0.1), Run(SGD(), 0.1)]
    found = stability(problem, simulate(problem, runs, steps=40, start=(1.0, 1.0)))
    assert np.nanmin(found.limit[:, 0]) > 0.1
    np.testing.assert_allclose(found.limit[:, 1], 2 / 8)
    beside = stability(problem, simulate(problem, runs, steps=40, start=(1.001, 1.0)))
    assert np.isfinite(beside.limit).all()


def test_where_the_loss_curves_downwards_every_rate_is_stable() -> None:
    result = simulate(DoubleWell(), [Run(SGD(), 0.1)], steps=3, start=(0.1,))
    found = stability(DoubleWell(), result)
    assert np.isinf(found.limit[0, 0])
    assert found.strain[0, 0] < 0


def test_the_map_is_the_limit_at_every_place() -> None:
    found = strain_map(Rosenbrock(), SGD(), 0.002, size=(21, 11))
    assert found.strain.shape == found.curvature.shape == (11, 21)
    w = np.array([found.x[7], found.y[3]])
    largest = np.linalg.eigvalsh(Rosenbrock().hessian(w)).max()
    assert found.curvature[3, 7] == pytest.approx(largest)
    assert found.strain[3, 7] == pytest.approx(0.002 * largest / 2)


def test_in_the_unstable_region_descent_leaves_the_sharp_minimum() -> None:
    """The map's border around a minimum is the rate's own limit there."""
    sharp = FlatSharp().minima[:, 0]
    limit = 2 / np.linalg.eigvalsh(FlatSharp().hessian(sharp)).max()
    window = [(c - 1e-9, c + 1e-9) for c in sharp]
    for share in (0.98, 1.02):
        found = strain_map(FlatSharp(), SGD(), share * limit, window=window, size=(3, 3))
        np.testing.assert_allclose(found.strain, share, rtol=1e-5)
        end = simulate(FlatSharp(), [Run(SGD(), share * limit)], steps=3000, start=sharp + 1e-3).final[:, 0]
        assert (np.linalg.norm(end - sharp) < 1e-6) == (share < 1)


def test_the_map_takes_a_multiplier_for_each_coordinate() -> None:
    found = strain_map(Ravine(), Adam(), (38.0, 3.8), size=(3, 3))
    np.testing.assert_allclose(found.strain, 1.0)
    assert strain_map(DoubleWell(), SGD(), 0.1, size=(9, 9)).strain.shape == (1, 9)
    assert np.isnan(strain_map(Ravine(), Lion(), 0.1, size=(3, 3)).strain).all()


def test_the_preconditioned_eigenvalue_is_that_of_the_product() -> None:
    rng = np.random.default_rng(0)
    root = rng.normal(size=(2, 2))
    hessian, multipliers = root @ root.T, rng.uniform(0.1, 3, 2)
    expected = np.linalg.eigvals(np.diag(multipliers) @ hessian).real.max()
    assert conditioned(hessian, multipliers) == pytest.approx(expected)


def test_errors_name_the_argument() -> None:
    with pytest.raises(ValueError, match=r"rate must be a number or have shape \(2,\), got shape \(3,\)"):
        strain_map(Bowl(), SGD(), (1.0, 2.0, 3.0))
    with pytest.raises(ValueError, match=r"rate must be in"):
        strain_map(Bowl(), SGD(), -1.0)


@pytest.mark.parametrize("option", [WeightDecay(rate=10.0), DecoupledWeightDecay(rate=10.0)])
def test_the_sharpness_counts_the_weight_decay(option: Option) -> None:
    result = simulate(Ravine(), [Run(SGD(), 0.01, options=(option,))], steps=5)
    np.testing.assert_allclose(stability(Ravine(), result).limit[:, 0], 0.1, rtol=1e-12)


def test_the_bound_counts_the_momentum_of_each_step() -> None:
    schedule = OneCycle(low=0.5, high=0.95)
    found = stability(Ravine(), simulate(Ravine(), [Run(Momentum(), 0.01, schedule)], steps=100))
    assert found.limit[0, 0] == pytest.approx(2 * 1.95 / 10)
    assert found.limit[:, 0].min() == pytest.approx(2 * 1.5 / 10, rel=1e-3)
