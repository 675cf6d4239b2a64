"""Thousands of variants of one run at once, as arrays: for sweeps and maps, through the one loop."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lrviz.catalog import E_, Array, Entry, Nested, hypers
from lrviz.optimizers import Optimizer, Option
from lrviz.problems import Problem
from lrviz.schedules import Constant, Schedule
from lrviz.simulation.loop import Block, Part, Position, bounds, ended, hold_memory
from lrviz.simulation.rates import Rates, Scheduled

Whole = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
_EVERY = 4
"""Steps after which it is looked whether runs can be left out."""
_SPARE = 0.0625
"""The share of finished runs at which the others go on without them."""
_TIDY = 32
"""Steps after which even a single run that was lost is left out: as long as it is there, every step looks closely."""


@dataclass(frozen=True)
class Batch:
    """Runs of one rule; problem, optimizer, schedule and options may be stacks (`lrviz.catalog.stack`) of `(R,)`."""

    problem: Problem
    optimizer: Optimizer
    lr: Array
    """The peak rates, `(R,)`."""
    start: Array
    """Where each run begins, `(d, R)`."""
    target: Array
    """The loss that each run should reach, `(R,)`; −inf for none."""
    noise: Array
    """Standard deviation of the noise on each gradient component, `(R,)`."""
    warmup: Array
    """Steps of linear warm-up, `(R,)`."""
    schedule: Schedule = field(default_factory=Constant)
    options: tuple[Option, ...] = ()
    length: int | None = None
    """The steps for which the schedules are made; None: those that are simulated."""

    def select(self, columns: Mask | slice) -> Batch:
        """Return some of the runs."""
        return replace(
            self, problem=selected(self.problem, columns), optimizer=selected(self.optimizer, columns),
            schedule=selected(self.schedule, columns), lr=self.lr[columns], start=self.start[:, columns],
            target=self.target[columns], noise=self.noise[columns], warmup=self.warmup[columns],
            options=tuple(selected(option, columns) for option in self.options),
        )  # fmt: skip


class Ends(NamedTuple):
    """How each run of a batch ended, `(R,)`; `final` and `tail` are component first."""

    final: Array
    """The last position, `(d, R)`; NaN for a run that diverged or left."""
    final_loss: Array
    best_loss: Array
    peak: Array
    """The highest finite loss on the way."""
    settled_at: Whole
    """The step from which on the loss is at or below the target to the end; -1 where it is not at the end.

    The first such step where the run is over at its target."""
    ended_at: Whole
    """The first step at which the run had diverged or left for good; -1 where it did not."""
    fell: Mask
    """Whether a run that ended was lower than where it began: it left, and did not diverge."""
    evaluations: Whole
    tail: Array | None
    """The last positions, oldest first, `(k + 1, d, R)`."""
    tail_loss: Array | None
    """The losses there, `(k + 1, R)`."""
    halves: Array | None
    """The lowest and the highest loss up to the first of `simulate_batch`'s `halves`, then from there to the second,
    then from there to the end, `(6, R)`."""


def selected(entry: E_, columns: Mask | Whole | slice) -> E_:
    """Return an entry, which may be a stack, for some of the runs."""
    arrays = dict(_arrays(entry))
    return with_values(entry, {path: array[columns] for path, array in arrays.items()}) if arrays else entry


def _arrays(entry: Entry, prefix: str = "") -> Iterator[tuple[str, Array]]:
    """Yield the path of every field that differs from run to run, and its values `(R,)`."""
    for name, spec in hypers(type(entry)).items():
        value = getattr(entry, name)
        if isinstance(spec, Nested):
            yield from _arrays(value, f"{prefix}{name}.")
        elif isinstance(value, np.ndarray) and value.ndim:
            yield prefix + name, value


def with_values(entry: E_, values: Mapping[str, Array]) -> E_:
    """Return `entry` with some fields replaced by arrays `(R,)`, one value for each run; nothing is checked.

    `values` are keyed by the name of the field; of an entry in the entry by a path (`second.floor`).
    """
    stacked = object.__new__(type(entry))
    for name, spec in hypers(type(entry)).items():
        value = values.get(name, getattr(entry, name))
        if isinstance(spec, Nested):
            inner = {path.removeprefix(f"{name}."): v for path, v in values.items() if path.startswith(f"{name}.")}
            value = with_values(value, inner)
        object.__setattr__(stacked, name, np.asarray(value, dtype=np.float64) if spec.stacks else value)
    return stacked


def simulate_batch(
    batch: Batch,
    steps: int,
    *,
    seed: int = 0,
    tail: int = 0,
    halves: tuple[int, int] | None = None,
    until_target: bool = False,
    extremes: bool = True,
    told: Callable[[float], bool] | None = None,
) -> Ends:
    """Simulate a batch for `steps` steps; the arguments were checked by the caller.

    Args:
        batch: As many runs as fit into the processor's cache go fastest: about 8,192.
        steps: At least 1.
        seed: Of the noise; every run sees the same draws.
        tail: How many of the last steps are kept.
        halves: Two steps: the extremes of the loss are wanted from the first to the second, and from there to the end.
        until_target: Whether a run is over when it has reached its target; what is recorded then ends there.
        extremes: Whether the lowest and the highest loss are wanted; else they are infinite.
        told: Called every few steps with the share of them that is done; where it answers True, what was found so far
            is returned.
    """
    noisy = bool(batch.noise.any())
    draws = np.random.default_rng(seed).standard_normal((steps, len(batch.start))) if noisy else None
    hold_memory()
    watch = _Watch(batch, steps, tail, until_target, extremes, halves)
    with np.errstate(all="ignore"):
        watch.see(0)
        for n in range(1, steps + 1):
            watch.block.step(None if draws is None else draws[n - 1][:, None] * watch.batch.noise)
            watch.see(n)
            if n % _EVERY == 0 and (_unwanted(told, n / steps) or (n < steps - tail and watch.settle(n))):
                break
        return watch.ends()


def _unwanted(told: Callable[[float], bool] | None, share: float) -> bool:
    return told is not None and told(share)


def _block(batch: Batch, steps: int) -> Block:
    rates = _rates(batch, steps)
    at = Position(batch.problem, batch.start)
    at.lr = rates.at(0)
    part = Part(slice(0, len(batch.lr)), batch.optimizer, at, batch.optimizer.init(at), batch.options)
    return Block(batch.problem, [part], rates, batch.start)


def _rates(batch: Batch, steps: int) -> Rates:
    return Rates(batch.lr, [Scheduled(np.arange(len(batch.lr)), batch.schedule, batch.warmup)], batch.length or steps)


def _narrowed(block: Block, batch: Batch, steps: int, kept: Mask) -> Block:
    """Return the block with the runs `kept` alone, for `batch` which holds these already."""
    part = block.parts[0]
    w = kept_of(block.w, kept)
    at = Position(batch.problem, w)
    at.extra = part.at.extra[kept]
    state = {name: kept_of(value, kept) for name, value in part.state.items()}
    part = Part(slice(0, len(batch.lr)), batch.optimizer, at, state, batch.options)
    narrowed = Block(batch.problem, [part], _rates(batch, steps).continued(block.scheduled, kept), w)
    narrowed.n = block.n
    return narrowed


def kept_of(array: Array, kept: Mask) -> Array:
    """Return the runs `kept` of an array `(…, R)`, each row in one piece: an index would put the columns first."""
    return np.ascontiguousarray(np.compress(kept, array, axis=-1))


class _Watch:
    """Sees a block after each step; `columns` says where its runs stand in the whole batch."""

    def __init__(
        self, batch: Batch, steps: int, tail: int, until_target: bool, extremes: bool, halves: tuple[int, int] | None
    ) -> None:
        count = len(batch.lr)
        self.batch, self._steps, self._tail, self._until = batch, steps, tail, until_target
        self._extremes, self._halves = extremes, halves
        self._ranges = np.tile([[np.inf], [-np.inf]], (3, count))
        self.block = _block(batch, steps)
        self._columns = np.arange(count)
        self._bounds = bounds(batch.problem)
        self._first = self._loss = np.full(count, np.nan)
        self._kept: list[tuple[Array, Array]] = []
        self._final = np.full(batch.start.shape, np.nan)
        self._final_loss = np.full(count, np.nan)
        self._best, self._peak = np.full(count, np.inf), np.full(count, -np.inf)
        self._low, self._high = self._best.copy(), self._peak.copy()
        self._settled = np.full(count, -1, dtype=np.int64)
        self._ended = np.full(count, -1, dtype=np.int64)
        self._fell = np.zeros(count, dtype=bool)
        self._evaluations = np.full(count, steps, dtype=np.int64)
        self._open()

    def _open(self) -> None:
        """Take up the runs that are left, with scratch arrays of their number."""
        columns = self._columns
        self._alive, self._waiting = np.ones(len(columns), dtype=bool), self._settled[columns] < 0
        self._dead = False

    def see(self, n: int) -> None:
        """Note losses, targets reached and runs that ended."""
        shown = self.block.shown
        loss = self.block.loss(shown)
        if n == 0:
            self._first = loss.copy()
        lost = ended(self.block, self.batch.problem, self._bounds, shown, loss)
        if lost is not None:
            self._end(n, lost & self._alive, loss)
        if self._dead:
            loss = np.where(self._alive, loss, np.nan)
        if self._extremes:
            np.fmin(self._low, loss, out=self._low)
            np.fmax(self._high, loss, out=self._high)
        inside = loss <= self.batch.target
        changed = inside == self._waiting  # they come within the target, or leave it again
        if self._until:
            changed &= inside
        if changed.any():
            self._settled[self._columns[changed]] = np.where(inside[changed], n, -1)
            self._waiting[changed] = ~inside[changed]
        self._loss = loss
        if self._halves is not None and n >= self._halves[0]:
            if n == self._halves[0]:
                self._ranges[0], self._ranges[1] = self._low, self._high
            low, high = self._ranges[2:4] if n < self._halves[1] else self._ranges[4:]
            np.fmin(low, loss, out=low)
            np.fmax(high, loss, out=high)
        if self._tail and n >= self._steps - self._tail:
            self._kept.append((shown.copy(), loss.copy()))

    def _end(self, n: int, fresh: Mask, loss: Array) -> None:
        if not fresh.any():
            return
        columns = self._columns[fresh]
        self._dead = True
        self._ended[columns] = n
        self._final[:, columns] = self._final_loss[columns] = np.nan
        self._evaluations[columns] = n + self.block.extra[fresh]
        self._fell[columns] = loss[fresh] < self._first[fresh]
        self._alive &= ~fresh

    def settle(self, n: int) -> bool:
        """Leave out what is finished, where that is much; return whether all is."""
        going = self._alive & self._waiting if self._until else self._alive
        count = int(going.sum())
        few = count > (1 - _SPARE) * len(going)
        if count == len(going) or (few and not (self._dead and n % _TIDY == 0)):
            return False
        self._close(n, ~going)
        self._columns = self._columns[going]
        self.batch = self.batch.select(going)
        self.block = _narrowed(self.block, self.batch, self._steps, going)
        self._first, self._loss = self._first[going], self._loss[going]
        self._low, self._high = self._low[going], self._high[going]
        self._ranges = np.ascontiguousarray(self._ranges[:, going])
        self._open()
        return count == 0

    def _close(self, n: int, leaving: Mask) -> None:
        """Write down where the runs are that are left out now."""
        columns = self._columns[leaving]
        self._best[columns], self._peak[columns] = self._low[leaving], self._high[leaving]
        alive = leaving & self._alive
        columns = self._columns[alive]
        self._final[:, columns] = self.block.shown[:, alive]
        self._final_loss[columns] = self._loss[alive]
        self._evaluations[columns] = n + self.block.extra[alive]

    def ends(self) -> Ends:
        """Return what was found."""
        if len(self._columns):
            self._close(self.block.n, np.ones(len(self._columns), dtype=bool))
        tail, tail_loss = self._tails()
        ranges = None if self._halves is None else np.full((6, len(self._best)), np.nan)
        if ranges is not None:
            ranges[:, self._columns] = self._ranges
        return Ends(
            self._final, self._final_loss, self._best, self._peak, self._settled, self._ended, self._fell,
            self._evaluations, tail, tail_loss, ranges,
        )  # fmt: skip

    def _tails(self) -> tuple[Array | None, Array | None]:
        if not self._kept:
            return None, None
        dimension, count = len(self._final), len(self._best)
        tail, loss = np.full((len(self._kept), dimension, count), np.nan), np.full((len(self._kept), count), np.nan)
        for i, (shown, value) in enumerate(self._kept):
            tail[i][:, self._columns], loss[i][self._columns] = shown, value
        return tail, loss
