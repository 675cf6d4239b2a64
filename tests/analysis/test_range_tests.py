"""The range test: fastai's and Lightning's rules as in their sources, and their suggestions beside the truth."""

from concurrent.futures import CancelledError

import numpy as np
import pytest

from lrviz.analysis import range_test, sweep
from lrviz.analysis.suggestions import RULES, minimum, smoothed, steep
from lrviz.catalog import registered
from lrviz.optimizers import SGD, Adam
from lrviz.problems import Bowl, DoubleWell, Formula, Ravine, Rosenbrock, StyblinskiTang

RATES = np.geomspace(1e-7, 10, 85)


def test_steep_and_minimum_on_a_curve_that_is_known() -> None:
    losses = -np.tanh(2 * np.log10(RATES / 1e-3)) + np.maximum(RATES - 1, 0)
    assert steep(RATES, losses) == pytest.approx(1e-3, rel=0.3)
    assert minimum(RATES, losses) == RATES[np.argmin(losses)] / 10


def test_smoothing_is_a_corrected_running_mean() -> None:
    np.testing.assert_allclose(smoothed(np.full(50, 3.0), 0.98), 3.0)
    loss = np.array([4.0, 2.0])
    np.testing.assert_allclose(smoothed(loss, 0.98), [4.0, (0.98 * 4 + 2) * 0.02 / (1 - 0.98**2)])


def test_the_rate_rises_by_the_same_factor_and_the_run_obeys_it() -> None:
    found = range_test(Bowl(), SGD(), low=1e-4, high=1.0, steps=40)
    np.testing.assert_allclose(found.rates, 1e-4 * 1e4 ** (np.arange(40) / 40))
    shrunk = np.cumprod(np.concatenate([[1.0], (1 - found.rates[:-1])]))
    np.testing.assert_allclose(found.loss, 8.0 * shrunk**2, rtol=1e-9)
    assert not found.stopped


def test_the_test_ends_where_the_loss_is_four_times_its_least() -> None:
    found = range_test(Ravine(), SGD(), low=1e-3, high=100.0)
    assert found.stopped
    assert found.smooth[-1] > 4 * found.smooth.min() or not np.isfinite(found.smooth[-1])
    assert (found.smooth[:-1] <= 4 * np.minimum.accumulate(found.smooth[:-1])).all()


def test_a_loss_below_zero_is_measured_from_its_lowest_value() -> None:
    found = range_test(DoubleWell(), SGD(), low=1e-4, high=0.3)
    assert found.loss.min() < 0
    assert len(found.rates) == 100


@pytest.mark.parametrize(
    ("text", "shift"),
    [("(x-0.3)^2 + 4*(y+0.2)^2", 0.0), ("(x-0.3)^2 + 4*(y+0.2)^2", -50.0), ("x+y^2", 0.0), ("exp(x)+y^2", -5.0)],
)
def test_where_the_test_ends_depends_neither_on_an_offset_nor_on_a_scale(text: str, shift: float) -> None:
    plain = range_test(Formula(text), SGD(), low=1e-4, high=30.0)
    assert plain.stopped
    moved = range_test(Formula(f"{text} + ({shift})"), SGD(), low=1e-4, high=30.0)
    assert len(moved.rates) == len(plain.rates)
    scaled = range_test(Formula(f"1000*({text} + ({shift}))"), SGD(), low=1e-7, high=0.03)
    assert len(scaled.rates) == len(plain.rates)


def test_from_the_minimum_the_test_goes_on_until_the_rate_is_too_high() -> None:
    problem = StyblinskiTang()
    found = range_test(problem, SGD(), low=1e-7, high=10.0, start=problem.minima[:, 0])
    highest = np.linalg.eigvalsh(problem.hessian(problem.minima[:, 0])).max()
    assert found.rates[-1] > 2 / highest


def test_a_loss_that_falls_for_ever_never_blows_up() -> None:
    found = range_test(Formula("x + y"), SGD(), low=1e-4, high=10.0)
    assert not found.stopped
    assert len(found.rates) == 100
    assert found.loss[-1] < found.loss[0] - 50


