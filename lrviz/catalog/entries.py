"""An entry, and the registry that knows every one by kind and name."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, ClassVar, Self, TypeVar, cast, dataclass_transform

from lrviz.catalog.fields import Hyper


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


def plain(entry: Entry) -> dict[str, Any]:
    """Return an entry's name and fields as what JSON can hold."""
    return {"name": entry.name, **{n: s.plain(getattr(entry, n)) for n, s in hypers(type(entry)).items()}}


def description(cls: type[Entry]) -> str:
    """Return the class's docstring, without its indentation."""
    return inspect.cleandoc(cls.__doc__ or "")
