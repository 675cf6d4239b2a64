"""Explore: pick a loss, an optimizer, a rate and a schedule; watch the descent."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from functools import lru_cache
from typing import Any, get_args

import streamlit as st

from lrviz.catalog import finite
from lrviz.figures.messages import paths_message, scenery_message, verdicts_message
from lrviz.scenes import Scene, View, first_scene
from lrviz.scenes.view import Axis, Layout, Panes, Rate
from lrviz.simulation import SLOTS, Result
from lrviz.web import arrival, knob, problem_panel, run_panel
from lrviz.web.player import player, verdicts
from lrviz.web.state import Page, change, current, known, load, save
from lrviz.web.words import notice

_LONG = 8_000
"""Steps of all runs together from which on they may take long."""


def page() -> None:
    """Draw the page: the picture first where the scene is known, for the controls take the browser longer."""
    word = None if known() else arrival.expected()
    state = load()
    settled = state.settled
    if not settled:
        state.scene = _controls(state)
    state.view = state.view.fitted(state.scene)
    notice(state.notices)
    if word is None:
        _picture(state)
    else:
        _arrive(state, word)
    if settled:
        scene = _controls(state, header=word is None)
        if scene != state.scene:  # two controls were used at once
            state.scene, state.settled = scene, False
            st.rerun()
    save(state)
    if word is None:
        verdicts(_judged(state.scene))
    knob.draw()


def _arrive(state: Page, word: arrival.Word) -> None:
    """Draw the picture and what is said of it; return when the browser shows it. The sidebar has its place already."""
    with st.sidebar:
        problem_panel.header()
    _picture(state, word.text)
    verdicts(_judged(state.scene))
    word.wait()


def get_ready() -> None:
    """Compute what a first visitor sees."""
    scene = first_scene()
    scenery_message(scene.problem)
    paths_message(scene, View(), _simulated(scene), autoplay=True, knobs=True)
    _judged(scene)


def _controls(state: Page, *, header: bool = True) -> Scene:
    """Draw the sidebar; return the scene that it stands for."""
    with st.sidebar:
        if header:
            problem_panel.header()
        return run_panel.draw(problem_panel.draw(state.scene), state.view)


def _picture(state: Page, word: str | None = None) -> None:
    scene = state.scene
    with _progress(scene):
        result = _simulated(scene)
    player(
        scenery_message(scene.problem),
        paths_message(scene, state.view, result, autoplay=state.autoplay, epoch=state.epoch, knobs=True, word=word),
        on_start=_start_moved,
        on_view=_view_changed,
        on_turn=knob.set_number,
    )


def _progress(scene: Scene) -> AbstractContextManager[None]:
    """Say what is computed, over the picture, where it may take more than the half second Streamlit waits with it."""
    if scene.steps * len(scene.runs) < _LONG:
        return nullcontext()
    return st.container(key="busy").spinner(f"Computing {len(scene.runs)} runs of {scene.steps:,} steps")


@lru_cache(maxsize=32)
def _judged(scene: Scene) -> bytes:
    return verdicts_message(scene, _simulated(scene))


@lru_cache(maxsize=32)
def _simulated(scene: Scene) -> Result:
    return scene.simulate("states")


def _start_moved() -> None:
    """Begin at the point that was clicked or dragged to."""
    event = st.session_state["player"].get("start")
    state = current()
    at = event.get("at") if isinstance(event, dict) else None
    if not isinstance(at, list) or len(at) != state.scene.problem.dimension:
        return
    try:
        scene = state.scene.replace(start=tuple(float(f"{finite(value):.6g}") for value in at))
    except (TypeError, ValueError):
        return
    change(scene)
    state.live = bool(event.get("live"))


def _view_changed() -> None:
    """Take over what was toggled in the player; whatever does not fit is left as it is."""
    event = st.session_state["player"].get("view")
    if isinstance(event, dict):
        state = current()
        state.view = _view_of(event, state.view).fitted(state.scene)


def _view_of(event: dict[str, Any], view: View) -> View:
    def choice(name: str, choices: tuple[str, ...], now: str) -> Any:
        return event[name] if event.get(name) in choices else now

    chosen, hidden, speed = event.get("chosen"), event.get("hidden"), finite(event.get("speed"))
    return view.replace(
        panes=choice("panes", get_args(Panes), view.panes),
        layout=choice("layout", get_args(Layout), view.layout),
        rate=choice("rate", get_args(Rate), view.rate),
        loss_axis=choice("loss_axis", get_args(Axis), view.loss_axis),
        chosen=chosen if isinstance(chosen, int) else view.chosen,
        hidden=tuple(slot for slot in hidden[:SLOTS] if isinstance(slot, int))
        if isinstance(hidden, list)
        else view.hidden,
        speed=speed if speed is not None and 0.1 <= speed <= 10 else view.speed,
        loop=bool(event.get("loop", view.loop)),
        numbers=bool(event.get("numbers", view.numbers)),
        unstable=bool(event.get("unstable", view.unstable)),
    )
