"""Maps of outcomes and of basins, with theory over them."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from lrviz.analysis import KINDS, BasinMap, OutcomeMap
from lrviz.analysis.axes import Axis
from lrviz.analysis.landmarks import lowest_of
from lrviz.catalog import DIGITS, Array, placed, show_number, unplaced
from lrviz.figures.sweep import FLOOR
from lrviz.figures.theme import (
    ANOTHER_DASH,
    KIND_STYLES,
    LINE,
    OVERLAY_DASHES,
    RUN_STYLES,
    SMALL_TEXT,
    kind_colour,
    map_scale,
    palette,
    quiet_layout,
    run_colour,
)
from lrviz.scenes.search import Shade

_HEIGHT = 560
Heat = npt.NDArray[np.float32]
"""What a heat map is sent as: half the bytes, and more digits than colours."""
_NAMES = {"lr": "learning rate", "noise": "gradient noise", "warmup": "warm-up"}
_ZERO = 1e-12
"""A loss nearer to 0 is written as 0: the rest is rounding."""
_LOST = ("diverged", "left")


_RARE = 0.01
_LESS = 1 - 1e-9  # for 1 - 0.999 is a little more than 0.001
_ENOUGH = 0.2
"""The share of runs that must reach the tolerance for a map to be coloured by their steps, unless it is asked to be."""


class Shading(NamedTuple):
    """What a map's colour is: values `(rows, columns)`, NaN where there is none, and the marks on its scale."""

    values: Array
    title: str
    at: tuple[float, ...]
    texts: tuple[str, ...]
    ends: tuple[float, float] | None = None
    """Between which values the colour changes; None: between the lowest and the highest."""


def shading(found: OutcomeMap, shade: Shade) -> Shading:
    """Return the logarithm of the steps to the tolerance, or of the loss above the lowest."""
    if shade == "loss":
        lowest = lowest_of(found.grid.problem)
        if lowest is None:
            return Shading(found.final_loss, "final loss", (), ())
        with np.errstate(invalid="ignore"):
            values = np.log10(np.maximum(found.final_loss - lowest, FLOOR))
        return Shading(values, "loss above the lowest" if lowest else "final loss", *_decades(values))
    steps = np.where(found.settled_at >= 0, np.maximum(found.settled_at, 1), np.nan).astype(np.float64)
    return Shading(np.log10(steps), f"steps to {show_number(found.grid.tolerance)}", *_counts(steps))


def _decades(values: Array) -> tuple[tuple[float, ...], tuple[str, ...], tuple[float, float] | None]:
    """Return marks and ends; a few cells that blew up, or met the minimum by chance, do not take the colours of all."""
    known = values[np.isfinite(values)]
    if not known.size:
        return (), (), None
    low, high = (float(end) for end in np.quantile(known, (_RARE, 1 - _RARE)))
    if high - low < 1:
        low, high = float(known.min()), float(known.max())
    if high <= low:
        return (low,), (show_number(10.0**low, DIGITS),), None
    marks = log_marks(10.0**low, 10.0**high)
    return tuple(map(math.log10, marks)), tuple(_mark(mark) for mark in marks), (low, high)


def _mark(value: float) -> str:
    return f"{value:.0e}".replace("e+0", "e").replace("e+", "e") if value >= 1e5 else show_number(value, DIGITS)


def _counts(steps: Array) -> tuple[tuple[float, ...], tuple[str, ...]]:
    known = steps[np.isfinite(steps)]
    if not known.size:
        return (), ()
    round_ones = [m * 10**k for k in range(7) for m in (1, 2, 5)]
    inside = [n for n in round_ones if known.min() <= n <= known.max()] or [int(known.min())]
    return tuple(math.log10(n) for n in inside), tuple(str(n) for n in inside)


def fitting(found: OutcomeMap, shade: Shade) -> Shade:
    """Return what `auto` stands for: the loss where too few runs reach the tolerance for a picture."""
    if shade != "auto":
        return shade
    return "steps" if float((found.settled_at >= 0).mean()) >= _ENOUGH else "loss"


def outcome_map_figure(found: OutcomeMap, shade: Shade = "auto", *, dark: bool = False) -> go.Figure:
    """Draw a map: its colour, what was lost, what theory says, and the best cell."""
    figure, shade = go.Figure(), fitting(found, shade)
    x, y = (place(axis, axis.array) for axis in (found.x, found.y))
    _kinds(figure, found, x, y, shade, dark)
    if shade != "verdict":
        _shades(figure, shading(found, shade), x, y, dark)
    kinds: list[str] = []
    for overlay in found.theory:
        dash = ANOTHER_DASH if overlay.kind in kinds else OVERLAY_DASHES[overlay.kind]
        kinds.append(overlay.kind)
        _overlay(figure, found, dash, overlay.label, overlay.x, overlay.y, dark)
    _best(figure, found, x, y, dark)
    return figure.update_layout(_layout(found.x, found.y, dark))


