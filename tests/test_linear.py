"""Lengths and small systems: exact where floats are, for numbers of any size, and never a warning."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lrviz.linear import direction, norm, solve, unit

sizes = st.sampled_from([-320, -310, -300, -170, -155, -20, 0, 20, 155, 170, 300])
small = st.integers(-8, 8)


@settings(derandomize=True, deadline=None)
@given(st.lists(st.tuples(small, sizes), min_size=1, max_size=4))
def test_a_length_is_right_to_a_rounding_whatever_its_size(entries: list[tuple[int, int]]) -> None:
    v = np.array([k * 10.0**e for k, e in entries])[:, None]
    exact = sum(Fraction(x) ** 2 for x in v[:, 0].tolist())
    found, least = Fraction(float(norm(v)[0])), Fraction(5e-324)
    assert abs(found**2 - exact) <= Fraction(2, 10**15) * exact + 2 * found * least + least**2
    if found > 1e-307:
        assert norm(direction(v))[0] == pytest.approx(1.0, rel=1e-14)


def test_a_length_beyond_the_largest_number_is_infinite_and_nothing_warns() -> None:
    v = np.array([[1.7e308, np.inf, np.nan, 0.0, 5e-324], [1.7e308, 1.0, 1.0, 0.0, 0.0]])
    np.testing.assert_array_equal(norm(v), [np.inf, np.inf, np.nan, 0.0, 5e-324])
    np.testing.assert_array_equal(norm(v[:, :0]), [])


def test_a_unit_is_a_power_of_two_and_ordinary_lengths_keep_every_digit() -> None:
    v = np.random.default_rng(0).standard_normal((2, 500)) * 10.0 ** np.random.default_rng(1).integers(-100, 100, 500)
    assert set(np.frexp(unit(v))[0]) == {0.5}
    np.testing.assert_array_equal(norm(v), np.sqrt((v * v).sum(axis=0)))


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.integers(1, 4), st.integers(0, 10_000), st.tuples(sizes, sizes), st.integers(0, 4))
def test_a_system_is_solved_or_answered_by_the_pseudoinverse_at_any_size(
    d: int, seed: int, scales: tuple[int, int], rank: int
) -> None:
    rng, rank = np.random.default_rng(seed), min(d, rank)
    factor = rng.integers(-4, 5, (d, rank)).astype(float)
    h = (factor * rng.choice([-1.0, 1.0], rank)) @ factor.T
    g = rng.integers(-4, 5, d).astype(float)
    inverse = np.linalg.pinv(h, rcond=1e-10)
    top, right = 10.0 ** scales[0] if abs(scales[0]) < 310 else 1.0, 10.0 ** min(max(scales[1], -300), 155)
    with np.errstate(all="ignore"):
        expected, reach = inverse @ g * right / top, np.linalg.norm(inverse) * np.linalg.norm(g) * right / top
    found = solve((h * top)[..., None], (g * right)[:, None])[:, 0]
    if 1e-290 < reach < 1e300 or reach == 0:
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-7 * reach)


@pytest.mark.parametrize("d", [1, 2, 3])
def test_curvatures_of_any_two_sizes_are_both_used(d: int) -> None:
    sizes = np.array([1e155, 1e-170, -1e20])[:d]
    h = np.diag(sizes)[..., None]
    np.testing.assert_allclose(solve(h, np.ones((d, 1)))[:, 0], 1 / sizes, rtol=1e-12)


def test_what_is_not_finite_has_no_answer_and_does_not_reach_its_neighbours() -> None:
    for d in (1, 2, 3):
        h = np.repeat(np.eye(d)[..., None], 4, axis=2) * 2.0
        g = np.ones((d, 4))
        h[0, 0, 1], h[0, 0, 2], g[0, 3] = np.nan, np.inf, np.inf
        found = solve(h, g)
        np.testing.assert_array_equal(found[:, 0], 0.5)
        assert np.isnan(found[:, 1:]).all()


@pytest.mark.parametrize("d", [1, 2, 3])
def test_any_shape_of_batch_is_solved_as_each_system_alone(d: int) -> None:
    rng = np.random.default_rng(5)
    h, g = rng.standard_normal((d, d, 3, 5)), rng.standard_normal((d, 3, 5))
    h[..., 1, 2] = 0.0
    found = solve(h, g)
    for i, j in np.ndindex(3, 5):
        np.testing.assert_allclose(found[:, i, j], solve(h[..., i, j, None], g[:, i, j, None])[:, 0], rtol=1e-12)
        if (i, j) != (1, 2):
            np.testing.assert_allclose(h[..., i, j] @ found[:, i, j], g[:, i, j], rtol=1e-8, atol=1e-10)
    np.testing.assert_array_equal(found[:, 1, 2], 0.0)
