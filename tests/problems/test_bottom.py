"""The lowest value of a typed formula is found to the last digits, and where there is none, none is stated."""

from __future__ import annotations

import numpy as np
import pytest

from lrviz.problems import Formula

DRAWS = 25


def number(value: float) -> str:
    return f"({value!r})"


class Drawn:
    """A random place, turn, size and offset, and the coordinates `u` and `v` there as text."""

    def __init__(self, seed: int) -> None:
        self.rng = rng = np.random.default_rng(seed)
        self.at = rng.uniform(-1.7, 1.7, 2)
        angle = rng.uniform(0, np.pi)
        self.scale = float(10.0 ** rng.integers(-12, 13))
        self.offset = float(rng.choice([0.0, 1.0, -1.0]) * 10.0 ** rng.integers(0, 10))
        self.at = np.round(self.at, 6)
        x, y = (f"({name} - {number(float(a))})" for name, a in zip("xy", self.at, strict=True))
        c, s = number(round(float(np.cos(angle)), 6)), number(round(float(np.sin(angle)), 6))
        self.u, self.v = f"({c}*{x} + {s}*{y})", f"({c}*{y} - {s}*{x})"

    def typed(self, text: str) -> Formula:
        return Formula(f"{number(self.scale)}*({text}) + {number(self.offset)}")

    def check(self, found: Formula, away: float) -> None:
        """Assert that the lowest value is the offset, and lies where it was drawn."""
        assert found.infimum_is == "attained"
        assert found.infimum is not None
        assert abs(found.infimum - self.offset) <= 1e-13 * self.scale + 4e-16 * abs(self.offset)
        nearest = np.linalg.norm(found.minima - self.at[:, None], axis=0).min()
        assert nearest <= away


seeds = pytest.mark.parametrize("seed", range(DRAWS))


@seeds
def test_a_turned_quadratic(seed: int) -> None:
    drawn = Drawn(seed)
    condition = float(10.0 ** drawn.rng.uniform(0, 5))
    found = drawn.typed(f"{drawn.u}^2 + {number(condition)}*{drawn.v}^2")
    drawn.check(found, away=1e-11)
    assert found.minima.shape == (2, 1)


@seeds
def test_a_quartic(seed: int) -> None:
    drawn = Drawn(seed)
    drawn.check(drawn.typed(f"{drawn.u}^4 + {number(float(drawn.rng.uniform(0.1, 10)))}*{drawn.v}^2"), away=1e-3)


@seeds
def test_a_turned_rosenbrock_valley(seed: int) -> None:
    drawn = Drawn(seed)
    b = float(10.0 ** drawn.rng.uniform(0, 3))
    drawn.check(drawn.typed(f"{drawn.u}^2 + {number(b)}*({drawn.v} - {drawn.u}^2 - 2*{drawn.u})^2"), away=1e-9)


@seeds
def test_the_deepest_of_several_wells(seed: int) -> None:
    drawn = Drawn(seed)
    places = np.round(drawn.rng.uniform(-1.7, 1.7, (3, 2)), 3).tolist()
    wells = [f"{0.2 * k + 0.1:.1f}*exp(-8*((x - ({a}))^2 + (y - ({b}))^2))" for k, (a, b) in enumerate(places)]
    text = f"(x^2 + y^2)/50 - exp(-6*({drawn.u}^2 + 3*{drawn.v}^2)) - {' - '.join(wells)}"
    found = drawn.typed(text)
    fine = Formula(text)  # without scale and offset, whose rounding would blur the comparison
    at = np.stack(np.meshgrid(np.linspace(-2, 2, 401), np.linspace(-2, 2, 401)))
    assert found.infimum is not None
    assert fine.infimum is not None
    assert fine.loss(at).min() >= fine.infimum
    assert np.linalg.norm(fine.grad(fine.minima[:, 0])) <= 1e-12
    assert abs(found.infimum - drawn.offset - drawn.scale * fine.infimum) <= 1e-13 * drawn.scale + 4e-16 * abs(
        drawn.offset
    )


