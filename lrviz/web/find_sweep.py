"""The sweep: every rate tried from the same start."""

from __future__ import annotations

from concurrent.futures import CancelledError
from functools import partial
from typing import get_args

import numpy as np
import streamlit as st

from lrviz.analysis import Sweep, sweep
from lrviz.analysis.best import NEARBY
from lrviz.catalog import EXACT, Array, short, spaced
from lrviz.figures.sweep import sweep_figure, sweep_heights
from lrviz.scenes import Scene
from lrviz.scenes.search import Measure, Search
from lrviz.web.find_chart import Place, chart, is_dark
from lrviz.web.find_panel import borders
from lrviz.web.find_state import look, open_in_explore
from lrviz.web.rough import so_far, step_by_step
from lrviz.web.words import counted
from lrviz.web.work import Answer, Job, answered, helpers

SHARP, ROUGH = 400, 64
_MEASURES = {"final": "Final loss", "best": "Best loss", "steps": "Steps to the tolerance"}
Sweeps = tuple[Sweep, ...]


def swept(scene: Scene, search: Search) -> Answer[Sweeps]:
    """Return the sweeps of the search, sharp or for now rough."""
    low, high = borders(scene, search)
    asked = (scene.problem, scene.start, scene.steps, scene.noise, scene.seed)
    key = ("sweep", *asked, search.contenders, search.tolerance, low, high)
    work = partial(_work, scene=scene, search=search, low=low, high=high)
    rough = partial(work, points=ROUGH)
    return answered(
        key, partial(work, points=SHARP), lambda job: step_by_step(job, scene.steps, lambda n: rough(job, upto=n))
    )


def _work(
    job: Job[Sweeps], *, scene: Scene, search: Search, low: float, high: float, points: int, upto: int | None = None
) -> Sweeps:
    found = sweep(
        scene.problem, search.contenders, rates=spaced("log", low, high, points), steps=scene.steps, upto=upto,
        start=scene.origin, noise=scene.noise, seed=scene.seed, tolerance=search.tolerance,
        progress=job.told, cancelled=job.unwanted,
        executor=helpers(scene.steps * len(search.contenders)) if points == SHARP else None,
    )  # fmt: skip
    if len(found) < len(search.contenders):
        raise CancelledError
    return found


def draw(scene: Scene, search: Search) -> Answer[Sweeps]:
    """Draw the view; return what may still become sharper."""
    answer = swept(scene, search)
    sweeps = answer.value
    if sweeps is None:
        return answer
    st.markdown(so_far(sweeps[0].steps, sweeps[0].length) + headline(sweeps))
    figure = sweep_figure(sweeps, search.slots, search.measure, dark=is_dark())
    chart(figure, "find.chart", headline(sweeps), on_click=partial(_clicked, sweeps, search.measure))
    st.caption(
        "Click on a rate to watch it in Explore. The upper rows name the outcome of every rate. The best rate stays "
        "within the tolerance from the earliest step on, or ends lowest where none does, and its neighbours do nearly "
        "as well."
    )
    st.markdown("\n".join(f"- {sentence(found)}" for found in sweeps))
    return answer


def settings(_scene: Scene, search: Search) -> Search:
    """Draw the choice of what is shown."""
    st.segmented_control(
        "Measure", get_args(Measure), default=search.measure, format_func=_MEASURES.__getitem__, required=True,
        key=f"find.measure.{search.measure}", on_change=_measured, args=(search.measure,),
        label_visibility="collapsed",
    )  # fmt: skip
    return search


def _measured(before: Measure) -> None:
    look(measure=st.session_state.get(f"find.measure.{before}") or before)


