"""What every optimizer keeps: purity, batches that do not mix, finite answers."""

import copy

import numpy as np
import pytest

from lrviz import Run, simulate
from lrviz.catalog import Number, Whole, hypers, registered, stack
from lrviz.optimizers import Adam, Momentum, Optimizer
from lrviz.problems import Bowl, Problem, Quadratic1D, Ravine, Rosenbrock
from lrviz.scenes import default_rate
from lrviz.simulation.loop import Position

NAMES = list(registered("optimizer"))
every = pytest.mark.parametrize("name", NAMES)


def variants(name: str, count: int = 5) -> list[Optimizer]:
    """Return the optimizer with hyper-parameters drawn near their defaults, the default first."""
    rng = np.random.default_rng(len(name))
    cls = registered("optimizer")[name]
    made = [cls()]
    for _ in range(count - 1):
        fields = {}
        for field, spec in hypers(cls).items():
            default = getattr(made[0], field)
            if isinstance(spec, Number):
                fields[field] = float(np.clip(default * rng.uniform(0.9, 1.0), spec.low, spec.high))
            elif isinstance(spec, Whole):
                fields[field] = int(np.clip(default + rng.integers(-1, 2), spec.low, spec.high))
        made.append(cls(**fields))
    return made


def rule_family(name: str) -> str:
    return registered("optimizer")[name].family


@every
def test_a_rule_changes_nothing_in_place(name: str) -> None:
    rule = stack(variants(name))
    at = Position(Rosenbrock(), np.array([[-1.2, 0.3, 2.0, 0.1, -0.7], [1.0, 0.2, -1.0, 0.4, 0.6]]))
    at.lr = np.full(5, 1e-3)
    with np.errstate(all="ignore"):
        state = rule.init(at)
        for t in range(1, 5):
            g = at.grad()
            at.move_to(t, at.w, at.lr, None, None)
            before = copy.deepcopy((g, state, at.w, at.lr))
            move, following = rule.update(g, state, at)
            np.testing.assert_equal((g, state, at.w, at.lr), before)
            assert move.shape == (2, 5)
            assert set(following) >= set(rule.slots)
            assert all(value.shape[-1] == 5 for value in following.values())
            again, _ = rule.update(g, state, at)
            np.testing.assert_array_equal(again, move)
            state = following
            at.w = at.w - move


@every
def test_runs_do_not_mix(name: str) -> None:
    factors = zip(variants(name), (1, 0.5, 2, 50, 0.1), strict=True)
    runs = [Run(rule, default_rate(Rosenbrock(), rule) * factor) for rule, factor in factors]
    together = simulate(Rosenbrock(), runs, steps=40, noise=0.1, seed=3, keep="states")
    for i, run in enumerate(runs):
        alone = simulate(Rosenbrock(), [run], steps=40, noise=0.1, seed=3, keep="states")
        rtol = 1e-5 if "search" in rule_family(name) else 1e-9  # a search stops where rounding lets it
        np.testing.assert_allclose(together.positions[:, :, i], alone.positions[:, :, 0], rtol=rtol, atol=1e-9)
        np.testing.assert_allclose(together.lr[:, i], alone.lr[:, 0], rtol=rtol)
        assert together.diverged_at[i] == alone.diverged_at[0]
        assert together.evaluations[i] == alone.evaluations[0]
        assert together.states[i].keys() == alone.states[0].keys()


@every
def test_the_start_of_one_run_does_not_reach_another(name: str) -> None:
    rule = registered("optimizer")[name]()
    lr = default_rate(Rosenbrock(), rule)
    starts = np.array([[-1.2, 0.5, 1.7], [1.0, -0.5, 2.2]])
    together = simulate(Rosenbrock(), [Run(rule, lr)] * 3, steps=30, start=starts)
    for i in range(3):
        alone = simulate(Rosenbrock(), [Run(rule, lr)], steps=30, start=starts[:, i])
        rtol = 1e-5 if "search" in rule_family(name) else 1e-9
        np.testing.assert_allclose(together.positions[:, :, i], alone.positions[:, :, 0], rtol=rtol, atol=1e-9)


@every
@pytest.mark.parametrize("problem", [Bowl(), Quadratic1D()])
def test_where_the_slope_is_zero_it_stays_finite(name: str, problem: Problem) -> None:
    start = np.zeros(problem.dimension)
    result = simulate(problem, [Run(registered("optimizer")[name](), 0.1)], steps=5, start=start)
    assert result.diverged_at[0] == -1
    assert np.isfinite(result.positions).all()


@every
def test_kept_final_is_what_the_whole_path_ends_with(name: str) -> None:
    rule = registered("optimizer")[name]()
    runs = [Run(rule, default_rate(Rosenbrock(), rule) * factor) for factor in (1, 0.3, 1e4)]
    full = simulate(Rosenbrock(), runs, steps=60)
    final = simulate(Rosenbrock(), runs, steps=60, keep="final")
    for field in ("final", "final_loss", "best_loss", "diverged_at", "evaluations"):
        np.testing.assert_array_equal(getattr(final, field), getattr(full, field))
    np.testing.assert_array_equal(full.positions[-1], full.final)


@every
def test_slots_are_explained_and_named_as_they_are(name: str) -> None:
    rule = registered("optimizer")[name]()
    result = simulate(Bowl(), [Run(rule, 0.1)], steps=3, keep="states")
    assert set(rule.slot_help) == set(rule.slots) <= set(result.states[0])
    for value in result.states[0].values():
        assert value.shape[0] == 4
        assert value.ndim == 2


@every
def test_it_brings_the_bowl_below_a_thousandth_at_some_rate_of_its_slider(name: str) -> None:
    rule = registered("optimizer")[name]()
    steps = 30 if rule.unit == "none" and "search" in rule.family else 300
    result = simulate(Bowl(), [Run(rule, float(lr)) for lr in np.logspace(-6, 2, 33)], steps=steps, keep="final")
    assert np.nanmin(result.best_loss) < 1e-3


@every
def test_its_default_rate_is_worth_seeing(name: str) -> None:
    rule = registered("optimizer")[name]()
    for problem in (Bowl(), Ravine(), Rosenbrock()):
        result = simulate(problem, [Run(rule, default_rate(problem, rule))], steps=200)
        assert result.diverged_at[0] == -1
        assert result.best_loss[0] < result.loss[0, 0]


@every
def test_permuting_coordinates_permutes_the_path_on_the_bowl(name: str) -> None:
    rule = registered("optimizer")[name]()
    lr = default_rate(Bowl(), rule)
    a = simulate(Bowl(), [Run(rule, lr)], steps=50, start=(3.2, 2.4))
    b = simulate(Bowl(), [Run(rule, lr)], steps=50, start=(2.4, 3.2))
    np.testing.assert_allclose(a.positions, b.positions[:, ::-1], rtol=1e-9, atol=1e-9)


def test_a_cycled_momentum_takes_the_place_of_the_optimizers_own() -> None:
    at = Position(Bowl(), np.ones((2, 3)))
    at.move_to(1, at.w, np.full(3, 0.1), np.array([0.5, 0.6, 0.7]), None)
    for rule, slot in ((Momentum(), "v"), (Adam(), "m")):
        state = {s: np.ones((2, 3)) for s in rule.slots}
        _, following = rule.update(np.zeros((2, 3)), state, at)
        np.testing.assert_allclose(following[slot], np.broadcast_to([0.5, 0.6, 0.7], (2, 3)))
