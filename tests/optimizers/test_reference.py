"""Every optimizer along fixed gradients, against the recorded numbers of the libraries that have it."""

import json
from collections.abc import Mapping

import numpy as np
import pytest

from lrviz import Run, simulate
from lrviz.catalog import Array, registered
from lrviz.optimizers import Optimizer
from lrviz.problems import Rosenbrock
from tests.reference.cases import BOUND, CASES, COURSES, SCHEDULED_BOUND, TIGHT, scheduled
from tests.reference.record import MEASURED, recorded
from tests.reference.series import CLOSED_STEPS, START_CLOSED, difference, follow, kept

Numbers = Mapping[str, Mapping[str, Array]]
LIBRARIES = ("torch", "optax", "keras")
TWINNED = [(library, name) for library in LIBRARIES for name in CASES if getattr(type(CASES[name][0][0]), library)]
EXACT = [(library, name) for library, name in TWINNED if not getattr(type(CASES[name][0][0]), library).differs]


@pytest.fixture(scope="module")
def numbers() -> Numbers:
    return {library: recorded(library) for library in LIBRARIES}


def worst(numbers: Numbers, library: str, name: str) -> float:
    found = 0.0
    for i, (rule, lr) in enumerate(CASES[name]):
        theirs = {part: numbers[library][f"{name}/{i}/{part}"] for part in ("path", "final")}
        found = max(found, difference(kept(follow(rule, lr)), theirs))
    return found


@pytest.mark.parametrize(("library", "name"), EXACT)
def test_every_twin_takes_the_same_path_on_300_fixed_gradients(numbers: Numbers, library: str, name: str) -> None:
    assert len(CASES[name]) >= 4
    assert worst(numbers, library, name) <= BOUND.get(name, TIGHT)


@pytest.mark.parametrize(("library", "name"), [pair for pair in TWINNED if pair not in EXACT])
def test_a_twin_that_differs_says_so_and_does_differ(numbers: Numbers, library: str, name: str) -> None:
    assert getattr(type(CASES[name][0][0]), library).deviation
    assert worst(numbers, library, name) > 1e-12


@pytest.mark.parametrize(("library", "name"), TWINNED)
def test_the_printed_difference_is_no_smaller_than_the_recorded_one(numbers: Numbers, library: str, name: str) -> None:
    printed = json.loads(MEASURED.read_text())[name][library]
    assert printed >= 0.9 * worst(numbers, library, name) - 2e-14


@pytest.mark.parametrize(
    ("library", "name", "course"), [(lib, *pair) for lib in ("torch", "optax") for pair in scheduled(lib)]
)
def test_under_a_schedule_every_twin_takes_the_same_path(
    numbers: Numbers, library: str, name: str, course: str
) -> None:
    theirs = {part: numbers[library][f"{name}/{course}/{part}"] for part in ("path", "final")}
    rule, lr = CASES[name][0]
    assert difference(kept(follow(rule, lr, COURSES[course])), theirs) <= SCHEDULED_BOUND.get(name, TIGHT)


def test_every_optimizer_with_a_twin_is_compared() -> None:
    compared = {name for _, name in TWINNED} | SPECIAL
    twinned = {n for n, cls in registered("optimizer").items() if any(getattr(cls, library) for library in LIBRARIES)}
    assert twinned <= compared


SPECIAL = {"LBFGS", "Armijo", "Polyak", "SAM"}
"""Optimizers that look at the problem: compared step by step elsewhere."""


@pytest.mark.parametrize("name", [name for library, name in EXACT if library == "torch"])
def test_fifty_steps_on_rosenbrock_end_where_torch_ends(numbers: Numbers, name: str) -> None:
    rule: Optimizer = CASES[name][0][0]
    lr = float(numbers["torch"][f"{name}/closed lr"])
    result = simulate(Rosenbrock(), [Run(rule, lr)], steps=CLOSED_STEPS, start=START_CLOSED)
    np.testing.assert_allclose(result.points[:, :, 0], numbers["torch"][f"{name}/closed"], rtol=1e-9, atol=1e-12)
