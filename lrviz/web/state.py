"""The page's state: one scene and one view in the session, the same in the address.

The address is read at the start of a run, and written at its end if the scene or the view has changed; each writing
is an entry of the browser's history, so that Back and Forward undo and redo. What rests (the playhead, the part that is
seen, the camera) is written by the player, without an entry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

import streamlit as st

from lrviz.scenes import Scene, View, first_scene, read_address, write_address
from lrviz.scenes.address import Reader
from lrviz.scenes.view import RESTING, read_resting

Put = Callable[[Scene, Any], Scene]
"""How the value of a control gets into a scene; a `ValueError` or `TypeError` where it cannot."""


@dataclass
class Page:
    """What a session holds."""

    scene: Scene
    view: View
    notices: list[str]
    address: dict[str, str]
    """The address that was last read or written, without what rests."""
    saved: tuple[Scene, View]
    """What that address stands for."""
    autoplay: bool
    """Whether the player begins by playing once."""
    resting: dict[str, str] = field(default_factory=dict)
    """What rests in the address, as it was last read or written."""
    epoch: int = 0
    """How often the whole state was replaced; the player then takes the playhead from the view."""
    live: bool = False
    """Whether something is being dragged: what is shown is not to be saved yet."""
    touched: set[str] = field(default_factory=set)
    """The controls that a person has just used: their value wins over the scene's."""
    settled: bool = True
    """Whether the scene holds what they say already, so that it can be drawn before they are."""
    was_reset: bool = False
    """Whether the view was put in the place of another by hand: that is to be undone by Back, though it be all."""
    drafts: dict[str, str] = field(default_factory=dict)
    """What was typed and could not be taken, by control: it stays where it was typed."""
    news: list[str] = field(default_factory=list)
    """What the change that is under way has brought with it; said until the next one."""

    def __post_init__(self) -> None:
        """Note where the view looks."""
        self.place = _place(self.scene)

    @property
    def state(self) -> tuple[Scene, View]:
        """What is worth an entry of the history."""
        return self.scene, _at_rest(self.view)

    def fit(self) -> None:
        """Leave out of the view what the scene does not have; on another problem all of it is seen, as at first."""
        if self.place != (place := _place(self.scene)):
            self.place, self.view = place, self.view.replace(seen=None, camera=None)
        self.view = self.view.fitted(self.scene)

    def rest(self, moved: Mapping[str, str | None]) -> None:
        """Take over what of the view has come to rest elsewhere; None where it is at its default."""
        reader = Reader(urlencode({name: text for name, text in moved.items() if text is not None}, errors="replace"))
        read = read_resting(reader)
        self.view = self.view.replace(**{name: read[name] for name in moved if name in RESTING})

    def absorb(self, resting: dict[str, str]) -> None:
        """Take over what rests in the address, where that is another than before: Back to where it was left."""
        if resting != self.resting:
            self.resting = resting
            self.rest({**dict.fromkeys(RESTING), **resting})


def current() -> Page:
    """Return the session's page as it stands in the browser; for callbacks."""
    page: Page = st.session_state["page"]
    address, resting = _address()
    if address == page.address:
        page.absorb(resting)
    return page


def known() -> bool:
    """Whether the session has a page already."""
    return "page" in st.session_state


def load() -> Page:
    """Return the session's page, from the address where that is new: a link, Back, Forward, or a first visit."""
    address, resting = _address()
    page: Page | None = st.session_state.get("page")
    if st.session_state.pop("elsewhere", False) and page is not None and not address:
        return _returned(page)
    if page is None or address != page.address:
        query = {**address, **resting}
        scene, view, notices = read_address(urlencode(query))
        epoch = 0 if page is None else page.epoch + 1
        page = Page(scene, view, notices, address, (scene, _at_rest(view)), not query, resting, epoch)
        st.session_state["page"] = page
    else:
        page.absorb(resting)
    return page


def _returned(page: Page) -> Page:
    """Show what was shown before another page was visited: the menu's link to this one has no address of its own."""
    page.address, page.resting = {}, {}
    page.saved = (first_scene(), View())
    page.epoch, page.autoplay = page.epoch + 1, False
    return page


def save(page: Page) -> None:
    """Write the scene and the view into the address, if they have changed."""
    page.fit()
    page.touched.clear()
    page.settled = True
    if page.live or (page.state == page.saved and not page.was_reset):
        return
    plain = dict(parse_qsl(write_address(page.scene, page.view), keep_blank_values=True))
    st.query_params.from_dict(plain)
    page.saved, page.notices, page.news, page.was_reset = page.state, page.news, [], False
    page.address, page.resting = _parted(plain)


def change(scene: Scene) -> None:
    """Put another scene into the session; for callbacks. Every control then shows it."""
    page = current()
    page.scene = scene
    page.fit()
    page.live = False
    page.settled = True
    page.touched.clear()
    page.drafts.clear()


def show(scene: Scene, view: View) -> None:
    """Put another scene and another view into the session, and play it once unless the view says where it stands."""
    page = current()
    page.was_reset = (page.view.seen, page.view.camera) != (view.seen, view.camera)
    page.view, page.place = view, _place(scene)
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


def field_of(control: str) -> str:
    """Return the key that a control has now."""
    lives: dict[str, int] = st.session_state["lives"]
    return f"{control}@{lives[control]}"


def renew(control: str) -> None:
    """Give a control a new life, so that what was typed into it, perhaps a moment ago, is forgotten."""
    page = current()
    page.drafts.pop(control, None)
    page.touched.discard(control)
    st.session_state["lives"][control] += 1


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


def _address() -> tuple[dict[str, str], dict[str, str]]:
    """Return the address, and what rests in it."""
    return _parted({str(key): str(value) for key, value in st.query_params.items() if not str(key).startswith("embed")})


def _parted(address: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    resting = {key: text for key, text in address.items() if key in RESTING}
    return {key: text for key, text in address.items() if key not in RESTING}, resting


def _at_rest(view: View) -> View:
    """Return the view without what rests."""
    return view.replace(**dict.fromkeys(RESTING))


def _place(scene: Scene) -> tuple[object, ...]:
    """Return where a part of the plane is the same part."""
    return type(scene.problem), scene.problem.domain
