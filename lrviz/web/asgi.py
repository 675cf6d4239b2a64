"""What the command `lrviz` starts: the same as `app.py` in the repository, from the installed package."""

import streamlit as st

from lrviz.web.server import SCRIPT, lifespan, middleware, routes

# `streamlit run` does not import this file to find the app: it reads the text for this very call.
app = st.App(SCRIPT, lifespan=lifespan, routes=routes(), middleware=middleware())
