"""The local minima that the map marks."""

import numpy as np
import pytest

from lrviz.analysis.hollows import MOST, local_minima
from lrviz.catalog import Array, registered
from lrviz.figures.scenery import scenery
from lrviz.problems import DoubleWell, FlatSharp, Formula, Problem, Rastrigin, SixHumpCamel, StyblinskiTang
from tests.problems.drawing import varied

DRAWN = [problem for problem in varied() if problem.dimension <= 2]


def found(problem: Problem) -> Array:
    picture = scenery(problem)
    return local_minima(problem, picture.axes, picture.loss)


@pytest.mark.parametrize("problem", DRAWN, ids=repr)
def test_a_marked_point_is_a_minimum_and_not_a_known_one(problem: Problem) -> None:
    minima = found(problem)
    assert minima.shape[0] == problem.dimension
    assert minima.shape[1] <= MOST
    if not minima.size:
        return
    curvatures = np.linalg.eigvalsh(np.moveaxis(problem.hessian(minima), -1, 0))
    assert curvatures.min() > 0
    slopes = np.linalg.norm(problem.grad(minima), axis=0)
    assert (slopes <= 1e-8 * np.abs(curvatures).max(axis=1)).all()
    if problem.infimum is not None:
        assert problem.loss(minima).min() > problem.infimum
    turns = np.linspace(0, 2 * np.pi, 12) if problem.dimension == 2 else np.array([0.0, np.pi])
    circle = 1e-3 * np.stack([np.cos(turns), np.sin(turns)][: problem.dimension])
    assert (problem.loss(minima[:, :, None] + circle[:, None, :]) > problem.loss(minima)[:, None]).all()


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("ThreeHumpCamel", 2),
        ("SixHumpCamel", 4),
        ("StyblinskiTang", 3),
        ("Himmelblau", 0),
        ("GoldsteinPrice", 3),
        ("FlatSharp", 1),
        ("Ripples1D", 2),
        ("DoubleWell", 1),
        ("Rosenbrock", 0),
        ("AbsoluteValue", 0),
        ("Plateau", 0),
        ("Saddle", 0),
    ],
)
def test_as_many_as_the_literature_knows(name: str, count: int) -> None:
    assert found(registered("problem")[name]()).shape[1] == count


def test_where_they_lie() -> None:
    np.testing.assert_allclose(found(StyblinskiTang())[:, -1], [2.7468027709908, 2.7468027709908], rtol=1e-12)
    np.testing.assert_allclose(np.abs(found(SixHumpCamel())[:, 0]), [1.7036067147, 0.7960835677], rtol=1e-6)
    np.testing.assert_allclose(found(FlatSharp())[:, 0], [-1.44, 0], atol=0.01)


def test_they_follow_the_parameters() -> None:
    assert found(DoubleWell(tilt=0.0)).shape == (1, 0)
    assert found(DoubleWell(tilt=0.4)).shape == (1, 0)
    assert found(Rastrigin(depth=0.0)).shape == (2, 0)


def test_a_pattern_of_many_is_not_marked() -> None:
    assert found(Rastrigin()).shape == (2, 0)
    assert found(Formula("sin(100*x)*cos(80*y)")).shape == (2, 0)


def test_a_typed_formula_shows_its_minima_in_the_order_of_their_depth() -> None:
    wells = Formula("(x^2 - 1)^2 + y^2 + x/4")
    np.testing.assert_allclose(found(wells), [[0.97], [0]], atol=0.005)
    np.testing.assert_allclose(wells.minima, [[-1.03], [0]], atol=0.005)
    four = Formula("(x^2 - 1)^2 + (y^2 - 1)^2 + x/4 + y/8")
    losses = four.loss(found(four))
    assert losses.shape == (3,)
    assert (np.diff(losses) > 0).all()
    assert losses[0] > four.infimum
    assert found(Formula("sqrt(x) + 1/y", domain=((0, 1), (-1, 1)))).shape == (2, 0)
