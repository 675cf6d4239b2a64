"""Rules that look at the problem: step by step against recorded numbers, and what theory says of them."""

from collections.abc import Mapping

import numpy as np
import pytest

from lrviz import Run, simulate
from lrviz.catalog import Array, hypers, registered
from lrviz.optimizers import (
    BFGS,
    SAM,
    SGD,
    Armijo,
    BarzilaiBorwein,
    DoG,
    ExactLineSearch,
    Hypergradient,
    NonlinearCG,
    Optimizer,
    Polyak,
    SaddleFreeNewton,
    ScheduleFreeSGD,
)
from lrviz.problems import Beale, Bowl, FlatSharp, Formula, Problem, Quadratic1D, Ravine, Rosenbrock, Saddle
from lrviz.scenes import default_rate
from tests.reference.record import recorded
from tests.reference.series import difference, follow, kept
from tests.reference.special import ADAN, OPTAX, SCIPY, TORCH, apart, ours


@pytest.fixture(scope="module")
def numbers() -> Mapping[str, Mapping[str, Array]]:
    return {library: recorded(library) for library in ("torch", "optax", "scipy")}


@pytest.mark.parametrize("name", TORCH)
def test_lbfgs_steps_as_torch_does(numbers: Mapping[str, Mapping[str, Array]], name: str) -> None:
    assert apart(ours(TORCH[name])[::10], numbers["torch"][f"special/{name}"]) <= TORCH[name][-1]


@pytest.mark.parametrize("name", OPTAX)
def test_line_search_polyak_and_sam_step_as_optax_does(numbers: Mapping[str, Mapping[str, Array]], name: str) -> None:
    assert apart(ours(OPTAX[name])[::10], numbers["optax"][f"special/{name}"]) <= OPTAX[name][-1]


@pytest.mark.parametrize("name", SCIPY)
def test_bfgs_and_cg_end_where_scipy_ends(numbers: Mapping[str, Mapping[str, Array]], name: str) -> None:
    problem, rule, _ = SCIPY[name]
    result = simulate(problem, [Run(rule, 1.0)], steps=80)
    np.testing.assert_allclose(result.final[:, 0], numbers["scipy"][f"special/{name}"], atol=1e-6)
    assert np.linalg.norm(problem.grad(result.final[:, 0])) < 1e-6


def test_adan_is_optax_but_for_the_weight_of_the_change(numbers: Mapping[str, Mapping[str, Array]]) -> None:
    theirs = {part: numbers["optax"][f"special/Adan/{part}"] for part in ("path", "final")}
    assert difference(kept(follow(ADAN, 0.1)), theirs) <= 1e-13


@pytest.mark.parametrize("problem", [Ravine(kappa=100.0, rotation=0.4), Bowl(), Quadratic1D()])
def test_conjugate_gradients_need_d_steps_on_a_quadratic(problem: Problem) -> None:
    result = simulate(problem, [Run(NonlinearCG(), 1.0)], steps=problem.dimension)
    np.testing.assert_allclose(result.final[:, 0], 0.0, atol=1e-9)


def test_exact_line_search_zigzags_at_the_worst_rate_of_theory() -> None:
    kappa = 10.0
    result = simulate(Ravine(kappa=kappa), [Run(ExactLineSearch(), 1.0)], steps=20, start=(kappa, 1.0))
    ratio = result.loss[1:, 0] / result.loss[:-1, 0]
    np.testing.assert_allclose(ratio, ((kappa - 1) / (kappa + 1)) ** 2, rtol=1e-6)
    steps = np.diff(result.positions[:, :, 0], axis=0)
    np.testing.assert_allclose((steps[1:] * steps[:-1]).sum(axis=1) / (steps[1:] ** 2).sum(axis=1), 0.0, atol=1e-6)


@pytest.mark.parametrize("rule", [Armijo(), ExactLineSearch(), BFGS(), NonlinearCG()])
def test_a_line_search_never_raises_the_loss(rule: Optimizer) -> None:
    for problem in (Rosenbrock(), Beale(), Ravine(kappa=50.0)):
        result = simulate(problem, [Run(rule, 1.0)], steps=60)
        assert result.diverged_at[0] == -1
        loss = result.loss[:, 0]
        assert (np.diff(loss) <= 1e-14 * np.abs(loss[:-1]) + 1e-300).all()


def test_a_search_is_counted_for_each_run_alone() -> None:
    runs = [Run(Armijo(), lr) for lr in (1e-4, 1.0, 100.0)]
    together = simulate(Rosenbrock(), runs, steps=5).evaluations
    assert [simulate(Rosenbrock(), [run], steps=5).evaluations[0] for run in runs] == together.tolist()
    assert together[0] == 5 * 3  # a gradient, the loss here, the loss at the first try
    assert together[2] > together[0]
    assert simulate(Rosenbrock(), [Run(SAM(), 1e-3)], steps=5).evaluations[0] == 10
    assert simulate(Rosenbrock(), [Run(Polyak(), 1e-3)], steps=5).evaluations[0] == 10


