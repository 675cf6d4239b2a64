"""Declare, validate, register and describe an entry: a problem, an optimizer or a schedule.

An entry is a frozen dataclass. Subclassing registers it under its kind and its class name; its hyper-parameters are
fields that carry their own range and explanation, and from these the menus, the sliders, the address, the reference
and the tests are made.
"""

from __future__ import annotations

import inspect
import math
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import MISSING, dataclass, field, fields
from difflib import get_close_matches
from operator import attrgetter
from types import MappingProxyType
from typing import Any, ClassVar, Literal, Self, TypeVar, cast, dataclass_transform

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Scale = Literal["linear", "log"]
SEPARATOR = "~"
"""Between the members of a tuple in an address: needs no percent-encoding and occurs in no number."""


def show_number(value: float) -> str:
    """Return the shortest text that gives `value` back exactly: `0.1`, `1e-3`, `12`."""
    text = repr(float(value))
    if text.endswith(".0"):
        text = text[:-2]
    mantissa, _, exponent = text.partition("e")
    return f"{mantissa}e{int(exponent)}" if exponent else _tidy_small(text)


def _tidy_small(text: str) -> str:
    """Write `0.001` as `1e-3`: shorter, and how rates are written."""
    digits = text.lstrip("-")
    if not digits.startswith("0.00"):
        return text
    significant = digits[2:].lstrip("0")
    exponent = len(digits) - 2 - len(significant) + 1
    mantissa = significant if len(significant) == 1 else f"{significant[0]}.{significant[1:]}"
    return f"{'-' if text.startswith('-') else ''}{mantissa}e-{exponent}"


def read_number(text: str) -> float:
    """Read a number as people type it; a decimal comma and a true minus are accepted. Raises `ValueError`."""
    plain = text.strip().replace("\u2212", "-").replace("\u00d7", "x")
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    if "_" in plain:
        raise ValueError(f"{text!r} is not a number.")
    try:
        return float(plain)
    except ValueError:
        raise ValueError(f"{text!r} is not a number.") from None


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
            raise TypeError(f"{owner} must be a number, got {value!r}.")
        number = float(value)
        if not self.low <= number <= self.high:
            raise ValueError(f"{owner} must be in [{show_number(self.low)}, {show_number(self.high)}], got {value!r}.")
        return number

    def write(self, value: float) -> str:
        """Return the shortest text that gives the number back to the last bit."""
        return repr(value)

    def read(self, owner: str, text: str) -> float:
        """Read a float."""
        return self.check(owner, _number_of(owner, text))

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
            raise TypeError(f"{owner} must be a whole number, got {value!r}.")
        if not math.isfinite(value) or int(value) != value:
            raise ValueError(f"{owner} must be a whole number, got {value!r}.")
        if not self.low <= value <= self.high:
            raise ValueError(f"{owner} must be in [{self.low}, {self.high}], got {value!r}.")
        return int(value)

    def write(self, value: int) -> str:
        """Return the digits."""
        return str(value)

    def read(self, owner: str, text: str) -> int:
        """Read a whole number."""
        return self.check(owner, _number_of(owner, text))

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
            raise TypeError(f"{owner} must be a sequence of whole numbers, got {value!r}.")
        if len(value) > self.most:
            raise ValueError(f"{owner} must have at most {self.most} members, got {len(value)}.")
        return tuple(sorted(Whole(self.help, self.low, self.high).check(owner, member) for member in value))

    def write(self, value: tuple[int, ...]) -> str:
        """Join the members with the separator."""
        return SEPARATOR.join(map(str, value))

    def read(self, owner: str, text: str) -> tuple[int, ...]:
        """Split at the separator."""
        return self.check(owner, [_number_of(owner, part) for part in text.split(SEPARATOR) if part])

    def plain(self, value: tuple[int, ...]) -> list[int]:
        """Return a list."""
        return list(value)


@dataclass(frozen=True)
class Text(Hyper):
    """A text of at most `most` characters."""

    most: int = 500

    def check(self, owner: str, value: object) -> str:
        """Return the text, or raise an error with the limit."""
        if not isinstance(value, str):
            raise TypeError(f"{owner} must be a text, got {value!r}.")
        if len(value) > self.most:
            raise ValueError(f"{owner} must have at most {self.most} characters, got {len(value)}.")
        return value

    def write(self, value: str) -> str:
        """Return the text itself."""
        return value

    def read(self, owner: str, text: str) -> str:
        """Return the text itself."""
        return self.check(owner, text)


