"""The command line."""

import subprocess
import sys
from importlib import metadata

import pytest

import lrviz
from lrviz.cli import main


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--version"])
    assert capsys.readouterr().out == f"lrviz {metadata.version('lrviz')}\n"


def test_help_says_what_it_does_and_where_other_options_go(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])
    out = capsys.readouterr().out
    assert "--port" in out
    assert "Streamlit" in out


@pytest.mark.parametrize("port", ["-1", "65536", "x"])
def test_a_port_out_of_range_is_refused_with_a_sentence(capsys: pytest.CaptureFixture[str], port: str) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["--port", port])
    assert "--port" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("code", "barred"),
    [
        ("import lrviz", {"numpy", "pandas", "streamlit", "plotly"}),
        ("import lrviz.cli", {"numpy", "pandas", "streamlit", "plotly"}),
        ("from lrviz import *; from lrviz import optimizers, problems, schedules", {"streamlit", "plotly"}),
    ],
)
def test_importing_brings_in_only_what_is_needed(code: str, barred: set[str]) -> None:
    program = f"import sys; {code}; print(sorted({barred!r} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"


def test_the_package_holds_what_it_names_and_nothing_else() -> None:
    assert set(lrviz.__all__) <= set(dir(lrviz))
    for name in lrviz.__all__:
        assert getattr(lrviz, name).__name__ == name
    with pytest.raises(AttributeError, match="module 'lrviz' has no attribute 'simulat'"):
        _ = lrviz.simulat
