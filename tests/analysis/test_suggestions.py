"""Each rule picks what its library picks, with that library's smoothing, end and cuts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lrviz.analysis.suggestions import RULES, lightning, smoothed, suggested, torch_lr_finder
from tests.reference.range_rules import RULES as SOURCES


@st.composite
def drawn_tests(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Return rates and losses as of training: falling, noisy, and from somewhere on exploding."""
    steps = draw(st.sampled_from([10, 16, 17, 18, 30, 100]))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    rates = 1e-7 * (1e8) ** (np.arange(steps) / steps)
    losses = draw(st.sampled_from([1e-3, 1.0, 50.0])) * np.exp(-np.linspace(0, draw(st.floats(0, 8)), steps))
    losses = losses + draw(st.sampled_from([0.0, 0.01, 1.0])) * rng.uniform(0, 1, steps)
    at = draw(st.integers(0, 2 * steps))
    losses[at:] *= 3.0 ** np.arange(len(losses[at:]))
    if draw(st.booleans()):
        losses[draw(st.integers(1, steps - 1)) :] = np.inf
    return rates, losses - draw(st.sampled_from([0.0, 0.0, 0.0, 0.5]))


@pytest.mark.parametrize("name", list(RULES))
@settings(max_examples=120, deadline=None)
@given(test=drawn_tests())
def test_a_rule_is_that_of_its_library(name: str, test: tuple[np.ndarray, np.ndarray]) -> None:
    with np.errstate(all="ignore"):
        assert suggested(RULES[name], *test) == SOURCES[name](*test)


def test_every_rule_has_a_source() -> None:
    assert list(RULES) == list(SOURCES)


def test_a_flat_loss_is_smoothed_to_itself_but_by_lightning() -> None:
    flat = np.full(40, 3.0)
    np.testing.assert_allclose(smoothed(flat, 0.98), 3.0)
    np.testing.assert_allclose(torch_lr_finder(flat)[0], 3.0)
    first = lightning(flat)[0][:2] / 3
    np.testing.assert_allclose(first, [0.02 / (1 - 0.98**2), (1 - 0.98**2) / (1 - 0.98**3)])


def test_what_ends_a_test_is_a_ratio_so_that_nothing_is_seen_of_a_loss_below_zero() -> None:
    rates, losses = np.geomspace(1e-7, 10, 100), np.linspace(-1, -5, 100)
    assert all(suggested(rule, rates, losses) is None for rule in RULES.values())
