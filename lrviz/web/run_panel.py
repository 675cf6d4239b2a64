"""The sidebar's lower part: the runs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Protocol

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
    assert run.slot is not None
    name = f"{run.label} · hidden" if hidden else run.label
    place = panel(run.slot, name, expanded=first)
    if not place.open:
        return run
    with place:
        run = edited_run(scene, run, f"run{run.slot}", partial(_changed, run=run), rated=True)
        _actions(scene, run, hidden)
    return run


def panel(slot: int, name: str, *, expanded: bool = False) -> Any:
    """Draw the panel of a run, which stays as the hand has left it whatever the run is called by now.

    To Streamlit another label makes another panel, shut and without the focus. So the label is the run's number, and
    the name is laid over it by a style.
    """
    st.html(f"<style>{panel_name_style(slot, name)}</style>")
    return st.expander(f"Run {slot + 1}", expanded=expanded, key=f"run{slot}", on_change="rerun")


def panel_name_style(slot: int, name: str) -> str:
    """Return the style that gives a run's panel its name."""
    text = "".join(c if c.isascii() and c.isalnum() else f"\\{ord(c):x} " for c in name)
    return f'.st-key-run{slot} summary p::after {{ content: "\\20 {text}"; }}'


def open_panel(slot: int) -> None:
    """Open the panel of a run, beside those that are open; for callbacks."""
    st.session_state[f"run{slot}"] = True


class Changed(Protocol):
    """How fields of a run get into a scene."""

    def __call__(self, scene: Scene, **changes: object) -> Scene:
        """Return the scene with these changes to the run (`changed_run`), whatever else of it has changed by now."""


def edited_run(scene: Scene, run: Run, key: str, changed: Changed | None = None, *, rated: bool) -> Run:
    """Draw the controls of all that a run is, its rate only where it is `rated`; return the run they stand for.

    `changed` says how it gets into the scene, where it is one of the scene's.
    """
    run = _optimizer(scene, run, key, changed)
    if rated:
        lr = slider_and_number(
            RATE, "learning rate", f"{key}.lr", run.lr, SLIDER_LOW, SLIDER_HIGH, _field("lr", changed)
        )
        run = run.replace(lr=lr)
    schedule = chosen("Schedule", f"{key}.schedule", run.schedule, _field("schedule", changed))
    if not isinstance(schedule, Constant):
        schedule = edited(schedule, f"{key}.schedule.{schedule.name}", _field("schedule", changed))
    left, right = st.columns(2, gap="small", vertical_alignment="bottom")
    with left:
        warmup = control(WARMUP, "warm-up", f"{key}.warmup", run.warmup, _field("warmup", changed))
    with right:
        optimizer, options = _settings(run, key, changed)
    return run.replace(optimizer=optimizer, schedule=schedule, warmup=warmup, options=options)


def _field(name: str, changed: Changed | None) -> Put | None:
    """Return how a field of a run gets into the scene."""
    return None if changed is None else lambda scene, value: changed(scene, **{name: value})


def _settings(run: Run, key: str, changed: Changed | None) -> tuple[Optimizer, tuple[Option, ...]]:
    """Draw the hyper-parameters of a run's optimizer, and the options that go with it, behind one click."""
    optimizer = run.optimizer
    with st.popover("Settings", width="stretch", help=f"What else {optimizer.label} can be told"):
        st.caption(f"{optimizer.summary} {optimizer.drawn}")
        optimizer = edited(optimizer, f"{key}.{optimizer.name}", _field("optimizer", changed))
        kept = [_option(place, run, key, changed) for place in PLACES]
    return optimizer, tuple(option for option in kept if option is not None)


def _option(place: str, run: Run, key: str, changed: Changed | None) -> Option | None:
    """Draw the menu of the options for a place; nothing where the optimizer does that itself."""
    known = {name: cls for name, cls in registered("option").items() if issubclass(cls, Option) and cls.place == place}
    allowed = [name for name, cls in known.items() if cls.takes not in run.optimizer.owns]
    if not allowed:
        return None
    now = next((option for option in run.options if option.place == place and option.name in allowed), None)
    put = _field(place, changed)
    by_name: Put | None = None if put is None else lambda scene, name: put(scene, _named(name))
    name = _option_menu(known[allowed[0]].family, f"{key}.{place}", allowed, now, by_name)
    option = now if now is not None and now.name == name else _named(name)
    return None if option is None else edited(option, f"{key}.{place}.{name}", put)


_NONE = "None"


def _named(name: str) -> Option | None:
    """Return the option of this name with its defaults."""
    option = None if name == _NONE else registered("option")[name]()
    assert option is None or isinstance(option, Option)
    return option


def changed_run(run: Run, changes: Mapping[str, object]) -> Run:
    """Return a run with fields changed: by the name of a field, or an option, None for none, by its place."""
    fields = {name: value for name, value in changes.items() if name not in PLACES}
    options = {option.place: option for option in run.options} | {p: changes[p] for p in PLACES if p in changes}
    if "options" not in fields:
        fields["options"] = tuple(option for option in options.values() if option is not None)
    return run.replace(**fields)


def _option_menu(family: str, key: str, allowed: list[str], now: Option | None, put: Put | None) -> str:
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


def _optimizer(scene: Scene, run: Run, key: str, changed: Changed | None) -> Run:
    """Draw the menu of the optimizers; return the run with the one that is chosen."""

    def put(scene: Scene, optimizer: Optimizer) -> Scene:
        return scene if changed is None else changed(scene, **_with_optimizer(scene, run, optimizer))

    optimizer = chosen("Optimizer", f"{key}.optimizer", run.optimizer, None if changed is None else put)
    same = type(optimizer) is type(run.optimizer)
    return run if same else run.replace(**_with_optimizer(scene, run, optimizer))


def _with_optimizer(scene: Scene, run: Run, optimizer: Optimizer) -> dict[str, object]:
    """Return what changes in a run with another optimizer: it comes at its default rate, and some options go."""
    lr = default_rate(scene.problem, optimizer, scene.origin)
    options = tuple(option for option in run.options if option.takes not in optimizer.owns)
    return {"optimizer": optimizer, "lr": lr, "options": options}


def _changed(scene: Scene, *, run: Run, **changes: object) -> Scene:
    return scene.replace(
        runs=tuple(changed_run(other, changes) if other.slot == run.slot else other for other in scene.runs)
    )


def _add() -> None:
    _show_fresh(added(current().scene))


def _duplicate(slot: int) -> None:
    _show_fresh(duplicated(current().scene, slot))


def _show_fresh(scene: Scene) -> None:
    """Put a scene with one run more into the session; that run is chosen, and its panel open."""
    state = current()
    before = {run.slot for run in state.scene.runs}
    fresh = next(run.slot for run in scene.runs if run.slot not in before)
    assert fresh is not None
    state.view = state.view.replace(chosen=fresh)
    change(scene)
    open_panel(fresh)


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