@seeds
def test_a_kink(seed: int) -> None:
    drawn = Drawn(seed)
    drawn.at = np.round(drawn.at, 2)
    drawn.offset = 0.0 if abs(drawn.offset) > 1e3 * drawn.scale else drawn.offset  # only heights tell where it is
    x, y = (f"abs({name} - {number(float(a))})" for name, a in zip("xy", drawn.at, strict=True))
    drawn.check(drawn.typed(f"{x} + {number(float(drawn.rng.uniform(0.1, 10)))}*{y}"), away=1e-12)


@seeds
def test_in_one_variable(seed: int) -> None:
    drawn = Drawn(seed)
    w = f"(w - {number(float(drawn.at[0]))})"
    text = f"{number(drawn.scale)}*({w}^2 - cos(5*{w})/9) + {number(drawn.offset)}"
    found = Formula(text, domain=((-2.0, 2.0),))
    assert found.infimum is not None
    assert abs(found.infimum - drawn.offset + drawn.scale / 9) <= 1e-14 * drawn.scale + 4e-16 * abs(drawn.offset)
    np.testing.assert_allclose(found.minima, drawn.at[:1, None], atol=1e-8)


@seeds
def test_a_minimum_outside_of_the_picture(seed: int) -> None:
    drawn = Drawn(seed)
    drawn.at = drawn.at + np.sign(drawn.at) * 5
    x, y = (f"({name} - {number(float(a))})" for name, a in zip("xy", drawn.at, strict=True))
    drawn.check(drawn.typed(f"{x}^2 + 3*{y}^2 + {x}*{y}"), away=1e-11)


FALLING = [
    "{u}",
    "{u} + {v}^2",
    "{u}^3 + {v}^2",
    "{u}^2 - {v}^2",
    "{u}*{v}",
    "sin(3*{u}) + {u}/2 + {v}^2",
    "log({u} + 9)",
]
FLAT = ["exp({u})", "exp({u}) + {v}^2", "1/(1 + exp({u}))", "tanh({u}) + {v}^2", "1/(1 + {u}^2 + {v}^2)", "exp(-{u}^2)"]


@seeds
@pytest.mark.parametrize("text", FALLING)
def test_what_falls_for_ever_has_none(text: str, seed: int) -> None:
    drawn = Drawn(seed)
    drawn.offset = float(np.clip(drawn.offset, -1e3 * drawn.scale, 1e3 * drawn.scale))
    found = drawn.typed(text.format(u=drawn.u, v=drawn.v))
    assert found.infimum is None
    assert found.minima.shape == (2, 0)
    assert found.infimum_is == "unbounded"


@seeds
@pytest.mark.parametrize("text", FLAT)
def test_what_comes_near_to_a_value_far_out_has_none(text: str, seed: int) -> None:
    drawn = Drawn(seed)
    drawn.offset = float(np.clip(drawn.offset, -1e3 * drawn.scale, 1e3 * drawn.scale))
    found = drawn.typed(text.format(u=drawn.u, v=drawn.v))
    assert found.infimum is None
    assert found.minima.shape == (2, 0)
    assert found.infimum_is == "unattained"


@pytest.mark.parametrize("text", ["x^2", "(x^2 + y^2 - 1)^2", "(x*y - 1)^2", "relu(x) + relu(y)", "(x + 2*y - 0.3)^4"])
def test_a_lowest_line_or_area_has_a_value_and_no_points(text: str) -> None:
    found = Formula(text)
    assert found.infimum == pytest.approx(0, abs=1e-25)
    assert found.minima.shape == (2, 0)


def test_waves_finer_than_the_grid_are_not_judged() -> None:
    found = Formula("sin(100*x)*cos(80*y) + x^2")
    assert (found.infimum_is, found.infimum, found.minima.shape) == ("unknown", None, (2, 0))


def test_every_one_of_equal_minima_is_found() -> None:
    found = Formula("(x^2 - 1)^2 + (y^2 - 1)^2 + 1000")
    assert found.infimum == 1000
    assert sorted(map(tuple, found.minima.T.tolist())) == [(-1, -1), (-1, 1), (1, -1), (1, 1)]
