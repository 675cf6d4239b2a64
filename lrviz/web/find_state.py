"""The state of the page "Find a rate": its search in the session, the same in the address; the scene is Explore's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

import streamlit as st

from lrviz.problems import Problem
from lrviz.scenes import Scene, View, first_scene, rescaled, write_address
from lrviz.scenes.search import Search, contenders_of, read_search, recipe, write_search
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
    known: frozenset[Run]
    """The recipes of Explore's runs when they were last taken over."""
    problem: Problem
    """The one that the runs' own rates are for."""
    epoch: int
    """That of the scene which was last taken over as a whole."""
    alone: bool = False
    """Whether nobody has seen Explore yet: the runs that it would show are then not to be kept."""
    sent: dict[str, str] | None = None
    """The address that Explore was opened with, which Streamlit leaves in the history of this page as well."""
    wrong: dict[str, str] | None = None
    """The browser's address where it says something else than what is shown, though nobody has changed what is shown:
    the chart puts the right one in its place, without an entry in the history."""


def load() -> tuple[Page, Find]:
    """Return the session's scene and search, from the address where that is new."""
    address = {str(key): str(value) for key, value in st.query_params.items() if not str(key).startswith("embed")}
    page: Page | None = st.session_state.get("page")
    alone = page is None
    if page is None:
        first = first_scene()
        page = st.session_state["page"] = Page(first, View(), [], {}, (first, View()), autoplay=True)
    arrived = not st.session_state.get("elsewhere")
    st.session_state["elsewhere"] = True
    find: Find | None = st.session_state.get(_FIND)
    if find is None:
        find = _read(page, address, alone) if address else _begun(page, address, alone)
    elif address == find.wrong and not arrived:
        pass  # the chart has yet to put the right one there
    elif address and address == find.sent:
        _back(page, find, address)
    elif address and address != find.address:
        find = _read(page, address, find.alone)
    elif not arrived and page.epoch != find.epoch:  # an example, or Reset
        find = replace(_begun(page, address), saved=None, wrong=None)
    elif _OPENED not in st.session_state and known(page) != find.known:
        find = _begun(page, address, before=find.search)
    else:
        if arrived:
            find.search, find.epoch = _refreshed(page, find.search), page.epoch
        if not address and find.address:
            _bare(page, find, arrived)
        else:
            find.wrong = None
    st.session_state[_FIND] = find
    return page, find


def known(page: Page) -> frozenset[Run]:
    """Return the recipes of Explore's runs."""
    return frozenset(map(recipe, page.scene.runs))


def _refreshed(page: Page, search: Search) -> Search:
    """Return the search with the rates that its runs have in Explore by now, and the one that is chosen there."""
    now = {recipe(run): run for run in contenders_of(page.scene, page.view.chosen)}
    runs: list[Run] = []
    for run in search.contenders:
        same = now.get(recipe(run), run)
        others = {other.slot for other in search.contenders if other is not run}
        runs.append(same if same.slot not in others else run.replace(lr=same.lr))
    slots = {run.slot for run in runs}
    chosen = page.view.chosen if page.view.chosen in slots else search.chosen
    return search.replace(contenders=tuple(runs), chosen=chosen)


def _back(page: Page, find: Find, address: dict[str, str]) -> None:
    """Show the search as it was when a run of it was opened in Explore."""
    page.scene = _merged(page.scene, (find.saved or find.begun)[0])
    find.known, find.problem, find.epoch = known(page), page.scene.problem, page.epoch
    find.address, find.saved, find.wrong = address, None, address


def _bare(page: Page, find: Find, arrived: bool) -> None:
    """Take over an address that says nothing: the menu's, which keeps what was shown, or Back to the beginning."""
    find.address, find.saved, find.wrong = {}, None, {} if arrived else None
    if not arrived:
        page.scene, find.search = _merged(page.scene, find.begun[0]), find.begun[1]
        find.problem = page.scene.problem
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
    page.live, page.settled = False, True
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


