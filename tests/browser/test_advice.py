"""What was tried on the runs, in a real browser: it comes after the picture, is true when typed, and waits for calm."""

import re

from playwright.sync_api import Page, expect

from tests.browser.test_explore import opened
from tests.servers import Server

SCENE = "v=1&problem=Rosenbrock&run1=Momentum&run1.lr=0.005&run2=Momentum&run2.lr=0.001&panes=map"
STATES = ".lr-table tbody .lr-status"


def test_a_run_that_diverges_is_told_what_does_not_and_that_is_so(page: Page, server: Server) -> None:
    opened(page, server, SCENE)
    page.keyboard.press("End")
    first = page.locator(STATES).first
    words = re.compile(r"^Diverged at step 7: .* At (\S+) it arrives at step \d+; it first diverges at ")
    expect(first).to_contain_text(words)
    found = words.match(first.inner_text())
    assert found is not None
    opened(page, server, SCENE.replace("run1.lr=0.005", f"run1.lr={found[1]}"))
    page.keyboard.press("End")
    expect(page.locator(STATES).first).not_to_contain_text("Diverged")
    expect(page.locator(".lr-headline")).to_contain_text(f"{found[1]} reaches a loss of")


def test_what_was_tried_on_other_runs_is_not_said_of_these(page: Page, server: Server) -> None:
    opened(page, server, SCENE)
    states = page.locator(STATES)
    expect(states.first).to_contain_text("it arrives at step")
    field = page.get_by_label("learning rate", exact=True).last
    field.fill("0.0002")
    field.press("Enter")
    expect(page.locator(".lr-headline")).to_contain_text("2e-4")
    assert "Diverged" not in states.first.inner_text()
