"""The one loop: every run of a block takes its step at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lrviz.catalog import Array, batch_key, stack
from lrviz.optimizers import Mask, Optimizer, Option, State
from lrviz.problems import Problem
from lrviz.problems.problem import Interval
from lrviz.simulation.rates import Rates, cycles_momentum, rates_of
from lrviz.simulation.run import Run

Places = npt.NDArray[np.int64]
FAR = 1e6
"""A coordinate that is this many widths of the domain away from its middle has diverged."""

_ALONE = 8192
"""Numbers whose squares are summed in one call: of more than 10,000 OpenBLAS makes work for its threads, which wait in
a loop for the next call; they take the cores from the other processes of a map, and here from each other."""


class Position:
    """Where and when a rule is asked (`lrviz.optimizers.At`), for one part of a block."""

    __slots__ = ("_evaluator", "_noise", "_problem", "extra", "lr", "momentum", "t", "w")

    def __init__(self, problem: Problem, w: Array) -> None:
        self._problem = problem
        self._evaluator = problem.evaluator(w.shape[1:])
        self._noise: Array | None = None
        self.extra = np.zeros(w.shape[1], dtype=np.int64)
        self.t = 0
        self.lr: Array = np.zeros(w.shape[1])
        self.momentum: Array | None = None
        self.w = w

    def move_to(self, t: int, w: Array, lr: Array, momentum: Array | None, noise: Array | None) -> None:
        """Begin update `t` at `w`."""
        self.t, self.w, self.lr, self.momentum, self._noise = t, w, lr, momentum, noise

    def loss(self, w: Array | None = None, where: Mask | None = None) -> Array:
        """Return the loss, tilted by this step's noise, `(R,)`; counted for the runs in `where`."""
        here = self.w if w is None else w
        self.extra += 1 if where is None else where
        value = self._evaluator.value(here).copy()
        return value if self._noise is None else value + (self._noise * here).sum(axis=0)

    def grad(self, w: Array | None = None, where: Mask | None = None) -> Array:
        """Return the gradient with this step's noise, `(d, R)`; counted for the runs in `where`."""
        self.extra += 1 if where is None else where
        gradient = self._evaluator.gradient(self.w if w is None else w)
        return gradient.copy() if self._noise is None else gradient + self._noise

    def hessian(self, w: Array | None = None) -> Array:
        """Return the Hessian, `(d, d, R)`."""
        self.extra += len(self.w)
        return self._evaluator.hessian(self.w if w is None else w).copy()


@dataclass
class Part:
    """The runs of a block that share a rule."""

    span: slice
    rule: Optimizer
    at: Position
    state: State
    options: tuple[Option, ...] = ()

    def move(self, g: Array) -> Array:
        """Take the state one step further and return the displacement."""
        for option in self.options:
            g = option.gradient(g, self.at.w)
        displacement, self.state = self.rule.update(g, self.state, self.at)
        for option in self.options:
            displacement = option.displacement(displacement, self.at.w, self.at.lr)
        return displacement

    def let_go(self, buffer: Array) -> None:
        """Copy what of the state lies in `buffer`, which the next step overwrites; few rules keep a gradient."""
        for name, value in self.state.items():
            if np.may_share_memory(value, buffer):
                self.state = {**self.state, name: value.copy()}


class Stand(NamedTuple):
    """Where a block stands, in arrays alone: what another process needs to go on with the same runs."""

    n: int
    w: Array
    known: tuple[Array, Array] | None
    given: Array
    parts: tuple[tuple[State, Places], ...]
    seen: tuple[State, ...]


