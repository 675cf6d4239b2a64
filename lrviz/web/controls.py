"""Controls made from declared hyper-parameters."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
import streamlit as st

from lrviz.catalog import Entry, Hyper, Milestones, Number, Text, Whole, hypers, registered, show_number
from lrviz.problems.typed import Box
from lrviz.web.state import seed

_PER_DECADE = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)


@cache
def names(kind: str) -> list[str]:
    """Return the names of the entries of a kind, those of a family side by side."""
    families: dict[str, list[str]] = {}
    for name, cls in registered(kind).items():
        families.setdefault(cls.family, []).append(name)
    return [name for family in families.values() for name in family]


def title(cls: type[Entry]) -> str:
    """Return how an entry stands in its menu, where it can be found by its family as well."""
    return cls.label if cls.label == cls.family else f"{cls.label} · {cls.family}"


def fields(entry: Entry, key: str) -> dict[str, Any]:
    """Draw a control for each hyper-parameter of `entry`; return their values."""
    return {
        name: control(spec, name.replace("_", " "), f"{key}.{name}", getattr(entry, name))
        for name, spec in hypers(type(entry)).items()
    }


def control(spec: Hyper, label: str, key: str, value: Any) -> Any:
    """Draw the control that suits `spec`; return its value, `value` itself where what was typed cannot be taken."""
    if isinstance(spec, Number):
        return slider_and_number(spec, label, key, value)
    if isinstance(spec, Whole):
        return int(st.number_input(label, spec.low, spec.high, key=seed(key, value), help=spec.help))
    if isinstance(spec, Milestones):
        return typed(spec, label, key, value, ", ".join(map(str, value)))
    if isinstance(spec, Box):
        return _box(spec, label, key, value)
    if isinstance(spec, Text):
        return typed(spec, label, key, value, value)
    raise TypeError(f"There is no control for {spec!r}.")


def slider_and_number(
    spec: Number, label: str, key: str, value: float, low: float | None = None, high: float | None = None
) -> float:
    """Draw a slider, logarithmic where `spec` says so, and beside it the number, which can be typed exactly."""
    slid, written = f"{key}.slider", key
    stops = _stops(spec, low, high)
    left, right = st.columns([1.9, 1], vertical_alignment="bottom", gap="small")
    seed(written, show_number(value))
    with left:
        if stops is None:
            step = spec.step or (spec.high - spec.low) / 100
            st.slider(
                label,
                float(spec.low),
                float(spec.high),
                step=step,
                format=f"%.{max(0, -math.floor(math.log10(step) + 1e-9))}f",
                key=seed(slid, value),
                help=spec.help,
                on_change=_slid,
                args=(slid, written),
            )
        else:
            st.select_slider(
                label,
                stops,
                key=seed(slid, _nearest(stops, value)),
                help=spec.help,
                format_func=show_number,
                on_change=_slid,
                args=(slid, written),
            )
    with right:
        text = st.text_input(
            f"{label}, typed",
            key=written,
            label_visibility="collapsed",
            on_change=_wrote,
            args=(slid, written, stops, spec),
        )
    return float(_read(spec, label, text or "", value))


def typed(spec: Hyper, label: str, key: str, value: Any, text: str) -> Any:
    """Draw a field for text; return what `spec` makes of it."""
    entered = st.text_input(label, key=seed(key, text), help=spec.help) or ""
    return _read(spec, label, entered, value)


def _read(spec: Hyper, label: str, text: str, value: Any) -> Any:
    readable = (
        "~".join(part for part in text.replace(";", ",").replace(",", " ").split())
        if isinstance(spec, Milestones)
        else text
    )
    try:
        return spec.read(label[:1].upper() + label[1:], readable)
    except (ValueError, TypeError) as error:
        st.caption(f":red[{error}]")
        return value


def _box(spec: Box, label: str, key: str, value: tuple[tuple[float, float], ...]) -> Any:
    st.caption(f"{label.capitalize()}: what the picture shows")
    rows = [_interval(i, key, interval) for i, interval in enumerate(value)]
    try:
        return spec.check(label, rows)
    except (ValueError, TypeError) as error:
        st.caption(f":red[{error}]")
        return value


def _interval(row: int, key: str, interval: tuple[float, float]) -> list[float]:
    columns = st.columns(2)
    borders = []
    for side, column, border in zip(("from", "to"), columns, interval, strict=True):
        with column:
            name = f"{'xy'[row]} {side}"
            borders.append(
                typed(
                    Number("A border of the picture.", -1e6, 1e6),
                    name,
                    f"{key}.{row}.{side}",
                    border,
                    show_number(border),
                )
            )
    return borders


def _stops(spec: Number, low: float | None, high: float | None) -> list[float] | None:
    """Return the positions of a logarithmic slider; None for a linear one."""
    if spec.scale == "linear":
        return None
    first = low or spec.slider_low or spec.low or 1e-6
    last = high or spec.high
    decades = range(math.floor(math.log10(first)), math.ceil(math.log10(last)) + 1)
    stops = [float(f"{m:g}e{k}") for k in decades for m in _PER_DECADE]
    inside = [stop for stop in stops if first <= stop <= last]
    return [0.0, *inside] if spec.low == 0 and low is None else inside


def _nearest(stops: list[float], value: float) -> float:
    positive = [stop for stop in stops if stop > 0]
    if value <= 0:
        return stops[0]
    return positive[int(np.argmin([abs(math.log(stop / value)) for stop in positive]))]


def _slid(slid: str, written: str) -> None:
    st.session_state[written] = show_number(float(st.session_state[slid]))


def _wrote(slid: str, written: str, stops: list[float] | None, spec: Number) -> None:
    try:
        value = spec.read("", st.session_state[written])
    except ValueError:
        return
    st.session_state[slid] = value if stops is None else _nearest(stops, value)
