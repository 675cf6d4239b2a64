"""What is called best: within the tolerance to the end, beside rates that do nearly as well; the same everywhere."""

import numpy as np
import pytest

import lrviz
from lrviz import Run, outcome_map, simulate, sweep
from lrviz.analysis.best import best_of, lasting, neighbours, settled_at, thrown
from lrviz.catalog import Array, registered, show_number
from lrviz.catalog.scales import spaced
from lrviz.optimizers import SGD, Adam, Momentum, Optimizer
from lrviz.problems import Beale, Bowl, Himmelblau, Problem, Ravine, Rosenbrock
from lrviz.scenes import Scene

CHANCE = np.random.default_rng(7)
PROBLEMS: list[Problem] = [Rosenbrock(), Beale(), Himmelblau(), Ravine()]
RULES = list(registered("optimizer"))


def judged(values: Array, settled: Array, score: Array, far: Array) -> int:
    """The definition once more, in plain words: the least bad of each one's worst neighbour, by itself where equal."""

    def key(i: int) -> tuple[float, float, float]:
        if not np.isfinite(score[i]):
            return (3.0, 0.0, 0.0)
        if far[i]:
            return (2.0, 0.0, float(score[i]))
        return (0.0, float(settled[i]), float(score[i])) if settled[i] >= 0 else (1.0, 0.0, float(score[i]))

    def beside(i: int) -> list[int]:
        near = [j for j in range(len(values)) if values[i] / 1.1 <= values[j] <= values[i] * 1.1]
        return [j for j in {*near, i, i - 1, i + 1} if 0 <= j < len(values)]

    return min(range(len(values)), key=lambda i: (max(key(j) for j in beside(i)), key(i)))


@pytest.mark.parametrize("seed", range(200))
def test_the_best_is_the_one_whose_worst_neighbour_is_least_bad(seed: int) -> None:
    chance = np.random.default_rng(seed)
    count = int(chance.integers(1, 40))
    values = np.sort(10 ** chance.uniform(-3, 0, count))
    score = np.where(chance.random(count) < 0.3, np.nan, chance.integers(0, 6, count) / 4)
    settled = np.where(np.isfinite(score) & (chance.random(count) < 0.5), chance.integers(0, 5, count), -1)
    far = np.isfinite(score) & (chance.random(count) < 0.1)
    found = best_of(values, settled, score, far)
    if not np.isfinite(score).any():
        assert found == (None, None)
        return
    assert found.robust is not None
    assert found.luckiest is not None
    expected = judged(values, settled, score, far)

    def outcome(i: int) -> tuple[bool, int, float]:
        return bool(far[i]), int(settled[i]), float(score[i])

    assert outcome(found.robust) == pytest.approx(outcome(expected), nan_ok=True)


def test_neighbours_are_the_next_ones_and_those_a_tenth_away() -> None:
    assert neighbours(np.array([1.0, 2.0, 4.0]), 1) == slice(0, 3)
    assert neighbours(np.array([1.0, 1.04, 1.08, 1.12, 1.5]), 0) == slice(0, 3)


def test_a_visit_is_no_stay_and_the_last_steps_prove_nothing() -> None:
    loss = np.ones((101, 4))
    loss[40:, 0] = 0.0
    loss[40:60, 1] = 0.0
    loss[98:, 2] = 0.0
    assert settled_at(loss, 0.5).tolist() == [40, -1, -1, -1]
    assert lasting(100) == 95
    assert thrown(np.array([12.0, 10.5]), np.array([2.0, 2.0]), np.array([1.0, 1.0])).tolist() == [True, False]


@pytest.mark.parametrize("seed", range(12))
def test_the_printed_rate_typed_gives_the_printed_result(seed: int) -> None:
    chance = np.random.default_rng(seed)
    problem, rule = PROBLEMS[seed % 4], registered("optimizer")[str(chance.choice(RULES))]()
    assert isinstance(rule, Optimizer)
    (found,) = sweep(problem, rule, steps=int(chance.integers(20, 150)))
    for one in {found.best, found.luckiest} - {None}:
        assert one is not None
        typed = float(show_number(float(found.rates[one])))
        assert len(show_number(typed)) <= 9
        alone = simulate(problem, [Run(rule, typed)], steps=found.steps)
        np.testing.assert_allclose(alone.final_loss[0], found.final_loss[one], rtol=1e-6, atol=1e-12)


def test_values_in_equal_ratios_have_few_digits_and_stay_apart() -> None:
    for scale, low, high in (("log", 1e-7, 10.0), ("log", 0.0123456, 0.7), ("memory", 0.0, 0.999), ("log", 1.0, 1.05)):
        for count in (1, 2, 7, 60, 400, 3000):
            values = spaced(scale, low, high, count)  # type: ignore[arg-type]
            assert len(values) == count
            assert (np.diff(values) > 0).all()
            assert values[0] == low
            assert count == 1 or values[-1] == high
            inner = values[1:-1].tolist()
            assert all(value == float(f"{value:.6g}") for value in inner) or count > 400 or high == 1.05


def test_sweep_map_knob_and_comparison_name_rates_that_are_equally_good() -> None:
    for problem, rule in ((Ravine(), SGD()), (Bowl(), SGD()), (Ravine(), Momentum()), (Rosenbrock(), Adam())):
        (found,) = sweep(problem, rule, steps=200)
        assert found.best_rate is not None
        scene = Scene(problem, (Run(rule, found.best_rate),), steps=200)
        family = lrviz.family(scene)
        assert family.best is not None
        table = lrviz.compare(problem, [rule], rates=120, steps=200, tolerances=(1e-4,), measure=False)
        area = outcome_map(problem, rule, "lr", "noise", size=(120, 2), y_range=(0.0, 1e-9), steps=200)
        assert area.best is not None
        rates = [found.best_rate, family.values[family.best], table.tuning[0].best_rate, area.x.values[area.best[0]]]
        result = simulate(problem, [Run(rule, float(rate)) for rate in rates if rate is not None], steps=200)
        assert result.loss.shape[1] == 4
        assert not thrown(result.loss.max(axis=0), result.loss[0], np.array(0.0)).any()
        steps = settled_at(result.loss, 1e-4 * result.loss[0, 0])
        if (steps < 0).all():
            assert result.final_loss.max() <= 2 * result.final_loss.min()
        else:
            assert steps.min() > 0
            assert steps.max() <= 1.5 * steps.min()


def test_a_lucky_hit_between_failures_is_not_the_best() -> None:
    (found,) = sweep(Rosenbrock(), Adam(), steps=200)
    assert found.best is not None
    assert found.luckiest is not None
    near = neighbours(found.rates, found.best)
    lucky = neighbours(found.rates, found.luckiest)
    assert np.nanmax(found.score[near]) <= np.nanmax(np.where(np.isnan(found.score[lucky]), np.inf, found.score[lucky]))
