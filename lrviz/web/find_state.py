"""The state of the page "Find a rate": its search in the session, the same in the address; the scene is Explore's."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

import streamlit as st

from lrviz.scenes import Scene, View, first_scene, rescaled, write_address
from lrviz.scenes.search import Search, contenders_of, read_search, write_search
from lrviz.simulation import Run
from lrviz.web.state import Page

_FIND, _OPENED = "find", "find.opened"


@dataclass
class Find:
    """What a session holds of this page."""

    search: Search
    notices: list[str]
    address: dict[str, str]
    """The address that was last read or written."""
    saved: tuple[Scene, Search] | None
    """What that address stands for; None where it is yet to be written."""
    begun: tuple[Scene, Search]
    """What was shown first, which the address without anything stands for."""
    known: tuple[Run, ...]
    """Explore's runs when they were last taken over."""
    sent: dict[str, str] | None = None
    """The address that Explore was opened with, which Streamlit leaves in the history of this page as well."""
    wrong: dict[str, str] | None = None
    """The browser's address where it says something else than what is shown, though nobody has changed what is shown:
    the chart puts the right one in its place, without an entry in the history."""


def load() -> tuple[Page, Find]:
    """Return the session's scene and search, from the address where that is new."""
    address = {str(key): str(value) for key, value in st.query_params.items() if not str(key).startswith("embed")}
    page: Page | None = st.session_state.get("page")
    if page is None:
        first = first_scene()
        page = st.session_state["page"] = Page(first, View(), [], {}, (first, View()), autoplay=True)
    arrived = not st.session_state.get("elsewhere")
    st.session_state["elsewhere"] = True
    find: Find | None = st.session_state.get(_FIND)
    if find is not None and address == find.wrong and not arrived:
        pass  # the chart has yet to put the right one there
    elif find is not None and address and address == find.sent:
        _back(page, find, address)
    elif address and (find is None or address != find.address):
        find = _read(page, address)
    elif find is None or (_OPENED not in st.session_state and contenders_of(page.scene) != find.known):
        find = _begun(page, address)
    elif not address and find.address:
        _bare(page, find, arrived)
    else:
        find.wrong = None
    st.session_state[_FIND] = find
    return page, find


def _back(page: Page, find: Find, address: dict[str, str]) -> None:
    """Show the search as it was when a run of it was opened in Explore."""
    page.scene = _merged(page.scene, (find.saved or find.begun)[0])
    find.known, find.address, find.saved, find.wrong = contenders_of(page.scene), address, None, address


def _bare(page: Page, find: Find, arrived: bool) -> None:
    """Take over an address that says nothing: the menu's, which keeps what was shown, or Back to the beginning."""
    find.address, find.saved, find.wrong = {}, None, {} if arrived else None
    if not arrived:
        page.scene, find.search = _merged(page.scene, find.begun[0]), find.begun[1]
        find.saved = (_common(page.scene), find.search)


def current() -> Find:
    """Return the page's state as it stands; for callbacks."""
    find: Find = st.session_state[_FIND]
    return find


def look(**changes: object) -> None:
    """Change the search; for callbacks."""
    current().search = current().search.replace(**changes)


def save(page: Page, find: Find) -> None:
    """Write the scene and the search into the address, if they have changed: each writing can be undone by Back."""
    page.touched.clear()
    page.live = False
    if (_common(page.scene), find.search) == find.saved:
        return
    find.address = dict(parse_qsl(write_search(page.scene, find.search), keep_blank_values=True))
    find.saved, find.notices = (_common(page.scene), find.search), []
    if find.wrong is None:
        st.query_params.from_dict(find.address)


def right_address() -> str | None:
    """Return the address that belongs in the place of the browser's; None where that is right."""
    find: Find | None = st.session_state.get(_FIND)
    return None if find is None or find.wrong is None else urlencode(find.address)


def open_in_explore(*runs: Run, start: tuple[float, ...] | None = None, **changes: object) -> None:
    """Show runs in Explore, on the problem of this page or with `changes` to the scene; for callbacks."""
    page: Page = st.session_state["page"]
    scene = page.scene.replace(**{"runs": runs, **({} if start is None else {"start": start}), **changes})
    if scene.start == scene.problem.start:
        scene = scene.replace(start=None)
    # Whoever comes back by the menu finds the search as it was left.
    current().known = contenders_of(scene)
    st.session_state[_OPENED] = scene


def opened() -> dict[str, str] | None:
    """Return the address of the scene that Explore is to show, if a click asked for one."""
    scene: Scene | None = st.session_state.pop(_OPENED, None)
    if scene is None:
        return None
    current().sent = dict(parse_qsl(write_address(scene, View()), keep_blank_values=True))
    return current().sent


def _read(page: Page, address: dict[str, str]) -> Find:
    scene, search, notices = read_search(urlencode(address))
    page.scene = _merged(page.scene, scene)
    page.drafts.clear()
    page.touched.clear()
    now = (_common(page.scene), search)
    return Find(search, notices, address, now, now, contenders_of(page.scene))


def _begun(page: Page, address: dict[str, str]) -> Find:
    """Open on what Explore shows: its problem and the optimizers of its runs."""
    known = contenders_of(page.scene)
    now = (_common(page.scene), Search(known))
    # On a first visit there is nothing to say; what was taken over from Explore stands in the address at once.
    usual = page.scene == first_scene()
    return Find(now[1], [], {}, now if usual else None, now, known, wrong=None if usual else address)


def _merged(old: Scene, new: Scene) -> Scene:
    """Return the problem and the surroundings of `new`, with the runs of `old` at rates that suit it."""
    runs = old.runs
    if new.problem != old.problem:
        runs = tuple(rescaled(run, old.problem, new.problem) for run in old.runs)
    return new.replace(runs=runs)


def _common(scene: Scene) -> Scene:
    """Return what of a scene this page's address holds, as a scene with a run that says nothing."""
    return scene.replace(runs=first_scene().runs[:1])
