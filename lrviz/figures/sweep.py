"""A sweep drawn: what each rate reaches, how each outcome is to be called, and where the good rates are."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, log10
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from lrviz.analysis import KINDS, Sweep
from lrviz.analysis.landmarks import lowest_of
from lrviz.catalog import DIGITS, Array, show_number
from lrviz.figures.names import short_recipes
from lrviz.figures.theme import (
    KIND_STYLES,
    LINE,
    SMALL_TEXT,
    THICK,
    THIN,
    kind_colour,
    palette,
    quiet_layout,
    run_colour,
    run_dash,
    run_symbol,
)
from lrviz.scenes.search import Measure

_ROW, _HEIGHT, _BOTTOM = 17, 360, 92
_LEFT, _LETTER = 78, 6.2
"""Pixels beside the axis at least, and for a letter of a row's name."""
_FEWEST = 3
"""Fewer ticks than this do not make a scale."""
_LITTLE = 0.85
"""Decades below which even steps lie evenly enough."""
FLOOR = 1e-16
"""Losses nearer to the lowest known one are drawn here: their last digits mean nothing."""


class Heights(NamedTuple):
    """The heights of a sweep's curves, one `(rates,)` each, and how their axis is called."""

    values: tuple[Array, ...]
    log: bool
    title: str


def sweep_heights(sweeps: Sequence[Sweep], measure: Measure) -> Heights:
    """Return what is drawn over the rate: steps to the tolerance, or the loss above the lowest where that is known."""
    steps = sweeps[0].steps
    if measure == "steps":
        reached = tuple(np.where(s.settled_at >= 0, s.settled_at, np.nan).astype(np.float64) for s in sweeps)
        return Heights(tuple(np.maximum(r, 0.5) for r in reached), True, f"steps to {show_number(sweeps[0].tolerance)}")
    losses = [s.best_loss if measure == "best" else s.final_loss for s in sweeps]
    name = "best loss" if measure == "best" else f"loss after {steps} steps"
    lowest = lowest_of(sweeps[0].problem)
    values = tuple(above(loss, lowest) for loss in losses)
    return Heights(values, lowest is not None, f"{name}, above the lowest" if lowest else name)


def above(loss: Array, lowest: float | None) -> Array:
    """Return losses above the lowest value for a logarithmic axis; as they are where that is not known."""
    return loss if lowest is None else np.where(np.isfinite(loss), np.maximum(loss - lowest, FLOOR), np.nan)


def sweep_figure(
    sweeps: Sequence[Sweep], slots: Sequence[int], measure: Measure = "final", *, dark: bool = False
) -> go.Figure:
    """Draw sweeps over the same rates: a curve with marked points for each, above it the outcomes in a row."""
    heights = sweep_heights(sweeps, measure)
    figure, names = go.Figure(), short_recipes([sweep.run for sweep in sweeps])
    _limits(figure, sweeps, slots, names, dark)
    for sweep, slot, name, values in zip(sweeps, slots, names, heights.values, strict=True):
        _good(figure, sweep, slot, name, values, dark)
        _curve(figure, sweep, slot, name, values, dark)
    for code in sorted({int(code) for sweep in sweeps for code in sweep.codes}):
        _points(figure, sweeps, heights.values, code, dark)
        _rows(figure, sweeps, code, dark)
    for sweep, slot, name, values in zip(sweeps, slots, names, heights.values, strict=True):
        _best(figure, sweep, slot, name, values, heights.log, dark)
    return figure.update_layout(_layout(sweeps, slots, names, heights, measure, dark))


def _layout(
    sweeps: Sequence[Sweep], slots: Sequence[int], names: Sequence[str], heights: Heights, measure: Measure, dark: bool
) -> dict[str, object]:
    rows = _ROW * len(sweeps)
    total = _HEIGHT + rows + _BOTTOM
    base = quiet_layout(dark, total)
    inner = total - base["margin"]["t"] - _BOTTOM
    top = 1 - rows / inner
    rows_named = [
        f'<span style="color:{run_colour(slot, dark)}">{short(name)}</span>'
        for name, slot in zip(names, slots, strict=True)
    ]
    longest = max(len(short(name)) for name in names)
    low, high = float(sweeps[0].rates[0]), float(sweeps[0].rates[-1])
    decades = [float(np.log10(low)), float(np.log10(high))]
    x = {"type": "log", "range": decades, **ticks(decades)}
    ends = _range(heights, measure)
    y = {"type": "log" if heights.log else "linear", "domain": [0, top - 10 / inner], "range": ends}
    return {
        **base,
        "margin": {**base["margin"], "l": max(_LEFT, round(_LETTER * longest) + 8), "b": _BOTTOM},
        "xaxis": {**base["xaxis"], **x, "anchor": "y", "title": {"text": "learning rate"}},
        "yaxis": {
            **base["yaxis"],
            **y,
            **(ticks(ends) if heights.log else {"nticks": 8}),
            "title": {"text": heights.title, "standoff": 2},
        },
        "yaxis2": {
            **base["yaxis"],
            "domain": [top, 1],
            "range": [len(sweeps) - 0.5, -0.5],
            "tickvals": list(range(len(sweeps))),
            "ticktext": rows_named,
            "showgrid": False,
            "ticks": "",
            "anchor": "x",
        },
    }


