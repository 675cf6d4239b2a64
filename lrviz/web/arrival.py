"""A visitor arrives: the browser draws the picture before it is given the controls.

Streamlit's controls keep the browser as busy as the picture does. Those of a session's first run wait until the player
says, by a request of its own, that the picture stands.
"""

import secrets
from threading import Event
from weakref import WeakValueDictionary

import streamlit as st
from starlette.requests import Request
from starlette.responses import Response

_PATIENCE = 4.0
"""Seconds after which the controls come anyway: the player may be out of sight, or its word may be lost."""


class Word:
    """What a session's player says when it has drawn."""

    def __init__(self) -> None:
        self.text = secrets.token_urlsafe(9)
        self.said = Event()
        _awaited[self.text] = self

    def wait(self) -> None:
        """Wait until the picture stands."""
        self.said.wait(_PATIENCE)


_awaited: WeakValueDictionary[str, Word] = WeakValueDictionary()
"""The words of sessions that still wait; a run that is broken off forgets its own."""


def expected() -> Word | None:
    """Return the word for a session that has just begun; None where there is no browser to say it."""
    return Word() if st.context.headers else None


def drawn(request: Request) -> Response:
    """Take the player's word; one that nobody waits for is let go."""
    word = _awaited.get(request.path_params["word"])
    if word is not None:
        word.said.set()
    return Response(status_code=204, headers={"Cache-Control": "no-store"})
