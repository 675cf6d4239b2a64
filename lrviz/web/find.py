"""Find a rate: sweep, range test, map and fair comparison of runs on one problem."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import streamlit as st

from lrviz.scenes import Scene
from lrviz.scenes.search import Search
from lrviz.web import find_map, find_panel, find_race, find_range, find_sweep, problem_panel
from lrviz.web.find_state import Find, load, look, opened, save, suited
from lrviz.web.link import copy_link
from lrviz.web.state import Page
from lrviz.web.words import notice, plain
from lrviz.web.work import Answer, finish


class View(NamedTuple):
    """One way to look for a rate: its title, what it is, its controls, its drawing, and what is done meanwhile."""

    title: str
    help: str
    settings: Callable[[Scene, Search], Search]
    draw: Callable[[Scene, Search], Answer[Any]]
    doing: str


VIEWS = {
    "sweep": View(
        "Sweep", "Every rate tried from the same start.", find_sweep.settings, find_sweep.draw, "Trying rates"
    ),
    "test": View(
        "Range test",
        "One run whose rate rises at every step, what libraries read off it, and what is true.",
        find_range.settings,
        find_range.draw,
        "Testing",
    ),
    "map": View(
        "Map",
        "The outcome for every rate and every value of something else, or for every start.",
        find_map.settings,
        find_map.draw,
        "Computing the map",
    ),
    "race": View(
        "Comparison",
        "Every run tuned under the same budget, then raced.",
        find_race.settings,
        find_race.draw,
        "Tuning",
    ),
}
"""By their names in the address."""


def page() -> None:
    """Draw the page: controls, the view that is chosen, and what is still being computed."""
    page, find = load()
    address = opened()
    if address is not None:
        st.switch_page(_explore(), query_params=address)
    with st.sidebar:
        problem_panel.header()
        page.scene = problem_panel.draw(page.scene)
        suited(page, find)
        find.search = find_panel.draw(page.scene, find.search)
    notice(find.notices)
    place = _heading(find.search)
    if find.search.contenders:
        _view(page, find, place)
    else:
        save(page, find)
        st.info("Choose an optimizer in the settings: its rates are then tried here.")


def _view(page: Page, find: Find, place: st.delta_generator.DeltaGenerator) -> None:
    view = VIEWS.get(find.search.view, VIEWS["sweep"])
    with st.container(key="find-settings"):
        find.search = view.settings(page.scene, find.search)
    save(page, find)
    try:
        answer = view.draw(page.scene, find.search)
        finish(answer, place, view.doing)
    except (ValueError, TypeError) as error:
        st.warning(plain(f"{error}"))


def _heading(search: Search) -> st.delta_generator.DeltaGenerator:
    """Draw the choice of the view; return the place beside it where progress is shown."""
    row = st.container(horizontal=True, vertical_alignment="center", gap="medium", key="find.heading")
    shown = search.view if search.view in VIEWS else "sweep"
    row.segmented_control(
        "View", list(VIEWS), default=shown, format_func=lambda name: VIEWS[name].title, required=True,
        key=f"find.view.{shown}", on_change=_viewed, args=(shown,), label_visibility="collapsed",
        help=VIEWS[shown].help,
    )  # fmt: skip
    with row:
        copy_link("find")
    return row.container()


def _viewed(before: str) -> None:
    look(view=st.session_state.get(f"find.view.{before}") or before)


def _explore() -> Any:
    from lrviz.web.pages import pages  # noqa: PLC0415 (the pages know each other through their list)

    return pages()["explore"]
