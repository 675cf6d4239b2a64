"""The sidebar's lower part: the runs."""

from __future__ import annotations

import streamlit as st

from lrviz.catalog import registered
from lrviz.optimizers import Optimizer, Option
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
from lrviz.simulation import PLACES, RATE, WARMUP, Run
from lrviz.web.controls import chosen, control, edited, slider_and_number
from lrviz.web.state import Put, bound, change, current, show, touch

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
        schedule = chosen("Schedule", f"{key}.schedule", run.schedule, _field(run, "schedule"))
        if not isinstance(schedule, Constant):
            schedule = edited(schedule, f"{key}.schedule.{schedule.name}", _field(run, "schedule"))
        left, right = st.columns(2, gap="small", vertical_alignment="bottom")
        with left:
            warmup = control(WARMUP, "warm-up", f"{key}.warmup", run.warmup, _field(run, "warmup"))
        with right:
            optimizer, options = _settings(optimizer, run, key)
        _actions(scene, run, hidden)
    return Run(optimizer, lr, schedule, warmup, run.slot, options)


def _field(run: Run, name: str) -> Put:
    """Return how a field of a run gets into the scene."""
    return lambda scene, value: _changed(scene, run, **{name: value})


def _settings(optimizer: Optimizer, run: Run, key: str) -> tuple[Optimizer, tuple[Option, ...]]:
    """Draw the hyper-parameters of this optimizer, and the options that go with it, behind one click."""
    with st.popover("Settings", width="stretch", help=f"What else {optimizer.label} can be told"):
        st.caption(f"{optimizer.summary} {optimizer.drawn}")
        optimizer = edited(optimizer, f"{key}.{optimizer.name}", _field(run, "optimizer"))
        kept = [_option(place, optimizer, run, key) for place in PLACES]
    return optimizer, tuple(option for option in kept if option is not None)


def _option(place: str, optimizer: Optimizer, run: Run, key: str) -> Option | None:
    """Draw the menu of the options for a place; nothing where the optimizer does that itself."""
    known = {name: cls for name, cls in registered("option").items() if issubclass(cls, Option) and cls.place == place}
    allowed = [name for name, cls in known.items() if cls.takes not in optimizer.owns]
    if not allowed:
        return None
    now = next((option for option in run.options if option.place == place and option.name in allowed), None)
    name = _option_menu(known[allowed[0]].family, f"{key}.{place}", allowed, now, _with_option(run, place))
    if name == _NONE:
        return None
    option = now if now is not None and now.name == name else known[name]()
    return edited(option, f"{key}.{place}.{name}")


_NONE = "None"


def _with_option(run: Run, place: str) -> Put:
    """Return how the option of a place gets into the scene."""

    def put(scene: Scene, name: str) -> Scene:
        others = [option for option in run.options if option.place != place]
        fresh = [] if name == _NONE else [registered("option")[name]()]
        return _changed(scene, run, options=(*others, *fresh))

    return put


def _option_menu(family: str, key: str, allowed: list[str], now: Option | None, put: Put) -> str:
    names = [_NONE, *allowed]
    name = _NONE if now is None else now.name
    return str(
        st.selectbox(
            family,
            names,
            names.index(name),
            lambda n: n if n == _NONE else registered("option")[n].label,
            bound(key, name),
            on_change=touch,
            args=(key, put),
        )
    )


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
    optimizer = chosen("Optimizer", f"{key}.optimizer", run.optimizer, _with_optimizer(run))
    other = type(optimizer) is not type(run.optimizer)
    lr = default_rate(scene.problem, optimizer, scene.origin) if other else run.lr
    return optimizer, slider_and_number(
        RATE, "learning rate", f"{key}.lr", lr, SLIDER_LOW, SLIDER_HIGH, _field(run, "lr")
    )


def _with_optimizer(run: Run) -> Put:
    """Return how another optimizer gets into the scene: at its own default rate, with the options that suit it."""

    def put(scene: Scene, optimizer: Optimizer) -> Scene:
        lr = default_rate(scene.problem, optimizer, scene.origin)
        options = tuple(option for option in run.options if option.takes not in optimizer.owns)
        return _changed(scene, run, optimizer=optimizer, lr=lr, options=options)

    return put


def _changed(scene: Scene, run: Run, **changes: object) -> Scene:
    return scene.replace(
        runs=tuple(other.replace(**changes) if other.slot == run.slot else other for other in scene.runs)
    )


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
