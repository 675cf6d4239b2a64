"""A range test drawn above the truth: what the rules read off it, and where that lies in the sweep."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from lrviz.analysis import RangeTest
from lrviz.analysis.landmarks import lowest_of
from lrviz.catalog import show_number
from lrviz.figures.sweep import above, name_point, span, ticks
from lrviz.figures.theme import (
    LINE,
    RULE_STYLES,
    THIN,
    kind_colour,
    palette,
    quiet_layout,
    run_colour,
    run_dash,
)

_HEIGHT = 480
_TEST, _TRUTH = (0.52, 1.0), (0.0, 0.4)
"""The parts of the figure that the test and the sweep take."""


def range_test_figure(test: RangeTest, slot: int, *, dark: bool = False) -> go.Figure:
    """Draw the loss of the test over its rate, the suggestions through it, and below them the sweep."""
    figure = go.Figure()
    lowest = lowest_of(test.problem)
    _truth(figure, test, slot, lowest, dark)
    _test(figure, test, slot, lowest, dark)
    for row, suggestion in enumerate(test.suggestions):
        if suggestion.rate is not None:
            _mark(figure, suggestion.rule, suggestion.label, suggestion.rate, suggestion.repeats, row, dark)
    return figure.update_layout(_layout(test, lowest, dark))


def _test(figure: go.Figure, test: RangeTest, slot: int, lowest: float | None, dark: bool) -> None:
    hover = "rate %{x}<br>%{y:.3g}<extra>%{fullData.name}</extra>"
    raw = {"color": palette(dark).muted, "width": THIN}
    figure.add_scatter(
        x=test.rates, y=above(test.loss, lowest), mode="lines", line=raw, opacity=0.6, name="loss of each step",
        hovertemplate=hover,
    )  # fmt: skip
    line = {"color": run_colour(slot, dark), "width": 1.5 * LINE}
    figure.add_scatter(
        x=test.rates, y=above(test.smooth, lowest), mode="lines", line=line, name="smoothed", hovertemplate=hover
    )
    if test.stopped:
        end = {"color": kind_colour("diverged", dark), "symbol": "x", "size": 9}
        figure.add_scatter(
            x=test.rates[-1:], y=above(test.smooth, lowest)[-1:], mode="markers", marker=end, name="stopped here",
            hovertemplate="stopped at %{x:.3g}<extra></extra>",
        )  # fmt: skip


def _truth(figure: go.Figure, test: RangeTest, slot: int, lowest: float | None, dark: bool) -> None:
    truth, colour = test.truth, run_colour(slot, dark)
    values = above(truth.score, lowest)
    if truth.good is not None:
        figure.add_shape(
            type="rect", x0=truth.good[0], x1=truth.good[1], y0=0, y1=_TRUTH[1], yref="paper", line_width=0,
            fillcolor=colour, opacity=0.16, layer="below",
        )  # fmt: skip
    figure.add_scatter(
        x=truth.rates, y=values, mode="lines", line={"color": colour, "width": LINE, "dash": run_dash(slot)},
        yaxis="y2", name="sweep", hovertemplate="rate %{x}<br>%{y:.3g}<extra>sweep</extra>", showlegend=False,
    )  # fmt: skip
    if truth.best is not None:
        ring = {"symbol": "circle", "size": 10, "color": palette(dark).page, "line": {"color": colour, "width": 2}}
        rate, height = float(truth.rates[truth.best]), float(values[truth.best])
        figure.add_scatter(
            x=[rate], y=[height], yaxis="y2", mode="markers", marker=ring, showlegend=False,
            name="best rate", hovertemplate="best rate %{x}<extra></extra>",
        )  # fmt: skip
        text = f"best {show_number(rate, 2)}"
        name_point(figure, text, rate, height, colour, log=lowest is not None, dark=dark, yref="y2")


def _mark(
    figure: go.Figure, rule: str, label: str, rate: float, repeats: tuple[float, ...], row: int, dark: bool
) -> None:
    """Draw a suggestion: a line through both charts, its mark between them, and the spread of the repetitions."""
    style = RULE_STYLES[rule]
    colour = style.dark if dark else style.light
    figure.add_shape(
        type="line", x0=rate, x1=rate, y0=0, y1=1, yref="paper", line={"color": colour, "width": THIN, "dash": "dot"}
    )
    height = -row
    if len(repeats) > 1:
        figure.add_scatter(
            x=[min(repeats), max(repeats)], y=[height, height], yaxis="y3", mode="lines", showlegend=False,
            line={"color": colour, "width": 4}, opacity=0.45, name=f"{label}: spread", hoverinfo="skip",
        )  # fmt: skip
    figure.add_scatter(
        x=[rate], y=[height], yaxis="y3", mode="markers", marker={"color": colour, "symbol": style.symbol, "size": 9},
        name=label, hovertemplate=f"{label}: %{{x:.3g}}<extra></extra>", cliponaxis=False,
    )  # fmt: skip


def _layout(test: RangeTest, lowest: float | None, dark: bool) -> dict[str, object]:
    base = quiet_layout(dark, _HEIGHT)
    kind = "linear" if lowest is None else "log"
    low = min(float(test.rates[0]), float(test.truth.rates[0]))
    high = max(float(test.rates[-1]), float(test.truth.rates[-1]))
    x = {"type": "log", "range": [np.log10(low), np.log10(high)], "dtick": 1, "anchor": "y2"}
    y = {**base["yaxis"], "type": kind, "nticks": 6}
    smooth, raw, truth = (above(loss, lowest) for loss in (test.smooth, test.loss, test.truth.score))
    seen = span(np.append(raw, smooth), float(smooth[0])) if lowest is not None else None
    known = span(truth, float(smooth[0])) if lowest is not None else None
    suffix = "" if not lowest else ", above the lowest"
    after = f"after {test.truth.steps} steps"
    return {
        **base,
        "margin": {**base["margin"], "b": 96},
        "xaxis": {**base["xaxis"], **x, "title": {"text": "learning rate"}},
        "yaxis": {
            **y, "domain": _TEST, "title": {"text": f"test: loss{suffix}"}, "range": seen, **ticks(seen)
        },
        "yaxis2": {**y, "domain": _TRUTH, "title": {"text": f"truth: loss {after}"}, "anchor": "x",
            "range": known, **ticks(known)},
        "yaxis3": {
            "domain": [_TRUTH[1] + 0.01, _TEST[0] - 0.01], "range": [0.3 - len(test.suggestions), 0.7], "visible": False
        },
        "legend": {**base["legend"], "y": -0.13},
    }  # fmt: skip
