"""The visitor's own formula."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np

from lrviz.catalog import SEPARATOR, Array, Hyper, Number, Text, declared, shown_value
from lrviz.formula import MAX_CHARACTERS, Compiled, FormulaError, compile_formula, parse
from lrviz.problems.bottom import Bottom, InfimumIs, bottom
from lrviz.problems.problem import Interval, Surface

WIDEST = 1e6
"""The largest coordinate that a domain may have."""
_GRID = 33
"""Points in each direction at which a formula is tried; an odd number, so that the middle is among them."""
_LETTERS = ("x", "y", "w")
_OFFERED = "x, y, pi, e, or w alone"
_WRONG_VARIABLE = {
    1: "a domain of one interval has one variable, x or w; for two write x and y, and give it a second interval.",
    2: "a domain of two intervals has the variables x and y; w stands alone, with one interval.",
}


@dataclass(frozen=True)
class Box(Hyper):
    """One or two intervals `(low, high)`."""

    def check(self, owner: str, value: object) -> tuple[Interval, ...]:
        """Return a tuple of intervals, each with `low < high`."""
        rows = np.asarray(_sequence(owner, value, "one or two pairs (low, high)"), dtype=object)
        if rows.ndim != 2 or rows.shape[0] not in (1, 2) or rows.shape[1] != 2:
            raise ValueError(f"{owner} must be one or two pairs (low, high), got {shown_value(value)}.")
        number = Number("", -WIDEST, WIDEST)
        box = tuple((number.check(owner, low), number.check(owner, high)) for low, high in rows.tolist())
        for low, high in box:
            if not high - low >= 1e-6 * max(1.0, abs(low), abs(high)):
                raise ValueError(f"{owner} must have low < high in every coordinate, got {shown_value(value)}.")
        return box

    def write(self, value: tuple[Interval, ...]) -> str:
        """Join the borders with the separator."""
        return SEPARATOR.join(repr(border) for interval in value for border in interval)

    def read(self, owner: str, text: str) -> tuple[Interval, ...]:
        """Split at the separator and pair the borders."""
        number = Number("", -WIDEST, WIDEST)
        parts = text.split(SEPARATOR, 4)
        if len(parts) not in (2, 4):
            raise ValueError(f"{owner} must be one or two pairs of borders, got {shown_value(text)}.")
        borders = [number.read(owner, part) for part in parts]
        return self.check(owner, list(zip(borders[::2], borders[1::2], strict=True)))

    def plain(self, value: tuple[Interval, ...]) -> list[list[float]]:
        """Return nested lists."""
        return [list(interval) for interval in value]


def _sequence(owner: str, value: object, rule: str) -> Sequence[Any]:
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise TypeError(f"{owner} must be {rule}, got {shown_value(value)}.")
    if len(value) > 2:
        raise ValueError(f"{owner} must be {rule}, got {len(value)}.")
    rows = [row.tolist() if isinstance(row, np.ndarray) else row for row in value]
    if not all(isinstance(row, Sequence) and not isinstance(row, str) and len(row) == 2 for row in rows):
        raise ValueError(f"{owner} must be {rule}, got {shown_value(value)}.")
    return rows


class Formula(Surface):
    """A formula as typed, in `x` and `y`, or in one variable, `x` or `w`.

    `Formula("x**2 + 3*y**2", domain=((-2, 2), (-2, 2)))`. Raises `FormulaError`, with the range of characters and the
    remedy, for whatever it cannot read, and for what has no variable or no value anywhere in the domain. With a domain
    of one interval the formula has one variable. Its minima are searched for; see `bottom`. Where it has a kink or a
    jump, the slopes of abs, sqrt, relu, sign, floor and ceil are 0.
    """

    label = "Your own formula"
    family = "Your own"
    summary = "Type any loss in x and y, or in one variable, and see how the optimizers take it."
    text: str = declared(
        Text(
            "The loss, in x and y, or in w alone: + - * / ^, sin, cos, exp, log, sqrt, abs and more. "
            "Write it as on paper: 2x, 3sin(x), |x|.",
            variables=_LETTERS,
        ),
        "x^2 + 3*y^2",
    )
    domain: tuple[Interval, ...] = declared(
        Box("What the picture shows; one interval for a formula in one variable."), ((-2.0, 2.0), (-2.0, 2.0))
    )

    def __init__(self, text: str = "x^2 + 3*y^2", domain: Sequence[Sequence[float]] = ((-2, 2), (-2, 2))) -> None:
        object.__setattr__(self, "text", text)
        object.__setattr__(self, "domain", domain)
        self.__post_init__()

    def __post_init__(self) -> None:
        """Check the domain, read the formula and see that there is something to see."""
        if isinstance(self.text, str) and len(self.text) > MAX_CHARACTERS:
            compile_formula(self.text, ("x", "y"))  # refuses it, with the range that is too much
        super().__post_init__()
        if not self.compiled.used:
            raise self._refusal(f"the formula has no variable; write for example {self.variables[0]}^2.")
        _ = self.start

    def replace(self, **changes: object) -> Self:
        """Return a copy with some fields changed and everything checked again.

        A text with other variables than before, and no domain with it, takes as many intervals as it has variables:
        whoever types `w^4 - w^2` where `x*y` stood sees a curve. The second interval is as the first.
        """
        text = changes.get("text", self.text)
        if isinstance(text, str) and changes.get("domain", self.domain) == self.domain:
            changes["domain"] = self._intervals(text)
        return super().replace(**changes)

    def _intervals(self, text: str) -> tuple[Interval, ...]:
        words = _variables(text)
        if not words or words == _variables(self.text):
            return self.domain
        return (self.domain[0], self.domain[-1]) if "y" in words else self.domain[:1]

    @cached_property
    def variables(self) -> tuple[str, ...]:  # type: ignore[override]
        """`("x", "y")`, or the one variable that occurs."""
        if len(self.domain) == 2:
            return ("x", "y")
        return ("x",) if "x" in _variables(self.text) else ("w",)

    @cached_property
    def compiled(self) -> Compiled:
        """The formula's programs."""
        try:
            return compile_formula(self.text, self.variables, ())
        except FormulaError:
            for node in parse(self.text, _LETTERS, _OFFERED).nodes:  # refuses what is no formula, whatever the domain
                if node.kind == "name" and node.text in set(_LETTERS).difference(self.variables):
                    remedy = _WRONG_VARIABLE[len(self.domain)]
                    raise FormulaError(remedy, self.text, node.start, node.end) from None
            raise

    @cached_property
    def bottom(self) -> Bottom:
        """What a search found out about the lowest value."""
        return bottom(self, self.domain)

    @property
    def infimum_is(self) -> InfimumIs:
        """Whether the formula has a lowest value."""
        return self.bottom.infimum_is

    @property
    def minima(self) -> Array:
        """The global minima that were found, `(d, k)`, also outside of the domain."""
        return self.bottom.minima

    @property
    def infimum(self) -> float | None:
        """The lowest value, where a minimum was found; None where there is none, and where it is not certain."""
        return self.bottom.infimum

    @cached_property
    def start(self) -> tuple[float, ...]:
        """Three quarters of the way to the upper borders, or the nearest point from which there is a way down."""
        for w in (self._nearest[:, :1], self._nearest):
            defined, slopes = np.isfinite(self.loss(w)), self.grad(w)
            moving = defined & np.isfinite(slopes).all(axis=0) & slopes.any(axis=0)
            if moving.any():
                return tuple(w[:, moving.argmax()].tolist())
        if not defined.any():
            raise self._refusal("it has no finite value anywhere in the domain; change the formula or the domain.")
        return tuple(w[:, defined.argmax()].tolist())

    @property
    def _nearest(self) -> Array:
        """Points all over the domain, `(d, k)`, those three quarters of the way to the upper borders first."""
        low, high = np.array(self.domain).T[:, :, None]
        steps = np.linspace(0.0, 1.0, _GRID)
        shares = np.stack(np.meshgrid(*[steps] * len(self.domain))).reshape(len(self.domain), -1)
        order = np.argsort(((shares - 0.75) ** 2).sum(axis=0), kind="stable")
        return np.asarray(low + shares[:, order] * (high - low))

    def _refusal(self, remedy: str) -> FormulaError:
        return FormulaError(remedy, self.text, 0, len(self.text))


def _variables(text: str) -> set[str]:
    """The variables that occur; what is wrong with the text is found when it is read."""
    try:
        return {node.text for node in parse(text, _LETTERS).nodes if node.kind == "name"}.intersection(_LETTERS)
    except FormulaError:
        return set(_LETTERS).intersection(re.findall(r"[A-Za-z_][A-Za-z_0-9]*", text))