def _number_of(owner: str, text: str) -> float:
    try:
        return read_number(text)
    except ValueError:
        raise ValueError(f"{owner} must be a number, got {text!r}.") from None


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


def nested(default: Entry, help: str) -> Any:
    """Declare a field that holds another entry of the kind of `default`."""
    return declared(Nested(help, default.kind), default)


def declared(spec: Hyper, default: object = MISSING) -> Any:
    """Declare a field whose values `spec` describes."""
    return field(default=default, metadata={"hyper": spec})


@dataclass(frozen=True)
class Nested(Hyper):
    """An entry of another kind, or of the same; entries stand in each other at most `most` deep."""

    kind: str
    most: int = 3

    def check(self, owner: str, value: object) -> Entry:
        """Return the entry; raise an error if it is none of its kind, or too many stand in each other."""
        if not isinstance(value, Entry) or value.kind != self.kind:
            raise TypeError(f"{owner} must be a {self.kind}, got {value!r}.")
        if depth(value) > self.most:
            raise ValueError(f"{owner} must hold {self.kind}s at most {self.most} deep, got {depth(value)}.")
        return value

    def write(self, value: Entry) -> str:
        """Return the entry's name; its fields have keys of their own."""
        return value.name

    def read(self, owner: str, text: str) -> Entry:
        """Return the entry of this name with its defaults."""
        return self.check(owner, lookup(self.kind, text)())

    def plain(self, value: Entry) -> dict[str, Any]:
        """Return the entry's name and fields."""
        return plain(value)


@dataclass(frozen=True)
class Twin:
    """The same method in another library: its name there, the argument map, and how it deviates.

    In `arguments` a field's name leads to its argument there (`"b1": "betas[0]"`); any other key is an argument there
    with its value as code (`"nesterov": "True"`).
    """

    name: str
    arguments: Mapping[str, str] = field(default_factory=dict)
    deviation: str = ""
    differs: bool = False
    """Whether the deviation shows in numbers even with the same hyper-parameters and a constant rate."""


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Entry:
    """A member of the catalog: scalar, frozen, hashable, comparable and picklable.

    A subclass with `kind=` opens a kind; one with `abstract=True` is a family and is not registered itself.
    """

    kind: ClassVar[str]
    label: ClassVar[str]
    family: ClassVar[str] = ""
    summary: ClassVar[str] = ""
    """One plain sentence: what it teaches, or when it is the right choice."""
    declared_hypers: ClassVar[Mapping[str, Hyper]] = MappingProxyType({})
    shared_hypers: ClassVar[tuple[str, ...]] = ()
    """Those in which the entries of a batch must agree."""

    def __init_subclass__(cls, *, kind: str | None = None, abstract: bool = False, **rest: Any) -> None:
        """Make the subclass a frozen dataclass and register it."""
        super().__init_subclass__(**rest)
        documented = "__doc__" in vars(cls) and bool(cls.__doc__)
        dataclass(frozen=True, kw_only=True)(cls)
        own = {f.name: f.metadata["hyper"] for f in fields(cast(Any, cls)) if "hyper" in f.metadata}
        cls.declared_hypers = MappingProxyType(own)
        cls.shared_hypers = tuple(name for name, spec in own.items() if not spec.stacks)
        if kind is not None:
            cls.kind = kind
            _registry.setdefault(kind, {})
            return
        if not abstract:
            _register(cls, documented)

    def __post_init__(self) -> None:
        """Check every field and put it into its canonical type."""
        for name, spec in self.declared_hypers.items():
            given = getattr(self, name)
            value = spec.check(f"{type(self).__name__}.{name}", given)
            if value is not given:
                object.__setattr__(self, name, value)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the fields alone: programs compiled from them are made again where they are needed."""
        return _rebuilt, (type(self), {name: getattr(self, name) for name in hypers(type(self))})

    @property
    def name(self) -> str:
        """The class name, by which the registry and the address know the entry."""
        return type(self).__name__

    def replace(self, **changes: object) -> Self:
        """Return a copy with some fields changed and everything checked again."""
        values = {name: getattr(self, name) for name in hypers(type(self))}
        return type(self)(**{**values, **changes})

    def changed(self) -> dict[str, Any]:
        """Return the fields that differ from their defaults."""
        values = {name: getattr(self, name) for name in hypers(type(self))}
        return {name: value for name, value in values.items() if value != default_of(type(self), name)}


def _rebuilt(cls: type[Entry], values: dict[str, object]) -> Entry:
    return cls(**values)


_registry: dict[str, dict[str, type[Entry]]] = {}
E_ = TypeVar("E_", bound=Entry)


def _register(cls: type[Entry], documented: bool) -> None:
    if not documented or not getattr(cls, "label", ""):
        raise TypeError(f"{cls.__name__} must have a docstring and a label to enter the catalog.")
    known = _registry[cls.kind]
    other = known.get(cls.__name__)
    if other is not None and (other.__module__, other.__qualname__) != (cls.__module__, cls.__qualname__):
        raise TypeError(f"The {cls.kind} {cls.__name__} is registered already, by {other.__module__}.")
    known[cls.__name__] = cls


def hypers(cls: type[Entry]) -> Mapping[str, Hyper]:
    """Return the declared hyper-parameters of an entry's class, in their order."""
    return cls.declared_hypers