def headline(sweeps: Sweeps) -> str:
    """Return in one sentence which run gets lowest and at which rate."""
    alive = [found for found in sweeps if found.best is not None]
    if not alive:
        return f"{sweeps[0].problem.label}: no rate from {_range(sweeps[0].rates)} survives. Try lower rates."
    best = min(alive, key=_rank)
    title = f"{best.problem.label}: {best.run.recipe} at rate {short(best.best_rate, EXACT)}"
    reached = int(best.settled_at[best.best or 0])
    if reached >= 0 and len(sweeps) > 1:
        return f"{title}, its best, is the quickest: within the tolerance from step {reached:,} on."
    if reached >= 0:
        return f"{title} is the best, within the tolerance from step {reached:,} on."
    loss = float(best.score[best.best or 0])
    return f"{title} gets lowest, to a loss of {short(loss)} after {counted(best.steps)}."


def _rank(found: Sweep) -> tuple[bool, float]:
    best = found.best or 0
    reached = int(found.settled_at[best])
    return (reached < 0, float(reached) if reached >= 0 else float(found.score[best]))


def sentence(found: Sweep) -> str:
    """Return the best rate, the good ones, and where runs are lost, in theory or as tried, in a sentence or two."""
    name = f"**{found.run.recipe}**"
    if found.best is None or found.best_rate is None or found.good is None:
        return f"{name}: no rate from {_range(found.rates)} survives. Try lower rates."
    reached = int(found.settled_at[found.best])
    how = f"within the tolerance from step {reached:,} on" if reached >= 0 else _not_reached(found)
    low, high = (short(rate, EXACT) for rate in found.good)
    good = "no rate beside it is as good" if low == high else f"good from {low} to {high}"
    more = f"{_lucky(found)}{_border(found)}{_theory(found)}"
    return f"{name}: best at {short(found.best_rate, EXACT)}, {how}; {good}.{more}"


def _lucky(found: Sweep) -> str:
    """Name the rate that does better by itself, where the best one is another and not beside it."""
    if found.luckiest is None or found.good is None:
        return ""
    rate, (low, high) = float(found.rates[found.luckiest]), found.good
    if low / NEARBY <= rate <= high * NEARBY:
        return ""
    settled = int(found.settled_at[found.luckiest])
    does = f"within it from step {settled:,} on" if settled >= 0 else f"to {short(found.score[found.luckiest])}"
    return f" Luckiest: {short(rate, EXACT)}, {does}, but the rates beside it do worse."


def _not_reached(found: Sweep) -> str:
    loss = float(found.score[found.best or 0])
    return f"to a loss of {short(loss)}, not within the tolerance in {found.steps} steps"


def _border(found: Sweep) -> str:
    if found.best in (0, len(found.rates) - 1):
        return f" That is the {'lowest' if found.best == 0 else 'highest'} rate tried: widen the range."
    return ""


def _theory(found: Sweep) -> str:
    if found.limit is None:
        return (
            ""
            if found.first_lost is None
            else f" Of the rates tried it is first lost at {short(found.first_lost, EXACT)}."
        )
    return f" In theory it is stable below {short(found.limit, 3)}."


def _range(rates: Array) -> str:
    return f"{short(float(rates[0]))} to {short(float(rates[-1]))}"


def _clicked(sweeps: Sweeps, measure: Measure, place: Place) -> None:
    which, rate = nearest(sweeps, measure, place)
    open_in_explore(sweeps[which].run.replace(lr=rate))


def nearest(sweeps: Sweeps, measure: Measure, place: Place) -> tuple[int, float]:
    """Return which sweep's point lies nearest to a place of the chart, and its very rate."""
    rates = sweeps[0].rates
    index = int(np.argmin(np.abs(np.log(rates / max(place.x, 1e-300)))))
    rate = float(rates[index])
    if place.axis == "y2":
        return int(np.clip(round(place.y), 0, len(sweeps) - 1)), rate
    heights = sweep_heights(sweeps, measure)
    here = np.array([values[index] for values in heights.values])
    away = np.abs(np.log(here / max(place.y, 1e-300)) if heights.log else here - place.y)
    return (int(np.nanargmin(away)) if np.isfinite(away).any() else 0), rate
