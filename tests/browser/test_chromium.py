"""Which browser the tests take."""

import sys

import pytest

from tests.browser import chromium


def test_the_variable_names_the_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", sys.executable)
    assert chromium.find() == sys.executable


def test_a_wrong_variable_is_an_error_and_installs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    monkeypatch.setattr(chromium, "install", lambda: pytest.fail("installed"))
    with pytest.raises(SystemExit, match="name it in"):
        chromium.main()
