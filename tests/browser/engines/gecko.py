"""Firefox, driven by WebDriver BiDi, which it speaks itself: https://w3c.github.io/webdriver-bidi/."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tests.browser.engines.tab import KEYS, Engine, Opens, Tab
from tests.servers import free_port, stop

NAMES = ("firefox-esr", "firefox")
PLACES = ("/Applications/Firefox.app/Contents/MacOS/firefox",)
MISSING = "Firefox is not installed (on Debian: sudo apt-get install firefox-esr), nor named in $FIREFOX."
SETTINGS = {
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.aboutwelcome.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    # The network is cut: whatever is not on this machine is asked of a proxy that is not there.
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
}
# A library of Streamlit's tries it and goes on without, as lrviz.web.server says.
_EXPECTED = "blocked WebAssembly"


class _Session:
    """A conversation with one browser: commands and their answers, and what it reports meanwhile."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._last = 0
        self.logs: dict[str, list[str]] = {}

    def ask(self, method: str, **params: object) -> Any:
        self._last += 1
        self._socket.send(json.dumps({"id": self._last, "method": method, "params": params}))
        while True:
            message = json.loads(self._socket.recv(timeout=120))
            if message.get("id") == self._last:
                break
            self._note(message)
        if message["type"] == "error":
            raise RuntimeError(f"Firefox refused {method}: {message['message']}")
        return message["result"]

    def _note(self, message: dict[str, Any]) -> None:
        entry = message.get("params", {})
        if message.get("method") == "log.entryAdded" and entry["level"] == "error" and _EXPECTED not in entry["text"]:
            self.logs.setdefault(entry["source"].get("context", ""), []).append(entry["text"])


class _Tab:
    def __init__(self, session: _Session, context: str) -> None:
        self._session, self._context = session, context
        self.troubles = session.logs.setdefault(context, [])

    def _ask(self, method: str, **params: object) -> Any:
        return self._session.ask(method, context=self._context, **params)

    def go(self, url: str) -> None:
        self._ask("browsingContext.navigate", url=url, wait="interactive")

    def evaluate(self, expression: str) -> Any:
        written = f"Promise.resolve({expression}).then((value) => JSON.stringify(value ?? null))"
        target = {"context": self._context}
        answer = self._session.ask("script.evaluate", expression=written, target=target, awaitPromise=True)
        if answer["type"] == "exception":
            raise RuntimeError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def _act(self, kind: str, name: str, *actions: dict[str, object]) -> None:
        pointer = {"parameters": {"pointerType": "mouse"}} if kind == "pointer" else {}
        self._ask("input.performActions", actions=[{"type": kind, "id": name, "actions": list(actions), **pointer}])

    def move(self, x: float, y: float) -> None:
        self._act("pointer", "mouse", {"type": "pointerMove", "x": round(x), "y": round(y)})

    def down(self) -> None:
        self._act("pointer", "mouse", {"type": "pointerDown", "button": 0})

    def up(self) -> None:
        self._act("pointer", "mouse", {"type": "pointerUp", "button": 0})

    def press(self, key: str) -> None:
        value = KEYS.get(key, key)
        self._act("key", "keyboard", {"type": "keyDown", "value": value}, {"type": "keyUp", "value": value})

    def resize(self, width: int, height: int) -> None:
        self._ask("browsingContext.setViewport", viewport={"width": width, "height": height}, devicePixelRatio=1)

    def picture(self) -> bytes:
        return base64.b64decode(self._ask("browsingContext.captureScreenshot")["data"])


def find() -> str | None:
    """Return the path of an installed Firefox: that in `$FIREFOX`, else the first that is found."""
    named = os.environ.get("FIREFOX")
    return next((path for path in map(shutil.which, [named] if named else [*NAMES, *PLACES]) if path), None)


@contextmanager
def _running(path: str) -> Iterator[Opens]:
    with _browser(path) as port, _connected(port) as socket:
        session = _Session(socket)
        session.ask("session.new", capabilities={})
        session.ask("session.subscribe", events=["log.entryAdded"])

        @contextmanager
        def opens(width: int, height: int) -> Iterator[Tab]:
            user = session.ask("browser.createUserContext")["userContext"]
            context = session.ask("browsingContext.create", type="tab", userContext=user)["context"]
            tab = _Tab(session, context)
            tab.resize(width, height)
            yield tab
            session.ask("browser.removeUserContext", userContext=user)

        yield opens


@contextmanager
def _browser(path: str) -> Iterator[int]:
    port = free_port()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        settings = "".join(f"user_pref({json.dumps(k)}, {json.dumps(v)});\n" for k, v in SETTINGS.items())
        Path(folder, "user.js").write_text(settings)
        words = [path, "--headless", "--no-remote", "--profile", folder, f"--remote-debugging-port={port}"]
        process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            yield port
        finally:
            stop(process)


@contextmanager
def _connected(port: int, seconds: float = 60) -> Iterator[ClientConnection]:
    deadline = time.monotonic() + seconds
    while True:
        try:
            socket = connect(f"ws://127.0.0.1:{port}/session", max_size=None, open_timeout=seconds)
            break
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
    with socket:
        yield socket


GECKO = Engine(find, MISSING, _running)
