"""The script that Streamlit runs: what all pages share, and which pages there are."""

from pathlib import Path

import streamlit as st

ICON = Path(__file__).with_name("icon.svg")


def main() -> None:
    """Set up the tab and run the page that the address names."""
    st.set_page_config(page_title="lrviz", page_icon=ICON, layout="wide", initial_sidebar_state=320)
    from lrviz.figures.theme import page_styles
    from lrviz.web.pages import pages

    st.html(f"<style>{page_styles()}</style>")
    found = list(pages().values())
    page = st.navigation(found, position="top")
    with st.container(key="pages", horizontal=True):  # on a phone, where Streamlit puts them into the drawer
        for other in found:
            st.page_link(other)
    page.run()


main()