def _kinds(figure: go.Figure, found: OutcomeMap, x: Array, y: Array, shade: Shade, dark: bool) -> None:
    """Draw the outcomes; under a shade only those that are lost have their colour, the others are quiet."""
    present = [kind for kind in KIND_STYLES if (found.codes == KINDS.index(kind)).any()]
    shown = [kind for kind in present if shade == "verdict" or kind in _LOST]
    colours = [kind_colour(kind, dark) if kind in shown else palette(dark).grid for kind in KINDS]
    codes = np.where(found.codes < len(KINDS), found.codes, np.nan).astype(np.float32)
    opacity = 1.0 if shade == "verdict" else 0.75
    _discrete(figure, codes, x, y, colours, opacity)
    for kind in shown:
        style = KIND_STYLES[kind]
        _key(figure, style.name, kind_colour(kind, dark), "square", opacity)
    if shade == "steps" and (set(present) - set(_LOST)) and (found.settled_at < 0).any():
        _key(figure, "not within the tolerance", palette(dark).grid, "square", opacity)


def _discrete(figure: go.Figure, z: Heat, x: Array, y: Array, colours: list[str], opacity: float) -> None:
    count = len(colours)
    scale = [[end, colour] for i, colour in enumerate(colours) for end in (i / count, (i + 1) / count)]
    figure.add_heatmap(
        z=z, x=x, y=y, zmin=-0.5, zmax=count - 0.5, colorscale=scale, showscale=False, hoverinfo="skip",
        opacity=opacity,
    )  # fmt: skip


def _key(figure: go.Figure, name: str, colour: str, symbol: str, opacity: float = 1.0) -> None:
    marker = {"color": colour, "symbol": symbol, "size": 10, "opacity": opacity}
    figure.add_scatter(x=[None], y=[None], mode="markers", marker=marker, name=name, hoverinfo="skip")


def _shades(figure: go.Figure, colour: Shading, x: Array, y: Array, dark: bool) -> None:
    bar = {
        "title": {"text": colour.title, "side": "right", "font": {"size": SMALL_TEXT}},
        "tickvals": list(colour.at) or None, "ticktext": list(colour.texts) or None,
        "thickness": 12, "outlinewidth": 0, "tickfont": {"size": SMALL_TEXT}, "x": 1.01, "xpad": 4,
    }  # fmt: skip
    low, high = colour.ends or (None, None)
    figure.add_heatmap(
        z=colour.values.astype(np.float32), zmin=low, zmax=high, x=x, y=y, colorscale=map_scale(dark), colorbar=bar,
        name=colour.title, hoverinfo="skip", hoverongaps=False,
    )  # fmt: skip


def _overlay(figure: go.Figure, found: OutcomeMap, dash: str, label: str, x: Array, y: Array, dark: bool) -> None:
    colour = palette(dark).text
    points = {"x": place(found.x, x), "y": place(found.y, y), "name": label, "hoverinfo": "skip"}
    if not (_inside(found.x, x) & _inside(found.y, y)).any():
        return
    if len(x) == 1:
        star = {"symbol": "star", "size": 13, "color": palette(dark).page, "line": {"color": colour, "width": 1.5}}
        figure.add_scatter(mode="markers", marker=star, **points)
    else:
        figure.add_scatter(mode="lines", line={"color": colour, "width": LINE, "dash": dash}, **points)


def _inside(axis: Axis, values: Array) -> npt.NDArray[np.bool_]:
    return np.asarray((values >= axis.values[0]) & (values <= axis.values[-1]))


def _best(figure: go.Figure, found: OutcomeMap, x: Array, y: Array, dark: bool) -> None:
    if found.best is None:
        return
    column, row = found.best
    ring = {"symbol": "circle-open", "size": 12, "color": palette(dark).text, "line": {"width": 2}}
    steps = int(found.settled_at[row, column])
    within = f": {steps} steps" if steps >= 0 else ""
    halo = {**ring, "color": palette(dark).page, "line": {"width": 5}}
    figure.add_scatter(x=[x[column]], y=[y[row]], mode="markers", marker=halo, showlegend=False, hoverinfo="skip")
    figure.add_scatter(
        x=[x[column]], y=[y[row]], mode="markers", marker=ring, name=f"best here{within}", hoverinfo="skip"
    )


