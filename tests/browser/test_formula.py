"""A formula in its field, in a real browser: set while one types, refused with both readings, chosen by hand or key."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.waiting import settled
from tests.servers import Server

PATIENCE = 60_000

ADDRESS = "/?problem=Formula&run1=SGD&run1.lr=0.05&panes=map"


def opened(page: Page, server: Server) -> None:
    page.goto(server.url + ADDRESS)
    expect(page.get_by_label("formula", exact=True)).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".lr-math msup").first).to_be_visible(timeout=PATIENCE)
    settled(page)


def test_a_formula_is_set_while_it_is_typed_and_taken_when_it_is_entered(page: Page, server: Server) -> None:
    opened(page, server)
    field = page.get_by_label("formula", exact=True)
    field.fill("2x\u00b2 + \u221a(1+|y|)/3 \u2212 cos 2\u03c0x")
    expect(page.locator(".lr-math mfrac msqrt")).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".lr-enter")).to_be_visible()
    assert "problem.text" not in page.url
    field.press("Enter")
    page.wait_for_url("**problem.text=2x*", timeout=PATIENCE)
    expect(page.locator(".lr-enter")).to_be_hidden(timeout=PATIENCE)
    assert field.get_attribute("aria-invalid") == "false"


@pytest.mark.parametrize("by", ["pointer", "key"])
def test_two_readings_are_two_buttons_that_write_into_the_field(page: Page, server: Server, by: str) -> None:
    opened(page, server)
    field = page.get_by_label("formula", exact=True)
    field.fill("x^2 + 1/2y")
    choice = page.get_by_role("group", name="What was meant").get_by_role("button")
    expect(choice).to_have_text(["x^2 + (1/2)y", "x^2 + 1/(2y)"], timeout=PATIENCE)
    error = page.locator(f"#{field.get_attribute('aria-describedby')}")
    expect(error).to_contain_text("This can mean (1/2)y or 1/(2y)")
    assert field.get_attribute("aria-invalid") == "true"
    if by == "pointer":
        choice.last.click()
    else:
        choice.last.focus()
        page.keyboard.press("Enter")
    page.wait_for_url("**problem.text=x%5E2+%2B+1%2F%282y%29*", timeout=PATIENCE)
    settled(page)  # until then the field that was and the one that is stand side by side
    expect(field).to_have_value("x^2 + 1/(2y)", timeout=PATIENCE)
    expect(choice).to_have_count(0, timeout=PATIENCE)
    expect(page.locator(".lr-math mfrac")).to_be_visible(timeout=PATIENCE)
