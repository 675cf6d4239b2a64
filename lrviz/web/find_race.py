"""The fair comparison: every run tuned under the same budget, then raced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from lrviz.analysis import Comparison, compare
from lrviz.analysis.comparison import Standing
from lrviz.catalog import EXACT, Number, Whole, short, show_number
from lrviz.figures.comparison import race_figure, tuning_figure
from lrviz.figures.theme import KIND_STYLES
from lrviz.scenes import Scene
from lrviz.scenes.search import TRIED, Search
from lrviz.simulation import RATE, Run
from lrviz.web.controls import counter, typed
from lrviz.web.find_chart import Place, chart, is_dark
from lrviz.web.find_state import race_in_explore
from lrviz.web.rough import so_far, step_by_step
from lrviz.web.work import Answer, Job, answered, helpers

ROUGH = 8
_TRIED = Whole(TRIED.help, TRIED.low, TRIED.high)


@dataclass(frozen=True)
class _Optional(Number):
    """A number, or nothing: it is then chosen for you."""

    def read(self, owner: str, text: str) -> Any:
        """Read a number; None where there is none."""
        return super().read(owner, text) if text.strip() else None


_COMMON = _Optional("One rate for all; empty: the best rate of the first run.", RATE.low, RATE.high, "log")


def settings(_scene: Scene, search: Search) -> Search:
    """Draw the budget and the common rate; return what they stand for."""
    left, right, _ = st.columns([1, 1, 1.6], vertical_alignment="bottom", gap="medium")
    with left:
        tried = counter(_TRIED, "rates each may try", "find.tried", search.tried, 12)
    with right:
        text = "" if search.common is None else show_number(search.common)
        common = typed(_COMMON, "common rate", "find.common", search.common, text)
    return search.replace(tried=tried, common=common)


def draw(scene: Scene, search: Search) -> Answer[Comparison]:
    """Draw the view; return what may still become sharper."""
    asked = (scene.problem, scene.start, scene.steps, scene.noise, scene.seed, search.contenders, search.common)
    work = partial(_work, scene=scene, search=search)
    rough = partial(work, tried=ROUGH)
    answer = answered(
        ("race", *asked, search.tried),
        partial(work, tried=search.tried),
        lambda job: step_by_step(job, scene.steps, lambda n: rough(job, upto=n)),
    )
    if answer.value is not None:
        _show(answer.value, search)
    return answer


def _work(job: Job[Comparison], *, scene: Scene, search: Search, tried: int, upto: int | None = None) -> Comparison:
    return compare(
        scene.problem, search.contenders, rates=tried, steps=scene.steps, upto=upto, start=scene.origin,
        noise=scene.noise, seed=scene.seed, common_rate=search.common, progress=job.told, cancelled=job.unwanted,
        executor=helpers(scene.steps * len(search.contenders)) if tried != ROUGH else None,
    )  # fmt: skip


def _show(found: Comparison, search: Search) -> None:
    slots = search.slots
    st.markdown(so_far(found.tuning[0].steps, found.tuning[0].length) + headline(found))
    if len(search.contenders) == 1:
        st.caption("One run alone wins every race. Choose more in the settings.")
    own, common = st.columns(2, gap="medium")
    with own:
        st.markdown("**Each at its own best rate**")
        _race(found, slots, found.tuned, False)
    with common:
        st.markdown(f"**All at rate {short(found.common_rate)}**")
        _race(found, slots, found.common, True)
    _standings(found)
    st.markdown("**The tuning**")
    st.caption(found.budget)
    chart(tuning_figure(found, slots, dark=is_dark()), "find.tuning", "What each run reached with each rate.")


def _race(found: Comparison, slots: Sequence[int], standings: Sequence[Standing], common: bool) -> None:
    runs = tuple(standing.run for standing in standings if standing.rate is not None)
    if not runs:
        st.caption("No rate of the budget works for any of them. Allow more rates, or fewer steps.")
        return
    name = "find.common_race" if common else "find.chart"
    alt = f"The race at {'the common rate' if common else 'the own best rates'}: {headline(found)}"
    figure = race_figure(found, slots, common=common, dark=is_dark())
    chart(figure, name, alt, on_click=partial(_clicked, runs))
    st.button("Watch this race", on_click=race_in_explore, args=runs, key=f"{name}.watch", type="tertiary")


def _clicked(runs: Sequence[Run], _place: Place) -> None:
    race_in_explore(*runs)


def _standings(found: Comparison) -> None:
    st.caption(
        "Steps to the share of the loss that is left above its lowest value, and in brackets the evaluations, which "
        "cost time: gradients and losses, a Hessian counting for each coordinate."
    )
    st.table(table(found).set_index("Run"))
    st.download_button(
        "Download as CSV",
        data=lambda: found.to_frame().to_csv(index=False),
        file_name=f"lrviz-comparison-{found.problem.name}.csv",
        mime="text/csv",
        on_click="ignore",
        key="find.download",
    )


def table(found: Comparison) -> pd.DataFrame:
    """Return a row for each run at its own best rate, and below one for each at the common rate."""
    rows = []
    for title, standings in (("own best", found.tuned), ("common", found.common)):
        for standing, cost in zip(standings, found.cost, strict=True):
            counts = zip(found.tolerances, standing.steps, standing.evaluations, strict=True)
            reached = {f"to {show_number(share)}": _count(steps, evals) for share, steps, evals in counts}
            kind = KIND_STYLES[standing.verdict.kind].name if standing.verdict else "no rate works"
            rows.append(
                {
                    "Run": standing.run.recipe,
                    "Rate": f"{short(standing.rate)} ({title})" if standing.rate else "none",
                    **reached,
                    "Final loss": short(standing.final_loss),
                    "Outcome": kind,
                    "Cost of a step": f"{cost * 1e9:.0f} ns",
                }
            )
    return pd.DataFrame(rows)


def _count(steps: int, evaluations: int) -> str:
    return f"{steps} ({evaluations})" if steps >= 0 else "\u2013"


def headline(found: Comparison) -> str:
    """Return who wins at the own best rates, and who would seem to win at the common rate."""
    own, common = _winner(found.tuned), _winner(found.common)
    title = found.problem.label
    if own is None:
        return f"{title}: nobody comes within {show_number(found.tolerances[1])}. Allow more steps or more rates."
    text = f"{title}: at its own best rate {own.run.recipe} is the quickest, {own.steps[1]} steps"
    text += f" to {show_number(found.tolerances[1])}."
    if common is None:
        return f"{text} At {short(found.common_rate, EXACT)} for all, nobody gets there."
    if common.run.slot == own.run.slot:
        return f"{text} At {short(found.common_rate, EXACT)} for all it still is, with {common.steps[1]}."
    return f"{text} At {short(found.common_rate, EXACT)} for all, {common.run.recipe} seems to be: the rate suits it."


def _winner(standings: Sequence[Standing]) -> Standing | None:
    there = [standing for standing in standings if standing.steps[1] >= 0]
    return min(there, key=lambda standing: standing.steps[1]) if there else None
