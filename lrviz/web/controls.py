"""Controls made from declared hyper-parameters."""

from __future__ import annotations

import math
from functools import cache
from typing import Any, Literal, TypeVar, cast

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lrviz.catalog import (
    DIGITS,
    Entry,
    Hyper,
    Milestones,
    Nested,
    Number,
    Text,
    Whole,
    hypers,
    registered,
    show_number,
)
from lrviz.problems.typed import Box
from lrviz.web.formula_field import typeset
from lrviz.web.state import Put, bound, current, field_of, held, pending, renew, touch
from lrviz.web.words import refused

E_ = TypeVar("E_", bound=Entry)
_FITS = 9
"""Characters for which a number's field has room."""
_PER_DECADE = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)


@cache
def names(kind: str) -> list[str]:
    """Return the names of the entries of a kind, those of a family side by side."""
    known = registered(kind)
    families = sorted({cls.family for cls in known.values()}, key=lambda family: (_RANKS.get(family, 50), family))
    return [name for family in families for name, cls in known.items() if cls.family == family]


_FIRST = ("Quadratics", "Valleys", "Many minima", "Saddles", "Descent", "Adaptive rates", "Constant", "Decay", "Cycles")
_RANKS = {family: rank for rank, family in enumerate(_FIRST)} | {"One weight": 98, "Your own": 99}


def title(cls: type[Entry]) -> str:
    """Return how an entry stands in its menu, where it can be found by its family as well."""
    return cls.label if cls.label == cls.family else f"{cls.label} · {cls.family}"


def edited(entry: E_, key: str, put: Put | None = None) -> E_:
    """Draw a control for each hyper-parameter of `entry`; return the entry with their values.

    Where the entry refuses them, the reason stands below, of a formula right below it, and what was typed stays where
    it is. `put` says how the entry gets into the scene.
    """
    values: dict[str, Any] = {}
    below: dict[str, DeltaGenerator] = {}
    for name, spec in hypers(type(entry)).items():
        label = "formula" if isinstance(spec, Text) else name.replace("_", " ")
        values[name] = control(spec, label, f"{key}.{name}", getattr(entry, name), _within(entry, name, put))
        if isinstance(spec, Text):
            below[name] = st.container(gap="xsmall")
    wrong: Exception | None = None
    try:
        return entry.replace(**values)
    except (TypeError, ValueError) as error:
        wrong = error
        current().drafts.update({f"{key}.{n}": values[n] for n in below if values[n] != getattr(entry, n)})
        refused(error, " and ".join(getattr(entry, name) for name in below), next(iter(below.values()), None))
        return entry
    finally:
        for name, place in below.items():
            with place:
                _typeset(entry, name, f"{key}.{name}", values[name], put, refused=wrong is not None)


def _typeset(entry: Entry, name: str, key: str, text: str, put: Put | None, *, refused: bool) -> None:
    """Show how the formula that stands in a field is read, while it is typed too."""
    spec = hypers(type(entry))[name]
    if not isinstance(spec, Text) or not spec.variables or put is None:
        return

    def choose(reading: str) -> None:
        page = current()
        renew(key)
        try:
            page.scene = put(page.scene, entry.replace(**{name: reading}))
        except (TypeError, ValueError):
            page.drafts[key] = reading

    typeset(f"{key}.typeset", field_of(key), text, spec.variables, refused=refused, on_reading=choose)


def _within(entry: Entry, name: str, put: Put | None) -> Put | None:
    """Return how a hyper-parameter gets into the scene."""
    return None if put is None else lambda scene, value: put(scene, entry.replace(**{name: value}))


def chosen(label: str, key: str, entry: E_, put: Put | None = None) -> E_:
    """Draw the menu of the entry's kind; return the entry, or another of its kind with its defaults.

    `put` says how that other one gets into the scene.
    """
    kind = registered(entry.kind)
    by_name: Put | None = None if put is None else lambda scene, name: put(scene, kind[str(name)]())
    name = menu(entry.kind, label, key, entry.name, entry.summary, by_name)
    return entry if name == entry.name else cast(E_, kind[name]())


