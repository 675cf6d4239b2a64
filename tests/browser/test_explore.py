"""Explore in a real browser: the picture, the player, the start, the address."""

import json
import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import watch
from tests.browser.waiting import settled, until
from tests.servers import Server

PLAYER = ".lrviz-player"
BOWL = "v=1&problem=Bowl&run1=SGD&run1.lr=0.1&run2=SGD&run2.lr=1.9&steps=60&step=20"
RATE = "[class*='st-key-run0-lr-'] input[type=text]"
_READY = f"document.querySelectorAll('{PLAYER} .js-plotly-plot .main-svg').length > 0"


def opened(page: Page, server: Server, query: str = "") -> Page:
    page.goto(f"{server.url}/?{query}" if query else server.url)
    settled(page)
    until(page, f"document.querySelector('{PLAYER}') !== null")
    until(page, _READY)
    return settled(page)  # the controls come last


def attribute(page: Page, name: str) -> str:
    return str(page.locator(PLAYER).get_attribute(f"data-{name}"))


def at_step(page: Page, step: int) -> None:
    until(page, f"document.querySelector('{PLAYER}').dataset.step === '{step}'")


def address(page: Page) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(page.evaluate("location.href")).query))


def map_box(page: Page) -> dict[str, float]:
    """Where the first map's plotting area lies in the window, in pixels."""
    script = """() => {
      const plot = [...document.querySelectorAll('.lrviz-player .js-plotly-plot')]
        .find(p => p._fullLayout && p._fullLayout.xaxis && p.querySelector('.bglayer, .cartesianlayer'));
      const { left, top } = plot.getBoundingClientRect();
      const { xaxis: x, yaxis: y } = plot._fullLayout;
      return { left: left + x._offset, top: top + y._offset, width: x._length, height: y._length,
               x0: x.range[0], x1: x.range[1], y0: y.range[0], y1: y.range[1] };
    }"""
    box: dict[str, float] = page.evaluate(script)
    return box


def nudge_rate(page: Page, slot: int = 0, key: str = "ArrowRight") -> None:
    thumb = page.locator(f"[class*='st-key-run{slot}-lr-slider-'] input[type=range]")
    before = page.evaluate("location.href")
    thumb.focus()
    thumb.press(key)
    until(page, f"location.href !== {json.dumps(before)}")
    settled(page)


def test_the_first_picture_is_a_comparison_that_plays_by_itself(page: Page, server: Server) -> None:
    opened(page, server)
    until(page, f"Number(document.querySelector('{PLAYER}').dataset.step) > 2")
    assert attribute(page, "steps") == "200"
    assert page.get_by_text("diverges at step").first.is_visible()
    expect(page.locator(f"{PLAYER} .js-plotly-plot")).to_have_count(4)  # the surface comes last
    assert page.locator(f"{PLAYER} canvas").count() >= 3


def test_the_controls_come_when_the_player_says_that_it_has_drawn(page: Page, server: Server) -> None:
    with page.expect_request("**/lrviz/drawn/*") as told:
        page.goto(server.url)
        expect(page.get_by_role("button", name="Reset")).to_be_visible()
    assert told.value.method == "POST"
    assert page.locator(f"{PLAYER} .js-plotly-plot .main-svg").count() > 0
    expect(page.get_by_role("combobox", name="Problem")).to_be_visible()


def test_the_controls_come_too_where_the_word_is_lost(page: Page, server: Server) -> None:
    page.route("**/lrviz/drawn/*", lambda route: route.fulfill(status=204))
    page.goto(server.url)
    expect(page.get_by_role("combobox", name="Problem")).to_be_visible()
    settled(page)


def test_play_goes_to_the_end_and_stops_there(page: Page, server: Server) -> None:
    opened(page, server, BOWL + "&panes=map&speed=4.0")
    assert attribute(page, "playing") == "false"
    page.get_by_role("button", name="Play").click()
    until(page, f"document.querySelector('{PLAYER}').dataset.playing === 'true'")
    until(page, f"document.querySelector('{PLAYER}').dataset.playing === 'false'")
    assert attribute(page, "step") == "60"


def test_the_buttons_the_keys_and_the_range_move_the_playhead(page: Page, server: Server) -> None:
    opened(page, server, BOWL)
    assert attribute(page, "step") == "20"
    page.get_by_role("button", name="Step forward").click()
    at_step(page, 21)
    page.get_by_role("button", name="Step back").click()
    at_step(page, 20)
    page.get_by_role("button", name="Restart").click()
    at_step(page, 0)
    page.get_by_role("slider", name="Step", exact=True).fill("33")
    at_step(page, 33)
    page.locator(PLAYER).focus()
    for key, step in (("ArrowRight", 34), ("ArrowLeft", 33), ("End", 60), ("Home", 0)):
        page.keyboard.press(key)
        at_step(page, step)
    page.keyboard.press(" ")
    until(page, f"document.querySelector('{PLAYER}').dataset.playing === 'true'")


