"""The player's knob on the page: the families that it asks for, and the number that it is let go at."""

from __future__ import annotations

from functools import lru_cache

import streamlit as st

from lrviz.analysis.families import family
from lrviz.analysis.knobs import knobs, turned
from lrviz.figures.family import family_message
from lrviz.scenes import Scene
from lrviz.web.player import families
from lrviz.web.state import change, current

_PLACE = "player.family"


@st.fragment
def draw() -> None:
    """Hand out the family that the knob has asked for; when it asks, this runs alone."""
    slot, name = st.session_state.pop("asked", (None, None))
    scene = current().scene
    run = next((run for run in scene.runs if run.slot == slot), None)
    if run is None or name not in [knob.name for knob in knobs(run)]:
        families(None, on_ask=_asked, name=_PLACE)
    else:
        families(_message(scene.replace(runs=(run,)), name), on_ask=_asked, name=_PLACE)


@lru_cache(maxsize=24)
def _message(scene: Scene, name: str) -> bytes:
    return family_message(family(scene, 0, name))


def _asked() -> None:
    """Note what the knob is about to turn."""
    event = st.session_state[_PLACE].get("ask")
    if isinstance(event, dict):
        st.session_state["asked"] = (event.get("slot"), event.get("name"))


def set_number() -> None:
    """Set the number that the knob was let go at, exactly."""
    scene = current().scene
    changed = with_number(scene, st.session_state["player"].get("turn"))
    if changed != scene:
        change(changed)


def with_number(scene: Scene, event: object) -> Scene:
    """Return `scene` with the number of `{"slot": int, "name": str, "value": float}`; whatever does not fit is left."""
    slot, name, value = (
        (event.get(part) for part in ("slot", "name", "value")) if isinstance(event, dict) else [None] * 3
    )
    if not isinstance(name, str) or not isinstance(value, int | float):
        return scene
    try:
        runs = [turned(run, name, value) if run.slot == slot else run for run in scene.runs]
        return scene.replace(runs=tuple(runs))
    except (TypeError, ValueError):
        return scene
