"""What every schedule keeps: it is pointwise, finite, and the same alone and in a batch."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lrviz import Run, simulate
from lrviz.catalog import Array, description, hypers, registered, stack
from lrviz.optimizers import SGD
from lrviz.problems import Bowl
from lrviz.schedules import (
    Constant,
    Cosine,
    OneCycle,
    Schedule,
    StepDecay,
    StepLR,
    TimeBased,
    WarmupStableDecay,
    with_warmup,
)

NAMES = list(registered("schedule"))
every = pytest.mark.parametrize("name", NAMES)
LENGTH = 240
ROUNDING = 2e-14
"""What two ways to the same factor may differ by: NumPy's functions err by up to 4 units in the last place."""
N = np.arange(LENGTH, dtype=np.float64)[:, None]


def factors(schedule: Schedule, n: Array = N, length: int = LENGTH) -> Array:
    return np.broadcast_to(schedule.factor(n, np.array(float(length))), (len(n), 1))[:, 0]


@every
def test_it_is_finite_and_not_negative(name: str) -> None:
    values = factors(registered("schedule")[name]())
    assert np.isfinite(values).all()
    assert (values >= 0).all()
    assert values.max() > 0


@every
def test_it_is_pointwise(name: str) -> None:
    schedule = registered("schedule")[name]()
    whole = factors(schedule)
    for chosen in (np.random.default_rng(0).permutation(LENGTH), np.array([LENGTH - 1]), np.array([0, 0, 7])):
        np.testing.assert_allclose(factors(schedule, N[chosen]), whole[chosen], rtol=ROUNDING)
    momentum = schedule.momentum(N, np.array(float(LENGTH)))
    if momentum is not None:
        some = schedule.momentum(N[50:60], np.array(float(LENGTH)))
        np.testing.assert_allclose(some, momentum[50:60], rtol=ROUNDING)


@every
@pytest.mark.parametrize("length", [1, 2, 3, 5000])
def test_it_is_finite_for_every_length(name: str, length: int) -> None:
    n = np.arange(length, dtype=np.float64)[:, None]
    values = factors(registered("schedule")[name](), n, length)
    assert np.isfinite(values).all()
    assert values.max() > 0


@every
def test_it_is_the_same_in_a_batch_with_warmup_or_without(name: str) -> None:
    cls = registered("schedule")[name]
    batch = stack([cls(), cls()])
    assert batch.factor(N, np.array(float(LENGTH))).shape[0] == LENGTH
    runs = [Run(SGD(), 0.1, cls(), warmup=w) for w in (0, 10, 30)]
    together = simulate(Bowl(), runs, steps=LENGTH).lr
    for i, run in enumerate(runs):
        np.testing.assert_allclose(together[:, i], simulate(Bowl(), [run], steps=LENGTH).lr[:, 0], rtol=ROUNDING)


@every
def test_behind_a_warmup_it_begins_at_its_own_start(name: str) -> None:
    schedule = registered("schedule")[name]()
    warm = with_warmup(schedule, np.array([40.0]), N, LENGTH)[:, 0]
    np.testing.assert_allclose(warm[:40], np.arange(1, 41) / 41, rtol=ROUNDING)
    np.testing.assert_allclose(warm[40:], factors(schedule, N[:200], 200), rtol=ROUNDING)


def test_the_worked_values_of_the_formulas() -> None:
    assert factors(TimeBased(decay=0.01), N[:4]) == pytest.approx([1, 1, 1 / 1.01, 1 / (1.01 * 1.02)])
    assert 0.1 * factors(TimeBased(decay=0.01))[119] < 1e-22
    assert factors(StepDecay(drop=0.5, every=10), N[8:11]) == pytest.approx([1, 0.5, 0.5], rel=ROUNDING)
    assert factors(StepLR(drop=0.5, every=10), N[8:11]) == pytest.approx([1, 1, 0.5], rel=ROUNDING)
    assert factors(Cosine(floor=0.2), np.array([[0.0], [120.0], [240.0]])) == pytest.approx([1, 0.6, 0.2])
    assert factors(OneCycle())[0] == pytest.approx(1 / 25)
    assert factors(OneCycle())[-1] == pytest.approx(1 / 25e4)
    assert set(factors(Constant())) == {1.0}


def test_a_simulation_uses_exactly_these_rates() -> None:
    result = simulate(Bowl(), [Run(SGD(), 0.3, Cosine(), warmup=5)], steps=50)
    expected = 0.3 * with_warmup(Cosine(), np.array([5.0]), N[:50], 50)[:, 0]
    np.testing.assert_allclose(result.lr[:, 0], expected, rtol=ROUNDING)
    moved = 1 - result.positions[1:, 0, 0] / result.positions[:-1, 0, 0]
    np.testing.assert_allclose(moved, expected, rtol=1e-9)


@settings(deadline=None, derandomize=True)
@given(st.integers(1, 40), st.floats(0.01, 0.99))
def test_one_cycle_ends_at_its_end_and_stays_within_its_bounds_however_short(length: int, rise: float) -> None:
    n = np.arange(length, dtype=np.float64)[:, None]
    values = factors(OneCycle(rise=rise), n, length)
    assert (values >= 1 / 25e4 * (1 - 1e-12)).all()
    assert (values <= 1.0).all()
    assert values[-1] == pytest.approx(1 / 25e4)


def test_one_cycle_names_the_rules_whose_b1_it_leaves_alone() -> None:
    text = description(OneCycle)
    kept = [cls.label for cls in registered("optimizer").values() if "b1" in hypers(cls) and not cls.cycled]
    assert kept
    assert [label for label in kept if label not in text] == []


@pytest.mark.parametrize("length", [2, 4, 5, 10, 50])
def test_one_cycle_begins_at_its_peak_where_the_rise_is_a_single_step(length: int) -> None:
    n = np.arange(length, dtype=np.float64)[:, None]
    schedule = OneCycle(rise=1 / length)
    assert factors(schedule, n, length)[0] == 1.0
    assert schedule.momentum(n, np.array(float(length)))[0, 0] == schedule.low


@settings(deadline=None, derandomize=True)
@given(st.integers(1, 40), st.floats(0, 0.5), st.floats(0.01, 0.5))
def test_a_trapezoid_reaches_the_full_rate_however_short(length: int, rise: float, fall: float) -> None:
    n = np.arange(length, dtype=np.float64)[:, None]
    values = factors(WarmupStableDecay(rise=rise, fall=fall), n, length)
    assert values.max() == 1.0
    assert (np.diff(values[values.argmax() :]) <= 0).all()
    assert values[-1] == (1.0 if length == 1 else 0.0)
