"""The command line."""

import subprocess
import sys
from importlib import metadata

import pytest

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


@pytest.mark.parametrize("module", ["lrviz", "lrviz.cli"])
def test_importing_starts_neither_streamlit_nor_plotly(module: str) -> None:
    code = f"import sys, {module}; print({{'streamlit', 'plotly'}} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "set()\n"
