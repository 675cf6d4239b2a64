"""Every stated minimum is one, there is no lower value, and none is left out."""

from __future__ import annotations

import numpy as np
import pytest

from lrviz.catalog import Array
from lrviz.problems import DoubleWell, FlatSharp, Formula, McCormick, Problem, Ripples, Surface
from tests.problems.drawing import CLASSES, grid, inside, shown, varied

PROBLEMS = [problem for problem in varied() if not isinstance(problem, Formula)]
every_problem = pytest.mark.parametrize("problem", PROBLEMS, ids=shown)
bounded_problem = pytest.mark.parametrize("problem", [p for p in PROBLEMS if p.infimum is not None], ids=shown)
unbounded_problem = pytest.mark.parametrize("problem", [c() for c in CLASSES if c().stops], ids=shown)


def tolerance(problem: Problem) -> float:
    """Return by how much a loss may differ from the infimum."""
    assert problem.infimum is not None
    return 1e-12 * max(1.0, abs(problem.infimum))


def hollows(problem: Problem, count: int) -> tuple[Array, Array]:
    """Return the hundred lowest points of a grid that are not above their neighbours, `(d, k)`, and the grid's step."""
    w = grid(problem, count)
    loss = np.pad(problem.loss(w), 1, constant_values=np.inf)
    middle = (slice(1, -1),) * problem.dimension
    low = np.ones((count,) * problem.dimension, dtype=bool)
    for axis in range(problem.dimension):
        for shift in (-1, 1):
            low &= loss[middle] <= np.roll(loss, shift, axis)[middle]
    points = w[:, low]
    order = np.argsort(problem.loss(points))[:100]
    return points[:, order], np.array([(b - a) / (count - 1) for a, b in problem.domain])[:, None]


