"""The page in every engine: the same story in Chromium, in Firefox and in WebKit, which is Safari's."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.browser.engines.blink import BLINK
from tests.browser.engines.gecko import GECKO
from tests.browser.engines.tab import SETTLED, Box, Engine, Opens, Tab, box, click, drag, until
from tests.browser.engines.webkit import WEBKIT
from tests.servers import Server

ENGINES = {"Chromium": BLINK, "Firefox": GECKO, "WebKit": WEBKIT}
PLAYER = ".lrviz-player"
BOWL = "v=1&problem=Bowl&run1=SGD&run1.lr=0.1&run2=SGD&run2.lr=1.9&steps=60&step=20"
VALLEY = "v=1&problem=Rosenbrock&run1=Momentum&run1.lr=0.0002&run2=Momentum&run2.lr=0.001&chosen=2&panes=map"
FIND = "v=1&problem=Ravine&opt1=SGD&opt3=Momentum&steps=60"
DRAWN = {
    pane: f"document.querySelector('[data-pane={pane}] .main-svg') !== null" for pane in ("map", "loss", "rate")
} | {
    "surface": "/needs WebGL/.test(document.querySelector('[data-pane=surface]').innerText)"
    " || document.querySelector('[data-pane=surface] .lr-plot')?._fullLayout?.scene?._scene != null"
}
SIZES = ((1440, 900), (1920, 1080), (1024, 768), (720, 450), (450, 844))
NARROW = (358, 288)  # px that a phone leaves; no window of WebKitGTK is so narrow
BROKEN = "[...document.querySelectorAll('.stException, .stAlert')].map(note => note.innerText)"
JUDGED = "[...document.querySelectorAll('.lr-table td.lr-status')].every(cell => cell.textContent.length > 10)"
VALUE = "Number(document.querySelector('.lr-turn').getAttribute('aria-valuenow'))"
INKED = """(pane => {
  const canvas = document.querySelector(`[data-pane=${pane}] .lr-trail`);
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.filter((value, i) => i % 4 === 3 && value > 127).length;
})"""
# The texts of the player that share room with another one, or reach beyond what holds them.
CROWDED = """(() => {
  const player = document.querySelector(".lrviz-player");
  const walker = document.createTreeWalker(player, NodeFilter.SHOW_TEXT);
  const texts = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const holder = node.parentElement;
    if (!node.textContent.trim() || !holder.checkVisibility()) continue;
    if (holder.closest(".js-plotly-plot, .lr-over, .lr-tip, select, dialog")) continue;
    if ([holder, holder.closest("thead")].some((one) => one && one.offsetWidth <= 1)) continue; // for ears alone
    const range = document.createRange();
    range.selectNodeContents(node);
    const boxes = [...range.getClientRects()].filter(({ width, height }) => width > 1 && height > 1);
    if (boxes.length) texts.push({ text: node.textContent.trim(), holder, boxes });
  }
  const within = player.getBoundingClientRect();
  const across = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const down = (a, b) => Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  // The bar of a phone stays in sight, over what is scrolled.
  const bar = player.querySelector(".lr-bar");
  const apart = (a, b) => getComputedStyle(bar).position === "sticky" && bar.contains(a) !== bar.contains(b);
  const over = (one, other) => !apart(one.holder, other.holder)
    && one.boxes.some((a) => other.boxes.some((b) => across(a, b) > 2 && down(a, b) > 2));
  const pairs = texts.flatMap((one, i) => texts.slice(i + 1).map((other) => [one, other]));
  const found = pairs.filter(([one, other]) => over(one, other)).map(([one, other]) => `${one.text} | ${other.text}`);
  const beyond = texts.filter(({ boxes }) => boxes.some((a) => a.right > within.right + 2 || a.left < within.left - 2));
  return [...found, ...beyond.map(({ text }) => `${text} reaches beyond the player`)];
})()"""


@pytest.fixture(scope="module", params=list(ENGINES))
def opens(request: pytest.FixtureRequest) -> Iterator[Opens]:
    """Start a browser once for all tests, where it is installed."""
    engine = ENGINES[request.param]
    path = engine.find()
    if path is None:
        pytest.skip(engine.missing)
    with engine.running(path) as opens:
        yield opens


@pytest.fixture
def tab(opens: Opens) -> Iterator[Tab]:
    """A page in a fresh browser; the test fails if an error shows or is logged."""
    with opens(1440, 900) as tab:
        yield tab
        assert tab.evaluate(BROKEN) == []
        assert not tab.troubles, "\n".join(tab.troubles)


@pytest.mark.parametrize(("engine", "package"), [(GECKO, "firefox-esr"), (WEBKIT, "webkit2gtk-driver")])
def test_an_engine_that_is_missing_is_named_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch, engine: Engine, package: str
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("FIREFOX", "/nowhere/firefox")
    assert engine.find() is None
    assert package in engine.missing


def explored(tab: Tab, server: Server, query: str = "") -> Tab:
    """Open Explore and wait for its picture and for its controls."""
    tab.go(f"{server.url}/?{query}" if query else server.url)
    until(tab, f"document.querySelector('{PLAYER} .main-svg') !== null")
    until(tab, SETTLED)
    return tab


def at_step(tab: Tab, step: int) -> None:
    until(tab, f"document.querySelector('{PLAYER}').dataset.step === '{step}'")


def address(tab: Tab) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(tab.evaluate("location.href")).query))


def map_area(tab: Tab) -> Box:
    """Where the map's axes span."""
    layout = "document.querySelector('[data-pane=map] .lr-plot')._fullLayout"
    frame = box(tab, "[data-pane=map] .lr-plot")
    left, top, width, height = tab.evaluate(
        f"(({{ xaxis: x, yaxis: y }}) => [x._offset, y._offset, x._length, y._length])({layout})"
    )
    return Box(frame.left + left, frame.top + top, width, height)


