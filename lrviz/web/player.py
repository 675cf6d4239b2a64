"""The player as two components, the problem's picture and the runs: so a slider sends the runs alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import streamlit as st

from lrviz.web.assets import module_source


@cache
def _components() -> tuple[Callable[..., Any], ...]:
    declare = st.components.v2.component
    picture = declare("lrviz_scenery", js=module_source("scenery"), isolate_styles=False)
    runs = declare("lrviz_player", js=module_source("player"), isolate_styles=False)
    judgements = declare("lrviz_verdicts", js=module_source("verdicts"), isolate_styles=False)
    turned = declare("lrviz_family", js=module_source("family"), isolate_styles=False)
    tried = declare("lrviz_advice", js=module_source("advice"), isolate_styles=False)
    return picture, runs, judgements, turned, tried


def player(
    picture: bytes,
    runs: bytes,
    *,
    on_start: Callable[[], None],
    on_view: Callable[[], None],
    on_turn: Callable[[], None] | None = None,
    name: str = "player",
) -> None:
    """Show the runs over the picture.

    `on_start` is called when the start is moved, `on_view` when the view is changed, `on_turn` when the knob is let
    go (without it there is none).
    What was done is then in `st.session_state[name]`: `start` is `{"at": […], "live": bool}`, `view` has the
    view's fields, `turn` is `{"slot": int, "name": str, "value": float}`.
    """
    scenery_component, player_component, *_ = _components()
    scenery_component(key=f"{name}.scenery", data=picture)
    callbacks = {"on_start_change": on_start, "on_view_change": on_view}
    if on_turn is not None:
        callbacks["on_turn_change"] = on_turn
    player_component(key=name, data=runs, **callbacks)


def verdicts(message: bytes | None, name: str = "player") -> None:
    """Hand the verdicts on the runs to the player, or None where they are yet to come."""
    _components()[2](key=f"{name}.verdicts", data=message)


def advice(message: bytes | None, *, on_ask: Callable[[], None], name: str) -> None:
    """Hand what was tried on the runs to the player, or None; `on_ask` is called when it asks for it.

    The question is then in `st.session_state[name]["ask"]`: `{"token": str}`. To be called in a fragment.
    """
    _components()[4](key=name, data=message, on_ask_change=on_ask)


def families(
    message: bytes | None, *, on_ask: Callable[[], None], on_rest: Callable[[], None] | None = None, name: str
) -> None:
    """Hand a family to the player's knob, or None; `on_ask` is called when it asks for one.

    The question is then in `st.session_state[name]["ask"]`: `{"slot": int, "name": str}`. `on_rest` is called when the
    playhead or the picture has come to rest; where is in `["rest"]`: of `step`, `seen` and `camera` those that have
    moved, as an address writes them, None for what an address leaves out. To be called in a fragment, so that neither
    runs anything else.
    """
    callbacks = {} if on_rest is None else {"on_rest_change": on_rest}
    _components()[3](key=name, data=message, on_ask_change=on_ask, **callbacks)