def test_the_playhead_is_in_the_address_without_an_entry_of_the_history_and_stays_there(
    page: Page, server: Server
) -> None:
    opened(page, server, BOWL)
    entries = page.evaluate("history.length")
    page.get_by_role("slider", name="Step", exact=True).fill("41")
    until(page, "new URL(location.href).searchParams.get('step') === '41'")
    assert page.evaluate("history.length") == entries
    page.wait_for_timeout(1000)
    nudge_rate(page)
    assert address(page)["step"] == "41"


def test_a_click_on_the_map_sets_the_start(page: Page, server: Server) -> None:
    opened(page, server, BOWL)
    box = map_box(page)
    page.mouse.click(box["left"] + 0.25 * box["width"], box["top"] + 0.75 * box["height"])
    until(page, "new URL(location.href).searchParams.get('start') !== null")
    x, y = (float(part) for part in address(page)["start"].split("~"))
    assert x == pytest.approx(box["x0"] + 0.25 * (box["x1"] - box["x0"]), abs=0.05)
    assert y == pytest.approx(box["y0"] + 0.25 * (box["y1"] - box["y0"]), abs=0.05)


def test_a_slider_keeps_the_playhead_the_zoom_and_the_camera(page: Page, server: Server) -> None:
    opened(page, server, BOWL)
    box = map_box(page)
    page.mouse.move(box["left"] + box["width"] / 2, box["top"] + box["height"] / 2)
    page.mouse.wheel(0, -300)
    page.wait_for_timeout(600)
    turned = turn_camera(page)
    zoomed = map_box(page)
    assert zoomed["x1"] - zoomed["x0"] < box["x1"] - box["x0"]
    nudge_rate(page)
    assert address(page)["run1.lr"] == "0.12"
    page.wait_for_timeout(600)
    assert attribute(page, "step") == "20"
    after = map_box(page)
    assert [after[k] for k in ("x0", "x1", "y0", "y1")] == pytest.approx([zoomed[k] for k in ("x0", "x1", "y0", "y1")])
    assert camera(page) == pytest.approx(turned, abs=1e-6)


def turn_camera(page: Page) -> list[float]:
    """Turn the 3-D view by hand; return where the camera then is."""
    until(page, f"document.querySelector('{PLAYER} [data-pane=surface] .lr-plot')?._fullLayout?.scene?._scene != null")
    before = camera(page)
    frame = page.locator(f"{PLAYER} [data-pane=surface]").bounding_box()
    assert frame is not None
    middle = (frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2)
    page.mouse.move(*middle)
    page.mouse.down()
    for i in range(1, 7):
        page.mouse.move(middle[0] + 10 * i, middle[1] + 4 * i)
        page.wait_for_timeout(150)  # software drawing takes a while to follow the hand
    page.mouse.up()
    for _ in range(50):
        page.wait_for_timeout(200)
        turned = camera(page)
        if turned != pytest.approx(before, abs=1e-3) and turned == camera(page):
            return turned
    raise AssertionError("The camera did not follow the hand.")


def camera(page: Page) -> list[float]:
    script = """() => {
      const plot = [...document.querySelectorAll('.lrviz-player .js-plotly-plot')]
        .find(p => p._fullLayout?.scene?._scene);
      const { eye } = plot._fullLayout.scene._scene.getCamera();
      return [eye.x, eye.y, eye.z];
    }"""
    eye: list[float] = page.evaluate(script)
    return eye


EVERYTHING = (
    "v=1&problem=Ravine&problem.kappa=30.0&problem.rotation=0.3&steps=150&start=-7.5~2.25&noise=0.01&seed=7"
    "&run2=Adam&run2.lr=0.4&run2.b1=0.8&run2.schedule=Cosine&run2.schedule.floor=0.1&run2.warmup=10"
    "&run5=Momentum&run5.lr=0.0123456789&run5.momentum=0.95"
    "&panes=map&layout=split&loss=linear&rate=effective&chosen=5&hide=2&step=77&speed=2.0&loop=1&numbers=1"
    "&axes=fill&seen=-6~5.5~-2~2.25&camera=200~40.5"
)


def test_an_address_restores_everything_and_stays_as_it_is(page: Page, server: Server) -> None:
    opened(page, server, EVERYTHING)
    assert attribute(page, "step") == "77"
    nudge = page.locator("[class*='st-key-steps-'] input")
    nudge.fill("160")
    nudge.press("Enter")
    expected = {**dict(parse_qsl(EVERYTHING)), "steps": "160"}
    until(page, "new URL(location.href).searchParams.get('steps') === '160'")
    assert address(page) == expected


