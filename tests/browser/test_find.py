"""Find a rate in a real browser: clicks, zoom, theme, work that can be stopped."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.waiting import rerun, settled, until
from tests.servers import Server

_DRAWN = "document.querySelector('.lr-chart .main-svg') !== null"
RAVINE = "v=1&problem=Ravine&opt1=SGD&opt3=Momentum&steps=60"
# Streamlit looks for its own files below the address of a page before it looks at the root.
_OWN = "status of 404"


class Opened(NamedTuple):
    """A page, and what went wrong in it so far."""

    page: Page
    troubles: list[str]


Opens = Callable[..., Opened]


@pytest.fixture
def opened(chromium: Browser, server: Server) -> Iterator[Opens]:
    """Open Find in a browser context of its own, which is closed after the test, and with it the work it asked for."""
    with ExitStack() as contexts:

        def opened(query: str = "", *, finished: bool = True, **context: object) -> Opened:
            choices: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}, **context}
            page = contexts.enter_context(chromium.new_context(**choices)).new_page()
            troubles: list[str] = []
            page.on("console", lambda m: troubles.append(m.text) if m.type == "error" and _OWN not in m.text else None)
            page.on("pageerror", lambda error: troubles.append(str(error)))
            page.goto(f"{server.url}/find?{query}" if query else f"{server.url}/find")
            until(page, _DRAWN, 90)
            if finished:
                settled(page)
            return Opened(page, troubles)

        yield opened


def address(page: Page) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(page.evaluate("location.href")).query))


def area(page: Page, axis: str = "") -> tuple[float, float, float, float]:
    """Where a part of the chart lies in the window: left, top, width, height."""
    page.locator(".lr-chart").first.scroll_into_view_if_needed()
    script = """axis => {
      const plot = document.querySelector('.lr-chart');
      const { left, top } = plot.getBoundingClientRect();
      const x = plot._fullLayout.xaxis, y = plot._fullLayout["yaxis" + axis];
      return [left + x._offset, top + y._offset, x._length, y._length];
    }"""
    left, top, width, height = page.evaluate(script, axis)
    return left, top, width, height


def drawn(page: Page) -> int:
    return int(page.evaluate("document.querySelector('.lr-chart').parentElement.dataset.drawn"))


def test_the_menu_leads_here_and_opens_on_what_explore_shows(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/?v=1&problem=Ravine&problem.kappa=30.0&run1=SGD&run1.lr=0.1&run4=Adam&run4.lr=0.3")
    settled(page)
    page.get_by_role("link", name="Find a rate").click()
    until(page, "location.pathname === '/find'")
    until(page, _DRAWN)
    until(page, "location.search.includes('opt4=Adam')")
    assert address(page)["problem.kappa"] == "30.0"
    assert address(page)["opt1"] == "SGD"
    settled(page)
    page.go_back()  # the menu's own address, which says nothing, is no stop on the way
    until(page, "location.pathname === '/'")
    until(page, "location.search.includes('run4=Adam')")


def test_a_click_on_a_rate_opens_it_in_explore_and_back_returns(opened: Opens) -> None:
    page, troubles = opened(RAVINE)
    left, top, width, height = area(page, "2")
    page.mouse.click(left + 0.4 * width, top + 0.75 * height)
    until(page, "location.pathname !== '/find'")
    until(page, "document.querySelector('.lrviz-player') !== null")
    shown = address(page)
    assert shown["run3"] == "Momentum"
    assert shown["problem"] == "Ravine"
    assert shown["steps"] == "60"
    assert 1e-5 < float(shown["run3.lr"]) < 1
    page.go_back()
    until(page, "location.pathname === '/find'")
    until(page, _DRAWN)
    settled(page)
    assert page.locator(".lr-chart").count() == 1
    page.go_back()
    until(page, "location.search.includes('opt3=Momentum')")
    assert not troubles


def test_back_from_the_run_of_a_cell_returns_to_the_map(opened: Opens) -> None:
    page, troubles = opened(f"{RAVINE}&view=map&for=3")
    left, top, width, height = area(page)
    page.mouse.click(left + 0.4 * width, top + 0.5 * height)
    until(page, "location.pathname !== '/find'")
    until(page, "document.querySelector('.lrviz-player') !== null")
    settled(page)
    page.go_back()
    until(page, "location.pathname === '/find'")
    until(page, _DRAWN)
    pressed = "[data-testid=stButtonGroup] :is([aria-checked=true], [aria-pressed=true])"
    until(page, f"[...document.querySelectorAll('{pressed}')].some(button => button.innerText === 'Map')")
    # Streamlit leaves Explore's address here; a link must lead to what is shown.
    until(page, "location.search.includes('opt3=Momentum')")
    assert address(page)["view"] == "map"
    page.reload()
    until(page, _DRAWN)
    until(page, f"[...document.querySelectorAll('{pressed}')].some(button => button.innerText === 'Map')")
    assert not troubles


_OVERTAKEN = """async () => {
  const library = [...document.scripts].find(({ src }) => src.includes("plotly.min.js")).src;
  const { chart } = await import(library.replace("plotly.min.js", "chart.js"));
  const place = document.body.appendChild(document.createElement("div"));
  const call = (alt) => {
    const figure = JSON.stringify({ data: [], layout: { height: 90 }, dark: false, zoom: null, alt });
    return chart({ data: new TextEncoder().encode(figure), parentElement: place, setTriggerValue() {} });
  };
  const later = () => new Promise((resolve) => setTimeout(resolve, 50));
  const [first, second] = [call("first"), call("second")];
  first();
  await later();
  const shown = place.querySelector("[role=img]")?.getAttribute("aria-label");
  place.remove();
  second();
  await later();
  return [shown, place.childElementCount];
}"""


def test_a_figure_stays_when_streamlit_ends_the_call_that_a_newer_one_overtook(opened: Opens) -> None:
    """As when the sharp map comes while the modules that draw the rough one are on their way."""
    page, _ = opened(RAVINE)
    assert page.evaluate(_OVERTAKEN) == ["second", 0]


def test_a_rectangle_is_computed_anew_and_a_click_opens_that_very_run(opened: Opens) -> None:
    page, troubles = opened(f"{RAVINE}&view=map&for=3")
    left, top, width, height = area(page)
    before = drawn(page)
    page.mouse.move(left + 0.5 * width, top + 0.3 * height)
    page.mouse.down()
    page.mouse.move(left + 0.6 * width, top + 0.5 * height, steps=4)
    page.mouse.move(left + 0.7 * width, top + 0.6 * height, steps=4)
    page.mouse.up()
    until(page, "location.search.includes('low=')")
    until(page, f"Number(document.querySelector('.lr-chart').parentElement.dataset.drawn) > {before}")
    settled(page)
    seen = address(page)
    # Up the axis three decades are missing from 1 less and less: 1 - 10**(-3 * 0.4), and so on.
    assert float(seen["low"]) == pytest.approx(0.937, abs=0.01)
    assert float(seen["high"]) == pytest.approx(0.992, abs=0.002)
    cells = page.evaluate("document.querySelector('.lr-chart').calcdata[0][0].z.length")
    assert cells == 128
    with rerun(page):
        page.get_by_role("button", name="Whole map").click()
    until(page, "!location.search.includes('low=')")
    left, top, width, height = area(page)
    page.mouse.click(left + 0.5 * width, top + 0.5 * height)
    until(page, "location.pathname !== '/find'")
    until(page, "location.search.includes('run3.momentum')")
    assert float(address(page)["run3.momentum"]) == pytest.approx(0.968, abs=0.005)
    assert not troubles


def pinch(page: Page, middle: tuple[float, float], before: float, after: float) -> None:
    """Put two fingers down beside each other, `before` pixels apart, and lift them `after` pixels apart."""
    touch = page.context.new_cdp_session(page)

    def send(kind: str, apart: float | None) -> None:
        x, y = middle
        fingers = [] if apart is None else [{"x": x + side * apart / 2, "y": y, "id": side} for side in (-1, 1)]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})

    send("touchStart", before)
    for k in range(1, 6):
        send("touchMove", before + (after - before) * k / 5)
    send("touchEnd", None)


def test_two_fingers_zoom_in_and_out_again_and_do_not_click(opened: Opens) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    page, troubles = opened(f"{RAVINE}&view=map&for=3", **phone)
    left, top, width, height = area(page)
    middle = (left + width / 2, top + height / 2)
    with rerun(page):
        pinch(page, middle, 60, 120)
    until(page, "location.search.includes('low=')")
    settled(page)
    seen = address(page)
    assert float(seen["low"]) == pytest.approx(0.822, abs=0.02)
    assert float(seen["high"]) == pytest.approx(0.994, abs=0.001)
    assert page.evaluate("document.querySelector('.lr-chart').calcdata[0][0].z.length") == 128
    with rerun(page):
        pinch(page, middle, 120, 40)
    settled(page)
    ends = "document.querySelector('.lr-chart')._fullLayout.yaxis.range"
    assert page.evaluate(ends) == pytest.approx([0, 3], abs=0.05)
    assert page.evaluate("location.pathname") == "/find"
    assert not troubles


def test_long_work_shows_progress_and_can_be_stopped(opened: Opens) -> None:
    # The sharp map must take longer than a slow browser takes to draw the coarse one.
    query = "v=1&problem=CrossInTray&opt1=LBFGS&steps=5000&view=map&for=1&noise=0.1"
    page, troubles = opened(query, finished=False)
    stop = page.locator("[class*=st-key-work-stop] button")
    stop.click()
    page.get_by_text("Stopped. This is the coarse answer.").wait_for()
    settled(page)
    assert page.evaluate("document.querySelector('.lr-chart').calcdata[0][0].z.length") == 32
    page.get_by_role("button", name="Go on").click()
    stop.wait_for()
    assert not troubles


@pytest.mark.parametrize("view", ["sweep", "test", "map", "race"])
def test_nothing_scrolls_sideways_on_a_phone(opened: Opens, view: str) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    page, troubles = opened(f"{RAVINE}&view={view}", **phone)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    widths = page.evaluate("[...document.querySelectorAll('.lr-chart')].map(n => n.scrollWidth)")
    assert max(widths) <= 390
    assert not troubles


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize(
    "query",
    [
        f"{RAVINE}&noise=0.3",
        f"{RAVINE}&noise=0.3&view=race",
        f"{RAVINE}&view=test",
        f"{RAVINE}&view=map&for=3",
        "v=1&problem=Rosenbrock&steps=300&opt1=Adam&opt1.schedule=Cosine&opt1.clip=ClipNorm&opt2=Momentum&opt3=Adam",
    ],
)
def test_a_legend_is_clear_of_the_axis_title(opened: Opens, width: int, query: str) -> None:
    page, troubles = opened(query, viewport={"width": width, "height": 844})
    script = """() => [...document.querySelectorAll('.lr-chart')].map((plot) => {
      const box = (name) => plot.querySelector(name)?.getBoundingClientRect();
      const [legend, title, whole] = [box('.legend'), box('.xtitle'), plot.getBoundingClientRect()];
      return legend && title ? [legend.top - title.bottom, whole.bottom - legend.bottom] : [9, 9];
    })"""
    gaps = page.evaluate(script)
    assert gaps
    assert all(above >= 2 and below >= -1 for above, below in gaps), gaps
    assert not troubles


def test_the_link_that_is_copied_restores_the_search(opened: Opens) -> None:
    query = f"{RAVINE}&opt3.schedule=Cosine&opt3.warmup=9&opt3.clip=ClipNorm&view=test&for=3"
    page, troubles = opened(query, permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy link").click()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    page.goto(page.url)
    until(page, _DRAWN)
    settled(page)
    assert page.get_by_text("the schedule (Cosine) and the warm-up of 9 steps have no part in it").count() == 1
    assert not troubles


def test_a_dark_page_has_a_dark_chart(opened: Opens) -> None:
    page, troubles = opened(RAVINE, color_scheme="dark")
    until(page, "document.querySelector('.lr-chart').data.some(trace => trace.line?.color === '#ff8a4c')")
    assert not troubles
