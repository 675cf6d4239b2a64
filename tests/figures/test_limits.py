"""What the player is told of stability, against the analysis and the problem itself."""

from __future__ import annotations

import numpy as np
import pytest

from lrviz import Run, Scene, stability
from lrviz.analysis.stability import strain_map
from lrviz.figures.limits import curvature_levels, limits
from lrviz.figures.scenery import scenery
from lrviz.optimizers import SGD, Adam, Lion, Momentum, WeightDecay
from lrviz.player.message import pack
from lrviz.problems import Beale, Problem, Quadratic1D, Ravine, Rosenbrock, Saddle
from lrviz.scenes import View, read_address, write_address
from lrviz.schedules import OneCycle
from tests.figures.test_messages import unpacked

SHOWN = View(rate="sharpness", unstable=True)


def entries(problem: Problem) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Return the Hessian's entries as the player reads them."""
    _, levels, scales = curvature_levels(problem)
    return np.stack(
        [
            np.where(level == 65535, np.nan, size * np.sinh(low + level.astype(float) / 65534 * (high - low)))
            for level, (size, low, high) in zip(levels, scales, strict=True)
        ]
    )


@pytest.mark.parametrize("problem", [Rosenbrock(), Beale(), Ravine(kappa=300.0), Saddle(), Quadratic1D()])
def test_the_levels_hold_the_curvature(problem: Problem) -> None:
    shape, levels, _ = curvature_levels(problem)
    axes = [np.linspace(axis[0], axis[-1], 57) for axis in scenery(problem).axes]
    hessian = problem.hessian(np.stack(np.meshgrid(*axes)))
    true = [hessian[i, j] for i in range(problem.dimension) for j in range(i, problem.dimension)]
    assert levels.shape == (len(true), *shape)
    for found, entry in zip(entries(problem), true, strict=True):
        np.testing.assert_allclose(found, entry, rtol=1e-3, atol=1e-3 * np.median(np.abs(entry)) + 1e-12)


def test_the_sharpness_and_its_bound_are_those_of_the_analysis() -> None:
    scene = Scene(Rosenbrock(), (Run(SGD(), 1e-3), Run(Adam(), 0.05)), steps=40)
    result = scene.simulate("states")
    known = stability(scene.problem, result)
    meta, arrays = unpacked(pack(*limits(result, 1, SHOWN)))
    np.testing.assert_allclose(arrays["sharpness"], known.sharpness[:, 1], rtol=1e-6)
    np.testing.assert_allclose(arrays["bound"], known.bound[:, 1], rtol=1e-6)
    assert meta["bearable"] == pytest.approx(38)


def test_the_region_that_can_be_drawn_is_the_map_of_the_strain() -> None:
    """Eigenvalues of the levels, as the player takes them, fall on the same side of 1."""
    problem = Rosenbrock()
    result = Scene(problem, (Run(Momentum(), 1e-3),), steps=20).simulate("states")
    meta, arrays = unpacked(pack(*limits(result, 0, SHOWN)))
    a, b = arrays["multipliers"][10].astype(float)
    xx, xy, yy = entries(problem)
    top = (a * xx + b * yy) / 2 + np.hypot((a * xx - b * yy) / 2, np.sqrt(a * b) * xy)
    axes = scenery(problem).axes
    window = [(float(axis[0]), float(axis[-1])) for axis in axes]
    known = strain_map(problem, Momentum(), (a, b), window=window, size=(57, 57)).strain
    clear = np.abs(known - 1) > 0.01
    assert isinstance(meta["bearable"], float)
    np.testing.assert_array_equal((top / meta["bearable"] > 1)[clear], (known > 1)[clear])
    assert 0.1 < (known > 1).mean() < 0.9


def test_what_is_not_shown_is_not_sent() -> None:
    result = Scene(Rosenbrock(), (Run(SGD(), 1e-3),), steps=20).simulate("states")
    assert not limits(result, 0, View())[1]


def test_a_line_of_theory_is_drawn_where_theory_is_exact_alone() -> None:
    runs = (Run(SGD(), 0.1, options=(WeightDecay(rate=10.0),)), Run(Momentum(), 0.1, OneCycle()), Run(Adam(), 0.1))
    result = Scene(Ravine(), runs, steps=50).simulate("states")
    decayed, cycled, scaled = (unpacked(pack(*limits(result, i, View())))[1] for i in range(3))
    np.testing.assert_allclose(decayed["limit"], 0.1, rtol=1e-6)
    assert np.ptp(cycled["limit"]) > 0.01
    assert "limit" not in scaled
    elsewhere = Scene(Rosenbrock(), runs, steps=50).simulate("states")
    assert not any(limits(elsewhere, i, View())[1] for i in range(3))


def test_a_rule_without_a_known_limit_says_so() -> None:
    result = Scene(Rosenbrock(), (Run(Lion(), 1e-3),), steps=20).simulate("states")
    meta, arrays = unpacked(pack(*limits(result, 0, SHOWN)))
    assert meta == {"bearable": None}
    assert "limit" not in arrays
    assert np.isfinite(arrays["sharpness"]).all()


def test_the_address_holds_what_is_shown_of_stability() -> None:
    scene = Scene(Rosenbrock(), (Run(SGD(), 1e-3),))
    _, view, notices = read_address(write_address(scene, SHOWN))
    assert (view, notices) == (SHOWN, [])
