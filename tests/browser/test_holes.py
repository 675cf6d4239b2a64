"""Losses without a value at a point, along a line, or in half of the picture: map and surface stand within seconds."""

import io
from urllib.parse import quote

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.browser.waiting import settled, until
from tests.servers import Server

HOLES = ["sin(x)/x + y^2", "sin(x)*sin(y)/(x*y)", "log(x) + y^2", "1/x + y^2", "1/(x^2 + y^2)", "sqrt(x*y)"]


@pytest.mark.parametrize("text", HOLES)
def test_map_and_surface_stand_where_the_loss_has_holes(page: Page, server: Server, text: str) -> None:
    query = f"v=1&problem=Formula&problem.text={quote(text)}&steps=20&run1=SGD&run1.lr=0.01&panes=both"
    page.goto(f"{server.url}/?{query}")
    settled(page)
    until(page, "document.querySelectorAll('.lrviz-player .gl-container canvas').length > 0", 30)
    page.wait_for_timeout(2000)
    for pane in ("map", "surface"):
        box = page.locator(f".lrviz-player [data-pane={pane}]").bounding_box()
        assert box is not None
        image = np.array(Image.open(io.BytesIO(page.screenshot(clip=box))).convert("RGB"))
        shades = np.unique(image.reshape(-1, 3), axis=0)
        assert len(shades) > 40, f"the {pane} is empty"