def test_suggestions_are_compared_with_the_truth() -> None:
    found = range_test(Ravine(), SGD())
    best = found.truth.best_rate
    assert 2 / 11 / 1.15 <= best <= 2 / 11  # a tenth more is the best by itself, and beyond it is the edge
    by_rule = {suggestion.rule: suggestion for suggestion in found.suggestions}
    assert list(by_rule) == list(RULES)
    for suggestion in found.suggestions:
        assert suggestion.rate is not None
        assert suggestion.off == pytest.approx(suggestion.rate / best)
    assert by_rule["steep"].off is not None
    assert 0.5 < by_rule["steep"].off < 2
    assert "within" in by_rule["steep"].sentence
    assert "diverges" in by_rule["minimum"].sentence, "a tenth of the rate with the lowest smoothed loss is above 2/λ"
    assert by_rule["valley"].off is not None
    assert by_rule["valley"].off < 0.05
    assert "below the best" in by_rule["valley"].sentence
    assert "linear axis" in by_rule["lightning"].sentence


def test_the_rules_disagree_by_decades_on_a_smooth_loss() -> None:
    for problem, rule in ((Ravine(), SGD()), (Rosenbrock(), Adam())):
        rates = [suggestion.rate or 1.0 for suggestion in range_test(problem, rule).suggestions]
        assert max(rates) / min(rates) > 1e4


def test_noise_misleads_and_by_how_much_is_said() -> None:
    found = range_test(Bowl(), SGD(), noise=1.0, repeats=12)
    steepest = next(s for s in found.suggestions if s.rule == "steep")
    assert len(steepest.repeats) == 12
    assert steepest.repeats[0] == steepest.rate
    assert max(steepest.repeats) / min(steepest.repeats) > 2
    assert "With other noise it suggests between" in steepest.sentence
    again = range_test(Bowl(), SGD(), noise=1.0, repeats=12)
    assert [s.repeats for s in again.suggestions] == [s.repeats for s in found.suggestions]


def test_a_sweep_that_exists_is_used() -> None:
    (truth,) = sweep(Bowl(), SGD(), rates=(0.5, 1.0, 1.5))
    assert range_test(Bowl(), SGD(), truth=truth).truth is truth


def test_a_test_that_ends_at_once_suggests_nothing() -> None:
    found = range_test(Bowl(), SGD(), low=10.0, high=1e3, steps=20)
    assert found.stopped
    assert all(s.rate is None and "too early" in s.sentence for s in found.suggestions)


def test_the_rising_rate_is_no_schedule_of_the_catalog() -> None:
    assert "Rising" not in registered("schedule")


def test_errors_name_the_argument() -> None:
    with pytest.raises(ValueError, match=r"low must be below high, got 1\.0 and 0\.1"):
        range_test(Bowl(), SGD(), low=1.0, high=0.1)
    with pytest.raises(ValueError, match=r"steps must be in \[10, 10000\], got 3"):
        range_test(Bowl(), SGD(), steps=3)
    with pytest.raises(ValueError, match=r"stop must be in \[1, 1000000\], got 0"):
        range_test(Bowl(), SGD(), stop=0.0)


def test_repetitions_tell_their_progress_and_can_be_cancelled() -> None:
    told: list[float] = []
    (truth,) = sweep(Ravine(), SGD(), rates=RATES)
    range_test(Ravine(), SGD(), noise=0.1, repeats=4, truth=truth, progress=told.append)
    assert told == [0.25, 0.5, 0.75, 1.0]
    told.clear()
    range_test(Ravine(), SGD(), noise=0.1, progress=told.append)
    assert told[0] == 0.5
    assert (told == sorted(told), told[-1]) == (True, 1.0)
    for last in (0, 2, 6):
        asked = iter(range(1000))
        with pytest.raises(CancelledError):
            range_test(
                Ravine(), SGD(), noise=0.1, repeats=4, cancelled=lambda asked=asked, last=last: next(asked) >= last
            )
