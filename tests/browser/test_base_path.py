"""The page under a base path, as behind a proxy."""

from pathlib import Path

from playwright.sync_api import Page

from tests.browser.test_explore import BOWL, PLAYER, attribute, opened
from tests.servers import STREAMLIT, serving


def test_the_player_loads_and_plays_under_a_base_path(page: Page, tmp_path: Path) -> None:
    with serving([*STREAMLIT, "--server.baseUrlPath", "courses/lrviz"], tmp_path, base="/courses/lrviz") as server:
        opened(page, server, BOWL)
        assert "/courses/lrviz" in page.url
        assert attribute(page, "steps") == "60"
        assert page.locator(f"{PLAYER} canvas").count() >= 3
