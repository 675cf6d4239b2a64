"""The range test beside the sweep's truth."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from lrviz.analysis import RangeTest, range_test
from lrviz.analysis.blocks import part
from lrviz.analysis.landmarks import lowest_of
from lrviz.analysis.sweeps import sweep_of
from lrviz.catalog import EXACT, Whole, short, spaced
from lrviz.figures.range_test import range_test_figure
from lrviz.scenes import Scene
from lrviz.scenes.search import SMOOTHING, TEST_STEPS, Search
from lrviz.schedules import Constant
from lrviz.simulation import Run
from lrviz.web.controls import counter, slider_and_number
from lrviz.web.find_chart import Place, chart, is_dark
from lrviz.web.find_panel import borders, subject
from lrviz.web.find_state import open_in_explore
from lrviz.web.find_sweep import ROUGH, SHARP
from lrviz.web.rough import so_far, step_by_step
from lrviz.web.words import counted
from lrviz.web.work import Answer, Job, answered, helpers

REPEATS = 24
"""How often a noisy test is repeated."""
_STEPS = Whole(TEST_STEPS.help, TEST_STEPS.low, TEST_STEPS.high)


def settings(_scene: Scene, search: Search) -> Search:
    """Draw the test's own controls; return what they stand for."""
    left, middle, right = st.columns([1, 1, 1.4], vertical_alignment="bottom", gap="small")
    with left:
        search = subject(search)
    with middle:
        steps = counter(_STEPS, "steps of the test", "find.test", search.test_steps, 10)
    with right:
        smoothing = slider_and_number(SMOOTHING, "smoothing", "find.smoothing", search.smoothing)
    return search.replace(test_steps=steps, smoothing=smoothing)


def draw(scene: Scene, search: Search) -> Answer[RangeTest]:
    """Draw the view; return what may still be on its way."""
    contender = search.subject
    assert contender is not None
    low, high = borders(scene, search)
    asked = (scene.problem, scene.start, scene.steps, scene.noise, scene.seed, search.tolerance, low, high)
    key = ("test", *asked, contender, search.test_steps, search.smoothing)
    asking = partial(work, scene=scene, search=search, low=low, high=high)
    sharp = partial(asking, points=SHARP, repeats=REPEATS if scene.noise else 1)
    rough = partial(asking, points=ROUGH, repeats=1)
    answer = answered(key, sharp, lambda job: step_by_step(job, scene.steps, lambda n: rough(job, upto=n)))
    test = answer.value
    if test is None:
        return answer
    st.markdown(so_far(test.truth.steps, test.truth.length) + headline(test))
    if left := left_out(test.run):
        st.caption(left)
    figure = range_test_figure(test, contender.slot or 0, dark=is_dark())
    chart(figure, "find.chart", headline(test), on_click=partial(_clicked, test))
    st.table(table(test).set_index("Rule"))
    return answer


def work(
    job: Job[RangeTest],
    *,
    scene: Scene,
    search: Search,
    low: float,
    high: float,
    points: int,
    repeats: int,
    upto: int | None = None,
) -> RangeTest:
    """Sweep so many rates for the truth, and repeat the test so often."""
    contender = search.subject
    assert contender is not None
    common: dict[str, Any] = {
        "start": scene.origin, "noise": scene.noise, "seed": scene.seed, "cancelled": job.unwanted
    }  # fmt: skip
    truth = sweep_of(
        scene.problem, contender, rates=spaced("log", low, high, points), steps=scene.steps, upto=upto,
        tolerance=search.tolerance, progress=part(job.told, 0, 2),
        executor=helpers(scene.steps) if points == SHARP else None, **common,
    )  # fmt: skip
    return range_test(
        scene.problem, contender, low=low, high=high, steps=search.test_steps, repeats=repeats,
        beta=search.smoothing, truth=truth, progress=part(job.told, 1, 2), **common,
    )  # fmt: skip


def headline(test: RangeTest) -> str:
    """Return in a sentence or two how far the rules are off, and whether noise makes it worse."""
    name = f"{test.problem.label}, {test.run.recipe}"
    best = test.truth.best_rate
    if best is None:
        return f"{name}: in the sweep no rate survives, so there is nothing to suggest. Try lower rates."
    off = [s.off for s in test.suggestions if s.off]
    if not off and lowest_of(test.problem) is None and (test.loss < 0).any():
        return (
            f"{name}: no rule suggests a rate. The loss goes below 0 and its lowest value is not known; the libraries, "
            "whose losses begin at 0, then end their tests at once."
        )
    if not off:
        return f"{name}: the test ended too early for any rule. Begin at a lower rate."
    worst = max(max(o, 1 / o) for o in off)
    near = sum(max(o, 1 / o) <= 2 for o in off)
    text = f"{name}: the best rate is {short(best, EXACT)}; {near} of {len(off)} rules come within a factor of two"
    return f"{text}, the worst is {short(worst)} times off.{_noisy(test)}"


def left_out(run: Run) -> str:
    """Return in words what of a run has no part in a range test; nothing where all has."""
    parts = [] if isinstance(run.schedule, Constant) else [f"the schedule ({run.schedule.label})"]
    parts += [f"the warm-up of {counted(run.warmup)}"] if run.warmup else []
    if not parts:
        return ""
    have = "has" if len(parts) == 1 else "have"
    return (
        f"The test sets the rate of every step itself: {' and '.join(parts)} {have} no part in it. The sweep below it, "
        "and with it the best rate, is of the run as it is."
    )


def _noisy(test: RangeTest) -> str:
    spread = [max(s.repeats) / min(s.repeats) for s in test.suggestions if len(s.repeats) > 1]
    if not spread:
        return ""
    return f" With other noise of the same size, the same rule suggests rates up to {short(max(spread))} times apart."


def table(test: RangeTest) -> pd.DataFrame:
    """Return a row for each rule: what it suggests, how far that is off, and why."""
    rows = []
    for suggestion in test.suggestions:
        low, high = (min(suggestion.repeats), max(suggestion.repeats)) if suggestion.repeats else (None, None)
        row = {"Rule": suggestion.label, "Suggested rate": short(suggestion.rate) if suggestion.rate else "none"}
        row["Beside the best rate"] = _factor(suggestion.off)
        if len(suggestion.repeats) > 1:
            row["Rates with other noise"] = f"{short(low)} to {short(high)}"
        rows.append({**row, "Why": suggestion.sentence})
    return pd.DataFrame(rows).fillna("")


def _factor(off: float | None) -> str:
    if off is None:
        return ""
    if 0.95 <= off <= 1.05:
        return "at most 5 %"
    return f"{short(off)} times too high" if off > 1 else f"{short(1 / off)} times too low"


def _clicked(test: RangeTest, place: Place) -> None:
    rate = float(f"{place.x:.4g}")
    if 1e-12 <= rate <= 1e6:
        open_in_explore(test.run.replace(lr=rate))
