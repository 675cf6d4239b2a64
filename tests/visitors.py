"""A visitor without a browser, who speaks Streamlit's protocol: as many as wanted fit on a small machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import ClientConnection, connect

from tests.servers import Server

_LARGE = 2**27


@dataclass
class Visitor:
    """An open page; what it shows is read as far as the end of each run of the script."""

    socket: ClientConnection
    page: str
    query: str
    elements: dict[str, Any] = field(default_factory=dict)
    """The widgets of the last run by their identifiers, which end in the widgets' keys."""
    texts: list[str] = field(default_factory=list)
    """The markdown of the last run."""
    _shown: str | None = None
    """The kind of the last element that was drawn."""

    def rerun(self, *states: WidgetState, seconds: float = 60) -> float:
        """Run the script with some widgets changed; return the seconds until it has ended."""
        began = perf_counter()
        self.ask(*states)
        self.wait(seconds)
        return perf_counter() - began

    def ask(self, *states: WidgetState) -> None:
        """Ask for a run of the script, and do not wait."""
        message = BackMsg()
        message.rerun_script.query_string = self.query
        message.rerun_script.page_name = self.page
        message.rerun_script.widget_states.widgets.extend(states)
        self.socket.send(message.SerializeToString())
        self.elements.clear()
        self.texts.clear()

    def wait(self, seconds: float = 60) -> None:
        """Read until a run has ended; a run that the script itself asks for belongs to it."""
        while not self._read(seconds):
            pass

    def wait_for(self, kind: str, seconds: float = 60) -> None:
        """Read until an element of a kind is shown, as "progress", in the midst of a run."""
        while self._shown != kind:
            self._read(seconds)

    def wait_for_key(self, key: str, seconds: float = 60) -> None:
        """Read until a widget whose key begins so is shown, in the midst of a run."""
        while not self.has(key):
            self._read(seconds)

    def _read(self, seconds: float) -> bool:
        """Read one message; return whether a run has ended with it."""
        message = ForwardMsg.FromString(bytes(self.socket.recv(seconds)))  # type: ignore[arg-type]
        kind = message.WhichOneof("type")
        if kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "delta":
            self._see(message)
        return bool(kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY)

    def _see(self, message: ForwardMsg) -> None:
        element = message.delta.new_element
        self._shown = kind = element.WhichOneof("type")
        if kind == "exception":
            raise AssertionError(element.exception.message)
        if kind == "markdown":
            self.texts.append(element.markdown.body)
        elif kind is not None and hasattr(getattr(element, kind), "id"):
            self.elements[getattr(element, kind).id] = getattr(element, kind)

    def stops(self, key: str) -> list[str]:
        """Return what the slider whose key begins so prints at its stops."""
        return list(self.elements[self.named(key)].options)

    def has(self, key: str) -> bool:
        """Return whether the last run has drawn a widget whose key begins so."""
        return any(f"-{key}" in name for name in self.elements)

    def named(self, key: str) -> str:
        """Return the identifier of the widget whose key begins so."""
        return next(name for name in self.elements if f"-{key}" in name)

    def move(self, key: str, stop: str, seconds: float = 60) -> float:
        """Move the slider whose key begins so to one of its stops; return the seconds until the script has ended."""
        state = WidgetState(id=self.named(key))
        state.string_array_value.data.append(stop)
        return self.rerun(state, seconds=seconds)

    def click(self, key: str, seconds: float = 60) -> float:
        """Click the button whose key begins so; return the seconds until the script has ended."""
        return self.rerun(self._clicked(key), seconds=seconds)

    def ask_to_click(self, key: str) -> None:
        """Click the button whose key begins so, and do not wait."""
        self.ask(self._clicked(key))

    def _clicked(self, key: str) -> WidgetState:
        return WidgetState(id=self.named(key), trigger_value=True)


@contextmanager
def visiting(server: Server, page: str, query: str) -> Iterator[Visitor]:
    """Open a page, without running its script yet."""
    address = f"ws://{urlsplit(server.url).netloc}/_stcore/stream"
    how: dict[str, Any] = {"subprotocols": ["streamlit"], "origin": server.url}
    # A visitor who does not read for a while is not to be taken for lost, nor waited for at the end.
    with connect(address, max_size=_LARGE, ping_interval=None, close_timeout=1, **how) as socket:
        yield Visitor(socket, page, query)
