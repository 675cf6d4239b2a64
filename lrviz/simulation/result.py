"""What a simulation gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeVar

import numpy as np
import numpy.typing as npt

from lrviz.catalog import Array
from lrviz.linear import norm
from lrviz.problems import Problem
from lrviz.simulation.rates import given_rates
from lrviz.simulation.run import Run

if TYPE_CHECKING:
    import pandas as pd

Keep = Literal["all", "states", "final"]
Whole = npt.NDArray[np.int64]
Kept = TypeVar("Kept", Array, Whole)


@dataclass(frozen=True, eq=False)
class Result:
    """The runs of one simulation; arrays are read-only, and NaN from a divergence on.

    With `keep="final"` only `final`, `final_loss`, `best_loss`, `diverged_at` and `evaluations` are there; to ask for
    more raises a `ValueError`.
    """

    problem: Problem
    runs: tuple[Run, ...]
    steps: int
    length: int
    """The steps that were asked for, over which the schedules reach: more than `steps` where it was broken off."""
    keep: Keep
    final: Array
    """The last position, `(d, runs)`; NaN for a run that diverged."""
    final_loss: Array
    """The loss there, `(runs,)`."""
    best_loss: Array
    """The lowest loss on the way, `(runs,)`."""
    diverged_at: Whole
    """The first step at which the run had diverged, -1 where it did not, `(runs,)`."""
    evaluations: Whole
    """Gradients and losses that the method computed until it ended or diverged, `(runs,)`; a Hessian counts d."""
    _positions: Array | None = field(default=None, repr=False)
    _points: Array | None = field(default=None, repr=False)
    _loss: Array | None = field(default=None, repr=False)
    _lr: Array | None = field(default=None, repr=False)
    _landed: Array | None = field(default=None, repr=False)
    _noise: Array | None = field(default=None, repr=False)
    _states: tuple[Mapping[str, Array], ...] | None = field(default=None, repr=False)
    _stacked: Problem | None = field(default=None, repr=False)
    _again: Callable[[], Result] | None = field(default=None, repr=False)
    _spent: Whole | None = field(default=None, repr=False)

    @property
    def positions(self) -> Array:
        """The positions that are drawn, `(steps + 1, d, runs)`."""
        return self._kept(self._positions, "positions")

    @property
    def points(self) -> Array:
        """Where the gradients were taken, `(steps + 1, d, runs)`: the positions, unless the method looks elsewhere."""
        return self._kept(self._points, "points")

    @property
    def loss(self) -> Array:
        """The loss without noise at the positions, `(steps + 1, runs)`."""
        return self._kept(self._loss, "loss")

    @property
    def lr(self) -> Array:
        """The learning rate of each step, `(steps, runs)`; what a rule found where it finds its own."""
        return self._kept(self._lr, "lr")

    @property
    def evaluations_by_step(self) -> Whole:
        """Gradients and losses that the method computed up to each step, `(steps + 1, runs)`; a Hessian counts d.

        After a divergence they stay as they were.
        """
        return self._kept(self._spent, "evaluations_by_step")

    @property
    def landed(self) -> Array:
        """Where each run ended, and the loss there, `(d + 1, runs)`, finite or not; NaN for a run that did not end."""
        return self._kept(self._landed, "landed")

    @property
    def states(self) -> tuple[Mapping[str, Array], ...]:
        """For each run its optimizer's buffers by name, `(steps + 1, d)` each; kept with `keep="states"`."""
        if self._states is None:
            raise ValueError(f'Result.states needs simulate(…, keep="states"), got keep={self.keep!r}.')
        return self._states

    @cached_property
    def gradients(self) -> Array:
        """The gradients that drove the runs, noise included, `(steps, d, runs)`."""
        clean = self._clean(self.points[:-1])
        gradients = clean if self._noise is None else clean + self._noise
        for i, run in enumerate(self.runs):
            for option in run.options:
                gradients[:, :, i] = option.gradient(gradients[:, :, i].T, self.points[:-1, :, i].T).T
        return gradients

    @cached_property
    def effective_lr(self) -> Array:
        """The multiplier of the gradient for each coordinate, `(steps, d, runs)`; NaN where a rule has no such number.

        For Adam lr/(√v̂ + ε), for plain descent the rate itself. With `keep="all"` the runs are simulated once more,
        for the optimizers' buffers.
        """
        states = self._states
        if states is None:
            states = () if self._again is None or self.keep == "final" else self._again().states
        given, t = given_rates(self.runs, self.steps, self.length), np.arange(1.0, self.steps + 1)[:, None]
        effective = np.full((self.steps, *self.positions.shape[1:]), np.nan)
        for i, (run, kept) in enumerate(zip(self.runs, states, strict=True)):
            lr = (given if run.optimizer.rate_slot else self.lr)[:, i, None]
            with np.errstate(all="ignore"):
                found = run.optimizer.effective({name: value[1:] for name, value in kept.items()}, lr, t)
            if found is not None:
                effective[:, :, i] = np.where(np.isfinite(self.lr[:, i, None]), found, np.nan)
        return effective

    @cached_property
    def averages(self) -> Array:
        """The averaged positions, `(steps + 1, d, runs)`; NaN for runs without an option that averages."""
        averages = np.full(self.positions.shape, np.nan)
        for i, run in enumerate(self.runs):
            for option in run.options:
                found = option.average(self.positions[:, :, i])
                if found is not None:
                    averages[:, :, i] = found
        return averages

    @cached_property
    def grad_norm(self) -> Array:
        """The length of the gradient without noise at the positions, `(steps + 1, runs)`."""
        return norm(np.moveaxis(self._clean(self.positions), 1, 0))

    @property
    def noise(self) -> Array:
        """The root mean square of the noise on a component of the gradient, `(runs,)`; 0 without noise."""
        if self._noise is None:
            return np.zeros(len(self.runs))
        return np.asarray(np.sqrt(np.square(self._noise).mean(axis=(0, 1))))

    @property
    def stacked(self) -> Problem:
        """The problem with the parameters of every run, for arrays whose last axis is the runs."""
        return self._stacked or self.problem

    @property
    def labels(self) -> tuple[str, ...]:
        """The runs' labels."""
        return tuple(run.label for run in self.runs)

    def to_frame(self) -> pd.DataFrame:
        """Return a tidy table, a row for each run and step: run, label, step, coordinates, loss, lr, grad_norm.

        `lr` is the rate of the step that leaves the row's position, so NaN in a run's last row.
        """
        import pandas as pd  # noqa: PLC0415 (the core answers without waiting for pandas)

        rows, count = self.steps + 1, len(self.runs)
        lr = np.vstack([self.lr, np.full((1, count), np.nan)])
        names = self.problem.variables
        coordinates = {name: self.positions[:, i, :].T.ravel() for i, name in enumerate(names)}
        return pd.DataFrame(
            {
                "run": np.repeat(np.arange(count), rows),
                "label": np.repeat(np.array(self.labels, dtype=object), rows),
                "step": np.tile(np.arange(rows), count),
                **coordinates,
                "loss": self.loss.T.ravel(),
                "lr": lr.T.ravel(),
                "grad_norm": self.grad_norm.T.ravel(),
            }
        )

    def _clean(self, positions: Array) -> Array:
        with np.errstate(all="ignore"):  # what is not finite there has ended
            return np.moveaxis(self.stacked.grad(np.moveaxis(positions, 1, 0)), 0, 1)

    def _kept(self, array: Kept | None, name: str) -> Kept:
        if array is None:
            raise ValueError(f'Result.{name} needs simulate(…, keep="all"), got keep={self.keep!r}.')
        return array
