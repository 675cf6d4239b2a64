"""A fair comparison drawn: the race, and the tuning before it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from lrviz.analysis import Comparison
from lrviz.analysis.landmarks import lowest_of
from lrviz.catalog import Array, show_number
from lrviz.figures.names import short_recipes
from lrviz.figures.sweep import above, name_point, short, span, ticks
from lrviz.figures.theme import LINE, palette, quiet_layout, run_colour, run_dash, run_symbol
from lrviz.simulation import Result

_RACE, _TUNING = 340, 320


def race_figure(comparison: Comparison, slots: Sequence[int], *, common: bool = False, dark: bool = False) -> go.Figure:
    """Draw the loss over the steps, each optimizer at its own best rate, or all at the common one."""
    figure = go.Figure()
    lowest = lowest_of(comparison.problem)
    result: Result | None = comparison.common_race if common else comparison.race
    standings = comparison.common if common else comparison.tuned
    names = short_recipes([standing.run for standing in standings])
    entered = [
        (slot, name, standing.rate)
        for slot, name, standing in zip(slots, names, standings, strict=True)
        if standing.rate is not None
    ]
    curves = [] if result is None else [above(result.loss[:, i], lowest) for i in range(len(entered))]
    for (slot, name, rate), values in zip(entered, curves, strict=True):
        _curve(figure, np.arange(float(len(values))), values, name, rate, slot, dark)
    return figure.update_layout(_layout(curves, lowest, dark, _RACE, {"title": {"text": "step"}}))


def _curve(figure: go.Figure, steps: Array, values: Array, label: str, rate: float, slot: int, dark: bool) -> None:
    colour = run_colour(slot, dark)
    figure.add_scatter(
        x=steps, y=values.astype(np.float32), mode="lines", name=f"{short(label, 24)} {_rate(rate)}",
        line={"color": colour, "width": LINE, "dash": run_dash(slot)},
        hovertemplate="step %{x}<br>%{y:.3g}<extra>%{fullData.name}</extra>",
    )  # fmt: skip
    known = np.flatnonzero(np.isfinite(values))
    if known.size:
        head = {"symbol": run_symbol(slot), "size": 8, "color": colour}
        figure.add_scatter(
            x=[int(known[-1])], y=[float(values[known[-1]])], mode="markers", marker=head, showlegend=False,
            name=f"{label}: end", hoverinfo="skip", cliponaxis=False,
        )  # fmt: skip


def tuning_figure(comparison: Comparison, slots: Sequence[int], *, dark: bool = False) -> go.Figure:
    """Draw what each optimizer reached with each rate that it was tuned with, and which was chosen."""
    figure = go.Figure()
    lowest = lowest_of(comparison.problem)
    curves = [above(found.score, lowest) for found in comparison.tuning]
    names = short_recipes([found.run for found in comparison.tuning])
    for slot, name, found, values in zip(slots, names, comparison.tuning, curves, strict=True):
        colour = run_colour(slot, dark)
        figure.add_scatter(
            x=found.rates, y=values, mode="lines+markers", name=short(name, 24),
            line={"color": colour, "width": LINE, "dash": run_dash(slot)},
            marker={"size": 4, "symbol": run_symbol(slot)},
            hovertemplate="rate %{x}<br>%{y:.3g}<extra>%{fullData.name}</extra>",
        )  # fmt: skip
        if found.best is not None:
            ring = {"symbol": run_symbol(slot), "size": 11, "color": palette(dark).page, "line": {"color": colour}}
            ring["line"] = {"color": colour, "width": 2}
            figure.add_scatter(
                x=[found.rates[found.best]], y=[values[found.best]], mode="markers", marker=ring, showlegend=False,
                hoverinfo="skip", name=f"{name}: chosen", cliponaxis=False,
            )  # fmt: skip
            rate, height = float(found.rates[found.best]), float(values[found.best])
            text = f"{short(name)} {_rate(rate)}"
            name_point(figure, text, rate, height, colour, log=lowest is not None, dark=dark)
    rates = np.concatenate([found.rates for found in comparison.tuning])
    ends = [float(np.log10(rates.min())), float(np.log10(rates.max()))]
    x = {"type": "log", "range": ends, **ticks(ends), "title": {"text": "learning rate"}}
    return figure.update_layout(_layout(curves, lowest, dark, _TUNING, x))


def _layout(
    curves: Sequence[Array], lowest: float | None, dark: bool, height: int, x: dict[str, object]
) -> dict[str, object]:
    base = quiet_layout(dark, height)
    y: dict[str, object] = {"nticks": 6}
    if lowest is not None and curves:
        ends = span(np.concatenate(curves), max(float(curve[0]) for curve in curves))
        y = {"type": "log", "range": ends, **ticks(ends)}
    title = "loss, above the lowest" if lowest else "loss"
    return {
        **base,
        "margin": {**base["margin"], "b": 84},
        "xaxis": {**base["xaxis"], **x},
        "yaxis": {**base["yaxis"], **y, "title": {"text": title, "standoff": 2}},
        "legend": {**base["legend"], "y": -0.2},
        "showlegend": True,
    }


def _rate(value: float) -> str:
    return show_number(value, 2)
