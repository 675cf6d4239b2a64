"""What is kept of a simulation while it runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from typing import Protocol, Self

import numpy as np

from lrviz.catalog import Array, stack
from lrviz.problems import Problem
from lrviz.simulation.loop import Block, Places, bounds, ended, out_of_bounds
from lrviz.simulation.rates import given_rates
from lrviz.simulation.result import Keep, Result
from lrviz.simulation.run import Run


class Recorder(Protocol):
    """Watches block after block, each between `begin` and `end`; `span` is where its runs stand in the sorted order.

    It keeps no block, so that it can be pickled between two steps.
    """

    def begin(self, block: Block, span: slice) -> None:
        """See a block before its first step."""

    def record(self, block: Block, n: int) -> None:
        """See the block after step `n`."""

    def end(self, block: Block) -> None:
        """See the block after its last step."""

    def upto(self, block: Block, n: int) -> Self:
        """Return another recorder for which step `n`, which has just been recorded, was the last."""

    def result(self, noise: Array | None, again: Callable[[], Result]) -> Result:
        """Return what was kept, in the order in which the runs were given."""


class Trajectory:
    """Keeps every step of every run; what diverged is found afterwards, in one pass over all steps."""

    def __init__(self, problems: Sequence[Problem], runs: Sequence[Run], order: Places, steps: int, keep: Keep) -> None:
        self._steps = self._length = steps
        self._problems, self._runs, self._keep = problems, runs, keep
        self._inverse = np.argsort(order)
        shape = (steps + 1, problems[0].dimension, len(runs))
        self._positions = np.empty(shape)
        self._points: Array | None = None
        self._extra: Array | None = None
        self._found: Array | None = None
        self._states: list[Mapping[str, Array]] = []

    def begin(self, block: Block, span: slice) -> None:
        """Record the start."""
        self._span = span
        self._slots = [
            {name: np.empty((self._steps + 1, *value.shape)) for name, value in part.state.items()}
            for part in block.parts
        ]
        if block.views and self._points is None:
            self._points = self._positions.copy()
        self.record(block, 0)

    def record(self, block: Block, n: int) -> None:
        """Record the positions, the extra evaluations and, where they are wanted, the buffers."""
        self._positions[n, :, self._span] = block.shown
        if self._points is not None:
            self._points[n, :, self._span] = block.w
        if n > 0 and block.finds_rates:
            if self._found is None:
                self._found = np.full((self._steps, len(self._runs)), np.nan)
            self._found[n - 1, self._span] = block.rates
        extra = block.extra
        if extra.any() and self._extra is None:
            self._extra = np.zeros((self._steps + 1, len(self._runs)))
        if self._extra is not None:
            self._extra[n, self._span] = extra
        if self._keep == "states":
            for part, slots in zip(block.parts, self._slots, strict=True):
                for name, kept in slots.items():
                    kept[n] = part.state[name]

    def end(self, block: Block) -> None:
        """Take the buffers of each run out of its part's."""
        for part, slots in zip(block.parts, self._slots, strict=True):
            for column in range(part.span.stop - part.span.start):
                self._states.append({name: kept[:, :, column] for name, kept in slots.items()})

    def upto(self, block: Block, n: int) -> Self:
        """Return another recorder for which step `n` was the last."""
        short = copy(self)
        short._steps, short._states = n, list(self._states)
        short._positions = self._positions[: n + 1]
        short._points = None if self._points is None else self._points[: n + 1]
        short._extra = None if self._extra is None else self._extra[: n + 1]
        short._found = None if self._found is None else self._found[:n]
        short._slots = [{name: kept[: n + 1].copy() for name, kept in slots.items()} for slots in self._slots]
        short.end(block)
        return short

    def result(self, noise: Array | None, again: Callable[[], Result]) -> Result:
        """Find what diverged, and put everything into the order of the runs."""
        positions = self._positions[:, :, self._inverse]
        points = positions if self._points is None else self._points[:, :, self._inverse]
        stacked = stack(self._problems) if len(self._problems) > 1 else self._problems[0]
        across = np.moveaxis(positions, 1, 0)
        loss = stacked.loss(across)
        lost = out_of_bounds(stacked, across, loss)
        if points is not positions:
            lost |= out_of_bounds(stacked, np.moveaxis(points, 1, 0), loss)
        diverged_at = np.where(lost.any(axis=0), lost.argmax(axis=0), -1)
        landed = _landed(positions, loss, diverged_at)
        after = np.logical_or.accumulate(lost, axis=0)
        lr = self._rates()
        for array in (np.moveaxis(positions, 1, 0), np.moveaxis(points, 1, 0), loss[None], lr[None]):
            array[:, after[: array.shape[1]]] = np.nan
        states = tuple(self._states[i] for i in self._inverse) if self._keep == "states" else None
        best = np.fmin.reduce(loss, axis=0)
        spent = self._spent(diverged_at)
        for array in (positions, points, loss, lr):
            array.setflags(write=False)
        spent.setflags(write=False)
        return Result(
            self._problems[0], tuple(self._runs), self._steps, self._length, self._keep, positions[-1], loss[-1], best,
            diverged_at, spent[-1].copy(), positions, points, loss, lr, landed, noise, states, stacked, again, spent,
        )  # fmt: skip

    def _rates(self) -> Array:
        given = given_rates(self._runs, self._steps, self._length)
        if self._found is None:
            return given
        found = self._found[:, self._inverse]
        return np.where(np.isnan(found), given, found)

    def _spent(
        self, diverged_at: np.ndarray[tuple[int], np.dtype[np.int64]]
    ) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
        """Return the evaluations up to each step, `(steps + 1, R)`: a gradient a step, and what a rule asks besides."""
        steps = np.arange(self._steps + 1)[:, None]
        last = np.where(diverged_at < 0, steps, np.minimum(steps, diverged_at))
        if self._extra is None:
            return last
        return last + np.take_along_axis(self._extra[:, self._inverse], last, axis=0).astype(np.int64)