def test_the_first_picture_comes_and_plays_to_its_end(tab: Tab, server: Server) -> None:
    explored(tab, server)
    for pane, drawn in DRAWN.items():
        until(tab, drawn)
        assert tab.evaluate(f"document.querySelector('[data-pane={pane}]').checkVisibility()")
    at_step(tab, 200)
    until(tab, f"document.querySelector('{PLAYER}').dataset.playing === 'false'")
    assert tab.evaluate(f"{INKED}('map')") > 500
    assert tab.evaluate(f"{INKED}('loss')") > 500
    assert "diverges at step 7" in tab.evaluate(f"document.querySelector('{PLAYER} .lr-headline').textContent")
    until(tab, JUDGED)


def test_play_goes_to_the_end_and_stops_there(tab: Tab, server: Server) -> None:
    explored(tab, server, BOWL + "&panes=map&speed=4.0")
    click(tab, box(tab, ".lr-play").at(0.5))
    until(tab, f"document.querySelector('{PLAYER}').dataset.step === '60'")
    until(tab, f"document.querySelector('{PLAYER}').dataset.playing === 'false'")


def test_the_slider_and_its_keys_move_the_playhead(tab: Tab, server: Server) -> None:
    explored(tab, server, BOWL)
    at_step(tab, 20)
    track = box(tab, ".lr-range input")
    click(tab, track.at(0.75))
    until(tab, f"Math.abs(document.querySelector('{PLAYER}').dataset.step - 45) <= 1")
    drag(tab, [track.at(0.75), track.at(0.6), track.at(0.5)])
    at_step(tab, 30)
    for key, step in (("ArrowRight", 31), ("End", 60), ("Home", 0)):
        tab.press(key)
        at_step(tab, step)
    until(tab, "new URL(location.href).searchParams.get('step') === '0'")