def basin_map_figure(found: BasinMap, *, dark: bool = False) -> go.Figure:
    """Draw where each start ends: a colour for each minimum, paler where it takes longer."""
    figure = go.Figure()
    x, y = found.x.array, found.y.array
    count = found.minima.shape[1]
    colours = [run_colour(i, dark) for i in range(count)]
    if count:
        basin = np.where(found.basin >= 0, found.basin, np.nan).astype(np.float32)
        _discrete(figure, basin, x, y, colours, 0.8)
    _slow(figure, found, x, y, dark)
    for i in range(min(count, len(RUN_STYLES))):
        mark = {"symbol": "x", "size": 10, "color": colours[i], "line": {"color": palette(dark).page, "width": 1.5}}
        name = f"{_minimum(found, i)}: {found.shares[i]:.0%}"
        figure.add_scatter(
            x=[found.minima[0, i]], y=[found.minima[1, i]], mode="markers", marker=mark, name=name, hoverinfo="skip"
        )
    if (found.basin < 0).any():
        _key(figure, "ends in none", palette(dark).grid, "square")
    figure.update_layout(_layout(found.x, found.y, dark))
    return figure.update_layout(plot_bgcolor=palette(dark).grid)


def _minimum(found: BasinMap, i: int) -> str:
    at = ", ".join(show_number(value, 2) for value in found.minima[:, i])
    loss = 0.0 if abs(found.loss[i]) < _ZERO else float(f"{found.loss[i]:.2g}")
    return f"({at}), loss {show_number(loss)}"


def _slow(figure: go.Figure, found: BasinMap, x: Array, y: Array, dark: bool) -> None:
    """Lay the page's colour over the starts that take longer."""
    reached = found.settled_at >= 0
    if not reached.any():
        return
    steps = np.log(np.maximum(found.settled_at, 1.0))
    low, high = np.quantile(steps[reached], [0.02, 0.98])
    veil = np.where(reached, np.clip((steps - low) / max(high - low, 1e-9), 0, 1), np.nan).astype(np.float32)
    page = palette(dark).page
    scale = [[0, _clear(page, 0.0)], [1, _clear(page, 0.62)]]
    figure.add_heatmap(z=veil, x=x, y=y, zmin=0, zmax=1, colorscale=scale, showscale=False, hoverinfo="skip")


def _clear(colour: str, opacity: float) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def _layout(x: Axis, y: Axis, dark: bool) -> dict[str, object]:
    base = quiet_layout(dark, _HEIGHT)
    return {
        **base,
        "showlegend": True,
        "margin": {"l": 66, "r": 16, "t": 8, "b": 104},
        "xaxis": {**base["xaxis"], **_axis(x), "showgrid": False, "title": {"text": named(x.name), "standoff": 4}},
        "yaxis": {**base["yaxis"], **_axis(y), "showgrid": False, "title": {"text": named(y.name), "standoff": 2}},
        "legend": {**base["legend"], "y": -0.12},
    }


def named(name: str) -> str:
    """Return how an axis is called."""
    return _NAMES.get(name, name.replace(".", " ").replace("_", " "))


def place(axis: Axis, values: Array) -> Array:
    """Return where values stand on an axis."""
    return placed(axis.scale, values)


def values_at(axis: Axis, ends: tuple[float, float]) -> tuple[float, float]:
    """Return the values at two places of an axis, within what a number can be."""
    low, high = unplaced(axis.scale, np.array(ends)).tolist()
    return low, high


def _axis(axis: Axis) -> dict[str, object]:
    low, high = (float(end) for end in place(axis, np.array([axis.values[0], axis.values[-1]])))
    half = (high - low) / max(len(axis.values) - 1, 1) / 2
    shape = {"range": [low - half, high + half], "type": "linear"}
    if axis.scale == "linear":
        return {**shape, "nticks": 8}
    ends = axis.values[0], axis.values[-1]
    marks = log_marks(*ends) if axis.scale == "log" else memory_marks(*ends)
    at = placed(axis.scale, np.array(marks)).tolist()
    return {**shape, "tickvals": at, "ticktext": [show_number(m) for m in marks]}


def memory_marks(low: float, high: float) -> list[float]:
    """Return about six round numbers between two below 1: 0, 0.9, 0.99, or finer."""
    return [float(f"{1 - missing:.12g}") for missing in reversed(log_marks((1 - high) * _LESS, 1 - low))]


def log_marks(low: float, high: float) -> list[float]:
    """Return about six round numbers between two: powers of ten, or 1, 2 and 5, or equal steps in a narrow window."""
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for mantissas in ((1,), (1, 3), (1, 2, 5), (1, 1.5, 2, 3, 4, 5, 7)):
        marks = [float(f"{m}e{k}") for k in decades for m in mantissas]
        inside = [mark for mark in marks if low <= mark <= high]
        if len(inside) >= 4:
            return inside[:: max(1, len(inside) // 7)]
    raw = (high - low) / 6
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= raw)
    digits = max(0, 1 - math.floor(math.log10(step)))
    return [round(k * step, digits) for k in range(math.ceil(low / step), math.floor(high / step) + 1)]
