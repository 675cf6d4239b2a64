"""Says aloud that the libraries themselves are not asked, where they are missing."""

import pytest

from tests.oracles.conftest import MISSING


def test_the_libraries_are_here() -> None:
    if MISSING:
        pytest.skip(f"The live comparison needs {', '.join(MISSING)}: run `make oracles`.")
