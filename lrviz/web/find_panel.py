"""The sidebar of "Find a rate" below the problem: the optimizers, the tolerance, the rates."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from lrviz.analysis.sweeps import default_rates
from lrviz.catalog import Array, registered
from lrviz.optimizers import Optimizer
from lrviz.scenes import Scene, default_rate
from lrviz.scenes.search import MOST, TOLERANCE, Search, recipe
from lrviz.simulation import RATE, SLOTS, Run
from lrviz.web.controls import edited, in_field, names, slider_and_number, typed
from lrviz.web.find_state import look
from lrviz.web.state import bound, current, touch
from lrviz.web.words import refused


def draw(scene: Scene, search: Search) -> Search:
    """Draw the controls of the search; return what they stand for."""
    st.markdown("#### Optimizers")
    search = search.replace(contenders=_chosen(scene, search.contenders))
    search = search.replace(contenders=tuple(_edited(run) for run in search.contenders))
    if not search.contenders:
        return search
    if search.view == "race":
        return search
    tolerance = slider_and_number(TOLERANCE, "tolerance", "find.tolerance", search.tolerance, 1e-10, 0.5)
    search = search.replace(tolerance=tolerance)
    return search if search.view == "map" and search.field == "starts" else _rates(scene, search)


def _chosen(scene: Scene, contenders: tuple[Run, ...]) -> tuple[Run, ...]:
    """Draw the list of the runs that are compared, and of the optimizers that can stand beside them."""
    now = [recipe(run) for run in contenders]
    catalog = [
        Run(cls(), 1.0) for name in names("optimizer") if issubclass(cls := registered("optimizer")[name], Optimizer)
    ]
    chosen = st.multiselect(
        "Optimizers",
        [*(run for run in now if run not in catalog), *catalog],
        now,
        format_func=lambda run: run.recipe,
        key=bound("find.optimizers", now),
        max_selections=MOST,
        label_visibility="collapsed",
        placeholder="Choose up to six",
        select_all=False,
        on_change=touch,
        args=("find.optimizers",),
    )
    return _slotted(scene, contenders, chosen)


def _slotted(scene: Scene, before: tuple[Run, ...], chosen: Sequence[Run]) -> tuple[Run, ...]:
    """Return the chosen ones; who was there keeps rate and slot, and by that the colour.

    Others take slots that no run of Explore has, as long as there are any.
    """
    known = {recipe(run): run for run in before if recipe(run) in chosen}
    taken = {run.slot for run in known.values()}
    theirs = {run.slot for run in scene.runs}
    free = iter(sorted((slot for slot in range(SLOTS) if slot not in taken), key=lambda slot: (slot in theirs, slot)))
    return tuple(
        known[run] if run in known else run.replace(lr=default_rate(scene.problem, run.optimizer), slot=next(free))
        for run in chosen
    )


def _edited(run: Run) -> Run:
    place = st.expander(run.recipe, key=f"run{run.slot}", on_change="rerun")
    if not place.open:
        return run
    with place:
        st.caption(run.optimizer.summary)
        return run.replace(optimizer=edited(run.optimizer, f"find{run.slot}.{run.optimizer.name}"))


def subject(search: Search) -> Search:
    """Draw the choice of the optimizer that is looked at alone."""
    now = search.subject
    assert now is not None
    slots = list(search.slots)
    known = {run.slot: run.recipe for run in search.contenders}
    key = f"find.subject.{now.slot}.{','.join(map(str, slots))}"
    st.selectbox(
        "Optimizer", slots, slots.index(now.slot or 0), format_func=lambda slot: known.get(slot, ""), key=key,
        on_change=_subject, args=(key,), disabled=len(slots) < 2,
    )  # fmt: skip
    return search


def _subject(key: str) -> None:
    look(chosen=st.session_state.get(key))


def usual_rates(scene: Scene, search: Search) -> Array:
    """Return the lowest and the highest rate that are tried unasked."""
    ends = default_rates(scene.problem, search.contenders, 2)
    if search.view == "map" and search.subject is not None:
        ends = default_rate(scene.problem, search.subject.optimizer) * np.array([1e-2, 1e2])
    return np.clip([float(f"{rate:.2g}") for rate in ends], RATE.low, RATE.high)


def borders(scene: Scene, search: Search) -> tuple[float, float]:
    """Return the lowest and the highest rate that are tried."""
    low, high = usual_rates(scene, search)
    low, high = search.low or float(low), search.high or float(high)
    return (low, high) if low < high else (low, low * 10)


def _rates(scene: Scene, search: Search) -> Search:
    usual = usual_rates(scene, search)
    now = borders(scene, search)
    found = []
    for name, column, value in zip(("from", "to"), st.columns(2, gap="small"), now, strict=True):
        with column:
            key = f"find.{name}"
            found.append(float(typed(RATE, f"rates {name}", key, value, in_field(value))))
    low, high = found
    if not low < high:
        refused(ValueError(f"The rates must go from a lower to a higher one, not from {low:g} to {high:g}."))
        return search
    if (search.low, search.high) != (None, None):
        st.button("Usual rates", on_click=_usual, key="find.usual", type="tertiary", help="The whole range again")
    return search.replace(low=None if low == usual[0] else low, high=None if high == usual[1] else high)


def _usual() -> None:
    look(low=None, high=None)
    current().touched.clear()
