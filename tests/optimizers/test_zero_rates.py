"""Every optimizer under schedules whose factor is exactly 0 at the start, in the middle or at the end."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lrviz import Run, simulate
from lrviz.catalog import registered
from lrviz.optimizers import (
    ASGD,
    BFGS,
    SAM,
    SGD,
    Armijo,
    BarzilaiBorwein,
    ExactLineSearch,
    Hypergradient,
    Newton,
    NonlinearCG,
    Optimizer,
    Polyak,
    ScheduleFreeSGD,
)
from lrviz.problems import Bowl, Problem, Quadratic1D, Rosenbrock
from lrviz.scenes import default_rate
from lrviz.schedules import Triangular
from lrviz.simulation.result import Result

PROBLEMS = (Bowl(), Rosenbrock(), Quadratic1D())
LENGTHS_OF_THEIR_OWN = {"Rprop", "BarzilaiBorwein"}
"""Rules that after their first rate make their own, as PyTorch's Rprop does."""
STILL_AVERAGING = {"ASGD", "ScheduleFreeSGD", "ScheduleFreeAdamW", "DAdaptation"}
"""Rules whose mean goes on towards where it was going: of the points, or of steps with their old rates."""
every = pytest.mark.parametrize("name", list(registered("optimizer")))


def under(factors: list[float], problem: Problem, rule: Optimizer) -> Result:
    """Simulate a rule at its default rate times `factors`."""
    run = Run(rule, default_rate(problem, rule), factors.__getitem__)  # type: ignore[arg-type]
    return simulate(problem, [run], steps=len(factors), keep="states")


@every
@settings(max_examples=12, derandomize=True, deadline=None)
@given(
    st.integers(0, len(PROBLEMS) - 1),
    st.lists(st.tuples(st.sampled_from([0.0, 0.0, 1e-3, 0.3, 1.0]), st.integers(1, 8)), min_size=1, max_size=6),
)
def test_a_rate_of_0_anywhere_leaves_the_run_finite_and_where_it_is(
    name: str, which: int, pieces: list[tuple[float, int]]
) -> None:
    factors = [factor for factor, length in pieces for _ in range(length)]
    result = under(factors, PROBLEMS[which], registered("optimizer")[name]())
    assert result.diverged_at[0] == -1
    assert np.isfinite(result.positions).all()
    assert all(np.isfinite(value).all() for value in result.states[0].values())
    if name not in LENGTHS_OF_THEIR_OWN | STILL_AVERAGING:
        still = np.array(factors) == 0
        np.testing.assert_array_equal(result.positions[1:, :, 0][still], result.positions[:-1, :, 0][still])


@every
def test_the_multiplier_of_the_gradient_is_finite_at_a_rate_of_0(name: str) -> None:
    rule = registered("optimizer")[name]()
    result = under([0.0] * 3 + [1.0] * 5 + [0.0] * 3 + [0.5] * 5, Bowl(), rule)
    t = np.arange(1.0, 17)[:, None]
    states = {slot: value[1:] for slot, value in result.states[0].items()}
    if rule.effective(states, result.lr, t) is not None:
        assert np.isfinite(result.effective_lr).all()


@every
def test_without_any_rate_nothing_moves_but_a_rule_with_a_shortest_step(name: str) -> None:
    rule = registered("optimizer")[name]()
    result = under([0.0] * 12, Bowl(), rule)
    moved = np.abs(result.positions - result.positions[0]).max()
    assert moved <= (12 * rule.low * rule.grow**11 if name == "Rprop" else 0.0)
    assert result.final_loss[0] == pytest.approx(result.loss[0, 0], rel=1e-3)


@every
def test_a_run_goes_on_when_its_rate_returns(name: str) -> None:
    result = under([0.0] * 2 + [0.5] * 2 + [0.0] * 2 + [0.5] * 20, Rosenbrock(), registered("optimizer")[name]())
    moved = np.abs(np.diff(result.positions[:, :, 0], axis=0)).sum(axis=1)
    assert moved[6:].max() > 0
    assert result.loss[7:, 0].min() < result.loss[6, 0]


BEGINNERS = [
    ScheduleFreeSGD(), ScheduleFreeSGD(b1=0.5), BarzilaiBorwein(), BFGS(), NonlinearCG(), ExactLineSearch(), Armijo(),
    Hypergradient(), Polyak(), Newton(), SAM(), SGD(),
]  # fmt: skip


@pytest.mark.parametrize("rule", BEGINNERS)
def test_a_rule_that_begins_at_a_rate_of_0_begins_when_the_rate_does(rule: Optimizer) -> None:
    late, plain = under([0.0] * 4 + [1.0] * 20, Rosenbrock(), rule), under([1.0] * 20, Rosenbrock(), rule)
    np.testing.assert_array_equal(late.positions[4:], plain.positions)


def test_a_hypergradient_learns_nothing_of_a_rate_while_it_is_0() -> None:
    result = under([1.0] * 5 + [0.0] * 200 + [1.0] * 5, Rosenbrock(), Hypergradient())
    growth = result.states[0]["growth"][:, 0]
    np.testing.assert_array_equal(growth[6:206], growth[6])
    assert growth[206] == growth[6]
    assert growth[207] != growth[206]


def test_the_average_waits_for_the_first_weight_of_a_triangle_that_starts_at_0() -> None:
    run = Run(ScheduleFreeSGD(), 0.5, Triangular(floor=0.0, half=5))
    x = simulate(Bowl(), [run], steps=40).positions[:, :, 0]
    np.testing.assert_array_equal(x[1], x[0])
    assert np.linalg.norm(x[-1]) < 0.5 * np.linalg.norm(x[0])


def test_a_scheduled_asgd_takes_each_rate_one_update_late() -> None:
    rule = ASGD(lambd=0.1, alpha=0.75, t0=1000)
    factors = [0.25, 1.0, 0.5, 0.0, 0.0, 2.0, 1.0]
    result, lr = under(factors, Bowl(), rule), default_rate(Bowl(), rule)
    given = np.array([factors[0], *factors[:-1]]) * lr
    t = np.arange(len(factors))
    eta = np.where(t > 0, given / (1 + 0.1 * given * t) ** 0.75, given)
    np.testing.assert_allclose(result.points[1:, 0, 0] / result.points[:-1, 0, 0], 1 - eta * (1 + 0.1), rtol=1e-12)
