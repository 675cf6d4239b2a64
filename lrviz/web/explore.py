"""Explore: pick a loss, an optimizer, a rate and a schedule; watch the descent."""

import streamlit as st


def page() -> None:
    """Draw the page."""
    st.title("lrviz")
    st.write("See what a learning rate does.")
