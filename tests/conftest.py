"""For all tests: what is left out unless it is asked for, and functions that err where `LRVIZ_ULPS` says so."""

import os

import pytest

from tests.erring import err

if units := int(os.environ.get("LRVIZ_ULPS", "0")):
    err(units)  # before anything takes hold of NumPy's functions


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what takes an hour."""
    if "thorough" in (config.getoption("-m") or ""):
        return
    left_out = [item for item in items if item.get_closest_marker("thorough")]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)
