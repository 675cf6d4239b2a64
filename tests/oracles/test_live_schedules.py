"""Every schedule over 300 steps, against the libraries themselves."""

import numpy as np
import pytest

from lrviz.schedules import OneCycle
from tests.reference.schedule_cases import BOUND, KERAS, OPTAX, PEAK, RISES, SHORT, TIGHT, TORCH, rates, relative
from tests.reference.schedule_curves import keras_curve, optax_curve, torch_curve, torch_one_cycle


@pytest.mark.parametrize("name", TORCH)
def test_torch(name: str) -> None:
    schedule, warmup, _ = TORCH[name]
    assert relative(rates(schedule, warmup), torch_curve(name)[0]) <= TIGHT


@pytest.mark.parametrize("length", SHORT)
def test_short_one_cycles(length: int) -> None:
    for rise in RISES:
        schedule, n, whole = OneCycle(rise=rise), np.arange(float(length))[:, None], np.array(float(length))
        ours = [PEAK * schedule.factor(n, whole)[:, 0], schedule.momentum(n, whole)[:, 0]]
        np.testing.assert_allclose(ours, torch_one_cycle(length, rise), rtol=1e-13, atol=1e-16)


@pytest.mark.parametrize("name", OPTAX)
def test_optax(name: str) -> None:
    assert relative(rates(OPTAX[name][0]), optax_curve(name)) <= BOUND.get(("optax", name), TIGHT)


@pytest.mark.parametrize("name", KERAS)
def test_keras(name: str) -> None:
    assert relative(rates(KERAS[name][0]), keras_curve(name)) <= BOUND.get(("keras", name), TIGHT)
