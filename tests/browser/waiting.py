"""Waiting for Streamlit."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page

APP = "[data-testid='stApp']"
SETTLED = f"{APP}[data-test-script-state='notRunning']"

_COUNT_STARTS = """selector => {
  const app = document.querySelector(selector);
  window.lrvizStarts = 0;
  new MutationObserver(() => {
    if (app.dataset.testScriptState !== "notRunning") window.lrvizStarts += 1;
  }).observe(app, { attributes: true, attributeFilter: ["data-test-script-state"] });
}"""


def settled(page: Page) -> Page:
    """Wait until no run of the script is under way."""
    page.wait_for_selector(SETTLED, state="attached")
    return page


@contextmanager
def rerun(page: Page) -> Iterator[None]:
    """Wait, after the block, until the run of the script that the block caused has begun and ended."""
    settled(page).evaluate(_COUNT_STARTS, APP)
    yield
    page.wait_for_function("window.lrvizStarts > 0")
    settled(page)
