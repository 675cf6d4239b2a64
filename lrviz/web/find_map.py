"""The maps: the outcome over rate and one thing more, and the minimum in which every start ends."""

from __future__ import annotations

import math
from functools import partial
from typing import Any, get_args

import numpy as np
import streamlit as st

from lrviz.analysis import KINDS, BasinMap, OutcomeMap, basin_map, outcome_map
from lrviz.analysis.axes import Axis, axis
from lrviz.analysis.axes import names as axis_names
from lrviz.catalog import EXACT, short
from lrviz.figures.maps import basin_map_figure, named, outcome_map_figure, place, values_at
from lrviz.scenes import Scene
from lrviz.scenes.search import Field, Search, Shade
from lrviz.simulation import RATE, Run
from lrviz.web.controls import slider_and_number
from lrviz.web.find_chart import Place, Window, chart, is_dark
from lrviz.web.find_panel import borders, subject
from lrviz.web.find_state import current, look, open_in_explore
from lrviz.web.rough import so_far, step_by_step
from lrviz.web.work import Answer, Job, answered, processes

SHARP, ROUGH = 128, 32
_FIELDS = {"rates": "Rates", "starts": "Starts"}
_SHADES = {"auto": "Automatic", "steps": "Steps to the tolerance", "loss": "Final loss", "verdict": "Outcome"}
Found = OutcomeMap | BasinMap


def settings(scene: Scene, search: Search) -> Search:
    """Draw the map's own controls; return what they stand for."""
    first, second, third, fourth = st.columns([1.2, 1, 1.4, 1.2], vertical_alignment="bottom", gap="small")
    with first:
        search = subject(search)
    search = search.replace(field=search.field if scene.problem.dimension == 2 else "rates")
    with second:
        if scene.problem.dimension == 2:
            _choice("Over", "field", get_args(Field), search.field, _FIELDS)
    with third:
        search = _rate(search) if search.field == "starts" else _across(scene, search)
    with fourth:
        if search.field == "rates":
            _shade(search)
    return search


def _choice(label: str, field: str, options: tuple[str, ...], now: str, names: dict[str, str]) -> None:
    key = f"find.{field}.{now}"
    st.segmented_control(
        label, options, default=now, format_func=names.__getitem__, required=True, key=key, on_change=_chosen,
        args=(field, key, now),
    )  # fmt: skip


def _shade(search: Search) -> None:
    options = get_args(Shade)
    key = f"find.shade.{search.shade}"
    st.selectbox(
        "Colour", options, options.index(search.shade), format_func=_SHADES.__getitem__, key=key, on_change=_chosen,
        args=("shade", key, search.shade),
        help="Automatic: the steps to the tolerance, or the final loss where fewer than a fifth of the runs get there.",
    )  # fmt: skip


def _chosen(field: str, key: str, now: str) -> None:
    look(**{field: st.session_state.get(key) or now})
    if field == "field":
        look(across_low=None, across_high=None, left=None, right=None)


def choices(scene: Scene, search: Search) -> list[str]:
    """Return what a map can vary beside the rate, the usual first."""
    contender = search.subject
    assert contender is not None
    return [name for name in axis_names(scene.problem, contender) if name != "lr"]


def across(scene: Scene, search: Search) -> str:
    """Return what the map varies beside the rate."""
    options = choices(scene, search)
    return search.across if search.across in options else options[0]


def _across(scene: Scene, search: Search) -> Search:
    options, now = choices(scene, search), across(scene, search)
    key = f"find.across.{now}.{len(options)}"
    st.selectbox(
        "Rate against", options, options.index(now), format_func=named, key=key, on_change=_crossed, args=(key,)
    )
    return search


def _crossed(key: str) -> None:
    look(across=st.session_state.get(key) or "", across_low=None, across_high=None)


def rate_of(search: Search, contender: Run) -> float:
    """Return the rate of a map of starts: the one that was asked for, or the run's own."""
    return search.rate or contender.lr


def _rate(search: Search) -> Search:
    contender = search.subject
    assert contender is not None
    now = rate_of(search, contender)
    rate = slider_and_number(RATE, "learning rate", "find.rate", now, 1e-6, 1e2)
    return search if rate == now else search.replace(rate=rate)


def draw(scene: Scene, search: Search) -> Answer[Found]:
    """Draw the view; return what may still become sharper."""
    contender = search.subject
    assert contender is not None
    asked = (scene.problem, scene.start, scene.steps, scene.noise, scene.seed, search.tolerance, contender)
    window = (search.low, search.high, search.across_low, search.across_high, search.left, search.right)
    which = (search.field, across(scene, search), rate_of(search, contender))
    work = partial(_work, scene=scene, search=search)
    rough = partial(work, side=ROUGH)
    answer = answered(
        ("map", *asked, *window, *which),
        partial(work, side=SHARP),
        lambda job: step_by_step(job, scene.steps, lambda n: rough(job, upto=n)),
    )
    if answer.value is not None:
        _show(answer.value, search)
    return answer


def _work(job: Job[Found], *, scene: Scene, search: Search, side: int, upto: int | None = None) -> Found:
    contender = search.subject
    assert contender is not None
    common: dict[str, Any] = {
        "size": (side, side), "steps": scene.steps, "upto": upto, "noise": scene.noise, "seed": scene.seed,
        "tolerance": search.tolerance, "progress": job.told, "cancelled": job.unwanted,
        "executor": processes() if side == SHARP else None, "y_range": _span(search.across_low, search.across_high),
    }  # fmt: skip
    if search.field == "starts":
        window = _span(search.left, search.right)
        rate = rate_of(search, contender)
        return basin_map(scene.problem, contender.replace(lr=rate), x_range=window, **common)
    name = across(scene, search)
    rates = borders(scene, search)
    return outcome_map(scene.problem, contender, "lr", name, start=scene.origin, x_range=rates, **common)


