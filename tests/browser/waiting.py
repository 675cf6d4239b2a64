"""Waiting for the page.

Playwright's `wait_for_function` is no use here: it evaluates text inside the page, which the page's policy forbids.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page

APP = "[data-testid='stApp']"
SETTLED = f"{APP}[data-test-script-state='notRunning']"

# On the whole document: a change of the theme may put another element in the app's place.
_COUNT_STARTS = """selector => {
  window.lrvizStarts = 0;
  window.lrvizObserver?.disconnect();
  window.lrvizObserver = new MutationObserver(() => {
    const { testScriptState: state } = document.querySelector(selector)?.dataset ?? {};
    if (state && state !== "notRunning") window.lrvizStarts += 1;
  });
  const attributeFilter = ["data-test-script-state"];
  window.lrvizObserver.observe(document, { attributes: true, subtree: true, attributeFilter });
}"""


def settled(page: Page) -> Page:
    """Wait until no run of the script is under way."""
    page.wait_for_selector(SETTLED, state="attached", timeout=60_000)
    return page


@contextmanager
def rerun(page: Page) -> Iterator[None]:
    """Wait, after the block, until the run of the script that the block caused has begun and ended."""
    settled(page).evaluate(_COUNT_STARTS, APP)
    yield
    until(page, "window.lrvizStarts > 0")
    settled(page)


def until(page: Page, expression: str, seconds: float = 30) -> None:
    """Wait until the JavaScript `expression` is true in the page."""
    deadline = time.monotonic() + seconds
    while not page.evaluate(expression):
        if time.monotonic() > deadline:
            raise TimeoutError(f"Not true after {seconds:g} s: {expression}")
        page.wait_for_timeout(5)