def ticks(ends: list[float] | None) -> dict[str, object]:
    """Return the ticks of a logarithmic axis: powers of ten if there are enough, else 1, 2 and 5, else even steps."""
    if ends is None:
        return {"nticks": 6}
    decades = ends[1] - ends[0]
    if decades > 1.6:
        return {"dtick": max(1, round(decades / 6))}
    low, high = 10.0 ** ends[0], 10.0 ** ends[1]
    marked = [float(f"{part}e{power}") for power in range(floor(ends[0]), ceil(ends[1]) + 1) for part in (1, 2, 5)]
    marked = [mark for mark in marked if low <= mark <= high]
    if decades < _LITTLE or len(marked) < _FEWEST:
        marked = next(steps for parts in (5, 8) if len(steps := even_steps(low, high, parts)) >= _FEWEST or parts == 8)
    return {"tickmode": "array", "tickvals": marked, "ticktext": [show_number(mark, DIGITS) for mark in marked]}


def even_steps(low: float, high: float, parts: int) -> list[float]:
    """Return the multiples of a round number between two others, at most one more than `parts`."""
    raw = (high - low) / parts
    power = 10.0 ** floor(log10(raw))
    step = next(part * power for part in (1.0, 2.0, 5.0, 10.0) if part * power >= raw * (1 - 1e-9))
    return [float(f"{k * step:.12g}") for k in range(ceil(low / step), floor(high / step) + 1)]


def _range(heights: Heights, measure: Measure) -> list[float] | None:
    if not heights.log:
        return None
    begun = [float(values[np.isfinite(values)][0]) for values in heights.values if np.isfinite(values).any()]
    return span(np.concatenate(heights.values), None if measure == "steps" else max(begun, default=None))


def span(values: Array, begun: float | None = None) -> list[float] | None:
    """Return the ends of a logarithmic axis; a rise far above where it had `begun` would make all else flat."""
    known = values[np.isfinite(values)]
    if not known.size:
        return None
    low, high = np.log10(known.min()), np.log10(known.max())
    if begun is not None:
        most = np.log10(np.quantile(known, 0.9))
        high = min(high, max(np.log10(begun) + 1.5, low + 1, most))
    pad = 0.06 * max(high - low, 0.5)
    return [float(low - 2 * pad), float(high + 2 * pad)]


def _curve(figure: go.Figure, sweep: Sweep, slot: int, name: str, values: Array, dark: bool) -> None:
    line = {"color": run_colour(slot, dark), "width": LINE, "dash": run_dash(slot)}
    kinds = [KIND_STYLES[kind].name for kind in sweep.kinds]
    hover = f"{name}<br>rate %{{x:.3g}}<br>%{{y:.3g}}<br>%{{customdata}}<extra></extra>"
    figure.add_scatter(
        x=sweep.rates, y=values, mode="lines", line=line, name=name, showlegend=False,
        customdata=kinds, hovertemplate=hover,
    )  # fmt: skip


def _points(figure: go.Figure, sweeps: Sequence[Sweep], values: Sequence[Array], code: int, dark: bool) -> None:
    style, x, y = KIND_STYLES[KINDS[code]], [], []
    for sweep, heights in zip(sweeps, values, strict=True):
        here = _marked(sweep) & (sweep.codes == code) & np.isfinite(heights)
        x.append(sweep.rates[here])
        y.append(heights[here])
    marker = {"color": kind_colour(KINDS[code], dark), "symbol": style.symbol, "size": 6}
    figure.add_scatter(
        x=np.concatenate(x), y=np.concatenate(y), mode="markers", marker=marker, name=style.name,
        hoverinfo="skip", showlegend=False,
    )  # fmt: skip
    legend = {**marker, "size": 9}
    figure.add_scatter(x=[None], y=[None], mode="markers", marker=legend, name=style.name, hoverinfo="skip")


