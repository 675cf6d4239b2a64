"""Entries and their fields as the pairs of a query, and back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode

from lrviz.catalog import Entry, Hyper, Nested, hypers, lookup

LONGEST_QUERY = 20_000
"""Characters of a query that are read; a scene with every field of eight runs has about 4,000."""
_SHOWN = 60
T = TypeVar("T", bound=Entry)


def write_entry(key: str, entry: Entry) -> Iterator[tuple[str, str]]:
    """Yield `key=Name`, and `key.field=value` for each field that differs from its default."""
    yield key, entry.name
    specs = hypers(type(entry))
    for name, value in entry.changed().items():
        if isinstance(value, Entry):
            yield from write_entry(f"{key}.{name}", value)
        else:
            yield f"{key}.{name}", specs[name].write(value)


def encode(pairs: list[tuple[str, str]]) -> str:
    """Return the pairs as a query, percent-encoded where they must be."""
    return urlencode(pairs, safe="~()*,/")


class Reader:
    """Takes fields out of a query; what cannot be read is named in `notices` and left at its default."""

    def __init__(self, text: str) -> None:
        self.notices: list[str] = []
        if len(text) > LONGEST_QUERY:
            self.notices.append(f"The address is longer than {LONGEST_QUERY} characters; the rest was left out.")
        pairs = parse_qsl(text[:LONGEST_QUERY].lstrip("?#"), keep_blank_values=True, errors="replace")
        self._left = dict(pairs)

    def __contains__(self, key: str) -> bool:
        return key in self._left

    def left(self) -> list[str]:
        """Return the keys that nobody has taken yet."""
        return list(self._left)

    def take(self, key: str) -> str | None:
        """Take the text under `key`, None where there is none."""
        return self._left.pop(key, None)

    def value(self, key: str, spec: Hyper, default: Any) -> Any:
        """Take the value under `key` as `spec` reads it; the default, with a notice, where it cannot be."""
        text = self.take(key)
        if text is None:
            return default
        try:
            return spec.read(key, text)
        except (ValueError, TypeError) as error:
            self.notice(error)
            return default

    def choice(self, key: str, choices: tuple[str, ...], default: str) -> str:
        """Take one of a few words."""
        text = self.take(key)
        if text is None or text in choices:
            return default if text is None else text
        self.notices.append(f"{key} must be one of {', '.join(choices)}, got {shorten(text)!r}.")
        return default

    def entry(self, key: str, kind: str, default: T) -> T:
        """Take the entry under `key` with its fields."""
        found: T | None = self._read(key, kind, self.take(key), default)
        return default if found is None else found

    def optional(self, key: str, kind: str) -> Any:
        """Take the entry under `key` with its fields; None where there is none, or none that can be read."""
        name = self.take(key)
        return None if name is None else self._read(key, kind, name, None)

    def _read(self, key: str, kind: str, name: str | None, default: T | None) -> T | None:
        cls: type[Entry] | None = type(default) if name is None and default else self._class(key, kind, name or "")
        if cls is None:
            self._drop(key)
            return default
        base = default if cls is type(default) else None
        own = {n: getattr(base, n) for n in hypers(cls)} if base is not None else {}
        read = {n: self._field(f"{key}.{n}", s) for n, s in hypers(cls).items() if f"{key}.{n}" in self}
        values = {**own, **{n: v for n, v in read.items() if v is not None}}
        try:
            return cls(**values)  # type: ignore[return-value]
        except (ValueError, TypeError) as error:
            self.notice(error)
            return default

    def _field(self, key: str, spec: Hyper) -> Any:
        return self.optional(key, spec.kind) if isinstance(spec, Nested) else self.value(key, spec, None)

    def notice(self, error: Exception) -> None:
        """Note what was wrong."""
        self.notices.append(shorten(str(error), 300))

    def leftovers(self, known: frozenset[str]) -> None:
        """Note what nobody has taken."""
        strange = [key for key in self._left if key not in known and not key.startswith("embed")]
        if strange:
            self.notices.append(
                f"Left out, for it is not known here: {', '.join(shorten(key) for key in strange[:5])}."
            )

    def _class(self, key: str, kind: str, name: str) -> type[Entry] | None:
        try:
            return lookup(kind, name)
        except ValueError as error:
            self.notices.append(f"{key}: {shorten(str(error), 200)}")
            return None

    def _drop(self, key: str) -> None:
        """Drop the fields of an entry that is not known."""
        for field in [k for k in self._left if k.startswith(f"{key}.")]:
            del self._left[field]


def shorten(text: str, most: int = _SHOWN) -> str:
    """Return at most `most` characters of a text from outside."""
    return text if len(text) <= most else f"{text[: most - 1]}…"
