"""What every optimizer keeps: purity, batches that do not mix, finite answers."""

import copy
from fractions import Fraction

import numpy as np
import pytest

from lrviz import Run, simulate
from lrviz.catalog import Array, Number, Whole, hypers, registered, stack
from lrviz.optimizers import Adam, Adan, CenteredRMSprop, Momentum, Optimizer
from lrviz.optimizers.means import lerp
from lrviz.optimizers.moments import Moments
from lrviz.problems import Bowl, Problem, Quadratic1D, Ravine, Rosenbrock
from lrviz.scenes import default_rate
from lrviz.schedules import Curve, OneCycle, Schedule
from lrviz.simulation.loop import Position

NAMES = list(registered("optimizer"))
every = pytest.mark.parametrize("name", NAMES)
MOMENTS = [cls for cls in registered("optimizer").values() if issubclass(cls, Moments)]
WITHOUT_MEMORY = [*((cls(b1=0.0), "m") for cls in [*MOMENTS, Adan]), (CenteredRMSprop(alpha=0.0), "mean")]


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


@every
def test_a_schedule_that_cycles_the_momentum_cycles_what_the_rule_says_and_nothing_else(name: str) -> None:
    cls = registered("optimizer")[name]
    lr = default_rate(Rosenbrock(), cls())
    cycled = OneCycle(low=0.3, high=0.3)
    factors = cycled.factor(np.arange(30.0)[:, None], np.array(30.0))[:, 0]
    plain = Curve(function=factors.tolist().__getitem__)

    def path(rule: Optimizer, schedule: Schedule) -> Array:
        return simulate(Rosenbrock(), [Run(rule, lr, schedule)], steps=30).positions

    if cls.cycled:
        expected = path(cls(**{cls.cycled: 0.3}), plain)
        assert np.abs(path(cls(), plain) - expected).max() > 1e-6
    else:
        expected = path(cls(), plain)
    np.testing.assert_allclose(path(cls(), cycled), expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("share", [0.0, 1e-9, 0.001, 0.3, 0.5, 0.50001, 0.9, 1.0])
def test_a_mean_moves_by_the_share_to_a_rounding_whatever_it_comes_from(share: float) -> None:
    rng = np.random.default_rng(4)
    old, new = rng.standard_normal((2, 200)) * 10.0 ** rng.integers(-17, 18, (2, 200))
    for shares in (share, np.full(200, share), np.where(np.arange(200) % 2, share, 1 - share)):
        exact = [
            Fraction(a) + Fraction(s) * (Fraction(b) - Fraction(a))
            for a, b, s in zip(old, new, np.broadcast_to(shares, 200).tolist(), strict=True)
        ]
        size = np.maximum(np.abs(old) * (1 - shares), np.abs(new) * shares)
        gap = [abs(float(Fraction(ours) - true)) for ours, true in zip(lerp(old, new, shares), exact, strict=True)]
        assert (np.array(gap) <= 8e-16 * size).all()


@pytest.mark.parametrize(("rule", "slot"), WITHOUT_MEMORY)
def test_a_rule_without_memory_takes_a_small_gradient_after_a_large_one_for_what_it_is(
    rule: Optimizer, slot: str
) -> None:
    at = Position(Bowl(), np.ones((2, 1)))
    at.lr = np.array([0.1])
    state = rule.init(at)
    for t, g in enumerate((1e17, 1.0), start=1):
        at.move_to(t, at.w, at.lr, None, None)
        _, state = rule.update(np.full((2, 1), g), state, at)
    np.testing.assert_array_equal(state[slot], 1.0)
