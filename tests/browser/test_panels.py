"""The panels of the runs: what the hand has opened stays open, and what is chosen in the table is opened."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_explore import address, opened
from tests.browser.waiting import rerun, settled
from tests.servers import Server

SCENE = "v=1&problem=Ravine&steps=60&panes=map&" + "&".join(f"run{i}=Adam&run{i}.lr=0.{i}" for i in (1, 2, 3))


def panel(page: Page, slot: int) -> Locator:
    return page.locator(f".st-key-run{slot} details")


def is_open(page: Page, slot: int) -> bool:
    return panel(page, slot).get_attribute("open") is not None


def choose(page: Page, menu: Locator, option: str) -> None:
    """Type an entry's name into a menu and take it."""
    menu.click()
    menu.fill(option)
    with rerun(page):
        page.locator("[role=listbox] [role=option]").filter(has_text=option).first.click()


@pytest.fixture
def two(page: Page, server: Server) -> Page:
    """Three runs; the panel of the second is open, by hand."""
    opened(page, server, SCENE)
    with rerun(page):
        panel(page, 1).locator("summary").click()
    expect(panel(page, 1).get_by_role("combobox").first).to_be_visible()
    return page


def test_a_panel_that_was_opened_stays_open_whatever_is_changed_in_it(two: Page) -> None:
    page, own = two, panel(two, 1)
    rate = own.get_by_role("textbox").first
    rate.fill("0.25")
    with rerun(page):
        rate.press("Enter")
    assert is_open(page, 1)
    assert address(page)["run2.lr"] == "0.25"
    choose(page, own.get_by_role("combobox").nth(0), "Momentum")
    choose(page, own.get_by_role("combobox").nth(1), "Cosine")
    assert is_open(page, 1)
    assert is_open(page, 0)
    assert not is_open(page, 2)
    assert (address(page)["run2"], address(page)["run2.schedule"]) == ("Momentum", "Cosine")
    own.get_by_role("button", name="Settings").click()
    momentum = page.locator("[class*='st-key-run1-Momentum-momentum-'] input[type=text]")
    momentum.fill("0.5")
    with rerun(page):
        momentum.press("Enter")
    assert address(page)["run2.momentum"] == "0.5"
    expect(momentum).to_be_visible()
    assert is_open(page, 1)


def test_to_choose_a_run_in_the_table_opens_its_panel_and_shuts_none(two: Page) -> None:
    page = two
    with rerun(page):
        page.locator(".lr-table .lr-name").nth(2).click()
    expect(panel(page, 2).get_by_role("combobox").first).to_be_visible()
    assert [is_open(page, slot) for slot in (0, 1, 2)] == [True, True, True]
    with rerun(page):
        panel(page, 2).get_by_role("button", name="Hide").click()
    assert address(page)["hide"] == "3"
    with rerun(page):
        panel(page, 2).get_by_role("button", name="Show").click()
    with rerun(page):
        panel(page, 2).get_by_role("button", name="Copy").click()
    settled(page)
    assert (address(page)["run4.lr"], address(page)["chosen"]) == ("0.6", "4")
    expect(panel(page, 3).get_by_role("combobox").first).to_be_visible()
    with rerun(page):
        panel(page, 2).get_by_role("button", name="Remove").click()
    assert "run3" not in address(page)
    assert [is_open(page, slot) for slot in (0, 1, 3)] == [True, True, True]


def test_a_panel_that_was_shut_by_hand_opens_when_its_run_is_chosen_again(two: Page) -> None:
    page = two
    with rerun(page):
        page.locator(".lr-table .lr-name").nth(2).click()
    expect(panel(page, 2).get_by_role("combobox").first).to_be_visible()
    with rerun(page):
        panel(page, 2).locator("summary").click()
    expect(panel(page, 2)).not_to_have_attribute("open", "")
    with rerun(page):
        page.locator(".lr-table .lr-name").nth(0).click()
    expect(panel(page, 2)).not_to_have_attribute("open", "")
    with rerun(page):
        page.locator(".lr-table .lr-name").nth(2).click()
    expect(panel(page, 2).get_by_role("combobox").first).to_be_visible()
