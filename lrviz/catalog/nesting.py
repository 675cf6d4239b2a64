"""Entries that stand in other entries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lrviz.catalog.entries import Entry, hypers, lookup, plain
from lrviz.catalog.fields import Hyper, declared


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


def nested(default: Entry, help: str) -> Any:
    """Declare a field that holds another entry of the kind of `default`."""
    return declared(Nested(help, default.kind), default)


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
