"""Every schedule over 300 steps, against the libraries themselves."""

import pytest

from tests.reference.schedule_cases import BOUND, KERAS, OPTAX, TIGHT, TORCH, rates, relative
from tests.reference.schedule_curves import keras_curve, optax_curve, torch_curve


@pytest.mark.parametrize("name", TORCH)
def test_torch(name: str) -> None:
    schedule, warmup, _ = TORCH[name]
    assert relative(rates(schedule, warmup), torch_curve(name)[0]) <= TIGHT


@pytest.mark.parametrize("name", OPTAX)
def test_optax(name: str) -> None:
    assert relative(rates(OPTAX[name][0]), optax_curve(name)) <= BOUND.get(("optax", name), TIGHT)


@pytest.mark.parametrize("name", KERAS)
def test_keras(name: str) -> None:
    assert relative(rates(KERAS[name][0]), keras_curve(name)) <= BOUND.get(("keras", name), TIGHT)
