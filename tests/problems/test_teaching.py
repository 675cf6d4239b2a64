"""What the summaries promise, seen in runs: each surface teaches what it says about the learning rate."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from lrviz import Result, Run, simulate
from lrviz.catalog import Array
from lrviz.optimizers import SGD, Adam, Momentum, Newton, Optimizer
from lrviz.problems import (
    AbsoluteValue,
    Bohachevsky,
    Booth,
    Bowl,
    Bukin6,
    Cliff,
    Cliff1D,
    CrossInTray,
    DixonPrice,
    DoubleWell,
    Easom,
    FlatSharp,
    GoldsteinPrice,
    Griewank,
    Himmelblau,
    L1Kink,
    Levy,
    Matyas,
    McCormick,
    MonkeySaddle,
    Plateau,
    Problem,
    Product,
    Quadratic1D,
    Quartic1D,
    QuarticValley,
    Rastrigin,
    Ravine,
    Ripples,
    Ripples1D,
    Saddle,
    SigmoidNeuron,
    SixHumpCamel,
    StyblinskiTang,
    ThreeHumpCamel,
    UnboundedMonkeySaddle,
    UnboundedSaddle,
)
from lrviz.scenes.defaults import default_rate
from lrviz.schedules import InverseTime
from tests.problems.drawing import CLASSES


def rates(
    problem: Problem,
    lrs: Sequence[float] | Array,
    steps: int,
    rule: Optimizer | None = None,
    start: Sequence[float] | Array | None = None,
) -> Result:
    return simulate(problem, [Run(rule or SGD(), float(lr)) for lr in lrs], steps=steps, start=start)


def largest_curvature(problem: Problem, w: Array) -> float:
    return float(np.linalg.eigvalsh(problem.hessian(w)).max())


def minimum_reached(result: Result) -> list[int]:
    """Return the index of the nearest stated minimum for each run, -1 where none is near."""
    away = np.linalg.norm(result.final[:, :, None] - result.problem.minima[:, None, :], axis=0)
    return [int(row.argmin()) if row.min() < 0.05 else -1 for row in away]


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_the_first_picture_shows_runs_that_move_and_live(cls: type[Problem]) -> None:
    problem = cls()
    rules: tuple[Optimizer, ...] = (SGD(), Momentum(), Adam())
    result = simulate(problem, [Run(rule, default_rate(problem, rule)) for rule in rules], steps=200)
    width = min(high - low for low, high in problem.domain)
    way = np.nansum(np.linalg.norm(np.diff(result.positions, axis=0), axis=1), axis=0)
    assert (way > 0.02 * width).all()
    if problem.stops is None:
        assert (result.diverged_at == -1).all()
        assert result.best_loss.min() < result.loss[0, 0]


# Quadratics: the theory is exact.


@pytest.mark.parametrize(
    ("problem", "limit"),
    [
        (Quadratic1D(a=3.0), 1 / 3),
        (Bowl(), 2.0),
        (Ravine(kappa=50.0, rotation=0.7), 0.04),
        (Matyas(), 2.0),
        (Booth(), 1 / 9),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_quadratics_converge_exactly_below_two_over_the_largest_curvature(problem: Problem, limit: float) -> None:
    assert 2 / largest_curvature(problem, np.array(problem.start)) == pytest.approx(limit)
    below, above = rates(problem, [0.98 * limit, 1.02 * limit], 3000).final_loss
    assert below < 1e-12
    assert not above < 1e12


def test_bowl_takes_one_step_at_one_and_circles_at_two() -> None:
    result = rates(Bowl(), [1.0, 2.0], 50)
    assert np.abs(result.positions[1, :, 0]).max() <= 1e-15
    assert np.array_equal(result.positions[50, :, 1], result.positions[0, :, 1])


def test_booth_is_fastest_at_a_tenth() -> None:
    lrs = np.linspace(0.05, 0.11, 13)
    assert lrs[rates(Booth(), lrs, 40).final_loss.argmin()] == pytest.approx(0.1)


# Curves.


def test_double_well_small_rates_stay_larger_ones_escape() -> None:
    lrs = np.concatenate([np.linspace(0.02, 0.40, 20), np.linspace(0.45, 0.80, 20)])
    left = rates(DoubleWell(), lrs, 400).final[0] < 0
    assert left.tolist() == [False] * 20 + [True] * 20
    (top,) = (w.real for w in np.roots([1, 0, -1, 0.1]) if abs(w) < 0.5)  # the barrier
    crossing = float((1.8 - top) / DoubleWell().grad(np.array([1.8]))[0])
    assert 0.40 < crossing < 0.45, "escaping is crossing the barrier in the first step"
    near = rates(DoubleWell(), [0.99 * crossing, 1.02 * crossing], 1).positions[1, 0]
    assert near[0] > top > near[1]
    assert rates(DoubleWell(), [0.02, 0.05, 0.1], 400, Momentum()).final[0].max() < -1.04
    assert minimum_reached(rates(DoubleWell(tilt=0.4), [0.05], 2000)) == [0], "above 0.385 there is no right well"


@pytest.mark.parametrize("problem", [Quartic1D(), QuarticValley()], ids=lambda problem: problem.name)
def test_a_floor_without_curvature_is_approached_like_one_over_the_root_of_the_steps(problem: Problem) -> None:
    result = rates(problem, [0.01, 0.1], 5_000)
    predicted = 1 / np.sqrt(2 * np.array([0.01, 0.1]) * 5_000)
    np.testing.assert_allclose(result.final[0], predicted, rtol=0.02)


def test_a_plateau_on_both_sides() -> None:
    slow, good, over = rates(Plateau(), [0.5, 20.0, 100.0], 50).final[0]
    limit = 2 / largest_curvature(Plateau(), Plateau().minima[:, 0])
    assert limit == pytest.approx(39.06, abs=0.01)
    assert slow < -2
    assert good == pytest.approx(np.log(4), abs=1e-6)
    assert over > 8


# Kinks and cliffs.


@pytest.mark.parametrize("problem", [AbsoluteValue(), L1Kink()], ids=lambda problem: problem.name)
def test_on_a_kink_a_constant_rate_bounces_and_a_decaying_one_arrives(problem: Problem) -> None:
    runs = [Run(SGD(), 0.11), Run(SGD(), 0.11, InverseTime(decay=0.02))]
    result = simulate(problem, runs, steps=5_000)
    tail = result.loss[-100:].max(axis=0)
    assert tail[0] > 0.05
    assert tail[1] < 0.05 * tail[0]


@pytest.mark.parametrize("problem", [Cliff(), Cliff1D()], ids=lambda problem: problem.name)
def test_a_step_on_the_face_of_the_cliff_throws_the_run_out_of_the_picture(problem: Problem) -> None:
    small, thrown = np.abs(rates(problem, [0.5, 5.0], 100).positions[:, 0]).max(axis=0)
    assert small == pytest.approx(problem.start[0])
    assert thrown > 3 * problem.domain[0][1]


def test_bukin_throws_every_constant_rate_off_its_ridge() -> None:
    result = rates(Bukin6(), np.geomspace(1e-4, 0.1, 7), 3000)
    assert (result.loss[-1000:].max(axis=0) > 50).all()


def test_ridges_of_the_cross_hold_a_run_in_its_hollow_unless_it_leaps() -> None:
    result = rates(CrossInTray(), [0.1, 0.5, 2.0, 5.0, 20.0, 50.0], 300)
    stays = (np.abs(result.positions - 1.5 * np.pi) < np.pi / 2 + 1e-9).all(axis=(0, 1))
    assert stays.tolist() == [True] * 4 + [False] * 2


# Saddles.


@pytest.mark.parametrize("lr", [0.02, 0.1, 0.3])
@pytest.mark.parametrize("off", [1e-1, 1e-3, 1e-9])
def test_the_wait_at_a_saddle_is_the_logarithm_of_the_distance(lr: float, off: float) -> None:
    result = rates(UnboundedSaddle(), [lr], 600, start=(-1.6, off))
    escaped = int(np.argmax(np.abs(result.positions[:, 1, 0]) >= 1))
    assert escaped == int(np.ceil(np.log(1 / off) / np.log(1 + 2 * lr)))


def test_the_bounded_saddle_is_the_same_wait_with_an_ending() -> None:
    result = rates(Saddle(), [0.05, 0.1, 0.2], 600)
    waits = np.argmax(np.abs(result.positions[:, 1]) > 0.5, axis=0)
    assert waits[0] / waits[1] == pytest.approx(np.log(1.1) / np.log(1.05), rel=0.05)
    np.testing.assert_allclose(np.abs(result.final[1]), 1)


def test_newton_halves_its_distance_to_the_monkey_saddle_and_stays() -> None:
    start = np.array(UnboundedMonkeySaddle().start)
    newton = rates(UnboundedMonkeySaddle(), [1.0], 30, Newton())
    halved = start[None, :] / 2.0 ** np.arange(20)[:, None]
    np.testing.assert_allclose(newton.positions[:20, :, 0], halved, rtol=1e-6)
    assert not rates(UnboundedMonkeySaddle(), [0.05], 300).best_loss[0] > -1, "plain descent gets past it"


def test_the_monkey_saddle_is_a_fork_with_three_ways() -> None:
    plain = minimum_reached(rates(MonkeySaddle(), [0.05, 0.1, 0.2, 0.25], 1500))
    rolling = minimum_reached(rates(MonkeySaddle(), [0.03, 0.07, 0.1], 1500, Momentum()))
    assert plain == [1, 1, 0, 0]
    assert rolling == [0, 1, 2]


def test_a_run_on_an_unbounded_surface_ends_where_it_passes_the_stops() -> None:
    for problem, rule, lr in (
        (UnboundedSaddle(), SGD(), 0.1),
        (UnboundedMonkeySaddle(), SGD(), 0.1),
        (McCormick(), Momentum(), 0.1),
    ):
        assert problem.stops is not None
        result = rates(problem, [lr], 400, rule)
        (end,) = result.diverged_at
        assert 0 < end < 400
        w = result.positions[:end, :, 0]
        low, high = np.array(problem.stops).T
        inside = ((low <= w) & (w <= high)).all(axis=1)
        assert (inside | (problem.loss(w.T) >= problem.brink)).all()
        assert result.landed[-1, 0] < problem.brink


# Networks of two weights.


def test_the_catapult() -> None:
    lrs = np.array([0.28, 0.30, 0.35, 0.45, 0.55, 0.60])
    first = float(np.square(Product().start).sum())  # the sharpness x² + y²
    np.testing.assert_allclose(lrs * first, [1.95, 2.09, 2.44, 3.13, 3.83, 4.18], atol=0.005)
    result = rates(Product(), lrs, 400)
    ends = np.square(result.final).sum(axis=0)
    np.testing.assert_allclose(ends[:5], [6.77, 6.36, 4.32, 2.00, 2.10], atol=0.01)
    assert (ends[:5] * lrs[:5] < 2).all(), "stable where it settles"
    peaks = result.loss[:, :5].max(axis=0)
    np.testing.assert_allclose(peaks, [0.01445, 0.0259, 0.503, 2.22, 4.25], rtol=0.01)
    assert result.diverged_at.tolist()[:5] == [-1] * 5
    assert result.diverged_at[5] > 0


def test_a_saturated_neuron_waits_in_inverse_proportion_to_the_rate() -> None:
    result = rates(SigmoidNeuron(), [0.1, 1.0, 10.0], 3000)
    waits = np.argmax(result.loss < 0.1, axis=0)
    assert waits[0] > 2000
    assert waits[1] == pytest.approx(waits[0] / 10, rel=0.02)
    assert 0 < waits[2] < 50


# Many minima.


def test_no_rate_above_its_limit_stays_in_the_sharp_minimum() -> None:
    problem = FlatSharp()
    sharp = problem.minima[:, 0]
    flat = np.array([-1.4392866614089255, 0.0])
    limits = [2 / largest_curvature(problem, w) for w in (sharp, flat)]
    assert limits == pytest.approx([0.0647, 2.0238], abs=1e-4)
    lrs = np.array([0.5, 0.98, 1.03, 2, 5, 10, 20]) * limits[0]
    near_sharp = rates(problem, lrs, 1500, start=sharp + 0.01).final
    stayed = np.linalg.norm(near_sharp - sharp[:, None], axis=0) < 1e-6
    assert stayed.tolist() == [True, True, *[False] * 5]
    near_flat = rates(problem, [*lrs, 1.9, 0.98 * limits[1], 1.03 * limits[1]], 1500, start=flat + 0.01).final
    stayed = np.linalg.norm(near_flat - flat[:, None], axis=0) < 1e-6
    assert stayed.tolist() == [True] * 9 + [False]


def test_from_the_sharp_side_a_small_rate_ends_sharp_and_a_high_one_flat() -> None:
    ends = rates(FlatSharp(), [0.02, 0.05, 0.5, 1.0], 600).final[0]
    np.testing.assert_allclose(ends, [1.4970, 1.4970, -1.4393, -1.4393], atol=1e-3)


@pytest.mark.parametrize(
    ("problem", "small", "long", "dent", "below"),
    [
        (Ripples(), (0.01, 0.05, 0.12), (0.2, 0.25, 0.3), 0.2577, 0.15),
        (Ripples1D(), (0.01, 0.05, 0.12), (0.3, 0.4, 0.5), 0.2785, 0.22),
        (Bohachevsky(), (0.005, 0.01, 0.03), (0.08, 0.1, 0.12), 3.518, 2.6),
        (Rastrigin(), (0.002, 0.003, 0.004), (0.011, 0.013, 0.017), 17.909, 17.0),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_small_steps_end_in_the_first_dent_and_long_ones_do_not_see_it(
    problem: Problem, small: Sequence[float], long: Sequence[float], dent: float, below: float
) -> None:
    np.testing.assert_allclose(rates(problem, small, 1000).final_loss, dent, rtol=1e-3)
    assert (rates(problem, long, 1000).best_loss < below).all()


def test_momentum_rolls_over_what_holds_plain_descent() -> None:
    table: tuple[tuple[Problem, Sequence[float], float, Sequence[float]], ...] = (
        (ThreeHumpCamel(), (0.005, 0.02, 0.05), 0.2986, (0.003, 0.01, 0.03)),
        (StyblinskiTang(), (0.003, 0.01, 0.025), -50.0589, (0.002, 0.004, 0.01)),
        (Levy(), (0.02, 0.05, 0.15), 3.3847, (0.01, 0.02, 0.06)),
    )
    for problem, plain, held, rolling in table:
        np.testing.assert_allclose(rates(problem, plain, 1500).final_loss, held, atol=1e-3)
        assert minimum_reached(rates(problem, rolling, 1500, Momentum())) == [0, 0, 0]
    assert minimum_reached(rates(ThreeHumpCamel(), [0.1], 1500)) == [0], "a large first step leaps the hump"
    assert minimum_reached(rates(StyblinskiTang(), [0.04], 1500)) == [0]


def test_with_momentum_the_rate_chooses_the_minimum() -> None:
    camel = minimum_reached(rates(SixHumpCamel(), [0.03, 0.05, 0.06], 500, Momentum()))
    assert camel == [0, -1, -1]
    himmelblau = minimum_reached(rates(Himmelblau(), [0.005, 0.01, 0.02], 800, Momentum()))
    assert len(set(himmelblau)) >= 2
    assert -1 not in himmelblau


def test_on_griewank_every_stable_rate_ends_in_the_trough_at_hand() -> None:
    result = rates(Griewank(), [0.05, 0.5, 1.0, 1.9, 2.2], 1500)
    np.testing.assert_allclose(result.final[:, :4], np.array([[3.140], [4.438]]) * np.ones(4), atol=1e-3)
    assert np.linalg.norm(result.final[:, 4] - [3.140, 4.438]) > 0.1


# Valleys.


def test_easom_a_rate_that_suits_the_hole_is_slow_and_a_larger_one_is_thrown_out() -> None:
    hole = 2 / largest_curvature(Easom(), Easom().minima[:, 0])
    assert hole == pytest.approx(2 / 3)
    result = rates(Easom(), [0.02, 0.5, 5.0], 1000)
    assert np.argmax(result.loss[:, 0] < -0.5) > 300
    np.testing.assert_allclose(result.final_loss, [-1, -1, 0], atol=1e-3)


def test_dixon_price_forks() -> None:
    waits = rates(DixonPrice(), [0.004, 0.02], 200).final_loss
    assert waits[0] > 0.6, "still at the saddle"
    assert waits[1] < 0.01
    assert minimum_reached(rates(DixonPrice(), [0.02, 0.05], 800)) == [0, 0]
    assert minimum_reached(rates(DixonPrice(), [0.004, 0.008], 800, Momentum())) == [1, 1]


def test_mccormick_does_not_hold_momentum() -> None:
    assert minimum_reached(rates(McCormick(), [0.05, 0.2, 0.45], 400)) == [0, 0, 0]
    assert (rates(McCormick(), [0.05, 0.1, 0.2], 400, Momentum()).diverged_at > 0).all()


def test_goldstein_price_wants_a_tiny_rate_or_normalised_steps() -> None:
    assert rates(GoldsteinPrice(), [5e-5, 2e-4], 500).diverged_at.tolist()[0] == -1
    assert rates(GoldsteinPrice(), [5e-5, 2e-4], 500).diverged_at[1] > 0
    assert (rates(GoldsteinPrice(), [0.05, 0.1, 1.0], 500, Adam()).final_loss < 31).all()
