"""A visitor arrives: the browser draws the picture before it is given the controls.

Streamlit's controls keep the browser as busy as the picture does. Those of a session's first run wait until the player
says, by a request of its own, that the picture stands.
"""

import secrets
from threading import Event

import streamlit as st
from starlette.requests import Request
from starlette.responses import Response

_PATIENCE = 4.0
"""Seconds after which the controls come anyway: the player may be out of sight, or its word may be lost."""
_awaited: dict[str, Event] = {}


def expected() -> str | None:
    """Return a word by which this session's player says that it has drawn; None where there is no browser."""
    if not st.context.headers:
        return None
    word = secrets.token_urlsafe(9)
    _awaited[word] = Event()
    return word


def wait_for(word: str) -> None:
    """Wait until the picture stands."""
    try:
        _awaited[word].wait(_PATIENCE)
    finally:
        del _awaited[word]


def drawn(request: Request) -> Response:
    """Take the player's word; one that nobody waits for is let go."""
    event = _awaited.get(request.path_params["word"])
    if event is not None:
        event.set()
    return Response(status_code=204, headers={"Cache-Control": "no-store"})