def _marked(sweep: Sweep) -> npt.NDArray[np.bool_]:
    """Return which points of a curve carry a mark: where the outcome changes, and some between, `(rates,)`."""
    changes = np.diff(sweep.codes, prepend=sweep.codes[:1]) != 0
    every = max(1, len(sweep.rates) // 48)
    return np.asarray(changes | np.append(changes[1:], False) | (np.arange(len(sweep.rates)) % every == 0))


def _rows(figure: go.Figure, sweeps: Sequence[Sweep], code: int, dark: bool) -> None:
    """Draw, in the row of each optimizer, the rates with this outcome."""
    x: list[float | None] = []
    y: list[float | None] = []
    for row, sweep in enumerate(sweeps):
        half = float(np.sqrt(sweep.rates[1] / sweep.rates[0])) if len(sweep.rates) > 1 else 1.0
        for low, high, kind in sweep.stretches:
            if kind == KINDS[code]:
                x.extend([low / half, high * half, None])
                y.extend([row, row, None])
    line = {"color": kind_colour(KINDS[code], dark), "width": _ROW - 5}
    figure.add_scatter(
        x=x, y=y, mode="lines", line=line, yaxis="y2", showlegend=False, name=KIND_STYLES[KINDS[code]].name,
        hovertemplate="%{x}<extra>%{fullData.name}</extra>",
    )  # fmt: skip


def _good(figure: go.Figure, sweep: Sweep, slot: int, name: str, values: Array, dark: bool) -> None:
    if sweep.good is None:
        return
    here = (sweep.rates >= sweep.good[0]) & (sweep.rates <= sweep.good[1])
    line = {"color": run_colour(slot, dark), "width": THICK}
    figure.add_scatter(
        x=sweep.rates[here], y=values[here], mode="lines", line=line, opacity=0.28, hoverinfo="skip", showlegend=False,
        name=f"{name}: good rates",
    )  # fmt: skip


def _best(figure: go.Figure, sweep: Sweep, slot: int, name: str, values: Array, log: bool, dark: bool) -> None:
    if sweep.best is None:
        return
    colour = run_colour(slot, dark)
    ring = {"symbol": run_symbol(slot), "size": 11, "color": palette(dark).page, "line": {"color": colour, "width": 2}}
    rate, height = float(sweep.rates[sweep.best]), float(values[sweep.best])
    figure.add_scatter(
        x=[rate], y=[height], mode="markers", marker=ring, showlegend=False, cliponaxis=False,
        name=f"{name}: best rate", hovertemplate="best rate %{x}<extra></extra>",
    )  # fmt: skip
    text = f"{short(name)} {show_number(rate)}"
    name_point(figure, text, rate, height, colour, log=log, dark=dark)


def name_point(
    figure: go.Figure, text: str, rate: float, height: float, colour: str, *, log: bool, dark: bool, yref: str = "y"
) -> None:
    """Write a name below a point over a logarithmic axis of rates; the page moves names apart that would touch."""
    y = float(np.log10(height)) if log else height
    if np.isfinite(y):
        figure.add_annotation(
            name="point", x=float(np.log10(rate)), y=y, yref=yref, text=text, showarrow=False, yanchor="top", yshift=-8,
            **over_lines(colour, dark),
        )  # fmt: skip


def over_lines(colour: str, dark: bool) -> dict[str, object]:
    """Return the look of a text that lines run behind."""
    return {"font": {"color": colour, "size": SMALL_TEXT}, "bgcolor": f"{palette(dark).page}c0", "borderpad": 0}


def _limits(figure: go.Figure, sweeps: Sequence[Sweep], slots: Sequence[int], names: Sequence[str], dark: bool) -> None:
    """Draw the rates below which theory says that the rules are stable, with names that do not overlap."""
    low, high = float(sweeps[0].rates[0]), float(sweeps[0].rates[-1])
    limits = zip((sweep.limit for sweep in sweeps), names, slots, strict=True)
    shown = [(limit, name, slot) for limit, name, slot in limits if limit and low < limit < high]
    for row, (limit, name, slot) in enumerate(sorted(shown)):
        colour = run_colour(slot, dark)
        figure.add_scatter(
            x=[limit, limit], y=[0, 1], yaxis="y3", mode="lines", showlegend=False, hoverinfo="skip",
            line={"color": colour, "width": THIN, "dash": "dot"}, name=f"{name}: limit",
        )  # fmt: skip
        right = np.log10(limit) > 0.2 * np.log10(low) + 0.8 * np.log10(high)
        figure.add_annotation(
            x=np.log10(limit), y=0.98 - 0.055 * row, yref="y3", text=f"{short(name)} limit",
            showarrow=False, xanchor="right" if right else "left", **over_lines(colour, dark),
        )  # fmt: skip
    figure.update_layout(yaxis3={"overlaying": "y", "range": [0, 1], "visible": False, "fixedrange": True})


def short(label: str, most: int = 16) -> str:
    """Return a label that fits beside an axis."""
    return label if len(label) <= most else f"{label[: most - 1]}…"
