"""Every schedule over 300 steps, against the recorded numbers of the libraries that have it."""

import json
from collections.abc import Mapping

import numpy as np
import pytest

from lrviz.catalog import Array
from lrviz.schedules import OneCycle, Schedule
from tests.reference.record import MEASURED_SCHEDULES, recorded
from tests.reference.schedule_cases import (
    BOUND,
    KERAS,
    LENGTH,
    OPTAX,
    PEAK,
    RISES,
    SHORT,
    TIGHT,
    TORCH,
    rates,
    relative,
)

Numbers = Mapping[str, Mapping[str, Array]]
CURVES: dict[str, dict[str, tuple[Schedule, int]]] = {
    "torch": {name: (schedule, warmup) for name, (schedule, warmup, _) in TORCH.items()},
    "optax": {name: (schedule, 0) for name, (schedule, _) in OPTAX.items()},
    "keras": {name: (schedule, 0) for name, (schedule, _) in KERAS.items()},
}
"""The schedule and the warm-up behind each recorded curve of each library."""


@pytest.fixture(scope="module")
def numbers() -> Numbers:
    return {library: recorded(library) for library in ("torch", "optax", "keras")}


@pytest.mark.parametrize("name", TORCH)
def test_torch(numbers: Numbers, name: str) -> None:
    schedule, warmup, _ = TORCH[name]
    assert relative(rates(schedule, warmup), numbers["torch"][f"schedule/{name}"][0]) <= TIGHT


@pytest.mark.parametrize("length", SHORT)
def test_short_runs_have_the_phases_of_torch(numbers: Numbers, length: int) -> None:
    n, whole = np.arange(float(length))[:, None], np.array(float(length))
    for rise in RISES:
        schedule = OneCycle(rise=rise)
        ours = [PEAK * schedule.factor(n, whole)[:, 0], schedule.momentum(n, whole)[:, 0]]
        np.testing.assert_allclose(ours, numbers["torch"][f"one-cycle/{length}/{rise}"], rtol=1e-13, atol=1e-16)


def test_one_cycle_moves_the_momentum_as_torch_does(numbers: Numbers) -> None:
    momentum = OneCycle().momentum(np.arange(float(LENGTH))[:, None], np.array(float(LENGTH)))
    np.testing.assert_allclose(momentum[:, 0], numbers["torch"]["schedule/one-cycle"][1], rtol=1e-13)


@pytest.mark.parametrize("name", OPTAX)
def test_optax(numbers: Numbers, name: str) -> None:
    assert relative(rates(OPTAX[name][0]), numbers["optax"][f"schedule/{name}"]) <= BOUND.get(("optax", name), TIGHT)


@pytest.mark.parametrize("name", KERAS)
def test_keras(numbers: Numbers, name: str) -> None:
    assert relative(rates(KERAS[name][0]), numbers["keras"][f"schedule/{name}"]) <= BOUND.get(("keras", name), TIGHT)


def worst(numbers: Numbers, library: str) -> dict[str, float]:
    """Return the largest recorded difference of each schedule, over all its settings."""
    found: dict[str, float] = {}
    for name, (schedule, warmup) in CURVES[library].items():
        theirs = np.atleast_2d(numbers[library][f"schedule/{name}"])[0]
        found[schedule.name] = max(found.get(schedule.name, 0.0), relative(rates(schedule, warmup), theirs))
    return found


@pytest.mark.parametrize("library", CURVES)
def test_the_printed_difference_is_no_smaller_than_the_recorded_one(numbers: Numbers, library: str) -> None:
    printed = {name: row[library] for name, row in json.loads(MEASURED_SCHEDULES.read_text()).items() if library in row}
    found = worst(numbers, library)
    assert printed.keys() == found.keys()
    assert {name: value for name, value in found.items() if printed[name] < 0.9 * value - 2e-14} == {}