def test_the_knob_turns_the_picture_and_sets_the_rate(tab: Tab, server: Server) -> None:
    explored(tab, server, VALLEY)
    until(tab, JUDGED)  # nothing moves any more
    turn = box(tab, ".lr-turn")
    tab.move(*turn.at(0.4))
    tab.move(*turn.at(0.5))
    until(tab, "document.querySelectorAll('.lr-kinds span').length > 0")
    before = tab.evaluate(f"{INKED}('map')")
    tab.down()
    for part in (0.6, 0.75):
        tab.move(*turn.at(part))
    until(tab, "document.querySelector('.lr-headline').textContent.includes('diverged')")
    assert tab.evaluate(f"{INKED}('map')") != before
    tab.move(*turn.at(0.4))
    until(tab, f"{VALUE} < 0.001")  # a driver may be back before the page has heard
    wanted = tab.evaluate(VALUE)
    tab.up()
    until(tab, f"Number(new URL(location.href).searchParams.get('run2.lr')) === {wanted}")


def test_a_click_on_the_map_sets_the_start_and_so_does_a_drag(tab: Tab, server: Server) -> None:
    explored(tab, server, BOWL)
    ranges = "document.querySelector('[data-pane=map] .lr-plot')._fullLayout"
    (x0, x1), (y0, y1) = tab.evaluate(f"[{ranges}.xaxis.range, {ranges}.yaxis.range]")
    area = map_area(tab)

    def lies(across: float, down: float) -> None:
        goal = (x0 + across * (x1 - x0), y1 + down * (y0 - y1))
        start = "(new URL(location.href).searchParams.get('start') ?? 'NaN~NaN').split('~').map(Number)"
        near = [f"Math.abs({start}[{i}] - {goal[i]}) < {0.01 * width}" for i, width in enumerate((x1 - x0, y1 - y0))]
        until(tab, " && ".join(near))
        until(tab, SETTLED)

    click(tab, area.at(0.25, 0.75))
    lies(0.25, 0.75)
    drag(tab, [area.at(0.25, 0.75), area.at(0.5, 0.5), area.at(0.75, 0.3)])
    lies(0.75, 0.3)


def test_the_address_shows_the_same_in_a_fresh_browser(tab: Tab, opens: Opens, server: Server) -> None:
    explored(tab, server, BOWL + "&panes=map&loss=linear&chosen=2&hide=1")
    click(tab, map_area(tab).at(0.3, 0.3))
    until(tab, "new URL(location.href).searchParams.get('start') !== null")
    until(tab, SETTLED)
    shown = "document.querySelector('.lr-table').innerText"
    until(tab, JUDGED)
    link, table = tab.evaluate("location.href"), tab.evaluate(shown)
    with opens(1440, 900) as other:
        other.go(link)
        until(other, f"document.querySelector('{PLAYER} .main-svg') !== null")
        until(other, f"{shown} === {json.dumps(table)}")
        assert address(other) == address(tab)
        assert other.evaluate("document.querySelector('.lr-chosen').dataset.slot") == "1"


def test_no_text_of_the_player_lies_over_another(tab: Tab, server: Server) -> None:
    explored(tab, server, BOWL + "&numbers=1&panes=map")
    until(tab, JUDGED)
    for width, height in SIZES:
        tab.resize(width, height)
        until(tab, f"innerWidth === {width}")
        time.sleep(0.5)  # for what follows the new size
        assert tab.evaluate(CROWDED) == [], width
    for width in NARROW:
        tab.evaluate(f"void (document.querySelector('{PLAYER}').style.width = '{width}px')")
        time.sleep(0.5)
        assert tab.evaluate(CROWDED) == [], width
    assert tab.evaluate("document.querySelectorAll('.lr-table tbody tr').length") == 2


@pytest.mark.parametrize("view", ["sweep", "test", "map", "race"])
def test_find_shows_its_four_views(tab: Tab, server: Server, view: str) -> None:
    tab.go(f"{server.url}/find?{FIND}&view={view}")
    until(tab, "document.querySelector('.lr-chart .main-svg') !== null", 120)
    until(tab, SETTLED, 120)
    assert tab.evaluate("document.querySelector('.lr-chart').getBoundingClientRect().width") > 500
    assert tab.evaluate("document.querySelectorAll('.lr-chart').length") >= 1
