"""The player's knob on the page: the families that it asks for, and the number that it is let go at."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from lrviz.analysis.blocks import Told
from lrviz.analysis.families import family
from lrviz.analysis.knobs import knobs, turned
from lrviz.catalog import finite
from lrviz.figures.family import family_message
from lrviz.scenes import Scene
from lrviz.web.player import families
from lrviz.web.state import change, current, sent
from lrviz.web.work import Answer, Job, answered, finish

_PLACE, _ASKED = "player.family", "asked"


@st.fragment
def draw(*, ready: bool) -> None:
    """Hand out the family that the knob has asked for, once the runs are `ready`; when it asks, this runs alone."""
    answer = _asked_for(current().scene) if ready else None
    families(None if answer is None else answer.value, on_ask=_asked, on_rest=_rested, name=_PLACE)
    if answer is None:
        return
    if answer.value is not None:
        del st.session_state[_ASKED]
        return
    with st.container(key="busy-knob"):
        finish(answer, st.container(), "Turning the knob", "The outcomes under the knob are not computed.")


def _asked_for(scene: Scene) -> Answer[bytes] | None:
    """Return what is known of the family that the knob has asked for; None where it has asked for nothing there is."""
    slot, name = st.session_state.get(_ASKED, (None, None))
    run = next((run for run in scene.runs if run.slot == slot), None)
    if run is None or name not in [knob.name for knob in knobs(run)]:
        return None
    alone = scene.replace(runs=(run,))
    return answered(("family", alone, name), partial(_family, scene=alone, name=name), place="family")


def _family(job: Job[bytes], *, scene: Scene, name: str) -> bytes:
    return job.at_length(partial(message, scene, name))


def message(scene: Scene, name: str, told: Told) -> bytes:
    """Return the message of the family of the scene's first run."""
    done = 0.0

    def progress(share: float) -> None:
        nonlocal done
        done = share

    return family_message(family(scene, 0, name, progress=progress, cancelled=lambda: told(done)))


def _asked() -> None:
    """Note what the knob is about to turn."""
    event = sent(_PLACE, "ask")
    st.session_state[_ASKED] = (event.get("slot"), event.get("name"))


def _rested() -> None:
    """Take over where the playhead and the picture have come to rest."""
    event = sent(_PLACE, "rest")
    current().rest({name: text for name, text in event.items() if text is None or isinstance(text, str)})


def set_number() -> None:
    """Set the number that the knob was let go at, exactly."""
    scene = current().scene
    changed = with_number(scene, sent("player", "turn"))
    if changed != scene:
        change(changed)


def with_number(scene: Scene, event: Mapping[str, Any]) -> Scene:
    """Return `scene` with the number of `{"slot": int, "name": str, "value": float}`; whatever does not fit is left."""
    slot, name = event.get("slot"), event.get("name")
    value: Any = event.get("value")
    if isinstance(slot, bool) or not isinstance(name, str) or finite(value) is None:
        return scene
    try:
        runs = [turned(run, name, value) if run.slot == slot else run for run in scene.runs]
        return scene.replace(runs=tuple(runs))
    except (TypeError, ValueError):
        return scene
