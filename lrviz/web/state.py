"""The page's state: one scene and one view in the session, the same in the address.

The address is read at the start of a run, and written at its end if the scene or the view has changed; each writing
is an entry of the browser's history, so that Back and Forward undo and redo. The playhead alone is written by the
player, without an entry.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

import streamlit as st

from lrviz.scenes import Scene, View, first_scene, read_address, write_address

Put = Callable[[Scene, Any], Scene]
"""How the value of a control gets into a scene; a `ValueError` or `TypeError` where it cannot."""


@dataclass
class Page:
    """What a session holds."""

    scene: Scene
    view: View
    notices: list[str]
    address: dict[str, str]
    """The address that was last read or written, without the playhead."""
    saved: tuple[Scene, View]
    """What that address stands for."""
    autoplay: bool
    """Whether the player begins by playing once."""
    playhead: str | None = None
    """The playhead in the address, as it was last read or written."""
    epoch: int = 0
    """How often the whole state was replaced; the player then takes the playhead from the view."""
    live: bool = False
    """Whether something is being dragged: what is shown is not to be saved yet."""
    touched: set[str] = field(default_factory=set)
    """The controls that a person has just used: their value wins over the scene's."""
    settled: bool = True
    """Whether the scene holds what they say already, so that it can be drawn before they are."""
    drafts: dict[str, str] = field(default_factory=dict)
    """What was typed and could not be taken, by control: it stays where it was typed."""

    @property
    def state(self) -> tuple[Scene, View]:
        """What is worth an entry of the history."""
        return self.scene, self.view.replace(step=None)


def current() -> Page:
    """Return the session's page as it stands."""
    page: Page = st.session_state["page"]
    return page


def known() -> bool:
    """Whether the session has a page already."""
    return "page" in st.session_state


def load() -> Page:
    """Return the session's page, from the address where that is new: a link, Back, Forward, or a first visit."""
    address = _address()
    step = address.pop("step", None)
    page: Page | None = st.session_state.get("page")
    if st.session_state.pop("elsewhere", False) and page is not None and not address:
        return _returned(page)
    if page is None or address != page.address:
        query = {**address, "step": step} if step is not None else address
        scene, view, notices = read_address(urlencode(query))
        epoch = 0 if page is None else page.epoch + 1
        page = Page(scene, view, notices, address, (scene, view.replace(step=None)), not query, step, epoch)
        st.session_state["page"] = page
    elif step != page.playhead:
        page.view = page.view.replace(step=_whole(step)).fitted(page.scene)
        page.playhead = step
    return page


def _returned(page: Page) -> Page:
    """Show what was shown before another page was visited: the menu's link to this one has no address of its own."""
    page.address, page.playhead = {}, None
    page.saved = (first_scene(), View())
    page.epoch, page.autoplay = page.epoch + 1, False
    return page


def save(page: Page) -> None:
    """Write the scene and the view into the address, if they have changed."""
    page.view = page.view.fitted(page.scene)
    page.touched.clear()
    page.settled = True
    if page.live or page.state == page.saved:
        return
    plain = dict(parse_qsl(write_address(page.scene, page.view), keep_blank_values=True))
    st.query_params.from_dict(plain)
    page.saved, page.notices = page.state, []
    page.playhead = plain.pop("step", None)
    page.address = plain


def change(scene: Scene) -> None:
    """Put another scene into the session; for callbacks. Every control then shows it."""
    page = current()
    page.scene = scene
    page.view = page.view.fitted(scene)
    page.live = False
    page.settled = True
    page.touched.clear()
    page.drafts.clear()


def show(scene: Scene, view: View) -> None:
    """Put another scene and another view into the session, and play it once unless the view says where it stands."""
    page = current()
    page.view = view
    page.epoch += 1
    page.autoplay = view.step is None
    change(scene)


def bound(control: str, value: object) -> str:
    """Return the key of a control that is to show `value`, unless a person has just given it another.

    A control whose value has changed elsewhere gets a new key, and by that a new life in the browser: to write into its
    state would not reach one that is not on the screen, in a menu that is closed or in the drawer of a phone.
    """
    lives: dict[str, int] = st.session_state.setdefault("lives", {})
    key = f"{control}@{lives.setdefault(control, 0)}"
    if key in st.session_state and st.session_state[key] != value and control not in current().touched:
        lives[control] += 1
        key = f"{control}@{lives[control]}"
    return key


def sent(component: str, event: str) -> dict[str, Any]:
    """Return the object that a component has sent with an event; an empty one where it has sent anything else.

    Whatever comes through the socket may come from anybody: any JSON, a state without an event, an event without one.
    """
    state = st.session_state.get(component)
    value = state.get(event) if isinstance(state, dict) else None
    return value if isinstance(value, dict) else {}


def pending(control: str) -> object:
    """Return the value that a person has just given to a control; None where nobody has."""
    return held(control) if control in current().touched else None


def held(control: str) -> object:
    """Return the value that a control has in the browser; None where it was not drawn."""
    return st.session_state.get(f"{control}@{st.session_state['lives'].get(control, 0)}")


def touch(control: str, put: Put | None = None) -> None:
    """Note that a person has used a control; every control's callback.

    With `put` the scene is changed at once, so that its picture is on its way before the controls are drawn anew. What
    cannot be taken is left to the control itself, which says why.
    """
    page = current()
    page.touched.add(control)
    try:
        if put is None:
            raise ValueError("Only the control knows what follows from its value.")
        page.scene = put(page.scene, pending(control))
    except (TypeError, ValueError):
        page.settled = False


def _address() -> dict[str, str]:
    return {str(key): str(value) for key, value in st.query_params.items() if not str(key).startswith("embed")}


def _whole(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() and len(text) < 9 else None
