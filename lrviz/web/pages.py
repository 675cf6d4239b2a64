"""Which pages there are."""

from __future__ import annotations

import streamlit as st

from lrviz.web import explore


def pages() -> dict[str, st.Page]:
    """Return the pages by name; Explore is the one that the bare address opens."""
    return {
        "explore": st.Page(explore.page, title="Explore", url_path="explore", default=True),
        "find": st.Page(_find, title="Find a rate", url_path="find"),
        "reference": st.Page(_reference, title="Reference", url_path="reference"),
    }


# The other pages are imported where they are opened, for they need pandas: the first picture does not wait for it.
def _find() -> None:
    from lrviz.web import find  # noqa: PLC0415

    find.page()


def _reference() -> None:
    from lrviz.web import reference  # noqa: PLC0415

    reference.page()