def _landed(positions: Array, loss: Array, ended_at: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Array:
    columns = np.arange(loss.shape[1])
    landed = np.concatenate([positions[ended_at, :, columns].T, loss[ended_at, columns][None]])
    landed[:, ended_at < 0] = np.nan
    landed.setflags(write=False)
    return landed


class Final:
    """Keeps the last position and a few scalars of each run."""

    def __init__(self, problems: Sequence[Problem], runs: Sequence[Run], order: Places, steps: int, keep: Keep) -> None:
        self._steps = self._length = steps
        self._problems, self._runs, self._keep = problems, runs, keep
        self._inverse = np.argsort(order)
        self._bounds = bounds(problems[0])
        count = len(runs)
        self._final = np.full((problems[0].dimension, count), np.nan)
        self._loss, self._best = np.full(count, np.nan), np.full(count, np.inf)
        self._diverged_at = np.full(count, -1, dtype=np.int64)
        self._evaluations = np.full(count, steps, dtype=np.int64)

    def begin(self, block: Block, span: slice) -> None:
        """See the start."""
        self._span = span
        self._shown = block.shown
        self._alive = np.ones(block.w.shape[1], dtype=bool)
        self.record(block, 0)

    def record(self, block: Block, n: int) -> None:
        """Note the best loss, and which runs have diverged now."""
        self._shown = block.shown
        self._now = block.loss(self._shown)
        best = self._best[self._span]
        lost = ended(block, self._problems[0], self._bounds, self._shown, self._now)
        if lost is not None:
            self._note(block, n, lost)
        if not self._alive.all():
            self._now = np.where(self._alive, self._now, np.nan)
        np.fmin(best, self._now, out=best)

    def _note(self, block: Block, n: int, lost: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> None:
        fresh = lost & self._alive
        if fresh.any():
            self._diverged_at[self._span][fresh] = n
            self._evaluations[self._span][fresh] = n + block.extra[fresh]
            self._alive &= ~fresh

    def end(self, block: Block) -> None:
        """Keep the last position and loss."""
        alive = self._alive
        self._final[:, self._span] = np.where(alive, self._shown, np.nan)
        self._loss[self._span] = np.where(alive, self._now, np.nan)
        self._evaluations[self._span][alive] += block.extra[alive]

    def upto(self, block: Block, n: int) -> Self:
        """Return another recorder for which step `n` was the last."""
        short = copy(self)
        short._steps = n
        short._final, short._loss = self._final.copy(), self._loss.copy()
        short._evaluations = np.where(self._diverged_at < 0, n, self._evaluations)
        short.end(block)
        return short

    def result(self, noise: Array | None, again: Callable[[], Result]) -> Result:
        """Put everything into the order of the runs."""
        into = self._inverse
        return Result(
            self._problems[0], tuple(self._runs), self._steps, self._length, self._keep, self._final[:, into],
            self._loss[into], np.where(np.isinf(self._best), np.nan, self._best)[into], self._diverged_at[into],
            self._evaluations[into],
        )  # fmt: skip
