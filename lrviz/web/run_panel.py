"""The sidebar's lower part: the runs."""

from __future__ import annotations

from typing import TypeVar, cast

import streamlit as st

from lrviz.catalog import Entry, hypers, registered
from lrviz.optimizers import Optimizer
from lrviz.scenes import Scene, View, default_rate
from lrviz.scenes.comparisons import (
    added,
    duplicated,
    five_optimizers,
    five_rates,
    five_schedules,
    is_full,
    own_rates,
    removed,
)
from lrviz.scenes.defaults import SLIDER_HIGH, SLIDER_LOW
from lrviz.schedules import Constant
from lrviz.simulation import RATE, WARMUP, Run
from lrviz.web.controls import control, fields, menu, slider_and_number
from lrviz.web.state import change, current, show

E_ = TypeVar("E_", bound=Entry)
_COMPARE = "compare"
_COMPARISONS = {
    "This optimizer at five rates": five_rates,
    "Five optimizers at this rate": five_optimizers,
    "Five optimizers, each at its own rate": own_rates,
    "This rate under five schedules": five_schedules,
}


def draw(scene: Scene, view: View) -> Scene:
    """Draw the controls of every run; return the scene they stand for."""
    row = st.container(horizontal=True, vertical_alignment="center", gap="small")
    row.markdown("#### Runs")
    with row.popover("Compare", key=_COMPARE, on_change="rerun"):
        st.caption("From the run that is chosen:")
        for label in _COMPARISONS:
            st.button(label, on_click=_compare, args=(label,), key=f"compare.{label}", width="stretch")
    full = is_full(scene)
    row.button("Add", on_click=_add, disabled=full, help="Eight runs are the most." if full else "One more run")
    first = scene.runs[0].slot
    return scene.replace(
        runs=tuple(_draw_run(scene, run, run.slot == first, run.slot in view.hidden) for run in scene.runs)
    )


def _draw_run(scene: Scene, run: Run, first: bool, hidden: bool) -> Run:
    key = f"run{run.slot}"
    label = f"{run.label} · hidden" if hidden else run.label
    place = st.expander(label, expanded=first, key=f"run{run.slot}", on_change="rerun")
    if not place.open:
        return run
    with place:
        optimizer, lr = _optimizer_and_rate(scene, run, key)
        schedule = _entry("Schedule", f"{key}.schedule", run.schedule)
        if not isinstance(schedule, Constant):
            schedule = schedule.replace(**fields(schedule, f"{key}.schedule.{schedule.name}"))
        left, right = st.columns(2, gap="small", vertical_alignment="bottom")
        with left:
            warmup = control(WARMUP, "warm-up", f"{key}.warmup", run.warmup)
        with right:
            optimizer = _settings(optimizer, key)
        _actions(scene, run, hidden)
    return Run(optimizer, lr, schedule, warmup, run.slot)


def _settings(optimizer: Optimizer, key: str) -> Optimizer:
    """Draw the hyper-parameters of this optimizer, behind one click."""
    if not hypers(type(optimizer)):
        st.button(
            "No settings",
            disabled=True,
            key=f"{key}.none",
            width="stretch",
            help=f"{optimizer.label} has the rate alone.",
        )
        return optimizer
    with st.popover("Settings", width="stretch", help=f"What else {optimizer.label} can be told"):
        st.caption(optimizer.summary)
        return optimizer.replace(**fields(optimizer, f"{key}.{optimizer.name}"))


def _actions(scene: Scene, run: Run, hidden: bool) -> None:
    slot, row = run.slot, st.container(horizontal=True, horizontal_alignment="distribute", gap="small")
    row.button("Show" if hidden else "Hide", on_click=_hide, args=(slot,), key=f"hide{slot}", type="tertiary")
    row.button(
        "Copy",
        on_click=_duplicate,
        args=(slot,),
        key=f"copy{slot}",
        type="tertiary",
        disabled=is_full(scene),
        help="A copy at twice the rate",
    )
    last = len(scene.runs) == 1
    row.button("Remove", on_click=_remove, args=(slot,), key=f"remove{slot}", type="tertiary", disabled=last)


def _optimizer_and_rate(scene: Scene, run: Run, key: str) -> tuple[Optimizer, float]:
    """Draw the optimizer and its rate; another optimizer comes with its own default rate."""
    optimizer = _entry("Optimizer", f"{key}.optimizer", run.optimizer)
    other = type(optimizer) is not type(run.optimizer)
    lr = default_rate(scene.problem, optimizer, scene.origin) if other else run.lr
    return optimizer, slider_and_number(RATE, "learning rate", f"{key}.lr", lr, SLIDER_LOW, SLIDER_HIGH)


def _entry(label: str, key: str, entry: E_) -> E_:
    name = menu(entry.kind, label, key, entry.name, entry.summary)
    return entry if name == entry.name else cast(E_, registered(entry.kind)[name]())


def _add() -> None:
    state = current()
    scene = added(state.scene)
    fresh = next(run.slot for run in scene.runs if run not in state.scene.runs)
    state.view = state.view.replace(chosen=fresh)
    change(scene)
    st.session_state[f"run{fresh}"] = True


def _duplicate(slot: int) -> None:
    change(duplicated(current().scene, slot))


def _remove(slot: int) -> None:
    change(removed(current().scene, slot))


def _hide(slot: int) -> None:
    state = current()
    hidden = set(state.view.hidden) ^ {slot}
    state.view = state.view.replace(hidden=tuple(sorted(hidden)))


def _compare(label: str) -> None:
    st.session_state[_COMPARE] = False
    state = current()
    run = next((run for run in state.scene.runs if run.slot == state.view.chosen), state.scene.runs[0])
    show(_COMPARISONS[label](state.scene, run), state.view.replace(hidden=(), chosen=None, step=None))
