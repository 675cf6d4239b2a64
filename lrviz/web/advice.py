"""What was tried on the runs of the page: asked for by the player once the runs have stood for a while."""

from __future__ import annotations

from functools import partial

import streamlit as st

from lrviz.analysis.blocks import Told
from lrviz.analysis.trials import Trials, advise
from lrviz.figures.messages import advice_message, scene_token
from lrviz.scenes import Scene
from lrviz.web.player import advice
from lrviz.web.state import current, sent
from lrviz.web.work import PATIENCE, Answer, Job, Kept, answered, finish

_PLACE, _ASKED = "player.advice", "advice.asked"
_known = Kept()
"""The trials of the last runs of all visitors."""
_LOOK = 0.05
"""Seconds between two looks whether the trials are done, or the visitor has changed something."""


@st.fragment
def draw(*, ready: bool) -> None:
    """Hand out what was tried, once the runs are `ready`; when the player asks, this runs alone."""
    scene = current().scene
    asked = ready and st.session_state.get(_ASKED) == scene_token(scene, scene.steps)
    answer = _tried(scene) if asked else None
    advice(None if answer is None else answer.value, on_ask=_asked, name=_PLACE)
    if answer is not None and answer.value is None:
        with st.container(key="busy-advice"):
            finish(answer, st.container(), "Trying other rates", "No other rates were tried.")


def _tried(scene: Scene) -> Answer[bytes]:
    """Return what is known of the trials; while they are short, wait, and let whatever the visitor does go first."""
    place = st.empty()
    for _ in range(round(PATIENCE / _LOOK)):
        answer = answered(("advice", scene), partial(_try, scene=scene), place="advice", patience=_LOOK)
        if answer.value is not None or answer.stopped:
            break
        place.empty()
    return answer


def _try(job: Job[bytes], *, scene: Scene) -> bytes:
    """Return the message of the trials; runs that were tried before are not tried again."""
    alone = [scene.replace(runs=(run,)) for run in scene.runs]
    found: dict[Scene, Trials] = {one: known for one in alone if (known := _known.get(one)) is not None}
    missing = [one for one in alone if one not in found]
    if missing:
        runs = tuple(one.runs[0] for one in missing)
        fresh = job.at_length(partial(try_out, scene.replace(runs=runs)))
        found |= dict(zip(missing, fresh, strict=True))
    for one, trials in found.items():
        _known.put(one, trials)
    return advice_message(scene, [found[one] for one in alone])


def try_out(scene: Scene, told: Told) -> tuple[Trials, ...]:
    """Return what was tried on each run of a scene."""
    return advise(scene, cancelled=lambda: told(0.0))


def _asked() -> None:
    """Note for which runs the player wants to know."""
    st.session_state[_ASKED] = sent(_PLACE, "ask").get("token")