class Block:
    """Runs that are computed together, sorted so that those of one rule stand side by side."""

    def __init__(self, problem: Problem, parts: Sequence[Part], rates: Rates, start: Array) -> None:
        self.w = start
        self.n = 0
        self._known: tuple[Array, Array] | None = None
        self._evaluator = problem.evaluator(start.shape[1:])
        self.scheduled = rates
        self._given = rates.at(0)
        self.finds_rates = rates.feedback or any(part.rule.rate_slot for part in parts)
        """Whether some rates are known only after their step: a rule or a schedule finds them."""
        self.parts = parts
        self._views = any(type(part.rule).shown is not Optimizer.shown for part in self.parts)

    def step(self, noise: Array | None) -> None:
        """Take one step; `noise` `(d, R)` is added to the gradient."""
        w, rates, momenta = self.w, self.scheduled.at(self.n), self.scheduled.momentum_at(self.n)
        if self.scheduled.feedback:
            rates = self.scheduled.adapted(self.n, rates, self.loss(self.shown))
        buffer = self._evaluator.gradient(w) if self._known is None else self._known[1]
        gradient = buffer if noise is None else buffer + noise
        following = np.empty_like(w)
        for part in self.parts:
            span = part.span
            here = w[:, span]
            momentum = None if momenta is None or np.isnan(momenta[span.start]) else momenta[span]
            part.at.move_to(self.n + 1, here, rates[span], momentum, None if noise is None else noise[:, span])
            np.subtract(here, part.move(gradient[:, span]), out=following[:, span])
            part.let_go(buffer)
        self.w, self._known = following, None
        self._given = rates
        self.n += 1

    @property
    def stand(self) -> Stand:
        """Where it stands."""
        parts = tuple((part.state, part.at.extra) for part in self.parts)
        return Stand(self.n, self.w, self._known, self._given, parts, self.scheduled.seen)

    def resume(self, stand: Stand) -> None:
        """Go on where another block of the same runs stands."""
        self.n, self.w, self._known, self._given = stand.n, stand.w, stand.known, stand.given
        for part, (state, extra) in zip(self.parts, stand.parts, strict=True):
            part.state, part.at.extra = state, extra
        self.scheduled.resume(stand.seen)

    @property
    def shown(self) -> Array:
        """The positions that are drawn, `(d, R)`."""
        if not self._views:
            return self.w
        return np.concatenate([part.rule.shown(self.w[:, part.span], part.state) for part in self.parts], axis=1)

    @property
    def rates(self) -> Array:
        """The rates of the last step as they were, `(R,)`."""
        rates = self._given.copy()
        for part in self.parts:
            if part.rule.rate_slot:
                rates[part.span] = part.state[part.rule.rate_slot][0]
        return rates

    @property
    def views(self) -> bool:
        """Whether some rule draws another point than the one where its gradient is taken."""
        return self._views

    @property
    def extra(self) -> Places:
        """Evaluations so far beyond one gradient a step, `(R,)`."""
        counts = [part.at.extra for part in self.parts]
        return counts[0] if len(counts) == 1 else np.concatenate(counts)

    def loss(self, w: Array) -> Array:
        """Return the loss at `w` `(d, R)`, in a buffer that the next call overwrites.

        At the iterate itself its gradient is computed along with it, for the next step.
        """
        if w is not self.w:
            return self._evaluator.value(w)
        if self._known is None:
            self._known = self._evaluator.descent(w)
        return self._known[0]


def block_of(problem: Problem, problems: Sequence[Problem], runs: Sequence[Run], start: Array, length: int) -> Block:
    """Return the block of `runs` from `start` `(d, R)`; `problem` stands for one problem, or for all `problems`."""
    rates = rates_of(runs, length)
    parts = [_part(span, problems, runs, start, rates.at(0)[span]) for span in _spans(runs)]
    return Block(problem, parts, rates, start)


def by_rule(runs: Sequence[Run]) -> Places:
    """Number the rules in the order in which they occur; return the number of each run's, `(R,)`."""
    if _are_alike(runs):
        return np.zeros(len(runs), dtype=np.int64)
    numbers: dict[object, int] = {}
    return np.array([numbers.setdefault(_rule_key(run), len(numbers)) for run in runs])


def _are_alike(runs: Sequence[Run]) -> bool:
    """Whether their classes alone say that all runs share a rule, as those of a sweep do."""
    rules, schedules = {type(run.optimizer) for run in runs}, {type(run.schedule) for run in runs}
    plain = not any(run.options for run in runs)
    return plain and len(rules) == len(schedules) == 1 and not rules.pop().shared_hypers


def _rule_key(run: Run) -> tuple[object, ...]:
    """Return what runs must share to take their steps as one."""
    options = tuple(batch_key(option) for option in run.options)
    return (*batch_key(run.optimizer), cycles_momentum(run.schedule), options)


