"""The functions that err: they do, by no more than they may, and the corrections of a zero start do not notice."""

import math
from fractions import Fraction

import numpy as np
import pytest

from lrviz.optimizers.powers import power
from lrviz.schedules.schedule import half_cosine
from tests.erring import NAMES, Erring

CHANCE = np.random.default_rng(0)


@pytest.mark.parametrize("name", NAMES)
def test_each_errs_by_some_units_and_no_more(name: str) -> None:
    function = getattr(np, name)
    exact = function if isinstance(function, np.ufunc) else function._function
    arguments = [CHANCE.uniform(0.1, 0.9, 500) for _ in range(exact.nin)]
    if name == "arccosh":
        arguments = [1 + arguments[0]]
    off = (Erring(exact, 4)(*arguments) - exact(*arguments)) / np.spacing(np.abs(exact(*arguments)))
    assert 2 <= np.abs(off).max() <= 8
    assert len(np.unique(np.rint(off))) >= 5
    np.testing.assert_array_equal(Erring(exact, 4)(*arguments), Erring(exact, 4)(*arguments))


def test_what_is_missing_from_1_keeps_its_digits() -> None:
    memories = np.array([0.9, 0.99, 0.999, 0.9999, 0.5, 0.0])
    for t in (1, 2, 3, 17, 250, 5000):
        missing = 1 - power(memories, t)
        for memory, found in zip(memories.tolist(), missing.tolist(), strict=True):
            exact = 1 - Fraction(memory) ** t
            # Half a unit of the power, and no more: what PyTorch's scalars have.
            assert abs(Fraction(found) - exact) <= Fraction(math.ulp(1.0)) * Fraction(51, 100)


def test_powers_broadcast_and_know_each_run() -> None:
    memories, steps = CHANCE.choice([0.9, 0.95, 0.999], 40), np.arange(1, 30)[:, None]
    assert power(memories, steps).shape == (29, 40)
    np.testing.assert_allclose(power(memories, steps), memories**steps, rtol=1e-14)
    np.testing.assert_allclose(power(memories, 7), memories**7, rtol=1e-14)
    np.testing.assert_allclose(power(0.9, steps), 0.9**steps, rtol=1e-14)
    assert power(np.array(0.9), 3) == power(0.9, 3) == 0.9**3


def test_half_a_cosine_keeps_its_digits_where_it_ends() -> None:
    left = np.array([1, 3, 100, 2500, 4999]) / 5000
    expected = [float(np.sin(np.pi * share / 2)) ** 2 for share in left]
    np.testing.assert_allclose(half_cosine(left), expected, rtol=1e-14)
    assert half_cosine(np.array([0.0]))[0] == 0
    assert half_cosine(np.array([1.0]))[0] == pytest.approx(1, abs=1e-14)
    # The sum that is usually written has lost a ten-millionth of its value there.
    assert abs((1 + math.cos(math.pi * 4999 / 5000)) / 2 / expected[0] - 1) > 1e-12
