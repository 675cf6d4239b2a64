"""What is drawn over the surface stands where WebGL has drawn it, in pixels: in every layout, after every switch."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import chromium as installed
from tests.player import harness
from tests.player.test_player import FLAGS, PATIENCE

NEAR = 3.0
"""Pixels between a mark of the overlay and the end of the path below it."""
PAINT = np.array([255, 0, 255])
"""A colour that nothing else in the picture has."""
STEP = 33
SHOW = f"""([name, view]) => show(name, {{ step: {STEP}, ...view }}, (meta) => {{
  for (const run of meta.runs) run.style = {{ light: "#ff00ff", dark: "#ff00ff", dash: [], head: "circle" }};
}})"""
HIDE = (
    "part => { document.getElementById('hiding').textContent = part && `${part} { visibility: hidden !important; }`; }"
)

pytestmark = pytest.mark.browser
Array = np.ndarray


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
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The player with one straight run in a colour of its own, the playhead short of the end."""
    page = browser.new_page(viewport={"width": 1120, "height": 840})
    page.set_default_timeout(PATIENCE)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{address}/?sample=straight&step={STEP}")
    page.wait_for_function("document.body.dataset.ready === 'true'")
    page.evaluate("document.head.insertAdjacentHTML('beforeend', '<style id=hiding></style>')")
    yield page
    page.close()
    assert errors == []


def shown(page: Page, name: str, **view: object) -> None:
    """Show a sample at rest, the surface drawn."""
    page.evaluate(SHOW, [name, view])
    rest(page)


def rest(page: Page) -> None:
    page.wait_for_timeout(700)  # the surface comes last
    page.wait_for_function(
        """() => { const pane = document.querySelector('[data-pane=surface]');
          return !pane.clientWidth || pane.querySelector('.lr-plot')._fullLayout?.scene?._scene?.glplot; }"""
    )
    page.wait_for_timeout(300)


def painted(page: Page, hidden: str) -> Array:
    """Where the run's colour is on the surface, `(n, 2)` in pixels of the page, with a part of the pane hidden."""
    page.evaluate(HIDE, f"[data-pane=surface] {hidden}")
    shot = page.locator("[data-pane=surface]").screenshot()
    page.evaluate(HIDE, "")
    image = np.asarray(Image.open(io.BytesIO(shot)).convert("RGB")).astype(int)
    rows, columns = np.nonzero(np.abs(image - PAINT).max(axis=2) < 60)
    ratio = page.evaluate("devicePixelRatio")
    return np.stack([columns, rows], axis=1) / ratio


def assert_the_head_ends_the_path(page: Page) -> None:
    """The marker's middle, drawn over the surface, is where the path that WebGL has drawn ends."""
    path, head = painted(page, "canvas.lr-ink"), painted(page, ".lr-plot")
    assert len(path) > 20, "WebGL has drawn no path"
    assert len(head) > 10, "The overlay has drawn no head"
    middle = (head.min(axis=0) + head.max(axis=0)) / 2
    along = np.linalg.svd(path - path.mean(axis=0), full_matrices=False)[2][0]
    places = (path - path.mean(axis=0)) @ along
    thick = np.sqrt(len(path) / (places.max() - places.min()))
    ends = [path[np.abs(places - end) < 1 + thick].mean(axis=0) for end in (places.min(), places.max())]
    apart = min(float(np.hypot(*(middle - end))) for end in ends)
    assert apart <= NEAR + thick / 2, f"The head stands {apart:.1f} px from the end of its path"


def test_the_head_stands_at_the_end_of_the_path_in_every_size(page: Page) -> None:
    for width, height in [(1120, 840), (390, 844), (1440, 900), (1920, 1080)]:
        page.set_viewport_size({"width": width, "height": height})
        for panes in ("both", "surface"):
            shown(page, "straight", panes=panes)
            assert_the_head_ends_the_path(page)


def test_the_head_stands_there_after_every_switch(page: Page) -> None:
    shown(page, "straight", panes="both")
    for switch in (
        lambda: shown(page, "well"),
        lambda: shown(page, "straight", panes="both"),
        lambda: page.get_by_role("button", name="3-D").click(),
        lambda: page.get_by_role("button", name="Map", exact=True).click(),
        lambda: page.get_by_role("button", name="Both").click(),
        lambda: page.get_by_role("button", name="3-D").click(),
        lambda: page.set_viewport_size({"width": 700, "height": 840}),
        lambda: page.evaluate("document.body.classList.add('dark'), player.refreshTheme()"),
        lambda: shown(page, "duel", panes="surface"),
        lambda: shown(page, "well"),
        lambda: shown(page, "straight", panes="surface"),
        lambda: page.evaluate("document.getElementById('root').style.marginLeft = '180px'"),
        lambda: page.set_viewport_size({"width": 1300, "height": 840}),
        lambda: page.evaluate("document.body.classList.remove('dark'), player.refreshTheme()"),
    ):
        switch()
        rest(page)
        if (
            page.locator("[data-pane=surface]").is_visible()
            and page.evaluate("document.querySelector('.lrviz-player').dataset.steps") == "40"
        ):
            assert_the_head_ends_the_path(page)


def test_the_head_stands_there_when_the_camera_is_turned_and_brought_near(page: Page) -> None:
    shown(page, "straight", panes="surface")
    box = page.locator("[data-pane=surface]").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for dx, dy in [(120, 0), (-60, 50), (300, -40)]:
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + dx, y + dy, steps=4)
        page.mouse.up()
        rest(page)
        assert_the_head_ends_the_path(page)
    page.mouse.wheel(0, -200)
    rest(page)
    assert_the_head_ends_the_path(page)
