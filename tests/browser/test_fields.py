"""The sidebar's fields in a real browser: numbers that fit, the same in slider and field, reasons that can be read."""

import pytest
from playwright.sync_api import Page

from tests.browser.waiting import rerun, settled, until
from tests.servers import Server

LONG = (
    "v=1&problem=Ravine&problem.kappa=12.345678&run1=Adam&run1.lr=0.0794403482&run1.b2=0.99912345"
    "&start=-1.2345678~0.00012345678"
)
_CUT = """() => [...document.querySelectorAll('[data-testid=stSidebar] input')]
  .filter((input) => input.offsetParent && input.scrollWidth > input.clientWidth)
  .map((input) => `${input.ariaLabel}: ${input.value}`)"""
_BESIDE = """() => [...document.querySelectorAll('[data-testid=stSidebar] [data-testid=stSlider]')]
  .filter((slider) => slider.offsetParent)
  .map((slider) => {
    const row = slider.closest('[data-testid=stHorizontalBlock]');
    const shown = slider.querySelector('[data-testid=stSliderThumbValue]');
    return [shown?.textContent.trim(), row.querySelector('input[type=text]').value];
  })"""


def opened(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/?{LONG}")
    until(page, "document.querySelector('.lrviz-player') !== null", 90)
    until(page, "document.querySelector('[data-testid=stSidebar] [data-testid=stSlider]') !== null", 30)
    settled(page)


@pytest.mark.parametrize("find", [False, True])
def test_numbers_of_many_digits_fit_and_slider_and_field_show_the_same(page: Page, server: Server, find: bool) -> None:
    opened(page, server)
    if find:
        page.get_by_role("link", name="Find a rate").click()
        until(page, "document.querySelector('.lr-chart .main-svg') !== null", 90)
        settled(page)
    assert page.evaluate(_CUT) == []
    pairs = page.evaluate(_BESIDE)
    assert pairs
    assert all(slider == field for slider, field in pairs), pairs


@pytest.mark.parametrize("label", ["start x", "learning rate"])
def test_a_reason_stands_in_lines_that_can_be_read(page: Page, server: Server, label: str) -> None:
    opened(page, server)
    field = page.locator(f"[data-testid=stSidebar] input[type=text][aria-label='{label}']").first
    with rerun(page):
        field.fill("huge")
        field.press("Enter")
    reason = page.get_by_text("must be a number, got 'huge'")
    box = reason.bounding_box()
    assert box is not None
    assert box["width"] > 180
    assert box["height"] < 60