def test_the_same_address_shows_the_same_picture_in_another_browser(
    page: Page, chromium: Browser, server: Server
) -> None:
    opened(page, server, BOWL)
    nudge_rate(page)
    link = page.evaluate("location.href")
    until(page, "document.querySelector('.lr-table').innerText.includes('stable below')")
    table = page.locator(f"{PLAYER} .lr-table").inner_text()
    with chromium.new_context(viewport={"width": 1440, "height": 900}) as context:
        other = context.new_page()
        other.goto(link)
        settled(other)
        until(other, f"document.querySelector('{PLAYER}')?.dataset.step === '20'")
        until(other, f"document.querySelector('.lr-table').innerText === {json.dumps(table)}")


def test_back_undoes_and_forward_redoes(page: Page, server: Server) -> None:
    opened(page, server, BOWL)
    rate = page.locator(RATE)
    expect(rate).to_have_value("0.1")
    nudge_rate(page)
    nudge_rate(page)
    expect(rate).to_have_value("0.15")
    for move, value in (("back", "0.12"), ("back", "0.1"), ("forward", "0.12")):
        page.evaluate(f"history.{move}()")
        until(page, f"document.querySelector({RATE!r}).value === '{value}'")


def test_a_bad_address_shows_a_picture_and_one_notice(page: Page, server: Server) -> None:
    opened(page, server, "problem=Nowhere&run1=Adam&run1.lr=fast&steps=1e9&<script>=1")
    assert page.get_by_text("There is no problem named 'Nowhere'").count() == 1
    assert page.get_by_text("Traceback").count() == 0


def test_an_address_can_say_nothing_but_text(page: Page, server: Server) -> None:
    """A link that somebody sends must not lead to, or ask for, anything of theirs."""
    text = "![i](http://example.org/a.png)[b](http://example.org)www.example.org :smile: $x^2$"
    page.goto(f"{server.url}/?{urlencode({'v': '1', 'problem': text, 'run1': 'SGD', 'run1.lr': '**9**'})}")
    said = page.locator("[data-testid='stCaptionContainer']").filter(has_text="There is no problem named").first
    expect(said).to_contain_text("www")
    expect(said).to_contain_text("**9**")
    expect(said.locator("img, a, strong, .katex")).to_have_count(0)


def test_a_run_that_diverges_ends_and_is_named_with_its_step(page: Page, server: Server) -> None:
    opened(page, server, "problem=Bowl&run1=SGD&run1.lr=0.5&run2=SGD&run2.lr=3&steps=100")
    assert re.search(r"rate 3 diverges at step \d+", page.locator(PLAYER).inner_text())
    at_step(page, 100)
    row = "document.querySelector('.lr-table').innerText"
    until(page, f"{row}.includes('Diverged at step') && {row}.includes('2/λ = 2')")


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_scrolls_sideways(chromium: Browser, server: Server, size: tuple[int, int], scheme: str) -> None:
    viewport = {"width": size[0], "height": size[1]}
    with chromium.new_context(viewport=viewport, color_scheme=scheme) as context:  # type: ignore[arg-type]
        page = context.new_page()
        troubles = watch(page)
        opened(page, server, EVERYTHING)
        wide = page.evaluate("""() => [...document.querySelectorAll('.lrviz-player, .lrviz-player *')]
            .filter(e => !e.closest('svg, .js-plotly-plot, .lr-hidden') && getComputedStyle(e).overflowX !== 'visible')
            .filter(e => e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 1).map(e => e.className)""")
        assert wide == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        assert not troubles, "\n".join(troubles)


def test_the_player_follows_a_change_of_the_theme(page: Page, server: Server) -> None:
    opened(page, server, BOWL)
    script = f"getComputedStyle(document.querySelector('{PLAYER}')).color"
    light = page.evaluate(script)
    page.emulate_media(color_scheme="dark")
    until(page, f"{script} !== {json.dumps(light)}")


@pytest.fixture
def still(chromium: Browser) -> Iterator[Page]:
    """A page for someone who wants no motion."""
    with chromium.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce") as context:
        yield context.new_page()


def test_reduced_motion_shows_the_end_at_once(still: Page, server: Server) -> None:
    opened(still, server)
    assert attribute(still, "playing") == "false"
    assert attribute(still, "step") == "200"


def test_a_slider_sends_the_paths_alone(page: Page, server: Server) -> None:
    sizes: list[int] = []

    def count(payload: object) -> None:
        sizes.append(len(payload) if isinstance(payload, bytes | str) else 0)

    page.on("websocket", lambda socket: socket.on("framereceived", count))
    opened(
        page,
        server,
        "problem=Rosenbrock&steps=500&step=3&" + "&".join(f"run{i}=Adam&run{i}.lr=0.{i}" for i in (1, 2, 3, 4)),
    )
    sizes.clear()
    nudge_rate(page)
    assert 30_000 < sum(sizes) <= 150_000