def sunk(problem: Problem, w: Array, step: Array) -> Array:
    """Return where a pattern search from `w` ends: the best of the neighbours, else a step half as long."""
    offsets = np.stack(np.meshgrid(*[[-1.0, 0.0, 1.0]] * problem.dimension)).reshape(problem.dimension, -1)
    steps = np.broadcast_to(step, w.shape)
    for _ in range(140):
        around = w[:, None, :] + offsets[:, :, None] * steps[:, None, :]
        loss = problem.loss(around)  # of the middle too: another call may differ in the last place
        best = loss.argmin(axis=0)
        better = loss.min(axis=0) < loss[len(offsets[0]) // 2]
        w = np.where(better, np.take_along_axis(around, best[None, None, :], axis=1)[:, 0], w)
        steps = np.where(better, steps, steps / 2)
    return w


@bounded_problem
def test_stated_minima_are_stationary_at_the_infimum_and_curve_upwards(problem: Surface) -> None:
    minima = problem.minima
    assert minima.shape[0] == problem.dimension
    if minima.shape[1] == 0:
        return
    assert problem.infimum is not None
    assert np.abs(problem.loss(minima) - problem.infimum).max() <= tolerance(problem)
    hessian = np.moveaxis(problem.hessian(minima), -1, 0)
    curvatures = np.linalg.eigvalsh(hessian)
    rounding = 1e-15 * np.abs(curvatures).max() * max(1.0, np.abs(minima).max())
    assert np.linalg.norm(problem.grad(minima), axis=0).max() <= max(1e-13, rounding)
    assert curvatures.min() >= -1e-12 * np.abs(curvatures).max()


@bounded_problem
def test_minima_lie_in_the_picture_and_cannot_be_changed(problem: Surface) -> None:
    for (low, high), row in zip(problem.domain, problem.minima, strict=True):
        assert ((low < row) & (row < high)).all()
    if problem.minima.size:
        with pytest.raises(ValueError, match="read-only"):
            problem.minima[0, 0] = 7.0


@bounded_problem
def test_no_lower_value_in_the_picture_and_no_minimum_left_out(problem: Surface) -> None:
    assert problem.infimum is not None
    w = sunk(problem, *hollows(problem, 2001 if problem.dimension == 1 else 161))
    loss = problem.loss(w)
    assert loss.min() >= problem.infimum - tolerance(problem)
    if problem.minima.shape[1]:
        lowest = w[:, loss <= problem.infimum + 1e-9]
        away = np.linalg.norm(lowest[:, :, None] - problem.minima[:, None, :], axis=0).min(axis=1)
        assert (away <= 0.01 * min(b - a for a, b in problem.domain)).all()
        assert lowest.shape[1] >= problem.minima.shape[1] or shown(problem).startswith(("Rosenbrock", "Bukin6"))


@bounded_problem
def test_no_lower_value_farther_out_unless_a_stop_says_so(problem: Surface) -> None:
    assert problem.infimum is not None
    for wider in (3, 30, 1e3, 1e5):
        w = grid(problem, 61 if problem.dimension == 2 else 2001, wider)
        for (low, high), row in zip(problem.stops or (), w, strict=bool(problem.stops)):
            row[...] = np.clip(row, low, high)
        assert problem.loss(w).min() >= problem.infimum - tolerance(problem)


@unbounded_problem
def test_outside_of_the_stops_the_loss_falls_for_ever(problem: Surface) -> None:
    assert problem.stops is not None
    for (low, high), (first, last) in zip(problem.domain, problem.stops, strict=True):
        assert first <= low < high <= last
    lows = [float(np.nanmin(problem.loss(grid(problem, 201, wider)))) for wider in (1, 100, 1e3, 1e4)]
    assert lows[3] <= lows[2] <= lows[1] < lows[0] - 10


@every_problem
def test_the_start_lies_in_the_picture_and_is_no_minimum(problem: Surface) -> None:
    start = np.array(problem.start)
    for (low, high), value in zip(problem.domain, start, strict=True):
        assert low < value < high
    assert np.linalg.norm(problem.grad(start)) > 1e-3
    if problem.infimum is not None:
        assert problem.loss(start) > problem.infimum + 1e-3


@every_problem
def test_an_unknown_infimum_goes_with_unknown_minima(problem: Surface) -> None:
    if problem.infimum is None:
        assert problem.minima.shape == (problem.dimension, 0)
        assert problem.stops


def test_minima_follow_the_parameters() -> None:
    assert DoubleWell(tilt=0.0).minima.shape == (1, 2)
    np.testing.assert_allclose(DoubleWell(tilt=0.0).minima, [[-1.0, 1.0]], rtol=1e-15)
    assert Ripples(height=0.02).minima.shape == (2, 1)
    assert Ripples().minima.shape == (2, 2)
    narrow, wide = FlatSharp(width=0.1), FlatSharp(width=0.5)
    sharpness = [np.linalg.eigvalsh(p.hessian(p.minima[:, 0])).max() for p in (narrow, wide)]
    np.testing.assert_allclose(sharpness, [100, 4], rtol=0.05)


@pytest.mark.parametrize(
    ("name", "expected", "infimum"),
    [
        ("DoubleWell", (-1.0466805318046022612,), -0.35238607380003645),
        ("Cliff", (-0.039204837760588427669, 0.0), 0.0005670315757145246),
        ("FlatSharp", (1.497025480114426794, 0.0), 0.03431013982860973),
        ("Ripples", (-0.15887374488280154234, 0.14189416806357706694), -0.0715371492779318),
        ("CrossInTray", (1.3494066171539107918, 1.3494066171539107918), -2.062611870822737),
        ("SixHumpCamel", (0.089842013100318062422, -0.7126564030207396334), -1.0316284534898774),
        ("StyblinskiTang", (-2.9035340277711770951, -2.9035340277711770951), -78.33233140754282),
    ],
)
def test_minima_agree_with_forty_digits(name: str, expected: tuple[float, ...], infimum: float) -> None:
    problem = next(cls() for cls in CLASSES if cls.__name__ == name)
    away = np.abs(problem.minima - np.array(expected)[:, None]).max(axis=0)
    assert away.min() <= 1e-15 * max(1.0, *map(abs, expected))
    assert problem.infimum == pytest.approx(infimum, rel=1e-13, abs=1e-15)


def test_mccormick_is_a_wave_on_a_slope() -> None:
    x, y = inside(McCormick(), 50)
    wave = np.sin(x + y) + (x + y) / 2 + (x - y - 1) ** 2
    np.testing.assert_allclose(McCormick().loss(np.array([x, y])), wave, rtol=1e-12, atol=1e-12)
    assert McCormick().infimum == pytest.approx(-np.sqrt(3) / 2 - np.pi / 3, rel=1e-15)
