"""Gradients and Hessians against central differences at drawn points of the domain."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from lrviz.catalog import Array
from lrviz.problems import Problem, Surface
from tests.problems.drawing import inside, shown, varied

EPS = float(np.finfo(np.float64).eps)
every_problem = pytest.mark.parametrize("problem", varied(), ids=shown)


def differences(function: Callable[[Array], Array], problem: Problem, w: Array, share: float) -> tuple[Array, Array]:
    """Return central differences along each coordinate, and how much rounding may have changed them."""
    slopes, rounding = [], []
    for i, (low, high) in enumerate(problem.domain):
        h = np.zeros((problem.dimension, 1))
        h[i] = share * (high - low)
        ahead, behind = function(w + h), function(w - h)
        slopes.append((ahead - behind) / (2 * h[i]))
        rounding.append(1e3 * EPS * np.maximum(np.abs(ahead), np.abs(behind)) / h[i])
    return np.array(slopes), np.array(rounding)


def agreement(function: Callable[[Array], Array], exact: Array, problem: Problem, w: Array) -> tuple[Array, Array]:
    """Return at which points the differences are smooth enough to judge, and at which of them they agree."""
    coarse, _ = differences(function, problem, w, 2e-5)
    fine, rounding = differences(function, problem, w, 1e-5)
    scale = np.abs(exact).max(axis=tuple(range(exact.ndim - 1)))
    smooth = (np.abs(fine - coarse) <= 1e-3 * scale + 2 * rounding).reshape(-1, w.shape[1]).all(axis=0)
    close = np.abs(fine - exact) <= np.abs(fine - coarse) + 1e-6 * scale + rounding
    return smooth, close.reshape(-1, w.shape[1]).all(axis=0)


def judge(function: Callable[[Array], Array], exact: Array, problem: Problem, w: Array) -> None:
    """Assert that the differences agree; only across a stated kink may some points tell nothing."""
    smooth, close = agreement(function, exact, problem, w)
    assert smooth.mean() >= (0.9 if problem.kinks else 1.0)
    assert close[smooth].all()


@every_problem
def test_gradient_matches_central_differences(problem: Surface) -> None:
    w = inside(problem, 60)
    judge(problem.loss, problem.grad(w), problem, w)


@every_problem
def test_hessian_matches_central_differences_and_is_symmetric(problem: Surface) -> None:
    w = inside(problem, 60, seed=2)
    hessian = problem.hessian(w)
    assert np.array_equal(hessian, hessian.swapaxes(0, 1))
    judge(problem.grad, hessian, problem, w)


def test_a_wrong_gradient_is_noticed() -> None:
    (problem, *_rest) = varied()
    w = inside(problem, 60)
    with pytest.raises(AssertionError):
        judge(problem.loss, problem.grad(w) * (1 + 1e-4), problem, w)
