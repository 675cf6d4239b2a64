"""A map on a real local cluster whose workers are processes, one of which is killed half-way."""

import os
import signal
from typing import Any

import numpy as np
import pytest

from lrviz.analysis import outcome_map
from lrviz.optimizers import Momentum
from lrviz.problems import Rosenbrock

distributed = pytest.importorskip("distributed", reason="needs the extra `cluster`")

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]


def test_a_map_survives_the_death_of_a_worker_and_is_the_same() -> None:
    choices: dict[str, Any] = {"size": (512, 512), "steps": 60}
    here = outcome_map(Rosenbrock(), Momentum(), **choices)
    cluster = distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None)
    with cluster, distributed.Client(cluster) as client:
        victim = next(iter(client.run(os.getpid).values()))
        killed: list[float] = []

        def kill(share: float) -> None:
            if share >= 0.3 and not killed:
                os.kill(victim, signal.SIGKILL)
                killed.append(share)

        there = outcome_map(Rosenbrock(), Momentum(), executor=client.get_executor(), progress=kill, **choices)
    assert killed
    assert killed[0] < 1
    for name in ("settled_at", "final_loss", "ended_at", "codes"):
        np.testing.assert_array_equal(getattr(here, name), getattr(there, name))
