"""The picture of a problem as numbers."""

import numpy as np
import pytest

from lrviz.catalog import registered
from lrviz.figures.scenery import Scale, scenery
from lrviz.problems import Bowl, Bukin6, Formula, Problem, Product, Rosenbrock


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
    assert (np.diff(heights) >= 0).all()


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


def pieces(below: np.ndarray[tuple[int, int], np.dtype[np.bool_]]) -> int:
    """Return into how many parts the places fall that touch, at a corner or a side."""
    left, count = {(int(i), int(j)) for i, j in zip(*np.nonzero(below), strict=True)}, 0
    while left:
        front, count = [left.pop()], count + 1
        while front:
            i, j = front.pop()
            near = {(i + a, j + b) for a in (-1, 0, 1) for b in (-1, 0, 1)} & left
            left -= near
            front.extend(near)
    return count


@pytest.mark.parametrize(
    ("valley", "valleys"),
    [(Rosenbrock(), 1), (Rosenbrock(b=1000.0), 1), (Bukin6(), 1), (Product(), 2)],
    ids=repr,
)
def test_a_valley_narrower_than_the_cells_of_the_grid_is_not_broken(valley: Problem, valleys: int) -> None:
    picture = scenery(valley)
    level = picture.lines[0]
    assert pieces(picture.scale(picture.loss) < level) > valleys
    assert pieces(picture.scale(picture.drawn) < level) == valleys


def test_the_floor_of_a_valley_is_the_only_place_that_is_drawn_lower(problem: Problem) -> None:
    picture = scenery(problem)
    assert (np.isnan(picture.drawn) == np.isnan(picture.loss)).all()
    assert not (picture.drawn > picture.loss).any()
    if problem.dimension == 1:
        return
    lower = np.argwhere(picture.drawn < picture.loss)
    (x, y), half = picture.axes, [(axis[1] - axis[0]) / 2 for axis in picture.axes]
    for i, j in lower[:: max(1, len(lower) // 40)]:
        reach = np.linspace(-1, 1, 5)
        across = problem.loss(np.stack([x[j] + half[0] * reach, np.full(5, y[i])]))
        along = problem.loss(np.stack([np.full(5, x[j]), y[i] + half[1] * reach]))
        near = np.concatenate([across, along])
        assert np.nanmin(np.abs(near - picture.drawn[i, j])) <= 1e-9 * (1 + np.nanmax(np.abs(near)))
