"""A simulation under way: it goes on for as long as it may, here or in another process, and says what is there."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import CancelledError
from typing import Any

import numpy as np
import numpy.typing as npt

from lrviz.catalog import Array, stack
from lrviz.problems import Problem
from lrviz.simulation.loop import Block, Places, block_of, by_rule, hold_memory
from lrviz.simulation.recording import Final, Recorder, Trajectory
from lrviz.simulation.result import Keep, Result
from lrviz.simulation.run import Run

BLOCK = 16_384
"""Runs computed together: so many that NumPy's calls weigh little, so few that their arrays stay in the caches."""
_EVERY = 8
"""Steps after which it is asked whether to go on."""


class Simulation:
    """The runs of one simulation, as far as they have come; made by `simulation`, which checks the arguments.

    It can be pickled between two calls of `advance`, and goes on elsewhere to the same bits.
    """

    def __init__(
        self,
        problems: tuple[Problem, ...],
        runs: tuple[Run, ...],
        steps: int,
        starts: Array,
        sigma: Array,
        seed: int,
        keep: Keep,
    ) -> None:
        self._problems, self._runs, self._starts = problems, runs, starts
        self._sigma, self._seed, self._keep = sigma, seed, keep
        self.steps = steps
        """The steps of each run when all is done."""
        self._draws = np.random.default_rng(seed).standard_normal((steps, len(starts))) if sigma.any() else None
        self._order: Places = np.argsort(by_rule(runs), kind="stable")
        self._recorder: Recorder = (Final if keep == "final" else Trajectory)(problems, runs, self._order, steps, keep)
        self._first = 0
        self._block: Block | None = None
        self._noise: npt.NDArray[np.float64] = sigma

    @property
    def step(self) -> int:
        """The step to which every run has come: 0 until the last block of them is under way."""
        if self.done:
            return self.steps
        last = self._first + BLOCK >= len(self._order)
        return self._block.n if self._block is not None and last else 0

    @property
    def done(self) -> bool:
        """Whether every run has made all its steps."""
        return self._first >= len(self._order)

    @property
    def share(self) -> float:
        """How much of all is done."""
        steps = 0 if self._block is None else self._block.n
        return (self._first + len(self._columns) * steps / self.steps) / len(self._order)

    def advance(
        self,
        progress: Callable[[float], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
        *,
        to: int | None = None,
    ) -> None:
        """Go on to the end, to step `to`, or until `cancelled` answers True; see `simulate`."""
        hold_memory()
        last = self.steps if to is None else to
        with np.errstate(all="ignore"):
            while not self.done and self._goes_on(last, progress, cancelled):
                pass
        if self.done and progress is not None:
            progress(1.0)

    def _goes_on(
        self, last: int, progress: Callable[[float], None] | None, cancelled: Callable[[], bool] | None
    ) -> bool:
        """Take the steps of a block up to `last`; return whether the next block may follow."""
        block, draws, recorder = self._begun(), self._draws, self._recorder
        for n in range(block.n, last):
            block.step(None if draws is None else draws[n][:, None] * self._noise)
            recorder.record(block, n + 1)
            if n % _EVERY == 0:
                if progress is not None:
                    progress(self.share)
                if cancelled is not None and cancelled():
                    return False
        if block.n < self.steps:
            return False
        recorder.end(block)
        self._first, self._block = self._first + BLOCK, None
        return True

    def _begun(self) -> Block:
        """Return the block that is under way; begin the next one where none is."""
        if self._block is None:
            self._block = self._fresh()
            self._noise = self._sigma[self._columns]
            self._recorder.begin(self._block, slice(self._first, self._first + len(self._columns)))
        return self._block

    def _fresh(self) -> Block:
        columns = self._columns
        members = [self._problems[c] for c in columns] if len(self._problems) > 1 else list(self._problems)
        shared = stack(members) if len(members) > 1 else members[0]
        runs = [self._runs[c] for c in columns.tolist()]
        return block_of(shared, members, runs, np.ascontiguousarray(self._starts[:, columns]), self.steps)

    @property
    def _columns(self) -> Places:
        """The runs of the block that is under way or comes next."""
        return self._order[self._first : self._first + BLOCK]

    def __getstate__(self) -> dict[str, object]:
        """Return everything but the block's programs, which are made again where it goes on."""
        return {**self.__dict__, "_block": None if self._block is None else self._block.stand}

    def __setstate__(self, values: dict[str, Any]) -> None:
        """Stand where the other one stood."""
        stand = values.pop("_block")
        self.__dict__.update(values, _block=None)
        if stand is not None:
            self._block = self._fresh()
            self._block.resume(stand)

    def result(self) -> Result:
        """Return what is there: every run up to `step`, which is that of the result.

        Raises:
            concurrent.futures.CancelledError: there are more than 16,384 runs and not all is done: they are computed
                one block after the other.
        """
        step, block = self.step, self._block
        if not self.done and (block is None or step == 0 or len(self._order) > BLOCK):
            raise CancelledError
        recorder = self._recorder if block is None else self._recorder.upto(block, step)
        noise = None if self._draws is None else self._draws[:step, :, None] * self._sigma
        with np.errstate(all="ignore"):
            return recorder.result(noise, _Again(self, step))


class _Again:
    """The same simulation, once more and with the optimizers' buffers."""

    def __init__(self, of: Simulation, step: int) -> None:
        self._asked = (of._problems, of._runs, of.steps, of._starts, of._sigma, of._seed)
        self._step = step

    def __call__(self) -> Result:
        again = Simulation(*self._asked, "states")
        again.advance(to=self._step)
        return again.result()
