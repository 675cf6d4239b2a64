"""What a field of an entry may hold: its range, its explanation, how it is written in an address."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import MISSING, dataclass, field
from typing import Any, Literal

import numpy as np

from lrviz.catalog.numbers import read_number, show_number, shown_value

Scale = Literal["linear", "log", "memory"]
"""How values are spaced on a slider: evenly; in equal ratios; or, for what ends just below 1, in equal ratios of what
is missing from 1: from 0.99 to 0.999 a memory does more than from 0 to 0.5."""
SEPARATOR = "~"
"""Between the members of a tuple in an address: needs no percent-encoding and occurs in no number."""
_LONGEST_LIST = 1000
"""Characters of a list that are read."""


@dataclass(frozen=True)
class Hyper(ABC):
    """What a field of an entry may hold, and how it is written in an address."""

    help: str

    @abstractmethod
    def check(self, owner: str, value: object) -> Any:
        """Return the value in its canonical type; raise `ValueError` or `TypeError` that names `owner`."""

    @abstractmethod
    def write(self, value: Any) -> str:
        """Return the text of `value` in an address."""

    @abstractmethod
    def read(self, owner: str, text: str) -> Any:
        """Return the checked value that `text` stands for."""

    def plain(self, value: Any) -> Any:
        """Return `value` as what JSON can hold."""
        return value

    @property
    def stacks(self) -> bool:
        """Whether runs that differ in this field can still be computed as one batch."""
        return False


@dataclass(frozen=True)
class Number(Hyper):
    """A real number in `[low, high]`; `step` and `scale` describe its slider, whose lowest position is `slider_low`."""

    low: float
    high: float
    scale: Scale = "linear"
    step: float | None = None
    slider_low: float | None = None

    def check(self, owner: str, value: object) -> float:
        """Return a float, or raise an error with the range."""
        if type(value) is float and self.low <= value <= self.high:
            return value
        if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
            raise TypeError(f"{owner} must be a number, got {shown_value(value)}.")
        if not self.low <= value <= self.high:  # before it is made a float, for which it may be too large
            range_ = f"[{show_number(self.low)}, {show_number(self.high)}]"
            raise ValueError(f"{owner} must be in {range_}, got {shown_value(value)}.")
        return float(value)

    def write(self, value: float) -> str:
        """Return the shortest text that gives the number back to the last bit."""
        return repr(value)

    def read(self, owner: str, text: str) -> float:
        """Read a float."""
        return self.check(owner, read_number(text, owner))

    @property
    def stacks(self) -> bool:
        """Numbers become arrays, one value for each run."""
        return True


@dataclass(frozen=True)
class Whole(Hyper):
    """An integer in `[low, high]`; runs that differ in a `shared` one cannot be computed as one batch."""

    low: int
    high: int
    shared: bool = False

    def check(self, owner: str, value: object) -> int:
        """Return an int, or raise an error with the range."""
        if type(value) is int and self.low <= value <= self.high:
            return value
        if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
            raise TypeError(f"{owner} must be a whole number, got {shown_value(value)}.")
        if isinstance(value, float | np.floating) and not value.is_integer():
            raise ValueError(f"{owner} must be a whole number, got {shown_value(value)}.")
        if not self.low <= value <= self.high:
            raise ValueError(f"{owner} must be in [{self.low}, {self.high}], got {shown_value(value)}.")
        return int(value)

    def write(self, value: int) -> str:
        """Return the digits."""
        return str(value)

    def read(self, owner: str, text: str) -> int:
        """Read a whole number."""
        return self.check(owner, read_number(text, owner))

    @property
    def stacks(self) -> bool:
        """Whole numbers become arrays, one value for each run, unless they fix the shape of a buffer."""
        return not self.shared


@dataclass(frozen=True)
class Milestones(Hyper):
    """Up to `most` whole numbers in `[low, high]`, in increasing order."""

    low: int
    high: int
    most: int = 16

    def check(self, owner: str, value: object) -> tuple[int, ...]:
        """Return a sorted tuple of ints."""
        if isinstance(value, str) or not isinstance(value, Sequence | np.ndarray):
            raise TypeError(f"{owner} must be a sequence of whole numbers, got {shown_value(value)}.")
        if len(value) > self.most:
            raise ValueError(f"{owner} must have at most {self.most} members, got {len(value)}.")
        return tuple(sorted(Whole(self.help, self.low, self.high).check(owner, member) for member in value))

    def write(self, value: tuple[int, ...]) -> str:
        """Join the members with the separator."""
        return SEPARATOR.join(map(str, value))

    def read(self, owner: str, text: str) -> tuple[int, ...]:
        """Split at the separator, and at what parts the members of a list that was typed."""
        if len(text) > _LONGEST_LIST:
            raise ValueError(f"{owner} must have at most {self.most} members, got {len(text)} characters.")
        for grouped in re.findall(r"(?<![\d,.])[1-9]\d{0,2}(?:,\d{3})+(?![\d,.])", text):
            if self.low <= int(whole := grouped.replace(",", "")) <= self.high:
                apart = grouped.replace(",", ", ")
                raise ValueError(f"{owner}: {grouped} may be {whole} or {apart}; write {whole}, or a space: {apart}.")
        return self.check(owner, [read_number(part, owner) for part in re.split(rf"[{SEPARATOR},;\s]+", text) if part])

    def plain(self, value: tuple[int, ...]) -> list[int]:
        """Return a list."""
        return list(value)


@dataclass(frozen=True)
class Numbers(Hyper):
    """Exactly `count` real numbers in `[low, high]`."""

    low: float
    high: float
    count: int

    def check(self, owner: str, value: object) -> tuple[float, ...]:
        """Return a tuple of floats."""
        if isinstance(value, str) or not isinstance(value, Sequence | np.ndarray):
            raise TypeError(f"{owner} must be {self.count} numbers, got {shown_value(value)}.")
        if len(value) != self.count:
            raise ValueError(f"{owner} must be {self.count} numbers, got {len(value)}.")
        return tuple(Number(self.help, self.low, self.high).check(owner, member) for member in value)

    def write(self, value: tuple[float, ...]) -> str:
        """Join the members with the separator."""
        return SEPARATOR.join(map(show_number, value))

    def read(self, owner: str, text: str) -> tuple[float, ...]:
        """Split at the separator."""
        if len(text) > _LONGEST_LIST:
            raise ValueError(f"{owner} must be {self.count} numbers, got {len(text)} characters.")
        return self.check(owner, [read_number(part, owner) for part in text.split(SEPARATOR)])

    def plain(self, value: tuple[float, ...]) -> list[float]:
        """Return a list."""
        return list(value)


@dataclass(frozen=True)
class Text(Hyper):
    """A text of at most `most` characters; a formula where it has `variables`."""

    most: int = 500
    variables: tuple[str, ...] = ()

    def check(self, owner: str, value: object) -> str:
        """Return the text, or raise an error with the limit."""
        if not isinstance(value, str):
            raise TypeError(f"{owner} must be a text, got {shown_value(value)}.")
        if len(value) > self.most:
            raise ValueError(f"{owner} must have at most {self.most} characters, got {len(value)}.")
        return value

    def write(self, value: str) -> str:
        """Return the text itself."""
        return value

    def read(self, owner: str, text: str) -> str:
        """Return the text itself."""
        return self.check(owner, text)


def hyper(
    default: float,
    low: float,
    high: float,
    help: str,
    *,
    scale: Scale = "linear",
    step: float | None = None,
    slider_low: float | None = None,
) -> Any:
    """Declare a real hyper-parameter: default, range, what raising it does, and how its slider moves."""
    return declared(Number(help, low, high, scale, step, slider_low), default)


def whole(default: int, low: int, high: int, help: str, *, shared: bool = False) -> Any:
    """Declare a hyper-parameter that counts something; `shared` where it fixes the shape of a buffer."""
    return declared(Whole(help, low, high, shared), default)


def step_list(default: tuple[int, ...], low: int, high: int, help: str) -> Any:
    """Declare a hyper-parameter that is a list of steps."""
    return declared(Milestones(help, low, high), default)


def declared(spec: Hyper, default: object = MISSING) -> Any:
    """Declare a field whose values `spec` describes."""
    return field(default=default, metadata={"hyper": spec})
