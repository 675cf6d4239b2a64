"""The libraries themselves: only under `make oracles`, whose environment has them; elsewhere the skip is reported."""

import os
from importlib.util import find_spec

import pytest

os.environ["KERAS_BACKEND"] = "jax"
MISSING = [name for name in ("torch", "jax", "optax", "keras", "scipy") if find_spec(name) is None]
if MISSING:
    collect_ignore_glob = ["test_live_*.py"]


def pytest_report_header() -> str:
    """Say at the top whether the libraries are asked."""
    return f"oracles: skipped, {', '.join(MISSING)} not installed (run `make oracles`)" if MISSING else "oracles: live"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Libraries may warn of what they will, as long as the numbers are right."""
    for item in items:
        if item.path.name.startswith("test_live_"):
            item.add_marker(pytest.mark.filterwarnings("default"))