def default_of(cls: type[Entry], name: str) -> object:
    """Return the declared default of a field, `MISSING` where there is none."""
    return next(f.default for f in fields(cast(Any, cls)) if f.name == name)


def registered(kind: str) -> Mapping[str, type[Entry]]:
    """Return the entries of a kind by name, in the order in which they were defined."""
    return MappingProxyType(_registry[kind])


def lookup(kind: str, name: str) -> type[Entry]:
    """Return the entry's class; raise `ValueError` with the nearest names."""
    try:
        return _registry[kind][name]
    except KeyError:
        near = get_close_matches(name, _registry[kind], n=3, cutoff=0.4)
        hint = f"; did you mean {' or '.join(near)}?" if near else "."
        raise ValueError(f"There is no {kind} named {name!r}{hint}") from None


@contextmanager
def isolated() -> Iterator[None]:
    """Undo every registration made inside the block; for tests."""
    saved = {kind: dict(known) for kind, known in _registry.items()}
    try:
        yield
    finally:
        for kind in list(_registry):
            _registry[kind].clear()
            _registry[kind].update(saved.get(kind, {}))


def parts(entry: Entry) -> Iterator[Entry]:
    """Yield the entry and every entry that stands in it."""
    yield entry
    for name, spec in hypers(type(entry)).items():
        if isinstance(spec, Nested):
            yield from parts(getattr(entry, name))


def depth(entry: Entry) -> int:
    """Return how many entries stand in each other, 1 for one that holds none."""
    specs = hypers(type(entry)).items()
    return 1 + max((depth(getattr(entry, name)) for name, spec in specs if isinstance(spec, Nested)), default=0)


def plain(entry: Entry) -> dict[str, Any]:
    """Return an entry's name and fields as what JSON can hold."""
    return {"name": entry.name, **{n: s.plain(getattr(entry, n)) for n, s in hypers(type(entry)).items()}}


def description(cls: type[Entry]) -> str:
    """Return the class's docstring, without its indentation."""
    return inspect.cleandoc(cls.__doc__ or "")


def batch_key(entry: Entry) -> tuple[object, ...]:
    """Return what two entries must share to be computed as one batch: the class and what cannot become an array."""
    own = type(entry)
    return (own, *(getattr(entry, name) for name in own.shared_hypers)) if own.shared_hypers else (own,)


def stack(entries: Sequence[E_]) -> E_:
    """Return one entry whose numeric fields stand for all of `entries`.

    A field in which they agree becomes a 0-d array, one in which they differ an array of shape `(R,)`. The result
    bypasses validation and serves the simulation loop alone. All entries must have the same `batch_key`.
    """
    first = entries[0]
    batch = object.__new__(type(first))
    for name, spec in hypers(type(first)).items():
        value = _stacked(column(entries, name)) if spec.stacks else getattr(first, name)
        object.__setattr__(batch, name, value)
    return batch


def column(members: Sequence[object], name: str) -> Array:
    """Return a number of every member as an array `(R,)`."""
    return np.fromiter(map(attrgetter(name), members), np.float64, len(members))


def _stacked(values: Array) -> Array:
    return values if np.any(values != values[0]) else np.array(values[0])
