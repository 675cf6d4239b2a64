"""What an optimizer is: a pure rule from gradient and state to displacement and next state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from lrviz.catalog import Array, Entry, Twin

State = dict[str, Array]
Mask = npt.NDArray[np.bool_]
Unit = Literal["curvature", "length", "none"]
Owned = Literal["weight_decay", "clipping", "averaging"]


class At(Protocol):
    """Where and when a rule is asked: step, rate, position, and the problem for the few rules that look further.

    `loss`, `grad` and `hessian` see the same draw of the gradient noise as the gradient that was handed over, and
    each call is counted in `Result.evaluations`.
    """

    @property
    def t(self) -> int:
        """The number of this update: from 1."""

    @property
    def lr(self) -> Array:
        """The rate of this step, `(R,)`; in `init` that of the first."""

    @property
    def w(self) -> Array:
        """The position at which the gradient was taken, `(d, R)`."""

    @property
    def momentum(self) -> Array | None:
        """What a schedule that cycles the momentum puts in its place, `(R,)`; None where none does."""

    def loss(self, w: Array | None = None, where: Mask | None = None) -> Array:
        """Return the loss at `w` (default: here), `(R,)`; counted for the runs in the mask `where` (default: all)."""

    def grad(self, w: Array | None = None, where: Mask | None = None) -> Array:
        """Return the gradient at `w` (default: here), `(d, R)`; counted for the runs in `where`."""

    def hessian(self, w: Array | None = None) -> Array:
        """Return the Hessian at `w` (default: here), `(d, d, R)`."""


class Taken(NamedTuple):
    """Updates of one run that were taken, each a row."""

    t: Array
    """Their numbers, from 1, `(steps, 1)`."""
    g: Array
    """The gradients, `(steps, d)`."""
    w: Array
    """Where they were taken, `(steps, d)`."""
    momentum: Array | None
    """What a schedule put in the momentum's place, `(steps, 1)`; None where none did."""


class Optimizer(Entry, kind="optimizer"):
    """An update rule over batches of runs: arrays are `(d, R)`, hyper-parameters 0-d or `(R,)`.

    The loop subtracts the displacement that `update` returns, and does nothing else.
    """

    slots: ClassVar[tuple[str, ...]] = ()
    """The names of the state's arrays, which start at zero unless `init` says otherwise; each `(d, R)`, or `(1, R)`
    where it holds one number a run."""
    rate_slot: ClassVar[str] = ""
    """The slot `(1, R)` with the rate that a rule found itself: `Result.lr` then shows it. Empty: the rate is given."""
    owns: ClassVar[tuple[Owned, ...]] = ()
    """What the rule does itself, so that a run cannot ask for it again as an option."""
    drawn: ClassVar[str] = ""
    """Which point is drawn and where the gradient is taken, in a sentence; empty where both are the iterate."""
    cycled: ClassVar[str] = ""
    """The hyper-parameter whose place a schedule that cycles the momentum takes; empty where it leaves all alone."""
    direction: ClassVar[str] = ""
    """What the rate is multiplied by, as arithmetic of `g`, the slots after the update and what `between` names; empty
    where it is not said."""
    preset: ClassVar[float] = 0.1
    """The default rate, in the unit below."""
    unit: ClassVar[Unit] = "length"
    """What a rate is measured in: `curvature`, one over the largest curvature; `length`, widths of the domain;
    `none`, a factor."""
    torch: ClassVar[Twin | None] = None
    optax: ClassVar[Twin | None] = None
    keras: ClassVar[Twin | None] = None
    slot_help: ClassVar[Mapping[str, str]] = {}
    """What each slot holds, in a few words."""

    def init(self, at: At) -> State:
        """Return the state before the first update; zeros for every slot."""
        return {slot: np.zeros_like(at.w) for slot in self.slots}

    def update(self, g: Array, state: State, at: At) -> tuple[Array, State]:
        """Return the displacement `(d, R)` and the next state, from gradient `g` `(d, R)`; change nothing in place."""
        raise NotImplementedError

    def momentum_of(self, at: At | Taken) -> Array:
        """Return the momentum of this step: the schedule's where it cycles it, else the rule's own."""
        return np.asarray(getattr(self, self.cycled)) if at.momentum is None else at.momentum

    def stable_below(self, curvature: float) -> float | None:
        """Return the rate below which the rule is stable on a quadratic of this largest curvature; None if unknown."""
        return None

    def effective(self, state: State, lr: Array, t: Array) -> Array | None:
        """Return the multiplier of the (mean) gradient per coordinate in update `t`; None if there is no such number.

        `state` is the state after the update. Elementwise in all arguments: for one run over its steps they are
        `(steps, d)` or `(steps, 1)`.
        """
        return None

    def between(self, state: State, taken: Taken) -> dict[str, Array]:
        """Return what the rule computes between the buffers and the direction, by the name it has there.

        `state` is the state after the update, elementwise as in `effective`; a number for all coordinates is `(steps,
        1)` or a scalar.
        """
        return {}

    def shown(self, w: Array, state: State) -> Array:
        """Return the point that is drawn, `(d, R)`: the iterate, unless the method keeps another."""
        return w