def control(spec: Hyper, label: str, key: str, value: Any, put: Put | None = None) -> Any:
    """Draw the control that suits `spec`; return its value, `value` itself where what was typed cannot be taken."""
    if isinstance(spec, Number):
        return slider_and_number(spec, label, key, value, put=put)
    if isinstance(spec, Whole):
        return counter(spec, label, key, value, put=put)
    if isinstance(spec, Milestones):
        return typed(spec, label, key, value, ", ".join(map(str, value)), put=put)
    if isinstance(spec, Box):
        return _box(spec, label, key, value)
    if isinstance(spec, Text):
        return typed(spec, label, key, value, value, put=put)
    if isinstance(spec, Nested):
        inner = chosen(label, key, value)
        return edited(inner, f"{key}.{inner.name}", put)
    raise TypeError(f"There is no control for {spec!r}.")


def menu(kind: str, label: str, key: str, name: str, help: str, put: Put | None = None) -> str:
    """Draw the menu of a kind's entries; return the name that is chosen. `put` says how it gets into the scene."""
    known = registered(kind)
    chosen = st.selectbox(
        label,
        options := names(kind),
        index=options.index(name),
        key=bound(key, name),
        format_func=lambda option: title(known[option]),
        on_change=touch,
        args=(key, put),
        help=help,
    )
    return str(chosen)


def counter(spec: Whole, label: str, key: str, value: int, step: int = 1, put: Put | None = None) -> int:
    """Draw a field for a whole number with buttons for more and less."""
    low, high = min(spec.low, value), spec.high
    return int(
        st.number_input(
            label, low, high, value, step, key=bound(key, value), help=spec.help, on_change=touch, args=(key, put)
        )
    )


def slider_and_number(
    spec: Number,
    label: str,
    key: str,
    value: float,
    low: float | None = None,
    high: float | None = None,
    put: Put | None = None,
) -> float:
    """Draw a slider, logarithmic where `spec` says so, and beside it the number, which can be typed exactly."""
    left, right = st.columns([1.5, 1], vertical_alignment="bottom", gap="small")
    below, written = st.empty(), _readable(spec, pending(key))
    with left:
        at = value if written is None else written
        slid = _slider(spec, label, f"{key}.slider", at, _stops(spec, low, high), put)
    with right:
        if slid is not None:
            current().drafts.pop(key, None)
        now = value if slid is None else slid
        return float(typed(spec, label, key, now, in_field(now), "collapsed", put, below))


def _slider(
    spec: Number, label: str, key: str, value: float, stops: list[float] | None, put: Put | None
) -> float | None:
    """Draw a slider, which stands where `value` is; return its value where it has just been moved."""
    at: float
    name = bound(key, value)
    if stops is None:
        step = spec.step or (spec.high - spec.low) / 100
        low, high = float(spec.low), float(spec.high)
        at = st.slider(label, low, high, value, step, "%.6g", name, spec.help, on_change=touch, args=(key, put))
    else:
        stops = _with_exact(stops, value)
        at = st.select_slider(label, stops, value, in_field, name, spec.help, on_change=touch, args=(key, put))
    return float(at) if key in current().touched else None


def _with_exact(stops: list[float], value: float) -> list[float]:
    """Put a value among the stops of a slider, in the place of one that would read the same."""
    return sorted({**{in_field(stop): stop for stop in stops}, in_field(value): value}.values())


def _readable(spec: Number, text: object) -> float | None:
    try:
        return spec.read("", text) if isinstance(text, str) else None
    except ValueError:
        return None


def in_field(value: float) -> str:
    """Return a number as a field shows it: whole where there is room for it, else in its first digits.

    As long as nobody types into the field the number itself is kept.
    """
    texts = (show_number(value, digits) for digits in (None, *range(2 + DIGITS, 1, -1)))
    return next((text for text in texts if len(text) <= _FITS), show_number(value, 1))


