"""The page for those who hear it, who choose its colours, who enlarge it, who point with a finger."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.browser.test_explore import BOWL, PLAYER, at_step, opened
from tests.browser.waiting import settled, until
from tests.servers import ROOT, Server

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PAGES = {
    "Explore": f"?{BOWL}&hide=2&numbers=1",
    "Find": "find?v=1&problem=Ravine&opt1=SGD&opt3=Momentum&steps=60",
    "Reference": "reference",
}
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced colours": {"color_scheme": "dark", "forced_colors": "active"},
}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
JUDGED = "[...document.querySelectorAll('.lr-table td.lr-status')].every(cell => cell.textContent.length > 10)"
# Every change of a text that a screen reader says by itself.
_LISTEN = """() => {
  window.said = [];
  new MutationObserver((changes) => {
    for (const { target } of changes) {
      const element = target.nodeType === Node.TEXT_NODE ? target.parentElement : target;
      const live = element?.closest("[aria-live], [role=status], [role=alert], [role=log], output");
      const text = element?.textContent.trim();
      if (live && live.getAttribute("aria-live") !== "off" && text) window.said.push(text);
    }
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""
# What can be scrolled sideways, but for tables, formulas and drawn figures, which may; the drawer is closed.
_SIDEWAYS = """[...document.querySelectorAll('[data-testid=stMain], [data-testid=stMain] *')].filter((e) =>
  e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 8 && getComputedStyle(e).overflowX !== "visible"
  && !e.closest("svg, .js-plotly-plot, .katex, [data-testid=stTable], [data-testid=stMarkdownContainer]")
).map((e) => e.outerHTML.slice(0, 120))"""
_CUT = """[...document.querySelectorAll('.lrviz-player :is(button, select, input, summary)')].filter((e) => {
  const { left, right, width } = e.getBoundingClientRect();
  return width > 1 && e.checkVisibility() && !e.closest(".lr-name") && (left < -1 || right > innerWidth + 1);
}).map((e) => e.outerHTML.slice(0, 120))"""
_SMALL = """(least => [...document.querySelectorAll(
  ".lrviz-player :is(button, select, summary, .lr-turn), .lrviz-player input[type=range]"
)].map((e) => [e, e.getBoundingClientRect()]).filter(([e, { width, height }]) =>
  width > 1 && e.checkVisibility() && Math.min(width, height) < least
).map(([e, { width, height }]) => `${width} x ${height}: ${e.outerHTML.slice(0, 100)}`))"""


def shown(page: Page, server: Server, name: str) -> Page:
    page.goto(f"{server.url}/{PAGES[name]}")
    settled(page)
    drawn = {"Explore": f"{PLAYER} .main-svg", "Find": ".lr-chart .main-svg", "Reference": "[data-testid=stMain] table"}
    until(page, f"document.querySelector({drawn[name]!r}) !== null", 90)
    return settled(page)


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed (npm install): its rules are left out")
@pytest.mark.parametrize("look", list(LOOKS))
@pytest.mark.parametrize("name", list(PAGES))
def test_axe_finds_nothing_serious(chromium: Browser, server: Server, name: str, look: str) -> None:
    # High enough that nothing lies below the bar that stays in sight.
    with chromium.new_context(viewport={"width": 1440, "height": 2000}, **LOOKS[look]) as context:
        page = shown(context.new_page(), server, name)
        page.evaluate(f"{AXE.read_text(encoding='utf-8')};0")
        script = "tags => axe.run(document, { runOnly: tags, resultTypes: ['violations'] })"
        found = {
            (rule["id"], " ".join(node["target"]))
            for rule in page.evaluate(script, TAGS)["violations"]
            if rule["impact"] in {"serious", "critical"}
            for node in rule["nodes"]
        }
        assert found == set()  # Streamlit's own regions included


@pytest.fixture
def still(chromium: Browser) -> Iterator[Page]:
    """A page that does not begin to play by itself."""
    with chromium.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce") as context:
        yield context.new_page()


def test_nothing_is_said_while_it_plays_and_one_sentence_at_rest(still: Page, server: Server) -> None:
    page = opened(still, server, BOWL)
    page.get_by_role("combobox", name="Speed").select_option("0.25")
    settled(page)
    page.evaluate(_LISTEN)
    page.get_by_role("button", name="Play").click()
    until(page, f"document.querySelector('{PLAYER}').dataset.playing === 'true'")
    page.wait_for_timeout(3000)
    assert int(page.locator(PLAYER).get_attribute("data-step") or 0) > 22
    assert page.evaluate("said") == []
    page.get_by_role("button", name="Pause").click()
    until(page, "said.length > 0")
    page.wait_for_timeout(800)
    step = page.locator(PLAYER).get_attribute("data-step")
    said = page.evaluate("said")
    assert len(said) == 1
    assert said[0].startswith(f"Step {step} of 60: SGD lr 0.1 loss ")


def test_a_key_on_the_step_or_the_knob_is_said_by_what_has_the_focus_alone(still: Page, server: Server) -> None:
    page = opened(still, server, BOWL + "&chosen=1")
    until(page, JUDGED)
    page.locator(".lr-turn").focus()
    until(page, "document.querySelectorAll('.lr-kinds span').length > 0")
    settled(page)
    page.evaluate(_LISTEN)
    before = page.locator(".lr-turn").get_attribute("aria-valuetext")
    page.keyboard.press("ArrowRight")
    until(page, f"document.querySelector('.lr-turn').getAttribute('aria-valuetext') !== {before!r}")
    assert page.evaluate("said") == []
    page.keyboard.press("Escape")
    page.get_by_role("slider", name="Step", exact=True).focus()
    page.evaluate("void (said.length = 0)")
    page.keyboard.press("ArrowRight")
    at_step(page, 21)
    assert page.get_by_role("slider", name="Step", exact=True).get_attribute("aria-valuetext") == "21 of 60"
    page.wait_for_timeout(800)
    assert page.evaluate("said") == []


def test_the_start_says_where_it_stands_and_where_it_has_been_moved(still: Page, server: Server) -> None:
    page = opened(still, server, BOWL + "&start=1~-2&panes=map")
    ring = page.locator(".lr-start")
    assert (ring.get_attribute("aria-label") or "").startswith("Start at x 1, y \u22122:")
    ring.focus()
    page.evaluate(_LISTEN)
    page.keyboard.press("ArrowRight")
    until(page, "said.some(text => /^Start at x 1\\.\\d+, y/.test(text))")
    until(page, "document.querySelector('.lr-start').getAttribute('aria-label').startsWith('Start at x 1.')")


def test_the_knob_has_a_value_in_words_before_it_has_the_focus(still: Page, server: Server) -> None:
    page = opened(still, server, BOWL + "&chosen=1")
    knob = page.get_by_role("slider", name="Learning rate of SGD lr 0.1")
    until(page, "document.querySelector('.lr-turn').getAttribute('aria-valuetext').length > 4")
    text = knob.get_attribute("aria-valuetext") or ""
    assert text.startswith("0.1, ")


def test_each_picture_says_what_it_shows_at_the_playhead(still: Page, server: Server) -> None:
    page = opened(still, server, BOWL + "&start=1~-2")
    for name in ("map", "surface", "loss", "rate"):
        script = f"""(() => {{
          const pane = document.querySelector('[data-pane={name}]');
          return document.getElementById(pane.getAttribute('aria-describedby')).textContent;
        }})()"""
        until(page, f"{script}.includes('Step 20 of 60: SGD lr 0.1 ')")
        page.locator(PLAYER).focus()
        page.keyboard.press("End")
        until(page, f"{script}.includes('Step 60 of 60: SGD lr 0.1 ')")
        page.keyboard.press("Home")
        for _ in range(2):
            page.keyboard.press("Shift+ArrowRight")
    assert "Bowl over x from" in page.evaluate(script.replace("rate", "map"))


def test_a_run_heads_its_row(still: Page, server: Server) -> None:
    page = opened(still, server, BOWL)
    assert page.get_by_role("rowheader").all_inner_texts() == ["SGD lr 0.1", "SGD lr 1.9"]


@pytest.mark.parametrize("size", [(720, 450), (320, 640)])
@pytest.mark.parametrize("name", list(PAGES))
def test_an_enlarged_page_scrolls_down_alone(
    chromium: Browser, server: Server, name: str, size: tuple[int, int]
) -> None:
    with chromium.new_context(viewport={"width": size[0], "height": size[1]}) as context:
        page = shown(context.new_page(), server, name)
        assert page.evaluate(_SIDEWAYS) == []
        assert page.evaluate(_CUT) == []


def test_what_is_to_be_hit_is_large_enough_for_a_mouse_and_for_a_finger(chromium: Browser, server: Server) -> None:
    for least, context in (
        (24, {"viewport": {"width": 1440, "height": 900}}),
        (44, {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}),
    ):
        with chromium.new_context(**context) as made:  # type: ignore[arg-type]
            page = shown(made.new_page(), server, "Explore")
            assert page.evaluate(f"{_SMALL}({least})") == []


def test_colours_that_the_person_chose_leave_track_knob_and_play(chromium: Browser, server: Server) -> None:
    with chromium.new_context(viewport={"width": 1440, "height": 900}, forced_colors="active") as context:
        page = shown(context.new_page(), server, "Explore")
        # Each is on the screen as an area that differs from what is around it.
        for selector in (".lr-play", ".lr-grip", ".lr-kinds", ".lr-range input"):
            assert inks(page, selector) >= 2, selector


def inks(page: Page, selector: str) -> int:
    """Count the colours that cover more than a fiftieth of an element's picture."""
    picture = Image.open(BytesIO(page.locator(selector).first.screenshot())).convert("RGB")
    area = picture.width * picture.height
    return sum(count > area / 50 for count, _ in picture.getcolors(area) or [])
