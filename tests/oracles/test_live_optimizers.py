"""Every optimizer along fixed gradients, against the libraries themselves."""

import json

import numpy as np
import pytest
import torch

from lrviz.catalog import registered
from lrviz.optimizers.means import lerp
from lrviz.problems import Rosenbrock
from lrviz.scenes import default_rate
from lrviz.simulation import Run, simulate
from tests.reference import keras_paths, optax_paths, torch_paths
from tests.reference.cases import BOUND, CASES, COURSES, SCHEDULED_BOUND, TIGHT, scheduled
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


UNDER = {"torch": torch_paths.open_loop, "optax": optax_paths.scheduled}


@pytest.mark.parametrize(
    ("library", "name", "course"), [(library, *pair) for library in UNDER for pair in scheduled(library)]
)
def test_under_a_schedule(library: str, name: str, course: str) -> None:
    rule, lr = CASES[name][0]
    theirs = kept(UNDER[library](rule, lr, COURSES[course]))
    assert difference(kept(follow(rule, lr, COURSES[course])), theirs) <= SCHEDULED_BOUND.get(name, TIGHT)


@pytest.mark.parametrize("name", ["ScheduleFreeSGD", "ScheduleFreeAdamW"])
def test_under_a_schedule_optax_itself_weighs_by_the_rate_of_the_step_after(name: str) -> None:
    rule, lr = CASES[name][0]
    theirs = optax_paths.open_loop(rule, lr, COURSES["resting"])
    assert difference(kept(follow(rule, lr, COURSES["resting"])), kept(theirs)) > 1e-3


@pytest.mark.parametrize("share", [0.0, 1e-3, 0.1, 0.4999, 0.5, 0.7, 0.999, 1.0])
def test_lerp(share: float) -> None:
    start, end = np.random.default_rng(0).standard_normal((2, 500)) * 10.0 ** np.random.default_rng(1).integers(
        -17, 17, (2, 500)
    )
    theirs = torch.lerp(torch.tensor(start), torch.tensor(end), share).numpy()
    reach = np.maximum(share * np.abs(end), (1 - share) * np.abs(start))
    assert (np.abs(lerp(start, end, share) - theirs) <= 4e-16 * reach).all()