def test_barzilai_borwein_is_far_ahead_of_descent_at_its_best_rate() -> None:
    runs = [Run(BarzilaiBorwein(), 0.05), Run(SGD(), 2 / 11)]
    result = simulate(Ravine(kappa=10.0), runs, steps=200)
    arrived = (result.grad_norm < 1e-10).argmax(axis=0)
    assert 0 < arrived[0] < arrived[1] / 4


def test_the_polyak_step_arrives_at_a_quadratic_of_one_dimension_by_halves() -> None:
    result = simulate(Quadratic1D(a=1.0), [Run(Polyak(), 10.0)], steps=10, start=(2.0,))
    np.testing.assert_allclose(result.positions[:, 0, 0], 2.0 * 0.5 ** np.arange(11), rtol=1e-12)


def test_a_hypergradient_climbs_from_a_rate_chosen_too_low() -> None:
    result = simulate(Ravine(), [Run(Hypergradient(), 1e-3), Run(SGD(), 1e-3)], steps=300)
    assert result.lr[-1, 0] > 10 * result.lr[0, 0]
    assert result.final_loss[0] < 1e-3 * result.final_loss[1]
    g = result.gradients[:, :, 0]
    agreement = (g[1:] * g[:-1]).sum(axis=1) / np.linalg.norm(g[1:], axis=1) / np.linalg.norm(g[:-1], axis=1)
    np.testing.assert_allclose(result.lr[1:, 0] / result.lr[:-1, 0], 1 + 0.02 * agreement, rtol=1e-9)


def test_saddle_free_newton_leaves_the_saddle_to_which_newton_goes() -> None:
    result = simulate(Saddle(), [Run(SaddleFreeNewton(), 1.0)], steps=60, start=(-1.0, 0.1))
    np.testing.assert_allclose(result.final[:, 0], [0.0, 1.0], atol=1e-6)


def test_sam_does_not_rest_in_a_minimum_narrower_than_its_probe() -> None:
    runs = [Run(SGD(), 0.02), Run(SAM(rho=0.8), 0.02)]
    result = simulate(FlatSharp(), runs, steps=1500, start=(1.3, 0.3))
    sharp = np.array([1.497, 0.0])
    assert np.linalg.norm(result.final[:, 0] - sharp) < 0.01
    assert np.linalg.norm(result.final[:, 1] - sharp) > 0.7


def test_the_average_of_schedule_free_is_the_mean_of_its_fast_points() -> None:
    result = simulate(Bowl(), [Run(ScheduleFreeSGD(b1=0.8), 0.3)], steps=30, keep="states")
    z, x = result.states[0]["z"], result.states[0]["x"]
    np.testing.assert_allclose(x[-1], z[1:].mean(axis=0), rtol=1e-9)
    np.testing.assert_array_equal(result.positions[:, :, 0], x)
    np.testing.assert_allclose(result.points[1:, :, 0], 0.8 * x[1:] + 0.2 * z[1:], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("rule", [BFGS(), NonlinearCG(), BarzilaiBorwein(), ExactLineSearch(), DoG(), SGD()])
def test_turning_the_valley_turns_the_path(rule: Optimizer) -> None:
    angle = 0.7
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    start, lr = np.array([-3.0, 1.0]), 1.0 if rule.unit == "none" else 0.05
    plain = simulate(Ravine(kappa=5.0), [Run(rule, lr)], steps=5, start=start)
    turned = simulate(Ravine(kappa=5.0, rotation=angle), [Run(rule, lr)], steps=5, start=turn @ start)
    np.testing.assert_allclose(turned.positions[:, :, 0], plain.positions[:, :, 0] @ turn.T, rtol=1e-6, atol=1e-8)


def test_moving_the_surface_moves_the_path() -> None:
    runs = [Run(cls(), default_rate(Bowl(), cls())) for name, cls in registered("optimizer").items() if name in MOVABLE]
    here = simulate(Formula("(x^2 + 3*y^2)/2"), runs, steps=20, start=(1.013, 0.507))
    there = simulate(Formula("((x-0.5)^2 + 3*(y+0.25)^2)/2"), runs, steps=20, start=(1.513, 0.257))
    shift = np.array([0.5, -0.25])[:, None]
    np.testing.assert_allclose(there.positions - shift, here.positions, rtol=1e-6, atol=1e-8)


PULLED = {"AdamW", "ASGD", "DoG"}
"""Methods that know where the origin is: decay pulls to it, DoG's first guess is a share of the distance from it."""
MOVABLE = set(registered("optimizer")) - PULLED


@pytest.mark.parametrize(
    "name", ["Adam", "AMSGrad", "Adamax", "RMSprop", "Adagrad", "SignSGD", "Lion", "Rprop", "Newton"]
)
def test_scaling_the_loss_leaves_the_path_of_rules_that_divide_by_its_size(name: str) -> None:
    cls = registered("optimizer")[name]
    small = {"eps": 1e-30} if "eps" in hypers(cls) else {}
    run = Run(cls(**small), 0.05)
    plain = simulate(Formula("(x^2 + 3*y^2)/2"), [run], steps=20, start=(1.0, 0.5))
    scaled = simulate(Formula("1024*(x^2 + 3*y^2)/2"), [run], steps=20, start=(1.0, 0.5))
    np.testing.assert_allclose(scaled.positions, plain.positions, rtol=1e-9, atol=1e-12)
