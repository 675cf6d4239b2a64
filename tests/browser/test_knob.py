"""The knob in a real browser: it morphs the picture without a rerun, and sets the number exactly."""

from itertools import combinations

import pytest
from playwright.sync_api import Page

from tests.browser.test_explore import PLAYER, address, map_box, opened
from tests.browser.waiting import settled, until
from tests.servers import Server

SCENE = "v=1&problem=Rosenbrock&run1=Momentum&run1.lr=0.0002&run2=Momentum&run2.lr=0.001&chosen=2&panes=map&numbers=1"
TURN = ".lr-turn"
_KNOWN = "document.querySelectorAll('.lr-kinds span').length > 0"
_COUNT_RUNS = """() => {
  window.runs = 0;
  new MutationObserver(() => { window.runs += 1; }).observe(
    document, { attributes: true, subtree: true, attributeFilter: ["data-test-script-state"] });
}"""
_PICTURE = """() => ['map', 'loss'].flatMap(pane => {
  const canvas = document.querySelector(`[data-pane=${pane}] .lr-trail`);
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const inked = [0, 0];
  for (let i = 3; i < data.length; i += 4) {
    if (data[i] < 128) continue;
    inked[0] += (i >> 2) % canvas.width / canvas.width;
    inked[1] += Math.floor((i >> 2) / canvas.width) / canvas.height;
  }
  return inked;
})"""
_RECORD = """() => {
  window.seen = new Set();
  const note = () => {
    window.seen.add(document.querySelector('.lr-chosen .lr-name').innerText.trim());
    requestAnimationFrame(note);
  };
  note();
}"""


def picture(page: Page) -> list[float]:
    """Return how much is drawn where in the map and in the loss chart, two frames from now."""
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    found: list[float] = page.evaluate(_PICTURE)
    return found


def number(page: Page) -> float:
    return float(page.locator(TURN).get_attribute("aria-valuenow") or "nan")


def point(page: Page, part: float) -> None:
    """Move the pointer to a part of the knob's track."""
    box = page.locator(TURN).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + part * box["width"], box["y"] + box["height"] / 2)


def ready(page: Page, server: Server) -> Page:
    """Open the scene and point at the knob, so that its family comes."""
    opened(page, server, SCENE)
    point(page, 0.5)
    until(page, _KNOWN)
    settled(page)
    return page


def test_dragging_changes_the_picture_without_a_rerun_and_letting_go_sets_the_rate_exactly(
    page: Page, server: Server
) -> None:
    ready(page, server)
    box, seen = map_box(page), [picture(page)]
    page.evaluate(_COUNT_RUNS)
    page.mouse.down()
    for part in (0.45, 0.55, 0.75):
        point(page, part)
        seen.append(picture(page))
    for a, b in combinations(seen, 2):
        assert a[:2] != pytest.approx(b[:2], rel=0.03)
        assert a[2:] != pytest.approx(b[2:], rel=0.03)
    assert "diverged" in str(page.locator(TURN).get_attribute("aria-valuetext"))
    assert page.locator(f"{PLAYER} .lr-headline").inner_text().startswith("Momentum lr 5.62e-3: diverged at step")
    assert "when the knob is let go" in page.locator(f"{PLAYER} .lr-sentence").inner_text()
    assert map_box(page) == box
    point(page, 0.4)
    wanted = number(page)
    assert page.evaluate("runs") == 0
    assert float(address(page)["run2.lr"]) == 0.001
    page.evaluate(_RECORD)
    page.mouse.up()
    until(page, "new URL(location.href).searchParams.get('run2.lr') !== '0.001'")
    settled(page)
    assert float(address(page)["run2.lr"]) == wanted == 0.000501
    until(page, f"!document.querySelector('{PLAYER} .lr-table').innerText.includes('≈')")
    assert page.evaluate("[...seen]") == ["Momentum lr 5.01e-4"]  # nothing jumped while the message was on its way
    assert number(page) == wanted
    assert page.evaluate(_KNOWN)  # the family still serves
    slider = page.locator("[class*='st-key-run1-lr-'] input[type=text]")
    if slider.count():
        assert slider.input_value() == "5.01e-4"


def test_escape_goes_back_to_the_value_before(page: Page, server: Server) -> None:
    ready(page, server)
    for _ in range(5):
        picture(page)  # a canvas that is often read is drawn by other means from then on
    page.mouse.down()
    for part in (0.7, 0.5):
        point(page, part)
        before = picture(page)
    point(page, 0.8)
    assert picture(page) != pytest.approx(before, rel=0.03)
    page.keyboard.press("Escape")
    page.mouse.up()
    assert picture(page) == pytest.approx(before, rel=0.01)
    assert number(page) == 0.001
    page.wait_for_timeout(700)
    assert float(address(page)["run2.lr"]) == 0.001


def test_the_keyboard_turns_any_number(page: Page, server: Server) -> None:
    opened(page, server, SCENE)
    page.get_by_label("What the knob turns").select_option("momentum")
    page.locator(TURN).focus()
    page.keyboard.press("ArrowLeft")
    until(page, _KNOWN)
    settled(page)
    turns = (("ArrowLeft", 0.888), ("ArrowLeft", 0.874), ("PageDown", 0.602), ("Home", 0.0), ("ArrowUp", 0.109))
    for key, value in turns:
        page.keyboard.press(key)
        until(page, f"Number(document.querySelector('{TURN}').getAttribute('aria-valuenow')) === {value}")
    until(page, "new URL(location.href).searchParams.get('run2.momentum') === '0.109'")
    settled(page)
    said = "momentum of Momentum lr 1e-3, momentum 0.109"
    until(page, f"document.querySelector('{TURN}').getAttribute('aria-label') === '{said}'")
