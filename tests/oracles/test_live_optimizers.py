"""Every optimizer along fixed gradients, against the libraries themselves."""

import json

import numpy as np
import pytest

from lrviz.catalog import registered
from lrviz.problems import Rosenbrock
from lrviz.scenes import default_rate
from lrviz.simulation import Run, simulate
from tests.reference import keras_paths, optax_paths, torch_paths
from tests.reference.cases import BOUND, CASES, TIGHT
from tests.reference.record import MEASURED
from tests.reference.series import CLOSED_STEPS, START_CLOSED, difference, follow, kept

PATHS = {"torch": torch_paths.open_loop, "optax": optax_paths.open_loop, "keras": keras_paths.open_loop}
TWINNED = [(library, name) for library in PATHS for name in CASES if getattr(registered("optimizer")[name], library)]


@pytest.mark.parametrize(("library", "name"), TWINNED)
def test_open_loop(library: str, name: str) -> None:
    twin = getattr(registered("optimizer")[name], library)
    found = max(difference(kept(follow(rule, lr)), kept(PATHS[library](rule, lr))) for rule, lr in CASES[name])
    printed = json.loads(MEASURED.read_text())[name][library]
    assert found <= 2 * printed + 2e-14
    if not twin.differs:
        assert found <= BOUND.get(name, TIGHT)


@pytest.mark.parametrize(
    "name",
    [n for library, n in TWINNED if library == "torch" and not getattr(registered("optimizer")[n], library).differs],
)
def test_closed_loop(name: str) -> None:
    rule = CASES[name][0][0]
    lr = default_rate(Rosenbrock(), rule)
    result = simulate(Rosenbrock(), [Run(rule, lr)], steps=CLOSED_STEPS, start=START_CLOSED)
    np.testing.assert_allclose(result.points[:, :, 0], torch_paths.closed_loop(rule, lr), rtol=1e-9, atol=1e-12)
