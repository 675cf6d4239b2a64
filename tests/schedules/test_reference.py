"""Every schedule over 300 steps, against the recorded numbers of the libraries that have it."""

from collections.abc import Mapping

import numpy as np
import pytest

from lrviz.catalog import Array
from lrviz.schedules import OneCycle
from tests.reference.record import recorded
from tests.reference.schedule_cases import BOUND, KERAS, LENGTH, OPTAX, TIGHT, TORCH, rates, relative

Numbers = Mapping[str, Mapping[str, Array]]


@pytest.fixture(scope="module")
def numbers() -> Numbers:
    return {library: recorded(library) for library in ("torch", "optax", "keras")}


@pytest.mark.parametrize("name", TORCH)
def test_torch(numbers: Numbers, name: str) -> None:
    schedule, warmup, _ = TORCH[name]
    assert relative(rates(schedule, warmup), numbers["torch"][f"schedule/{name}"][0]) <= TIGHT


def test_one_cycle_moves_the_momentum_as_torch_does(numbers: Numbers) -> None:
    momentum = OneCycle().momentum(np.arange(float(LENGTH))[:, None], np.array(float(LENGTH)))
    np.testing.assert_allclose(momentum[:, 0], numbers["torch"]["schedule/one-cycle"][1], rtol=1e-13)


@pytest.mark.parametrize("name", OPTAX)
def test_optax(numbers: Numbers, name: str) -> None:
    assert relative(rates(OPTAX[name][0]), numbers["optax"][f"schedule/{name}"]) <= BOUND.get(("optax", name), TIGHT)


@pytest.mark.parametrize("name", KERAS)
def test_keras(numbers: Numbers, name: str) -> None:
    assert relative(rates(KERAS[name][0]), numbers["keras"][f"schedule/{name}"]) <= BOUND.get(("keras", name), TIGHT)
