"""Which pages there are."""

from __future__ import annotations

import streamlit as st

from lrviz.web import explore, find, reference


def pages() -> dict[str, st.Page]:
    """Return the pages by name; Explore is the one that the bare address opens."""
    return {
        "explore": st.Page(explore.page, title="Explore", url_path="explore", default=True),
        "find": st.Page(find.page, title="Find a rate", url_path="find"),
        "reference": st.Page(reference.page, title="Reference", url_path="reference"),
    }