def _spans(runs: Sequence[Run]) -> list[slice]:
    borders = [0, *(np.flatnonzero(np.diff(by_rule(runs))) + 1).tolist(), len(runs)]
    return [slice(a, b) for a, b in pairwise(borders)]


def _part(span: slice, problems: Sequence[Problem], runs: Sequence[Run], start: Array, lr: Array) -> Part:
    rule = stack([run.optimizer for run in runs[span]])
    at = Position(stack(problems[span]) if len(problems) > 1 else problems[0], start[:, span])
    at.lr = lr
    options = tuple(stack(same) for same in zip(*(run.options for run in runs[span]), strict=True))
    return Part(span, rule, at, rule.init(at), options)


def out_of_bounds(problem: Problem, w: Array, loss: Array) -> npt.NDArray[np.bool_]:
    """Return where a run has ended, `(…)`: `w` is `(d, …)`, `loss` `(…)`.

    Something is not finite, or a coordinate is more than a million widths of the domain from its middle, or it is
    outside of `problem.stops`, from where the loss falls for ever, and lower than all that the picture shows: a run
    that is only out there may come back. No ratio of losses is used: they may start at 0 or below.
    """
    fine = np.isfinite(loss) & _within(_far(problem), w)
    if problem.stops is not None:
        fine &= _within(problem.stops, w) | (loss >= problem.brink)
    return np.asarray(~fine)


def _within(box: Sequence[Interval], w: Array) -> npt.NDArray[np.bool_]:
    sides = [(row >= low) & (row <= high) for row, (low, high) in zip(w, box, strict=True)]
    return np.asarray(np.all(sides, axis=0))


def _far(problem: Problem) -> list[Interval]:
    middles = [((low + high) / 2, FAR * (high - low)) for low, high in problem.domain]
    return [(middle - reach, middle + reach) for middle, reach in middles]


def ended(block: Block, problem: Problem, limits: Bounds, shown: Array, loss: Array) -> Mask | None:
    """Return which runs of a block have ended, by what is drawn or where the gradient is taken; None where none has.

    `shown` `(d, R)` is what is drawn, `loss` `(R,)` the loss there.
    """
    places = (shown, block.w) if block.views else (shown,)
    if all(all_in_bounds(limits, w, loss) for w in places):
        return None
    return np.asarray(np.logical_or.reduce([out_of_bounds(problem, w, loss) for w in places]))


class Bounds(NamedTuple):
    """Where a run surely goes on."""

    box: Sequence[Interval]
    """The interval of each coordinate outside of which it may have ended."""
    reach: float
    """The radius of the largest ball around the origin that lies in the box; negative where none does."""


def bounds(problem: Problem) -> Bounds:
    """Return the bounds of a problem."""
    box = problem.stops or _far(problem)
    return Bounds(box, min(min(-low, high) for low, high in box))


def all_in_bounds(bounds: Bounds, w: Array, loss: Array) -> bool:
    """Return True only if no run of `w` `(d, R)` can have ended (`out_of_bounds`), at a fraction of the price.

    Sums of squares say so of most steps: a sum is finite only if all is, and no coordinate is larger than its root.
    Where they do not, the extremes say it.
    """
    if _length(w) <= bounds.reach and math.isfinite(_length(loss)):
        return True
    if not math.isfinite(np.add.reduce(loss)):
        return False
    ends = zip(np.minimum.reduce(w, axis=1).tolist(), np.maximum.reduce(w, axis=1).tolist(), bounds.box, strict=True)
    return all(low <= lowest and highest <= high for lowest, highest, (low, high) in ends)


def _length(array: Array) -> float:
    flat = array.reshape(-1)
    if len(flat) <= _ALONE:
        return math.sqrt(np.dot(flat, flat))
    pieces = (flat[i : i + _ALONE] for i in range(0, len(flat), _ALONE))
    return math.sqrt(sum(float(np.dot(piece, piece)) for piece in pieces))


def hold_memory() -> None:
    """Take 8 MB and give them back at once.

    Until it has seen an array so large come and go, glibc returns the memory of a step's arrays to the system after
    each step; to ask for it again would take a third of the time.
    """
    np.empty(2**20)
