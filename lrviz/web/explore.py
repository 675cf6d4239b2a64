"""Explore: pick a loss, an optimizer, a rate and a schedule; watch the descent."""

from __future__ import annotations

from typing import Any, get_args

import streamlit as st

from lrviz.catalog import finite
from lrviz.figures.messages import paths_message, scenery_message
from lrviz.scenes import Scene, View, first_scene
from lrviz.scenes.view import Axes, Axis, Layout, Panes, Rate
from lrviz.simulation import SLOTS
from lrviz.web import advice, arrival, knob, problem_panel, run_panel
from lrviz.web.player import player, verdicts
from lrviz.web.runs import Runs, judged, ready, simulated
from lrviz.web.state import Page, change, current, known, load, save, sent
from lrviz.web.words import notice
from lrviz.web.work import Answer, finish


def page() -> None:
    """Draw the page: the picture first where the scene is known, for the controls take the browser longer."""
    word = None if known() else arrival.expected()
    state = load()
    settled = state.settled
    if not settled:
        state.scene = _controls(state)
    state.fit()
    notice(state.notices if state.state == state.saved else state.news)
    runs, judgements = (_picture(state), None) if word is None else _arrive(state, word)
    if settled:
        scene = _controls(state, header=word is None)
        if scene != state.scene:  # two controls were used at once
            state.scene, state.settled = scene, False
            st.rerun()
    save(state)
    judgements = judgements or _judgements(state.scene, runs)
    knob.draw(ready=not runs.answer.jobs)
    advice.draw(ready=not runs.answer.jobs)
    _finish(runs, judgements)


def _arrive(state: Page, word: arrival.Word) -> tuple[Runs, Answer[bytes]]:
    """Draw the picture and what is said of it; return when the browser shows it. The sidebar has its place already."""
    with st.sidebar:
        problem_panel.header()
    runs = _picture(state, word.text)
    judgements = _judgements(state.scene, runs)
    word.wait()
    return runs, judgements


def get_ready() -> None:
    """Compute what a first visitor sees."""
    scene = first_scene()
    scenery_message(scene.problem)
    paths_message(scene, View(), ready(scene), autoplay=True, knobs=True)


def _controls(state: Page, *, header: bool = True) -> Scene:
    """Draw the sidebar; return the scene that it stands for."""
    with st.sidebar:
        if header:
            problem_panel.header()
        return run_panel.draw(problem_panel.draw(state.scene), state.view)


def _picture(state: Page, word: str | None = None) -> Runs:
    """Draw the runs as far as they are computed; return them."""
    scene = state.scene
    runs = simulated(scene)
    player(
        scenery_message(scene.problem),
        paths_message(
            scene, state.view, runs.result, autoplay=state.autoplay, epoch=state.epoch, knobs=True, word=word
        ),
        on_start=_start_moved,
        on_view=_view_changed,
        on_turn=knob.set_number,
    )
    return runs


def _judgements(scene: Scene, runs: Runs) -> Answer[bytes]:
    """Draw what became of the runs, where they are not about to go on."""
    found: Answer[bytes] = Answer(None) if runs.answer.jobs else judged(scene, runs.result)
    verdicts(found.value)
    return found


def _finish(runs: Runs, judgements: Answer[bytes]) -> None:
    """Compute what is not there yet, the runs first, and show it."""
    steps, length = runs.result.steps, runs.result.length
    waited = runs.answer.jobs or judgements.jobs or runs.answer.stopped or judgements.stopped
    # In a corner of the window, where nothing has to move for it.
    place = st.container(key="busy") if waited else st.container()
    if runs.answer.jobs:
        finish(runs.answer, place, "Computing the runs")
    elif judgements.jobs:
        finish(judgements, place, "Judging the runs")
    elif runs.answer.stopped:
        finish(runs.answer, place, "", f"The runs are computed to step {steps:,} of {length:,}.")
    else:
        finish(judgements, place, "", "The runs are not judged.")


def _start_moved() -> None:
    """Begin at the point that was clicked or dragged to."""
    event, state = sent("player", "start"), current()
    at = event.get("at")
    if not isinstance(at, list) or len(at) != state.scene.problem.dimension:
        return
    try:
        scene = state.scene.replace(start=tuple(float(f"{finite(value):.6g}") for value in at))
    except (TypeError, ValueError):
        return
    change(scene)
    state.live = event.get("live") is True


def _view_changed() -> None:
    """Take over what was toggled in the player; whatever does not fit is left as it is. A run that is chosen opens."""
    state = current()
    before = state.view.chosen
    state.view = _view_of(sent("player", "view"), state.view)
    state.fit()
    chosen = state.view.chosen
    if chosen is not None and chosen != before:
        run_panel.open_panel(chosen)


def _view_of(event: dict[str, Any], view: View) -> View:
    def choice(name: str, choices: tuple[str, ...], now: str) -> Any:
        return event[name] if event.get(name) in choices else now

    def flag(name: str, now: bool) -> bool:
        return event[name] if isinstance(event.get(name), bool) else now

    chosen, hidden, speed = event.get("chosen"), event.get("hidden"), finite(event.get("speed"))
    return view.replace(
        panes=choice("panes", get_args(Panes), view.panes),
        layout=choice("layout", get_args(Layout), view.layout),
        rate=choice("rate", get_args(Rate), view.rate),
        loss_axis=choice("loss_axis", get_args(Axis), view.loss_axis),
        axes=choice("axes", get_args(Axes), view.axes),
        chosen=chosen if _is_slot(chosen) else view.chosen,
        hidden=tuple({slot for slot in hidden[:SLOTS] if _is_slot(slot)}) if isinstance(hidden, list) else view.hidden,
        speed=speed if speed is not None and 0.1 <= speed <= 10 else view.speed,
        loop=flag("loop", view.loop),
        numbers=flag("numbers", view.numbers),
        unstable=flag("unstable", view.unstable),
    )


def _is_slot(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < SLOTS
