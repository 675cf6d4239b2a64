"""What a problem answers: its loss, gradient and Hessian, and what is known of it."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar, Protocol

import numpy as np

from lrviz.catalog import Array, Entry, hypers
from lrviz.formula import Compiled, compile_formula
from lrviz.problems.bottom import InfimumIs
from lrviz.problems.minimum import lowest

Interval = tuple[float, float]


class Evaluator(Protocol):
    """What the simulation loop asks of a problem; results may live in buffers that the next call overwrites."""

    def value(self, w: Array) -> Array:
        """Return the loss `(…)` at `w` of shape `(d, …)`."""

    def gradient(self, w: Array) -> Array:
        """Return the gradient `(d, …)`."""

    def hessian(self, w: Array) -> Array:
        """Return the Hessian `(d, d, …)`."""

    def descent(self, w: Array) -> tuple[Array, Array]:
        """Return loss and gradient; what they have in common is computed once."""


class Problem(Entry, kind="problem"):
    """A function to be minimised, in `dimension` coordinates.

    Positions are arrays `w` of shape `(d, …)`, component first; the rest of the shape is arbitrary.
    """

    variables: ClassVar[tuple[str, ...]] = ("x", "y")
    quadratic: ClassVar[bool] = False
    """Whether the curvature is the same everywhere, so that the theory of the rate is exact."""
    kinks: ClassVar[str] = ""
    """Where the function has no derivative, and which value is taken there; empty where it is smooth."""

    @property
    def domain(self) -> tuple[Interval, ...]:
        """What the picture shows: `(low, high)` for each coordinate."""
        raise NotImplementedError

    @property
    def start(self) -> tuple[float, ...]:
        """Where a run begins unless it is told otherwise."""
        raise NotImplementedError

    @property
    def stops(self) -> tuple[Interval, ...] | None:
        """Out of this box a run has left for good, once its loss is below `brink`: nothing there leads back up.

        None where the loss does not fall for ever.
        """
        return None

    @cached_property
    def brink(self) -> float:
        """The lowest loss in the domain, of a problem with `stops`: its border is looked at in 32 parts."""
        if self.infimum is not None:
            return self.infimum
        axes = [np.linspace(low, high, 33) for low, high in self.domain]
        return float(self.loss(np.stack(np.meshgrid(*axes))).min())

    @property
    def minima(self) -> Array:
        """The known global minima, `(d, k)`, within `stops` where there are any; `k` may be 0."""
        return np.empty((self.dimension, 0))

    @property
    def infimum(self) -> float | None:
        """The lowest value, within `stops` where there are any; None where it is not known or there is none."""
        return None

    @property
    def infimum_is(self) -> InfimumIs:
        """Whether there is a lowest value, within `stops` where there are any."""
        if self.infimum is not None:
            return "attained"
        return "unbounded" if self.stops is not None else "unknown"

    @property
    def dimension(self) -> int:
        """The number of coordinates."""
        return len(self.variables)

    @property
    def latex(self) -> str:
        """The formula, for typesetting."""
        raise NotImplementedError

    def loss(self, w: Array) -> Array:
        """Return the loss `(…)` at positions `w` of shape `(d, …)`."""
        raise NotImplementedError

    def grad(self, w: Array) -> Array:
        """Return the gradient `(d, …)` at positions `w` of shape `(d, …)`."""
        raise NotImplementedError

    def hessian(self, w: Array) -> Array:
        """Return the Hessian `(d, d, …)` at positions `w` of shape `(d, …)`."""
        raise NotImplementedError

    def evaluator(self, shape: tuple[int, ...]) -> Evaluator:
        """Return loss, gradient and Hessian for positions `(d, *shape)`, for one thread, as fast as they can be had."""
        raise NotImplementedError


class Surface(Problem, abstract=True):
    """A function given by one formula in its variables and parameters."""

    formula: ClassVar[str]
    guesses: ClassVar[tuple[tuple[float, ...], ...]] = ()
    """Points near the minima of a surface whose minima move with its parameters; they are searched from here."""

    @property
    def text(self) -> str:
        """The formula as text."""
        return self.formula

    @cached_property
    def compiled(self) -> Compiled:
        """The formula's programs."""
        return compile_formula(self.text, self.variables, tuple(n for n, s in hypers(type(self)).items() if s.stacks))

    @property
    def latex(self) -> str:
        """The formula, for typesetting."""
        return self.compiled.latex

    @cached_property
    def minima(self) -> Array:
        """The known global minima, `(d, k)`: what a descent from the `guesses` finds."""
        return lowest(self, self.guesses) if self.guesses else np.empty((self.dimension, 0))

    @cached_property
    def infimum(self) -> float | None:
        """The lowest value: the loss at the minima, None where they are not known."""
        return float(self.loss(self.minima[:, 0])) if self.minima.size else None

    @property
    def parameters(self) -> tuple[Array | float, ...]:
        """The values of the formula's parameters, in their order; in a batch arrays of shape `(R,)`."""
        return tuple(getattr(self, name) for name in self.compiled.parameters)

    def loss(self, w: Array) -> Array:
        """Return the loss `(…)` at positions `w` of shape `(d, …)`."""
        return self.compiled.value(_positions(self, w), self.parameters)

    def grad(self, w: Array) -> Array:
        """Return the gradient `(d, …)` at positions `w` of shape `(d, …)`."""
        return self.compiled.gradient(_positions(self, w), self.parameters)

    def hessian(self, w: Array) -> Array:
        """Return the Hessian `(d, d, …)` at positions `w` of shape `(d, …)`."""
        return self.compiled.hessian(_positions(self, w), self.parameters)

    def evaluator(self, shape: tuple[int, ...]) -> Evaluator:
        """Return the formula's programs over buffers of their own."""
        return _Bound(self.compiled, shape, self.parameters)


class _Bound:
    """A workspace with its parameters."""

    def __init__(self, compiled: Compiled, shape: tuple[int, ...], parameters: tuple[Array | float, ...]) -> None:
        self._workspace = compiled.workspace(shape)
        self._parameters = parameters

    def value(self, w: Array) -> Array:
        return self._workspace.value(w, self._parameters)

    def gradient(self, w: Array) -> Array:
        return self._workspace.gradient(w, self._parameters)

    def hessian(self, w: Array) -> Array:
        return self._workspace.hessian(w, self._parameters)

    def descent(self, w: Array) -> tuple[Array, Array]:
        return self._workspace.descent(w, self._parameters)


def _positions(problem: Problem, w: Array) -> Array:
    positions = np.asarray(w, dtype=np.float64)
    if positions.ndim == 0 or positions.shape[0] != problem.dimension:
        raise ValueError(
            f"Positions for {problem.name} must have {problem.dimension} rows (component first), "
            f"got shape {positions.shape}."
        )
    return positions


def points(*members: tuple[float, ...]) -> Array:
    """Return points as a read-only array `(d, k)`."""
    columns = np.array(members, dtype=np.float64).T
    columns.setflags(write=False)
    return columns
