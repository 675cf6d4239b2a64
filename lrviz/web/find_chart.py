"""A figure as a component that says where it was clicked and what was zoomed to; `st.plotly_chart` says neither."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import plotly.graph_objects as go
import streamlit as st

from lrviz.catalog import finite
from lrviz.web.assets import module_source
from lrviz.web.find_state import right_address
from lrviz.web.state import sent

_DARK = "find.dark"


class Place(NamedTuple):
    """A point of a figure in the numbers of its axes; `axis` is the vertical axis' name in Plotly."""

    x: float
    y: float
    axis: str


class Window(NamedTuple):
    """What was zoomed to, None where the zoom was undone."""

    x: tuple[float, float] | None
    y: tuple[float, float] | None


@cache
def _component() -> Callable[..., Any]:
    styles = ".lr-chart { width: 100%; }\n.lr-chart .main-svg { overflow: hidden; }\n"
    return st.components.v2.component(
        "lrviz_chart", js=module_source("chart", "chart.js"), css=styles, isolate_styles=False
    )


def is_dark() -> bool:
    """Whether figures are to be drawn for a dark page: as the browser says, once it has."""
    known = st.session_state.get(_DARK)
    return bool(st.context.theme.type == "dark") if known is None else bool(known)


def chart(
    figure: go.Figure,
    name: str,
    alt: str,
    *,
    on_click: Callable[[Place], None] | None = None,
    on_zoom: Callable[[Window], None] | None = None,
    reach: Window | None = None,
) -> None:
    """Draw a figure of a fixed height; call `on_click` and `on_zoom` with what was done.

    It can be zoomed if there is a `reach`, and no farther out than that.
    """
    message = json.loads(figure.to_json())
    message = {"data": message["data"], "layout": message["layout"], "alt": alt}
    page = {"dark": is_dark(), "zoom": reach and reach._asdict(), "address": right_address()}
    text = json.dumps({**message, **page}, allow_nan=False)
    _component()(
        key=name,
        data=text.encode(),
        height=int(message["layout"]["height"]),  # so that nothing jumps when it is drawn
        on_click_change=lambda: _clicked(name, on_click),
        on_zoom_change=lambda: _zoomed(name, on_zoom),
        on_theme_change=lambda: _themed(name),
    )


def _clicked(name: str, then: Callable[[Place], None] | None) -> None:
    event = sent(name, "click")
    x, y, axis = finite(event.get("x")), finite(event.get("y")), event.get("axis")
    if then is not None and x is not None and y is not None and isinstance(axis, str):
        then(Place(x, y, axis))


def _zoomed(name: str, then: Callable[[Window], None] | None) -> None:
    event = sent(name, "zoom")
    window = Window(_span(event.get("x")), _span(event.get("y")))
    undone = event == {"x": None, "y": None}
    if then is not None and (undone or None not in window):
        then(window)


def _span(value: object) -> tuple[float, float] | None:
    if not isinstance(value, list) or len(value) != 2:
        return None
    ends = [end for end in map(finite, value) if end is not None]
    low, high = min(ends, default=0.0), max(ends, default=0.0)
    return (low, high) if len(ends) == 2 and low < high else None


def _themed(name: str) -> None:
    dark = sent(name, "theme").get("dark")
    if isinstance(dark, bool):
        st.session_state[_DARK] = dark
