"""WebKit, the engine of Safari and of every browser on an iPhone: WebKitGTK's own, in a virtual display."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from selenium.webdriver.common.actions.action_builder import ActionBuilder
from selenium.webdriver.common.actions.pointer_input import PointerInput
from selenium.webdriver.remote.client_config import ClientConfig
from selenium.webdriver.remote.remote_connection import RemoteConnection
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.webkitgtk.options import Options
from selenium.webdriver.webkitgtk.service import Service

from tests.browser.engines.tab import KEYS, Engine, Opens, Tab
from tests.servers import stop

DRIVER = "WebKitWebDriver"
DISPLAY = "Xvfb"
MISSING = "WebKit is not installed (on Debian: sudo apt-get install webkit2gtk-driver xvfb)."


class _Tab:
    def __init__(self, driver: WebDriver) -> None:
        self._driver = driver
        self._mouse = PointerInput("mouse", "mouse")
        self.troubles: list[str] = []

    def go(self, url: str) -> None:
        self._driver.get(url)

    def evaluate(self, expression: str) -> Any:
        return self._driver.execute_script(f"return ({expression})")

    def _builder(self) -> ActionBuilder:
        return ActionBuilder(self._driver, mouse=self._mouse, duration=0)

    def move(self, x: float, y: float) -> None:
        builder = self._builder()
        builder.pointer_action.move_to_location(round(x), round(y))
        builder.perform()

    def down(self) -> None:
        builder = self._builder()
        builder.pointer_action.pointer_down()
        builder.perform()

    def up(self) -> None:
        builder = self._builder()
        builder.pointer_action.pointer_up()
        builder.perform()

    def press(self, key: str) -> None:
        builder = self._builder()
        builder.key_action.send_keys(KEYS.get(key, key))
        builder.perform()

    def resize(self, width: int, height: int) -> None:
        self._driver.set_window_rect(0, 0, width, height)
        inner = self.evaluate("[innerWidth, innerHeight]")
        self._driver.set_window_rect(0, 0, 2 * width - inner[0], 2 * height - inner[1])  # the window has a frame

    def picture(self) -> bytes:
        return bytes(self._driver.get_screenshot_as_png())


def find() -> str | None:
    """Return the path of the driver, if there is a virtual display for its browser too."""
    return shutil.which(DRIVER) if shutil.which(DISPLAY) else None


@contextmanager
def _running(path: str) -> Iterator[Opens]:
    with _display() as name:

        @contextmanager
        def opens(width: int, height: int) -> Iterator[Tab]:
            with _driver(path, name) as driver:
                tab = _Tab(driver)
                tab.resize(width, height)
                yield tab

        yield opens


@contextmanager
def _driver(path: str, display: str) -> Iterator[WebDriver]:
    service = Service(path, env={**os.environ, "DISPLAY": display})
    service.start()
    try:
        driver = WebDriver(RemoteConnection(client_config=ClientConfig(service.service_url)), options=Options())
        try:
            yield driver
        finally:
            driver.quit()
    finally:
        service.stop()


@contextmanager
def _display() -> Iterator[str]:
    reads, writes = os.pipe()
    words = [DISPLAY, "-displayfd", str(writes), "-screen", "0", "2200x1400x24", "-nolisten", "tcp"]
    process = subprocess.Popen(words, pass_fds=[writes], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(writes)
    try:
        with os.fdopen(reads) as answer:
            yield f":{answer.readline().strip()}"
    finally:
        stop(process)


WEBKIT = Engine(find, MISSING, _running)
