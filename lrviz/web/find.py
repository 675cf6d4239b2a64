"""Find a rate: sweep, range test, map and fair comparison of optimizers on one problem."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from lrviz.scenes import Scene
from lrviz.scenes.search import Search
from lrviz.web import find_panel, find_sweep, problem_panel
from lrviz.web.find_state import Find, load, look, opened, save
from lrviz.web.find_work import Answer, finish

VIEWS: dict[str, tuple[str, str, Callable[[Scene, Search], Answer[Any]]]] = {
    "sweep": ("Sweep", "Every rate tried from the same start.", find_sweep.draw),
}
"""By their names in the address: title, explanation, and what draws them."""


def page() -> None:
    """Draw the page: controls, the view that is chosen, and what is still being computed."""
    page, find = load()
    address = opened()
    if address is not None:
        st.switch_page(_explore(), query_params=address)
    with st.sidebar:
        problem_panel.header()
        page.scene = problem_panel.draw(page.scene)
        find.search = find_panel.draw(page.scene, find.search)
    _notices(find)
    place = _heading(find.search)
    save(page, find)
    if not find.search.contenders:
        st.info("Choose an optimizer in the settings: its rates are then tried here.")
        return
    try:
        answer = VIEWS[find.search.view][2](page.scene, find.search)
        finish(answer, place, "Trying rates")
    except (ValueError, TypeError) as error:
        st.warning(f"{error}")


def _heading(search: Search) -> st.delta_generator.DeltaGenerator:
    """Draw the choice of the view; return the place beside it where progress is shown."""
    row = st.container(horizontal=True, vertical_alignment="center", gap="medium", key="find.heading")
    shown = search.view if search.view in VIEWS else "sweep"
    row.segmented_control(
        "View", list(VIEWS), default=shown, format_func=lambda name: VIEWS[name][0], required=True,
        key=f"find.view.{shown}", on_change=_viewed, args=(shown,), label_visibility="collapsed",
        help=VIEWS[shown][1],
    )  # fmt: skip
    return row.container()


def _viewed(before: str) -> None:
    look(view=st.session_state.get(f"find.view.{before}") or before)


def _notices(find: Find) -> None:
    if find.notices:
        st.caption(f":material/info: {' '.join(find.notices[:6])}")


def _explore() -> Any:
    from lrviz.web.pages import pages  # noqa: PLC0415 (the pages know each other through their list)

    return pages()["explore"]
