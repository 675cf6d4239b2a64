"""Zoom, pan and camera belong to the view: map and surface agree, and a link, Back and Reset bring them back."""

import json

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.test_explore import BOWL, PLAYER, address, camera, nudge_rate, opened, turn_camera
from tests.browser.waiting import settled, until
from tests.servers import Server

Ends = list[float]
MAP = f"document.querySelector('{PLAYER} [data-pane=map] .lr-plot')._fullLayout"
SCENE = f"document.querySelector('{PLAYER} [data-pane=surface] .lr-plot')?._fullLayout?.scene"
DOMAIN = [-4, 4, -4, 4]


def on_map(page: Page) -> Ends:
    ends: Ends = page.evaluate(f"[...{MAP}.xaxis.range, ...{MAP}.yaxis.range]")
    return ends


def on_surface(page: Page) -> Ends:
    ends: Ends = page.evaluate(f"[...{SCENE}.xaxis.range, ...{SCENE}.yaxis.range]")
    return ends


def seen(page: Page) -> Ends:
    """Return the part of the plane that the surface shows, once map and surface agree."""
    until(page, f"{SCENE}?._scene?.glplot != null")
    page.wait_for_timeout(900)
    for _ in range(100):
        flat, solid = on_map(page), on_surface(page)
        middles = [[ends[0] + ends[1], ends[2] + ends[3]] for ends in (flat, solid)]
        if middles[0] == pytest.approx(middles[1], abs=1e-6) and flat[2:] == pytest.approx(solid[2:]):
            return solid
        page.wait_for_timeout(100)
    raise AssertionError(f"The map shows {flat}, the surface {solid}.")


def turn_wheel(page: Page, pane: str, by: int, share: float = 0.4) -> None:
    box = page.locator(f"{PLAYER} [data-pane={pane}]").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + share * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.wheel(0, by)
    page.wait_for_timeout(700)


def resting(page: Page) -> dict[str, str]:
    page.wait_for_timeout(600)
    return {name: text for name, text in address(page).items() if name in {"seen", "camera"}}


def test_units_are_equally_long_and_a_circle_is_a_circle(page: Page, server: Server) -> None:
    opened(page, server, BOWL)
    x, y = page.evaluate(f"[{MAP}.xaxis, {MAP}.yaxis].map(({{ _length, range }}) => _length / (range[1] - range[0]))")
    assert x == pytest.approx(y, rel=1e-3)
    page.get_by_role("button", name="Fill").click()
    until(page, "new URL(location.href).searchParams.get('axes') === 'fill'")
    settled(page)
    assert on_map(page) == pytest.approx(seen(page))
    page.get_by_role("button", name="Equal axes").click()
    until(page, "new URL(location.href).searchParams.get('axes') === null")


@pytest.mark.parametrize("pane", ["map", "surface"])
def test_map_and_surface_show_the_same_part_whichever_is_zoomed(page: Page, server: Server, pane: str) -> None:
    opened(page, server, BOWL)
    whole = seen(page)
    turn_wheel(page, pane, -300)
    part = seen(page)
    assert part[1] - part[0] < 0.8 * (whole[1] - whole[0])
    page.locator(f"[data-pane={pane}]").dblclick(position={"x": 150, "y": 150})
    page.wait_for_timeout(500)
    assert seen(page) == pytest.approx(whole)
    assert resting(page) == {}
    assert "start" not in address(page), "A double click is no click"


def test_a_double_click_on_either_resets_both_and_the_camera(page: Page, server: Server) -> None:
    opened(page, server, BOWL)
    home = camera(page) if seen(page) else []
    turn_wheel(page, "map", -300)
    turn_camera(page)
    page.locator("[data-pane=map]").dblclick(position={"x": 150, "y": 150})
    until(page, "!location.href.includes('camera=') && !location.href.includes('seen=')")
    assert seen(page) == pytest.approx(DOMAIN)
    assert camera(page) == pytest.approx(home, abs=1e-6)


def test_a_link_shows_the_same_part_from_the_same_side_in_another_browser(
    page: Page, chromium: Browser, server: Server
) -> None:
    opened(page, server, BOWL)
    entries = page.evaluate("history.length")
    turn_wheel(page, "map", -300)
    turn_camera(page)
    rest = resting(page)
    assert set(rest) == {"seen", "camera"}
    assert len(rest["seen"] + rest["camera"]) < 48
    assert page.evaluate("history.length") == entries
    here, eye = seen(page), camera(page)
    with chromium.new_context(viewport={"width": 1440, "height": 900}) as context:
        other = context.new_page()
        other.goto(page.evaluate("location.href"))
        settled(other)
        assert seen(other) == pytest.approx(here, abs=1e-6)
        assert camera(other) == pytest.approx(eye, abs=1e-3)


def test_another_rate_keeps_the_look_back_and_reset_restore_it_another_problem_begins_anew(
    page: Page, server: Server
) -> None:
    opened(page, server, BOWL)
    turn_wheel(page, "surface", -300)
    turn_camera(page)
    rest, here = resting(page), seen(page)
    nudge_rate(page)
    assert resting(page) == rest
    assert seen(page) == pytest.approx(here)
    page.evaluate("history.back()")
    until(page, "new URL(location.href).searchParams.get('run1.lr') === '0.1'")
    settled(page)
    assert resting(page) == rest
    assert seen(page) == pytest.approx(here)
    page.get_by_role("button", name="Reset", exact=True).click()
    until(page, "location.href.includes('Momentum')")
    settled(page)
    assert resting(page) == {}
    page.evaluate("history.back()")
    until(page, "location.href.includes('Bowl')")
    settled(page)
    assert seen(page) == pytest.approx(here)
    menu = page.get_by_role("combobox", name="Problem")
    menu.fill("Beale")
    menu.press("Enter")
    until(page, "location.href.includes('Beale')")
    settled(page)
    assert resting(page) == {}
    until(page, f"JSON.stringify([...{MAP}.yaxis.range]) === {json.dumps('[-4.5,4.5]')}")


def test_reset_of_the_look_alone_is_undone_by_back(page: Page, server: Server) -> None:
    opened(page, server, "step=20")
    turn_wheel(page, "map", -300)
    here, rest = seen(page), resting(page)
    page.get_by_role("button", name="Reset", exact=True).click()
    until(page, "!location.href.includes('seen=')")
    settled(page)
    assert seen(page) != pytest.approx(here)
    page.evaluate("history.back()")
    until(page, "location.href.includes('seen=')")
    settled(page)
    assert resting(page) == rest
    assert seen(page) == pytest.approx(here)


def test_a_bad_look_is_named_and_left_out(page: Page, server: Server) -> None:
    opened(page, server, f"{BOWL}&seen=2~1~0~1&camera=1~2~3")
    assert page.get_by_text("seen must be from low to high").count() == 1
    assert page.get_by_text("camera must be 2 numbers, got 3").count() == 1
    assert seen(page) == pytest.approx(DOMAIN)
