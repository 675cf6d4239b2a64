"""The page's state: one scene and one view in the session, the same in the address.

The address is read at the start of a run, and written at its end if the scene or the view has changed; each writing
is an entry of the browser's history, so that Back and Forward undo and redo. The playhead alone is written by the
player, without an entry.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

import streamlit as st

from lrviz.scenes import Scene, View, read_address, write_address

WIDGET = "w."
"""What the keys of the controls begin with."""


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

    @property
    def state(self) -> tuple[Scene, View]:
        """What is worth an entry of the history."""
        return self.scene, self.view.replace(step=None)


def current() -> Page:
    """Return the session's page as it stands."""
    page: Page = st.session_state["page"]
    return page


def load() -> Page:
    """Return the session's page, from the address where that is new: a link, Back, Forward, or a first visit."""
    address = _address()
    step = address.pop("step", None)
    page: Page | None = st.session_state.get("page")
    if page is None or address != page.address:
        query = {**address, "step": step} if step is not None else address
        scene, view, notices = read_address(urlencode(query))
        epoch = 0 if page is None else page.epoch + 1
        page = Page(scene, view, notices, address, (scene, view.replace(step=None)), not query, step, epoch)
        st.session_state["page"] = page
        forget()
    elif step != page.playhead:
        page.view = page.view.replace(step=_whole(step)).fitted(page.scene)
        page.playhead = step
    return page


def save(page: Page) -> None:
    """Write the scene and the view into the address, if they have changed."""
    page.view = page.view.fitted(page.scene)
    if page.live or page.state == page.saved:
        return
    plain = dict(parse_qsl(write_address(page.scene, page.view), keep_blank_values=True))
    st.query_params.from_dict(plain)
    page.saved, page.notices = page.state, []
    page.playhead = plain.pop("step", None)
    page.address = plain


def change(scene: Scene, *, keep: tuple[str, ...] = ()) -> None:
    """Put another scene into the session; for callbacks. The controls then show it, but for the keys in `keep`."""
    page = current()
    page.scene = scene
    page.view = page.view.fitted(scene)
    page.live = False
    forget(keep)


def show(scene: Scene, view: View) -> None:
    """Put another scene and another view into the session, and play it once unless the view says where it stands."""
    page = current()
    page.view = view
    page.epoch += 1
    page.autoplay = view.step is None
    change(scene)


def forget(keep: tuple[str, ...] = ()) -> None:
    """Let every control take its value from the scene again."""
    for key in [k for k in st.session_state if str(k).startswith(WIDGET) and k not in keep]:
        del st.session_state[key]


def seed(key: str, value: object) -> str:
    """Give a control its value unless it has one, and return its key."""
    if key not in st.session_state:
        st.session_state[key] = value
    return key


def _address() -> dict[str, str]:
    return {str(key): str(value) for key, value in st.query_params.items() if not str(key).startswith("embed")}


def _whole(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() and len(text) < 9 else None
