"""Long runs in Explore: they show how far they are, can be stopped, and go on where they were."""

import re

from playwright.sync_api import Page, expect

from tests.browser.test_explore import PLAYER, address
from tests.browser.waiting import settled, until
from tests.servers import Server
from tests.web.test_visitors import COSTLY

STOP, GO_ON = "[class*='st-key-work-stop'] button", "[class*='st-key-work-go_on'] button"
CORNER = ".st-key-busy"


def step_of(page: Page) -> int:
    """Return the step up to which the headline says that the runs are computed."""
    found = re.search(r"Computed to step ([\d,]+) of 5,000", page.locator(".lr-headline").inner_text())
    assert found
    return int(found[1].replace(",", ""))


def test_long_runs_show_a_beginning_and_progress_and_can_be_stopped(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/?{COSTLY.format(seed=21)}&panes=map")
    page.locator(STOP).wait_for()
    expect(page.locator(CORNER)).to_contain_text(re.compile(r"Computing the runs: \d+%"))
    until(page, f"Number(document.querySelector('{PLAYER}')?.dataset.steps) > 0")
    first = step_of(page)
    assert 0 < first < 5000
    page.locator(STOP).click()
    page.locator(GO_ON).wait_for()
    settled(page)
    stopped = step_of(page)
    assert first <= stopped < 5000
    assert page.locator(PLAYER).get_attribute("data-steps") == str(stopped)
    expect(page.locator(CORNER)).to_contain_text(f"Stopped. The runs are computed to step {stopped:,} of 5,000.")
    expect(page.locator(".lr-table .lr-status").first).not_to_be_empty()
    page.locator(GO_ON).click()
    page.locator(STOP).wait_for()
    assert step_of(page) >= stopped
    assert address(page)["steps"] == "5000"


def test_another_scene_takes_the_place_of_one_that_is_being_computed(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/?{COSTLY.format(seed=22)}&panes=map")
    page.locator(STOP).wait_for()
    page.get_by_test_id("stSidebar").get_by_role("button", name="Reset", exact=True).click()
    until(page, f"document.querySelector('{PLAYER}').dataset.steps === '200'")
    settled(page)
    assert page.locator(CORNER).count() == 0
    assert "Computed to step" not in page.locator(".lr-headline").inner_text()
