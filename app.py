"""The door: `streamlit run app.py`, or any ASGI server with `app:app`."""

import streamlit as st

from lrviz.web.server import SCRIPT, lifespan, middleware, routes

# `streamlit run` does not import this file to find the app: it reads the text for this very call.
app = st.App(SCRIPT, lifespan=lifespan, routes=routes(), middleware=middleware())
