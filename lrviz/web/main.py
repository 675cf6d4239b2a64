"""The script that Streamlit runs: what all pages share, and which pages there are."""

from pathlib import Path

import streamlit as st

ICON = Path(__file__).with_name("icon.svg")


def main() -> None:
    """Set up the tab and run the page that the address names."""
    from lrviz.web import explore

    st.set_page_config(page_title="lrviz", page_icon=ICON, layout="wide", initial_sidebar_state=320)
    pages = [st.Page(explore.page, title="Explore", url_path="explore", default=True)]
    st.navigation(pages, position="hidden" if len(pages) == 1 else "top").run()


main()
