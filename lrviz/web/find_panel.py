"""The sidebar of "Find a rate" below the problem: the runs, the tolerance, the rates."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import streamlit as st

from lrviz.analysis.sweeps import default_rates
from lrviz.catalog import DIGITS, Array, registered, show_number
from lrviz.optimizers import Optimizer
from lrviz.scenes import Scene, default_rate
from lrviz.scenes.search import MOST, TOLERANCE, Search, recipe
from lrviz.simulation import RATE, SLOTS, Run
from lrviz.web import find_state
from lrviz.web.controls import in_field, keep_typed, names, slider_and_number, typed
from lrviz.web.find_state import look, open_in_explore
from lrviz.web.run_panel import changed_run, edited_run, panel
from lrviz.web.state import bound, current, touch
from lrviz.web.words import refused


def draw(scene: Scene, search: Search) -> Search:
    """Draw the controls of the search; return what they stand for."""
    st.markdown("#### Runs")
    search = search.replace(contenders=_chosen(scene, search.contenders))
    labelled = zip(search.contenders, named(search.contenders), strict=True)
    search = search.replace(contenders=tuple(_edited(scene, run, label) for run, label in labelled))
    if not search.contenders:
        return search
    if search.view == "race":
        return search
    tolerance = slider_and_number(TOLERANCE, "tolerance", "find.tolerance", search.tolerance, 1e-10, 0.5)
    search = search.replace(tolerance=tolerance)
    return search if search.view == "map" and search.field == "starts" else _rates(scene, search)


def _chosen(scene: Scene, contenders: tuple[Run, ...]) -> tuple[Run, ...]:
    """Draw the list of the runs that are compared, and of the optimizers that can stand beside them."""
    now, labels = [_option(run, contenders) for run in contenders], named(contenders)
    catalog = [
        Run(cls(), 1.0) for name in names("optimizer") if issubclass(cls := registered("optimizer")[name], Optimizer)
    ]
    others = [run for run in catalog if run.recipe not in labels]
    known = dict(zip(now, labels, strict=True))
    chosen = st.multiselect(
        "Runs",
        [*now, *others],
        now,
        format_func=lambda run: known.get(run, run.recipe),
        key=bound("find.optimizers", now),
        max_selections=MOST,
        label_visibility="collapsed",
        placeholder="Choose up to six",
        select_all=False,
        on_change=touch,
        args=("find.optimizers",),
    )
    return _slotted(scene, contenders, chosen)


def _option(run: Run, contenders: Sequence[Run]) -> Run:
    """Return what stands for a run in the list: its recipe, with its slot where another has the same."""
    first = next(other for other in contenders if recipe(other) == recipe(run))
    return recipe(run) if first is run else run.replace(lr=1.0)


def named(runs: Sequence[Run]) -> list[str]:
    """Return what runs are called in full, without their rates; those that are the same are numbered."""
    names = [run.recipe for run in runs]
    return [f"{name} ({names[: i + 1].count(name)})" if names.count(name) > 1 else name for i, name in enumerate(names)]


def _slotted(scene: Scene, before: tuple[Run, ...], chosen: Sequence[Run]) -> tuple[Run, ...]:
    """Return the chosen ones; who was there keeps rate and slot, and by that the colour.

    Others take slots that no run of Explore has, as long as there are any.
    """
    known = {_option(run, before): run for run in before}
    taken, theirs = {known[run].slot for run in chosen if run in known}, {run.slot for run in scene.runs}
    free = (slot for slot in range(SLOTS) if slot not in taken)
    fresh = iter(sorted(free, key=lambda slot: (slot in theirs, slot)))
    return tuple(
        known[run] if run in known else run.replace(lr=default_rate(scene.problem, run.optimizer), slot=next(fresh))
        for run in chosen
    )


def _edited(scene: Scene, run: Run, label: str) -> Run:
    assert run.slot is not None
    place = panel(run.slot, label)
    if not place.open:
        return run
    with place:
        run = edited_run(scene, run, f"find{run.slot}", partial(_changed, slot=run.slot), rated=False)
        st.button(
            "Watch in Explore", on_click=open_in_explore, args=(run,), key=f"find.watch{run.slot}", type="tertiary",
            help=f"As it is here, at its own rate, {show_number(run.lr, DIGITS)}",
        )  # fmt: skip
    return run


def _changed(scene: Scene, *, slot: int | None, **changes: object) -> Scene:
    """Change a run of the search; those of the scene are Explore's, and stay."""
    runs = find_state.current().search.contenders
    look(contenders=tuple(changed_run(run, changes) if run.slot == slot else run for run in runs))
    return scene


def subject(search: Search) -> Search:
    """Draw the choice of the run that is looked at alone."""
    now = search.subject
    assert now is not None
    slots = list(search.slots)
    known = dict(zip(slots, named(search.contenders), strict=True))
    key = f"find.subject.{now.slot}.{','.join(map(str, slots))}"
    st.selectbox(
        "Run", slots, slots.index(now.slot or 0), format_func=lambda slot: known.get(slot, ""), key=key,
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
    found, columns, below = [], st.columns(2, gap="small"), st.container()
    for name, column, value in zip(("from", "to"), columns, now, strict=True):
        with column:
            key = f"find.{name}"
            found.append(float(typed(RATE, f"rates {name}", key, value, in_field(value), place=below)))
    low, high = found
    if not low < high:
        keep_typed("find.from", "find.to")
        refused(ValueError(f"The rates must go from a lower to a higher one, not from {low:g} to {high:g}."))
        return search
    if (search.low, search.high) != (None, None):
        st.button("Usual rates", on_click=_usual, key="find.usual", type="tertiary", help="The whole range again")
    return search.replace(low=None if low == usual[0] else low, high=None if high == usual[1] else high)


def _usual() -> None:
    look(low=None, high=None)
    current().touched.clear()
