"""Chromium, driven by Playwright."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests.browser import chromium
from tests.browser.conftest import FLAGS, watch
from tests.browser.engines.tab import Engine, Opens, Tab

# Streamlit looks for its own files below the address of a page before it looks at the root.
_OWN = "status of 404"


class _Tab:
    def __init__(self, page: Page) -> None:
        self._page = page
        self._seen = watch(page)

    @property
    def troubles(self) -> list[str]:
        return [trouble for trouble in self._seen if _OWN not in trouble]

    def go(self, url: str) -> None:
        self._page.goto(url)

    def evaluate(self, expression: str) -> Any:
        return self._page.evaluate(expression)

    def move(self, x: float, y: float) -> None:
        self._page.mouse.move(x, y)

    def down(self) -> None:
        self._page.mouse.down()

    def up(self) -> None:
        self._page.mouse.up()

    def press(self, key: str) -> None:
        self._page.keyboard.press(key)

    def resize(self, width: int, height: int) -> None:
        self._page.set_viewport_size({"width": width, "height": height})

    def picture(self) -> bytes:
        return self._page.screenshot()


@contextmanager
def _running(path: str) -> Iterator[Opens]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)

        @contextmanager
        def opens(width: int, height: int) -> Iterator[Tab]:
            with browser.new_context(viewport={"width": width, "height": height}) as context:
                yield _Tab(context.new_page())

        yield opens
        browser.close()


BLINK = Engine(chromium.find, chromium.MISSING, _running)