def _span(low: float | None, high: float | None) -> tuple[float, float] | None:
    return None if low is None or high is None else (low, high)


def _show(found: Found, search: Search) -> None:
    if isinstance(found, BasinMap):
        figure, text = basin_map_figure(found, dark=is_dark()), basin_sentence(found)
    else:
        figure, text = outcome_map_figure(found, search.shade, dark=is_dark()), sentence(found)
    st.markdown(so_far(found.grid.steps, found.grid.length) + text)
    reach = Window(*(_ends(shown, _reach(found, shown)) for shown in (found.x, found.y)))
    chart(
        figure, "find.chart", text, on_click=partial(_clicked, found), on_zoom=partial(_zoomed, found),
        reach=reach,
    )  # fmt: skip
    row = st.container(horizontal=True, vertical_alignment="center", gap="small")
    row.caption("Click on a cell to watch its run in Explore. Drag a rectangle, or pinch, to see a part as sharp.")
    zoomed = any(v is not None for v in (search.low, search.across_low, search.left))
    if zoomed:
        row.button("Whole map", on_click=_whole, key="find.whole", type="tertiary")


def sentence(found: OutcomeMap) -> str:
    """Return in a sentence or two where the map is best, and how much of it is lost."""
    lost = float((found.codes == KINDS.index("diverged")).mean())
    end = f" {lost:.0%} of the runs diverge." if lost else " None diverges."
    title = f"{found.grid.problem.label}, {found.grid.run.recipe}"
    if found.best is None:
        return f"{title}: no run survives.{end}"
    column, row = found.best
    steps = int(found.settled_at[row, column])
    at = f"rate {short(found.x.values[column], EXACT)}, {named(found.y.name)} {short(found.y.values[row], EXACT)}"
    if steps < 0:
        loss = short(float(found.score[row, column]))
        return f"{title}: no run with its neighbours stays within the tolerance; best at {at}, a loss of {loss}.{end}"
    return f"{title}: best at {at}, within the tolerance from step {steps:,} on.{end}"


def basin_sentence(found: BasinMap) -> str:
    """Return in a sentence how many of the starts end in a lowest minimum."""
    title = f"{found.grid.problem.label}, {found.grid.run.recipe} at rate {short(found.grid.run.lr)}"
    if not found.minima.shape[1]:
        return f"{title}: after {found.grid.steps} steps no start has ended in a minimum. Allow more steps."
    lowest = found.loss <= found.loss.min() + 1e-6
    share, none = float(found.shares[lowest].sum()), float((found.basin < 0).mean())
    end = f", {none:.0%} in none" if none else ""
    best = "the lowest minimum" if lowest.sum() == 1 else f"one of the {lowest.sum()} lowest minima"
    return f"{title}: {share:.0%} of the starts end in {best}, {max(1 - share - none, 0):.0%} in another{end}."


def _cell(found: Found, at: Place) -> tuple[int, int]:
    x, y = place(found.x, found.x.array), place(found.y, found.y.array)
    return int(np.abs(x - at.x).argmin()), int(np.abs(y - at.y).argmin())


def _clicked(found: Found, at: Place) -> None:
    case = found.case(*_cell(found, at))
    open_in_explore(case.run, start=case.start, problem=case.problem, noise=case.noise)


def _zoomed(found: Found, window: Window) -> None:
    """Compute what was zoomed to; a border beyond what there can be is moved to it."""
    if window.x is None or window.y is None:
        return _whole()
    x, y = (_clipped(values_at(axis, ends), _reach(found, axis)) for axis, ends in
            ((found.x, window.x), (found.y, window.y)))  # fmt: skip
    names = ("left", "right") if isinstance(found, BasinMap) else ("low", "high")
    look(**dict(zip(names, x, strict=True)), across_low=y[0], across_high=y[1])
    return None


def _ends(shown: Axis, values: tuple[float, float]) -> tuple[float, float]:
    """Return values of an axis as the figure has them."""
    low, high = place(shown, np.array(values)).tolist()
    return low, high


def _reach(found: Found, shown: Axis) -> tuple[float, float]:
    """Return how far out one can zoom: to the whole map, or to what is shown where that is more."""
    whole = axis(found.grid.problem, found.grid.run, shown.name, None, 2, steps=found.grid.steps)
    return min(whole.values[0], shown.values[0]), max(whole.values[-1], shown.values[-1])


def _clipped(ends: tuple[float, float], reach: tuple[float, float]) -> tuple[float, float]:
    """Return the borders of a window within what can be shown, in the digits that matter for one so wide."""
    low, high = max(ends[0], reach[0]), min(ends[1], reach[1])
    if not low < high:
        return reach
    digits = max(3, 3 + math.ceil(math.log10(max(abs(low), abs(high)) / (high - low))))
    tidy = float(f"{low:.{digits}g}"), float(f"{high:.{digits}g}")
    return max(tidy[0], reach[0]), min(tidy[1], reach[1])


def _whole() -> None:
    names = ("low", "high") if current().search.field == "rates" else ("left", "right")
    look(**dict.fromkeys([*names, "across_low", "across_high"]))
