"""The picture uses the window it has, and on a phone one finger belongs to the page and two to the picture."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.browser.conftest import watch
from tests.browser.test_explore import BOWL, PLAYER, opened
from tests.browser.waiting import until
from tests.servers import Server

MAP = f"document.querySelector('{PLAYER} [data-pane=map] .lr-plot')._fullLayout"
SCROLLED = "document.querySelector('[data-testid=stMain]').scrollTop"
THREE = "v=1&problem=Bowl&run1=SGD&run1.lr=0.1&run2=SGD&run2.lr=1&run3=SGD&run3.lr=1.9&steps=60&step=20"


def bottom(page: Page, selector: str) -> float:
    return float(page.evaluate(f"document.querySelector('{PLAYER} {selector}').getBoundingClientRect().bottom"))


@pytest.mark.parametrize("panes", ["both", "map", "surface"])
def test_the_picture_grows_with_the_window_and_the_table_stays_in_it(page: Page, server: Server, panes: str) -> None:
    found = []
    for width, height in [(1366, 768), (1440, 900), (1920, 1080), (2560, 1440)]:
        page.set_viewport_size({"width": width, "height": height})
        opened(page, server, f"{THREE}&panes={panes}")
        page.wait_for_timeout(500)
        assert bottom(page, ".lr-table tbody tr:last-child") <= height
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        frame = page.locator(f"{PLAYER} [data-pane={'surface' if panes == 'surface' else 'map'}]").bounding_box()
        text = page.evaluate(f"getComputedStyle(document.querySelector('{PLAYER} .lr-headline')).fontSize")
        ticks = page.evaluate("document.querySelector('[data-pane=loss] .lr-plot')._fullLayout.xaxis.tickfont.size")
        assert frame is not None
        found.append((frame["height"] / height, frame["width"], float(text[:-2]), ticks))
    shares, widths, texts, ticks = zip(*found, strict=True)
    assert min(shares) > 0.36
    for growing in (widths, texts[1:], ticks[1:]):
        assert list(growing) == sorted(set(growing))


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    options = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    with chromium.new_context(**options) as context:  # type: ignore[arg-type]
        page = context.new_page()
        troubles = watch(page)
        yield page
        assert not troubles, "\n".join(troubles)


class Hand:
    """Fingers on a pane of the page."""

    def __init__(self, page: Page, pane: str) -> None:
        self.page, self.cdp = page, page.context.new_cdp_session(page)
        box = page.locator(f"{PLAYER} [data-pane={pane}]").bounding_box()
        assert box is not None
        self.x, self.y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def move(self, *ways: tuple[tuple[float, float], tuple[float, float]], steps: int = 12) -> None:
        """Each finger goes from one place to another, in pixels from the middle."""
        send(self.cdp, "touchStart", [self._at(way, 0) for way in ways])
        for i in range(1, steps + 1):
            send(self.cdp, "touchMove", [self._at(way, i / steps) for way in ways])
            self.page.wait_for_timeout(16)
        send(self.cdp, "touchEnd", [])
        self.page.wait_for_timeout(500)

    def _at(self, way: tuple[tuple[float, float], tuple[float, float]], share: float) -> dict[str, float]:
        (x0, y0), (x1, y1) = way
        return {"x": self.x + x0 + share * (x1 - x0), "y": self.y + y0 + share * (y1 - y0)}


def send(cdp: CDPSession, kind: str, points: list[dict[str, float]]) -> None:
    cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def ends(page: Page) -> list[float]:
    found: list[float] = page.evaluate(f"[...{MAP}.xaxis.range, ...{MAP}.yaxis.range]")
    return found


@pytest.mark.parametrize("pane", ["map", "surface"])
def test_a_finger_scrolls_the_page_over_a_picture_and_is_told_of_two_once(
    phone: Page, server: Server, pane: str
) -> None:
    opened(phone, server, f"{BOWL}&panes={pane}")
    phone.wait_for_timeout(1500)
    hand = Hand(phone, pane)
    hand.move(((0, 80), (0, -120)))
    until(phone, f"{SCROLLED} > 60")
    expect(phone.locator(".lr-hint")).to_have_text("Two fingers move and zoom the picture")
    assert "start" not in phone.url
    assert "seen" not in phone.url
    expect(phone.locator(".lr-hint")).to_have_count(0)
    phone.evaluate("document.querySelector('[data-testid=stMain]').scrollTo({ top: 0, behavior: 'instant' })")
    until(phone, f"{SCROLLED} === 0")
    hand.move(((0, 80), (0, -120)))
    until(phone, f"{SCROLLED} > 60")
    expect(phone.locator(".lr-hint")).to_have_count(0)


def test_two_fingers_zoom_and_move_the_map_and_leave_the_page(phone: Page, server: Server) -> None:
    opened(phone, server, f"{BOWL}&panes=map")
    before = ends(phone)
    Hand(phone, "map").move(((-30, 0), (-80, 0)), ((30, 0), (80, 0)))
    zoomed = ends(phone)
    assert (before[1] - before[0]) / (zoomed[1] - zoomed[0]) == pytest.approx(160 / 60, rel=0.15)
    Hand(phone, "map").move(((-40, 0), (0, 0)), ((40, 0), (80, 0)))
    moved = ends(phone)
    assert moved[1] - moved[0] == pytest.approx(zoomed[1] - zoomed[0], rel=0.05)
    assert moved[0] < zoomed[0] - 0.05 * (zoomed[1] - zoomed[0])
    assert phone.evaluate(SCROLLED) == 0
    until(phone, "location.href.includes('seen=')")


def test_two_fingers_turn_the_surface(phone: Page, server: Server) -> None:
    opened(phone, server, f"{BOWL}&panes=surface")
    phone.wait_for_timeout(2000)
    Hand(phone, "surface").move(((-40, 0), (30, 0)), ((40, 0), (110, 0)))
    until(phone, "location.href.includes('camera=')")
    assert phone.evaluate(SCROLLED) == 0


def test_a_tap_sets_the_start(phone: Page, server: Server) -> None:
    opened(phone, server, f"{BOWL}&panes=map")
    hand = Hand(phone, "map")
    phone.touchscreen.tap(hand.x - 60, hand.y - 30)
    until(phone, "location.href.includes('start=')")


def test_playhead_knob_loss_and_pages_are_in_sight_together(phone: Page, server: Server) -> None:
    opened(phone, server, THREE)
    for selector in ("[data-pane=map]", "[data-pane=loss]", ".lr-transport", ".lr-knob"):
        box = phone.locator(f"{PLAYER} {selector}").bounding_box()
        assert box is not None
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 844
    bar, loss = (phone.locator(f"{PLAYER} {part}").bounding_box() for part in (".lr-bar", "[data-pane=loss]"))
    assert bar is not None
    assert loss is not None
    assert loss["y"] + loss["height"] <= bar["y"]
    phone.evaluate("document.querySelector('[data-testid=stMain]').scrollTo(0, 1e5)")
    phone.wait_for_timeout(300)
    last = phone.locator(f"{PLAYER} .lr-numbers summary").bounding_box()
    bar = phone.locator(f"{PLAYER} .lr-bar").bounding_box()
    assert bar is not None
    assert last is not None
    assert last["y"] + last["height"] <= bar["y"] + 1, "The bar hides the end of the page"
    pages = phone.locator(".st-key-pages")
    pages.get_by_role("link", name="Find a rate").click()
    until(phone, "location.pathname.endsWith('/find')")
    pages.get_by_role("link", name="Explore").click()
    until(phone, f"document.querySelector('{PLAYER}') !== null")


PANES = f"[...document.querySelectorAll('{PLAYER} .lr-pane')].map(pane => [pane.clientWidth, pane.clientHeight])"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_paper_shows_pictures_table_and_headline_in_the_sizes_of_the_screen_and_no_controls(
    page: Page, server: Server, scheme: str
) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    opened(page, server, f"{THREE}&numbers=1")
    page.wait_for_timeout(1500)
    sizes = page.evaluate(PANES)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print", color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": 718, "height": 1000})
    page.wait_for_timeout(500)
    assert page.evaluate(PANES) == sizes, "What is drawn on canvases does not follow another size"
    for part in (".lr-headline", "[data-pane=map]", "[data-pane=surface]", "[data-pane=loss]", ".lr-table", ".lr-step"):
        expect(page.locator(f"{PLAYER} {part}").first).to_be_visible()
    for part in (".lr-transport", ".lr-knob", ".lr-options", ".lr-link", ".lr-eye", ".lr-tools"):
        expect(page.locator(f"{PLAYER} {part}").first).to_be_hidden()
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()
    expect(page.get_by_test_id("stHeader")).to_be_hidden()
    edge = page.evaluate(f"document.querySelector('{PLAYER}').getBoundingClientRect().right")
    assert edge <= 718
    text, back = page.evaluate(
        f"(s => [s.color, s.backgroundColor])(getComputedStyle(document.querySelector('{PLAYER}')))"
    )
    assert text != back


def test_the_step_in_numbers_is_in_sight_when_it_is_opened_and_can_be_followed(page: Page, server: Server) -> None:
    opened(page, server, "v=1&problem=Ravine&run1=Adam&run1.lr=0.3&steps=60&step=20")
    page.get_by_text("The step in numbers").click()
    rows = page.locator(f"{PLAYER} .lr-step").nth(1).locator("tbody th")
    names = ["gradient g", "m after", "v after", "m\u0302", "v\u0302", "ε", "u = m\u0302 / (√v\u0302 + ε)"]
    expect(rows).to_have_text(names)
    page.wait_for_timeout(1500)
    assert bottom(page, ".lr-step + .lr-step") <= 900
    cells = page.locator(f"{PLAYER} .lr-step").nth(1).locator("tbody tr td:nth-child(2)").all_inner_texts()
    *_, m, v, eps, u = (float(text.replace("\u2212", "-")) for text in cells)
    assert u == pytest.approx(m / (v**0.5 + eps), rel=1e-3)
