"""The picture of a problem as numbers."""

import numpy as np
import pytest

from lrviz.catalog import registered
from lrviz.figures.scenery import Scale, scenery
from lrviz.problems import Bowl, Formula, Problem, Rosenbrock


@pytest.fixture(params=registered("problem"))
def problem(request: pytest.FixtureRequest) -> Problem:
    made: Problem = registered("problem")[request.param]()  # type: ignore[assignment]
    return made


def test_the_grid_holds_the_loss_at_its_own_axes(problem: Problem) -> None:
    picture = scenery(problem)
    index = tuple(len(axis) // 3 for axis in picture.axes)
    w = np.array([axis[i] for axis, i in zip(picture.axes, index, strict=True)])
    expected = float(problem.loss(w))
    assert picture.loss[index[::-1]] == pytest.approx(expected, rel=1e-12, nan_ok=True)
    for axis, (low, high) in zip(picture.axes, problem.domain, strict=True):
        assert axis[0] < low < high < axis[-1]


def test_the_scale_rises_with_the_loss_and_shows_the_lowest_one(problem: Problem) -> None:
    picture = scenery(problem)
    loss = np.sort(picture.loss[np.isfinite(picture.loss)])
    heights = picture.scale(loss)
    assert np.isfinite(heights).all()
    assert (np.diff(heights) >= -1e-12 * np.ptp(heights)).all()


def test_the_scale_spends_its_range_on_what_there_is_to_see(problem: Problem) -> None:
    picture = scenery(problem)
    heights = picture.scale(picture.loss[np.isfinite(picture.loss)])
    middle = (np.median(heights) - heights.min()) / (heights.max() - heights.min())
    assert 0.03 < middle <= 1.0


def test_ticks_and_lines_lie_within_the_heights(problem: Problem) -> None:
    picture = scenery(problem)
    heights = picture.scale(picture.loss[np.isfinite(picture.loss)])
    assert 1 <= len(picture.ticks) <= 8
    for tick in picture.ticks:
        assert heights.min() - 1 <= tick.at <= heights.max() + 1
    first, last, size = picture.lines
    assert 8 <= (last - first) / size <= 32


def test_the_scale_is_logarithmic_where_a_linear_one_shows_only_the_walls() -> None:
    assert scenery(Rosenbrock()).scale.log
    assert not scenery(Bowl()).scale.log


def test_a_logarithmic_scale_is_zero_offset_above_the_floor() -> None:
    scale = Scale(True, floor=-1.0, offset=0.01)
    assert scale(np.array([-1.0, -0.99, 99.0])) == pytest.approx([-2.0, np.log10(0.02), np.log10(100.01)])


@pytest.mark.parametrize("text", ["log(x) + log(y)", "sqrt(x + y)", "exp(40*x + 40*y)", "0*x"])
def test_a_formula_that_is_not_finite_everywhere_still_gives_a_picture(text: str) -> None:
    picture = scenery(Formula(text))
    assert not np.isinf(picture.loss).any()
    assert all(np.isfinite(tick.at) for tick in picture.ticks)
    assert all(np.isfinite(picture.lines))


@pytest.mark.parametrize(
    "text", ["sin(x)/x + y^2", "sin(x)*sin(y)/(x*y)", "(x^2 + y^2)/(abs(x) + abs(y))", "x*log(abs(x)) + y"]
)
def test_a_point_or_a_line_without_a_value_is_that_of_its_neighbourhood(text: str) -> None:
    problem = Formula(text)
    picture = scenery(problem)
    assert not np.isfinite(problem.loss(np.zeros(2)))
    assert np.isfinite(picture.loss).all()
    fine = np.isfinite(problem.loss(np.stack(np.meshgrid(*picture.axes))))
    assert np.ptp(picture.loss) <= 1.01 * np.ptp(picture.loss[fine])


@pytest.mark.parametrize(("text", "share"), [("log(x) + y^2", 0.5), ("1/x + y^2", 1 / 297), ("sqrt(x*y)", 0.5)])
def test_a_half_plane_and_a_pole_are_left_out(text: str, share: float) -> None:
    picture = scenery(Formula(text))
    assert np.isnan(picture.loss).mean() == pytest.approx(share, abs=0.01)
