"""The page in a real browser: it loads clean under the policy, without a network, in both themes, embedded too."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from lrviz.web.assets import module_source
from tests.browser.conftest import watch
from tests.browser.waiting import APP, SETTLED, settled
from tests.servers import STREAMLIT, Server, serving


def test_the_page_loads_without_an_error_or_a_request_off_this_machine(page: Page, server: Server) -> None:
    settled_at(page, server.url)
    expect(page).to_have_title("lrviz")
    expect(page.locator("link[rel~=icon]")).to_have_attribute("href", re.compile("^data:image/svg"))


def test_the_player_is_found_under_a_base_path(page: Page, tmp_path: Path) -> None:
    command = [*STREAMLIT, "--server.baseUrlPath", "sub/base"]
    with serving(command, tmp_path, base="/sub/base") as server:
        settled_at(page, server.url)
        expect(page.locator(".lrviz-player")).to_have_attribute("data-steps", re.compile(r"^\d+$"))
        expect(page.locator(".js-plotly-plot").first).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_theme_follows_the_system(page: Page, server: Server, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    settled_at(page, server.url)
    background = {"light": "rgb(255, 255, 255)", "dark": "rgb(16, 22, 29)"}[scheme]
    expect(page.locator(APP)).to_have_css("background-color", background)


def test_a_page_elsewhere_may_embed_lrviz(page: Page, server: Server) -> None:
    page.set_content(f"<iframe src='{server.url}/?embed=true' width='1000' height='800'></iframe>")
    page.frame_locator("iframe").locator(SETTLED).wait_for()


def test_the_policy_forbids_inline_scripts(chromium: Browser, server: Server) -> None:
    with chromium.new_context() as context:
        page = context.new_page()
        troubles = watch(page)
        settled_at(page, server.url)
        page.evaluate("document.head.append(Object.assign(document.createElement('script'), {text: 'window.bad = 1'}))")
        assert page.evaluate("window.bad") is None
        assert any("Content Security Policy" in trouble for trouble in troubles)


def test_a_module_that_cannot_be_loaded_leaves_a_sentence(chromium: Browser, server: Server) -> None:
    source = module_source("player", module="missing.js")
    with chromium.new_context() as context:
        page = context.new_page()
        troubles = watch(page)
        settled_at(page, server.url)
        text = page.evaluate(
            """async source => {
              const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
              const { default: mount } = await import(address);
              const parentElement = document.createElement("div");
              mount({ parentElement });
              for (let i = 0; i < 500 && !parentElement.textContent; i++) {
                await new Promise((resolve) => setTimeout(resolve, 20));
              }
              return parentElement.textContent;
            }""",
            source,
        )
    assert text == "The player could not be loaded. Reload the page to try again."
    assert any("missing.js" in trouble or "404" in trouble for trouble in troubles)


def settled_at(page: Page, url: str) -> None:
    page.goto(url)
    settled(page)
