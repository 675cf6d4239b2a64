"""Rules that look at the problem, and schedules that watch the loss, beside the libraries themselves."""

import numpy as np
import pytest
import torch

from lrviz import Run, simulate
from lrviz.optimizers import SGD
from lrviz.problems import Bowl
from lrviz.schedules import from_torch
from tests.reference import optax_paths
from tests.reference.schedule_cases import LENGTH, TORCH
from tests.reference.schedule_curves import torch_curve
from tests.reference.series import difference, follow, kept
from tests.reference.special import (
    ADAN,
    OPTAX,
    PLATEAUS,
    SCIPY,
    apart,
    optax_path,
    our_plateau,
    ours,
    scipy_end,
    torch_path,
    torch_plateau,
)
from tests.reference.special import TORCH as LBFGS


@pytest.mark.parametrize("name", LBFGS)
def test_lbfgs(name: str) -> None:
    assert apart(ours(LBFGS[name]), torch_path(LBFGS[name])) <= LBFGS[name][-1]


@pytest.mark.parametrize("name", OPTAX)
def test_line_search_polyak_and_sam(name: str) -> None:
    assert apart(ours(OPTAX[name]), optax_path(name)) <= OPTAX[name][-1]


@pytest.mark.parametrize("name", SCIPY)
def test_bfgs_and_cg(name: str) -> None:
    problem, rule, _ = SCIPY[name]
    final = simulate(problem, [Run(rule, 1.0)], steps=80).final[:, 0]
    np.testing.assert_allclose(final, scipy_end(name), atol=1e-6)


def test_adan() -> None:
    assert difference(kept(follow(ADAN, 0.1)), kept(optax_paths.open_loop(ADAN, 0.1))) <= 1e-13


@pytest.mark.parametrize("schedule", PLATEAUS)
def test_plateaus(schedule) -> None:  # noqa: ANN001
    np.testing.assert_array_equal(our_plateau(schedule), torch_plateau(schedule))


def test_below_0_torch_takes_every_loss_for_a_better_one() -> None:
    np.testing.assert_array_equal(torch_plateau(PLATEAUS[0], np.full(100, -1.0)), 1.0)


@pytest.mark.parametrize("name", TORCH)
def test_the_curve_of_a_real_scheduler(name: str) -> None:
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))], lr=0.1, momentum=0.9)
    schedule = from_torch(TORCH[name][2](torch.optim.lr_scheduler, optimizer))
    result = simulate(Bowl(), [Run(SGD(), 1.0, schedule)], steps=LENGTH)
    np.testing.assert_array_equal(result.lr[:, 0], torch_curve(name)[0])


def test_an_optax_schedule_is_used_as_it_is() -> None:
    import optax

    curve = optax.cosine_decay_schedule(0.1, 50)
    result = simulate(Bowl(), [Run(SGD(), 1.0, curve)], steps=50)
    np.testing.assert_allclose(result.lr[:, 0], [float(curve(n)) for n in range(50)], rtol=1e-15)
