"""Schedules that watch the loss."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lrviz.catalog import Array, Twin, hyper, whole
from lrviz.schedules.schedule import FeedbackSchedule


class ReduceOnPlateau(FeedbackSchedule):
    r"""Lower the rate when the loss has not fallen for more than `patience` steps: $lr \leftarrow lr \cdot \gamma$.

    A step is bad if the loss, without noise, is not below the best by a share of its size, $b - \theta |b|$. PyTorch's
    semantics (https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ReduceLROnPlateau.html): bad
    steps are counted from 0 after a reduction and its cooldown, and the new rate holds from the next step on. Below 0
    PyTorch's $b (1 - \theta)$ lies above the best, and it takes a rise for progress. Optax reduces when the count
    equals its patience, one step earlier, and in the same step; Keras counts the cooldown first. PyTorch alone ignores
    reductions below 1e-8.
    """

    label = "Reduce on plateau"
    family = "Feedback"
    summary = "Waits until nothing improves, then lowers the rate: no plan needed, only patience."
    torch = Twin(
        "ReduceLROnPlateau",
        {"gamma": "factor", "patience": "patience", "threshold": "threshold", "cooldown": "cooldown"},
        "eps=1e-8: smaller reductions are ignored. Never reduces while the loss is below 0.",
    )
    optax = Twin("contrib.reduce_on_plateau", {"gamma": "factor", "patience": "patience"}, "One step earlier.", True)
    keras = Twin("ReduceLROnPlateau", {"gamma": "factor", "patience": "patience"}, "Counts the cooldown first.", True)
    gamma: float = hyper(0.5, 0.01, 0.99, "The factor at each reduction (0.1 in PyTorch).", step=0.01)
    patience: int = whole(10, 0, 5000, "Bad steps that are waited for.")
    threshold: float = hyper(1e-4, 0, 1, "The share of its size by which a better loss is below the best.", scale="log",
                             slider_low=1e-8)  # fmt: skip
    cooldown: int = whole(0, 0, 5000, "Steps after a reduction in which nothing is counted.")
    floor: float = hyper(0.0, 0, 1, "The lowest share of the rate that is left.", step=0.01)

    def begin(self, count: int) -> dict[str, Array]:
        """Return the state before the first loss."""
        zero = np.zeros(count)
        return {"factor": zero + 1, "best": zero + np.inf, "bad": zero, "rest": zero}

    def observe(self, loss: Array, state: Mapping[str, Array]) -> dict[str, Array]:
        """Return the state after a loss."""
        known = np.isfinite(state["best"])
        best = np.where(known, state["best"], 0.0)
        better = loss < np.where(known, best - self.threshold * np.abs(best), np.inf)
        resting = state["rest"] > 0
        bad = np.where(better | resting, 0, state["bad"] + 1)
        reduced = bad > self.patience
        lower = np.maximum(state["factor"] * self.gamma, np.minimum(self.floor, state["factor"]))
        return {
            "factor": np.where(reduced, lower, state["factor"]),
            "best": np.where(better, loss, state["best"]),
            "bad": np.where(reduced, 0, bad),
            "rest": np.where(reduced, self.cooldown, np.maximum(state["rest"] - 1, 0)),
        }