def typed(
    spec: Hyper,
    label: str,
    key: str,
    value: Any,
    text: str,
    label_visibility: Literal["visible", "collapsed"] = "visible",
    put: Put | None = None,
    place: DeltaGenerator | None = None,
) -> Any:
    """Draw a field for text; return what `spec` makes of it, and `value` where it can make nothing of it.

    What could not be taken stays where it was typed, with the reason below it, or in a `place` that is wider.
    """
    drafts = current().drafts
    shown = drafts.get(key, text)
    entered = st.text_input(
        label,
        shown,
        key=bound(key, shown),
        help=spec.help,
        on_change=touch,
        args=(key, _read_by(spec, label, put)),
        label_visibility=label_visibility,
    )
    try:
        return _taken(spec, label, entered or "", drafts.pop(key, None), value, text)
    except (ValueError, TypeError) as error:
        drafts[key] = entered or ""
        refused(error, text, place)
        return value


def keep_typed(*fields: str) -> None:
    """Let stand what was typed into fields whose values do not fit together: with the next one they may."""
    current().drafts.update({field: str(held(field) or "") for field in fields})


def _taken(spec: Hyper, label: str, entered: str, draft: str | None, value: Any, text: str) -> Any:
    return value if entered == text and draft is None else _read(spec, label, entered)


def _read(spec: Hyper, label: str, entered: str) -> Any:
    return spec.read(label[:1].upper() + label[1:], entered)


def _read_by(spec: Hyper, label: str, put: Put | None) -> Put | None:
    """Return how what was typed gets into the scene."""
    return None if put is None else lambda scene, entered: put(scene, _read(spec, label, str(entered)))


def _box(spec: Box, label: str, key: str, value: tuple[tuple[float, float], ...]) -> Any:
    st.caption(spec.help)
    names = ("x ", "y ") if len(value) == 2 else ("",)
    rows = [_interval(names[i], f"{key}.{i}", interval) for i, interval in enumerate(value)]
    try:
        return spec.check(label.capitalize(), rows)
    except (ValueError, TypeError) as error:
        keep_typed(*(f"{key}.{i}.{side}" for i in range(len(value)) for side in _SIDES))
        refused(error)
        return value


_SIDES = ("from", "to")


def _interval(name: str, key: str, interval: tuple[float, float]) -> list[float]:
    borders, columns, below = [], st.columns(2, gap="small"), st.container()
    for side, column, border in zip(_SIDES, columns, interval, strict=True):
        with column:
            borders.append(typed(_BORDER, f"{name}{side}", f"{key}.{side}", border, in_field(border), place=below))
    return borders


_BORDER = Number("A border of the picture.", -1e6, 1e6)


def _stops(spec: Number, low: float | None, high: float | None) -> list[float] | None:
    """Return the positions of a slider that is not linear; None for a linear one."""
    if spec.scale == "linear":
        return None
    if spec.scale == "memory":
        return _memory_stops(spec.low, spec.high)
    first = low or spec.slider_low or spec.low or 1e-6
    last = high or spec.high
    decades = range(math.floor(math.log10(first)), math.ceil(math.log10(last)) + 1)
    stops = [float(f"{m:g}e{k}") for k in decades for m in _PER_DECADE]
    inside = [stop for stop in stops if first <= stop <= last]
    return [0.0, *inside] if spec.low == 0 and low is None else inside


_PER_NINE = (0, 2, 4, 5, 6, 7, 8)


def _memory_stops(low: float, high: float) -> list[float]:
    """Return 0, 0.1, … 0.9, and, fewer for they are many, 0.92, … 0.98, 0.99, 0.992, …; and both ends."""
    nines = range(math.ceil(-math.log10(1 - high) - 1e-9))
    stops = [
        float(f"{1 - (10 - m) * 10.0 ** -(k + 1):.12g}") for k in nines for m in (range(10) if k == 0 else _PER_NINE)
    ]
    return sorted({float(low), *(stop for stop in stops if low < stop < high), float(high)})
