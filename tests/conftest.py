"""For all tests: what is left out unless asked for, what is tried twice, and functions that err (`LRVIZ_ULPS`)."""

import os

import pytest

from tests.erring import err

if units := int(os.environ.get("LRVIZ_ULPS", "0")):
    err(units)  # before anything takes hold of NumPy's functions


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what takes an hour; try what needs a real browser twice, for on a busy machine it may miss a moment."""
    for item in items:
        if "browser" in item.path.parts or item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))
    if "thorough" in (config.getoption("-m") or ""):
        return
    left_out = [item for item in items if item.get_closest_marker("thorough")]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)