def open_in_explore(run: Run, start: tuple[float, ...] | None = None, **changes: object) -> None:
    """Put a run into Explore, in the place of the one with its slot, with `changes` to the scene; for callbacks.

    All else of Explore stays as it is. Where nobody has seen it yet the run is shown by itself.
    """
    others = () if current().alone else (other for other in _page().scene.runs if other.slot != run.slot)
    _open(run, (*others, run), start=start, **changes)


def race_in_explore(*runs: Run) -> None:
    """Show runs in Explore, by themselves; for callbacks."""
    _open(runs[0], runs)


def _open(chosen: Run, runs: tuple[Run, ...], start: tuple[float, ...] | None = None, **changes: object) -> None:
    page, find = _page(), current()
    scene = page.scene.replace(**{"runs": runs, **({} if start is None else {"start": start}), **changes})
    if scene.start == scene.problem.start:
        scene = scene.replace(start=None)
    # Whoever comes back by the menu finds the search as it was left.
    find.known, find.alone = frozenset(map(recipe, scene.runs)), False
    hidden = tuple(slot for slot in page.view.hidden if slot != chosen.slot)
    st.session_state[_OPENED] = scene, page.view.replace(chosen=chosen.slot, hidden=hidden, step=None).fitted(scene)


def _page() -> Page:
    page: Page = st.session_state["page"]
    return page


def opened() -> dict[str, str] | None:
    """Return the address of what Explore is to show, if a click asked for it."""
    asked: tuple[Scene, View] | None = st.session_state.pop(_OPENED, None)
    if asked is None:
        return None
    current().sent = dict(parse_qsl(write_address(*asked), keep_blank_values=True))
    return current().sent


def suited(page: Page, find: Find) -> None:
    """Bring the runs' own rates to where they suit another problem, as Explore does."""
    if type(find.problem) is not type(page.scene.problem):
        runs = (rescaled(run, find.problem, page.scene.problem) for run in find.search.contenders)
        find.search = find.search.replace(contenders=tuple(runs))
    find.problem = page.scene.problem


def _read(page: Page, address: dict[str, str], alone: bool) -> Find:
    scene, search, notices = read_search(urlencode(address))
    page.scene = _merged(page.scene, scene)
    page.drafts.clear()
    page.touched.clear()
    now = (_common(page.scene), search)
    return Find(search, notices, address, now, now, known(page), scene.problem, page.epoch, alone)


def _begun(page: Page, address: dict[str, str], alone: bool = False, before: Search | None = None) -> Find:
    """Open on what Explore shows: its problem and its runs; of the search `before`, how one looks for a rate stays."""
    runs = contenders_of(page.scene, page.view.chosen)
    search = Search(runs) if before is None else _elsewhere(before).replace(contenders=runs)
    now = (_common(page.scene), search.replace(chosen=page.view.chosen))
    # On a first visit there is nothing to say; what was taken over from Explore stands in the address at once.
    usual = page.scene == first_scene() and before is None
    saved, wrong = (now, None) if usual else (None, address)
    return Find(
        now[1], [], {}, saved, now, known(page), page.scene.problem, page.epoch, alone, wrong=wrong
    )  # fmt: skip


def _elsewhere(search: Search) -> Search:
    """Return a search without the borders that were chosen for what it was about."""
    borders = ("low", "high", "across_low", "across_high", "left", "right", "rate", "common")
    return search.replace(**dict.fromkeys(borders))


def _merged(old: Scene, new: Scene) -> Scene:
    """Return the problem and the surroundings of `new`, with the runs of `old` at rates that suit it."""
    runs = old.runs
    if new.problem != old.problem:
        runs = tuple(rescaled(run, old.problem, new.problem) for run in old.runs)
    return new.replace(runs=runs)


def _common(scene: Scene) -> Scene:
    """Return what of a scene this page's address holds, as a scene with a run that says nothing."""
    return scene.replace(runs=first_scene().runs[:1])
