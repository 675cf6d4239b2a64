"""A server that does not answer, or is gone: the page says so, plays on, and loses nothing."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_explore import PLAYER, address, map_box, opened
from tests.browser.waiting import settled, until
from tests.servers import STREAMLIT, Server, serving

SCENE = "v=1&problem=Ravine&run1=SGD&run1.lr=0.1&run2=Adam&run2.lr=0.2&steps=60&panes=map"
SILENT = ".lrviz-silent"
WORDS = "The server does not answer"


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page that may log that the server is not there."""
    with chromium.new_context(viewport={"width": 1440, "height": 900}) as context:
        yield context.new_page()


@contextmanager
def stopped(server: Server) -> Iterator[None]:
    """Have the server's process stand still."""
    os.kill(server.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(server.pid, signal.SIGCONT)


def played(page: Page) -> None:
    """Play from the beginning to the end, as far as it goes by itself."""
    page.get_by_role("button", name="Restart").click()
    page.get_by_role("button", name="Play", exact=True).click()
    until(page, f"document.querySelector('{PLAYER}').dataset.step === '60'")


def changed(page: Page) -> None:
    """Choose another run, and another start."""
    page.locator(".lr-table .lr-name").nth(1).click()
    box = map_box(page)
    page.mouse.click(box["left"] + 0.3 * box["width"], box["top"] + 0.3 * box["height"])


def expect_changes(page: Page) -> None:
    until(page, "location.search.includes('chosen=2') && location.search.includes('start=')")
    settled(page)
    assert page.locator(".lr-chosen .lr-name").inner_text().strip().startswith("Adam")


def test_a_silent_server_is_noticed_and_what_was_changed_meanwhile_is_taken_over(page: Page, tmp_path: Path) -> None:
    with serving(STREAMLIT, tmp_path) as server:
        opened(page, server, SCENE)
        expect(page.locator(SILENT)).to_be_hidden()
        with stopped(server):
            changed(page)
            expect(page.locator(SILENT)).to_contain_text(WORDS)
            played(page)
        expect(page.locator(SILENT)).to_be_hidden()
        expect_changes(page)


def test_a_server_nobody_asks_anything_of_is_missed_as_well(page: Page, tmp_path: Path) -> None:
    with serving(STREAMLIT, tmp_path) as server:
        page.goto(f"{server.url}/find?v=1&problem=Ravine&opt1=SGD&steps=20")
        page.wait_for_selector(".lr-chart .main-svg")
        settled(page)
        with stopped(server):
            expect(page.locator(SILENT)).to_contain_text(WORDS)
        expect(page.locator(SILENT)).to_be_hidden()


def test_a_server_that_is_started_again_finds_what_was_changed_while_it_was_gone(page: Page, tmp_path: Path) -> None:
    with serving(STREAMLIT, tmp_path) as server:
        opened(page, server, SCENE)
    expect(page.locator(SILENT)).to_contain_text(WORDS)
    assert "start=" not in urlsplit(page.url).query
    changed(page)
    # Streamlit's own dialog, which is for whoever runs the server, takes the page from the hand.
    page.wait_for_timeout(12_000)
    assert page.locator("[role=dialog]").count() == 0
    played(page)
    with serving(STREAMLIT, tmp_path, port=urlsplit(server.url).port):
        expect(page.locator(SILENT)).to_be_hidden(timeout=60_000)
        expect_changes(page)
        assert address(page)["problem"] == "Ravine"
