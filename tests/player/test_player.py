"""The player alone, in a real Chromium: what moves, what is reported, what is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser import chromium as installed
from tests.player import harness

FLAGS = ["--no-sandbox", "--disable-background-networking", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
PATIENCE = 30_000
pytestmark = pytest.mark.browser
expect.set_options(timeout=PATIENCE)  # software GL on a busy machine takes its time


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with harness.serve() as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = installed.find()
    if path is None:
        pytest.fail(installed.MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*FLAGS, "--ignore-gpu-blocklist"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1120, "height": 840})
    page.set_default_timeout(PATIENCE)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    page.close()
    assert errors == []


def opened(page: Page, address: str, query: str) -> Page:
    page.goto(f"{address}/?{query}")
    page.wait_for_function("document.querySelector('[data-pane=loss] .lr-plot')?._fullLayout !== undefined")
    return page


def step(page: Page) -> int:
    return int(page.locator(".lrviz-player").get_attribute("data-step") or -1)


def said(page: Page, what: str) -> list[Any]:
    return list(page.evaluate(f"said.{what}"))


def ranges(page: Page) -> list[list[float]]:
    layout = "document.querySelector('[data-pane=map] .lr-plot')._fullLayout"
    return list(page.evaluate(f"[{layout}.xaxis.range, {layout}.yaxis.range]"))


def inked(page: Page, pane: str) -> int:
    """Count the pixels that the player has drawn over a pane."""
    return int(
        page.evaluate(
            """pane => [...document.querySelectorAll(`[data-pane=${pane}] canvas.lr-canvas`)].reduce((sum, canvas) => {
                const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
                return sum + data.filter((value, i) => i % 4 === 3 && value > 0).length; }, 0)""",
            pane,
        )
    )


def test_the_playhead_stands_where_the_message_says(page: Page, address: str) -> None:
    opened(page, address, "sample=duel&panes=map&step=137")
    expect(page.locator(".lrviz-player")).to_have_attribute("data-step", "137")
    expect(page.locator(".lrviz-player")).to_have_attribute("data-steps", "300")
    expect(page.get_by_role("row", name="Adam 0.1")).to_contain_text("2.296")


def test_playing_runs_to_the_end_and_reports_it(page: Page, address: str) -> None:
    opened(page, address, "sample=short&panes=map&step=5")
    page.get_by_role("combobox", name="Speed").select_option("0.25")  # so that a slow machine sees it play
    page.get_by_role("button", name="Play").click()
    expect(page.locator(".lrviz-player")).to_have_attribute("data-playing", "true")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(page.locator(".lrviz-player")).to_have_attribute("data-step", "20")
    expect(page.locator(".lrviz-player")).to_have_attribute("data-playing", "false")
    page.wait_for_function("said.step.at(-1) === null")


def test_more_is_drawn_further_along(page: Page, address: str) -> None:
    opened(page, address, "sample=duel&panes=map&step=0")
    before = {pane: inked(page, pane) for pane in ("map", "loss", "rate")}
    page.get_by_role("slider", name="Step").fill("300")
    page.wait_for_timeout(300)
    assert all(inked(page, pane) > before[pane] for pane in before)


def test_keys_move_the_playhead(page: Page, address: str) -> None:
    opened(page, address, "sample=duel&panes=map&step=100")
    for key, place in [("ArrowRight", 101), ("Shift+ArrowLeft", 91), ("Home", 0), ("End", 300)]:
        page.keyboard.press(key)
        expect(page.locator(".lrviz-player")).to_have_attribute("data-step", str(place))
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()


def test_a_resting_playhead_is_reported(page: Page, address: str) -> None:
    opened(page, address, "sample=duel&panes=map&step=100")
    for _ in range(3):
        page.get_by_role("button", name="Step forward").click()
    page.wait_for_function("said.step.at(-1) === 103")


def test_a_click_on_the_map_sets_the_start(page: Page, address: str) -> None:
    opened(page, address, "sample=duel&panes=map")
    spot = page.evaluate(
        """() => { const { xaxis, yaxis } = document.querySelector('[data-pane=map] .lr-plot')._fullLayout;
          return { x: xaxis._offset + xaxis.l2p(0), y: yaxis._offset + yaxis.l2p(2) }; }"""
    )
    page.locator("[data-pane=map]").click(position=spot)
    page.wait_for_function("said.start.length === 1")
    (x, y), how = said(page, "start")[0]
    assert (x, y) == pytest.approx((0, 2), abs=0.05)
    assert how == {"live": False}


def test_dragging_the_start_reports_while_it_moves(page: Page, address: str) -> None:
    opened(page, address, "sample=duel&panes=map")
    handle = page.get_by_role("button", name="Start at")
    box = handle.bounding_box()
    assert box is not None
    x, y = box["x"] + 14, box["y"] + 14
    page.mouse.move(x, y)
    page.mouse.down()
    for i in range(1, 9):
        page.mouse.move(x + 10 * i, y)
        page.wait_for_timeout(50)
    page.mouse.up()
    page.wait_for_function("said.start.at(-1)?.[1].live === false")
    live = [how["live"] for _, how in said(page, "start")]
    assert live.count(True) >= 1
    assert live.count(False) == 1


def test_a_press_on_the_start_leaves_it_and_the_wheel_above_it_zooms_the_map(page: Page, address: str) -> None:
    opened(page, address, "sample=duel&panes=map&step=100")
    ring = page.locator(".lr-start").bounding_box()
    assert ring is not None
    page.mouse.move(ring["x"] + ring["width"] / 2 + 5, ring["y"] + ring["height"] / 2)
    page.mouse.down()
    page.mouse.up()
    before = ranges(page)
    page.mouse.wheel(0, -300)
    page.wait_for_timeout(600)
    (x0, x1), (y0, y1) = ranges(page)
    assert x1 - x0 < before[0][1] - before[0][0]
    assert y1 - y0 < before[1][1] - before[1][0]
    assert said(page, "start") == []


def test_panning_sets_no_start_and_new_paths_keep_zoom_and_playhead(page: Page, address: str) -> None:
    opened(page, address, "sample=duel&panes=map&step=100")
    page.mouse.move(500, 150)
    page.mouse.down()
    page.mouse.move(560, 190, steps=5)
    page.mouse.up()
    page.wait_for_timeout(500)
    moved = ranges(page)
    assert moved != [[-2, 2], [-1, 3]]
    assert said(page, "start") == []
    page.evaluate("player.setPaths(paths)")
    page.wait_for_timeout(300)
    assert ranges(page) == moved
    assert step(page) == 100


def test_the_camera_survives_new_paths_and_playing(page: Page, address: str) -> None:
    opened(page, address, "sample=duel&panes=surface&step=10")
    eye = "document.querySelector('[data-pane=surface] .lr-plot')._fullLayout.scene._scene.getCamera().eye"
    page.wait_for_function("document.querySelector('[data-pane=surface] .lr-plot')?._fullLayout?.scene?._scene")
    page.mouse.move(500, 200)
    page.mouse.down()
    page.mouse.move(600, 220, steps=4)
    page.mouse.up()
    page.wait_for_timeout(1000)
    turned = page.evaluate(eye)
    page.evaluate("player.setPaths(paths)")
    page.keyboard.press("Space")
    page.wait_for_timeout(1000)
    assert list(page.evaluate(eye).values()) == pytest.approx(list(turned.values()), abs=5e-3)  # few digits are kept
    assert said(page, "start") == []


def test_the_view_is_changed_at_once_and_reported(page: Page, address: str) -> None:
    opened(page, address, "sample=duel&panes=map")
    page.get_by_role("button", name="Split").click()
    page.get_by_role("button", name="Linear").click()
    page.get_by_role("button", name="Hide SGD 0.01").click()
    page.get_by_role("radio", name="Choose Momentum 5e-4").check(force=True)
    page.wait_for_function("document.querySelector('[data-pane=map] .lr-plot')._fullLayout.xaxis3 !== undefined")
    view = said(page, "view")[-1]
    assert (view["layout"], view["loss_axis"], view["hidden"], view["chosen"]) == ("split", "linear", [1], 3)
    expect(page.get_by_role("button", name="Show SGD 0.01")).to_be_visible()


def test_the_step_in_numbers_follows_the_playhead(page: Page, address: str) -> None:
    opened(page, address, "sample=well&step=7&numbers=1")
    expect(page.locator(".lr-sentence")).to_contain_text("step 7 → 8")
    expect(page.locator(".lr-step tbody tr")).to_have_text(["w0.97964−0.05·0.042081=0.97754", "gradient g0.042081"])
    page.keyboard.press("End")
    expect(page.locator(".lr-sentence")).to_contain_text("there is no further step")


def test_a_diverged_run_is_said_to_have_diverged(page: Page, address: str) -> None:
    opened(page, address, "sample=duel&panes=map&step=3")
    row = page.get_by_role("row", name="SGD 0.01")
    expect(row).not_to_contain_text("Diverged")
    page.keyboard.press("ArrowRight")
    expect(row).to_contain_text("Diverged at step 4")


@pytest.mark.parametrize("sample", ["duel", "crowd", "well"])
def test_nothing_scrolls_sideways_on_a_phone(page: Page, address: str, sample: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page, address, f"sample={sample}&panes=map")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    small = page.evaluate(
        """[...document.querySelectorAll('.lr-transport button, .lr-table button')]
           .filter(button => button.offsetWidth && (button.offsetHeight < 44 || button.offsetWidth < 44)).length"""
    )
    assert small == 0


def test_everything_down_to_the_table_fits(page: Page, address: str) -> None:
    opened(page, address, "sample=duel&panes=map")
    assert page.evaluate("document.querySelector('.lr-table').getBoundingClientRect().bottom") <= 840


def test_a_label_is_text_whatever_it_holds(page: Page, address: str) -> None:
    opened(page, address, "sample=duel&panes=map")
    page.evaluate("paths.meta.runs[0].label = '<img src=x onerror=alert(1)>'; player.setPaths(paths)")
    expect(page.get_by_role("row", name="<img src=x onerror=alert(1)>")).to_be_visible()
    assert page.locator(".lrviz-player img").count() == 0


def test_reduced_motion_does_not_play_by_itself(browser: Browser, address: str) -> None:
    page = browser.new_page(reduced_motion="reduce")
    opened(page, address, "sample=duel&panes=map&autoplay=1")
    page.wait_for_timeout(500)
    expect(page.locator(".lrviz-player")).to_have_attribute("data-step", "300")
    page.close()


def test_autoplay_plays_once_from_the_beginning(page: Page, address: str) -> None:
    opened(page, address, "sample=duel&panes=map&autoplay=1")
    assert step(page) < 300
    expect(page.locator(".lrviz-player")).to_have_attribute("data-step", "300")


def test_without_plotly_the_table_works_and_a_sentence_says_so(page: Page, address: str) -> None:
    page.route("**/plotly.min.js", lambda route: route.abort())
    page.goto(f"{address}/?sample=duel&step=50")
    expect(page.get_by_role("alert")).to_contain_text("could not be loaded")
    expect(page.get_by_role("row", name="Adam 0.1")).to_be_visible()


def test_without_webgl_a_sentence_stands_in_its_place(page: Page, address: str) -> None:
    page.add_init_script(
        """const get = HTMLCanvasElement.prototype.getContext;
        HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
            return kind.includes('webgl') ? null : get.call(this, kind, ...rest); };"""
    )
    opened(page, address, "sample=duel&step=50")
    expect(page.locator("[data-pane=surface]")).to_contain_text("needs WebGL")
    assert inked(page, "map") > 0


def test_destroy_leaves_nothing_behind(page: Page, address: str) -> None:
    opened(page, address, "sample=duel&panes=map&step=50")
    page.evaluate("player.destroy()")
    assert page.locator(".lrviz-player").count() == 0
    page.keyboard.press("Space")
    page.wait_for_timeout(200)


def test_the_samples_are_what_the_contract_says() -> None:
    for name in harness.SAMPLES:
        message = harness.message(name, "paths")
        header = json.loads(message[4 : 4 + int.from_bytes(message[:4], "little")])
        assert {"w", "loss", "lr", "grad", "grad_norm", "move", "buffers"} <= header["arrays"].keys()
