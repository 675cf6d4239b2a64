"""The command line: `lrviz` serves the page."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path

APP = Path(__file__).parent / "web" / "asgi.py"


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command `lrviz` with `argv`, or with the process's own arguments."""
    options, flags = parser().parse_known_args(argv)
    serve(options.port, flags)


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command's own options; what it does not know is left to Streamlit."""
    result = argparse.ArgumentParser(
        prog="lrviz",
        description="See what a learning rate does: serve the page, and print its address.",
        epilog="All other options go to Streamlit, such as --server.address, --server.baseUrlPath or --theme.base; "
        "`streamlit run --help` lists them.",
        # An abbreviation could be meant for Streamlit.
        allow_abbrev=False,
    )
    result.add_argument("--port", type=_port, help="port to serve on (default: 8501, or the next free one)")
    result.add_argument("--version", action="version", version=f"lrviz {metadata.version('lrviz')}")
    return result


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError(f"the port must be in [0, 65535], got {port}")
    return port


def serve(port: int | None, flags: Sequence[str]) -> None:
    """Start Streamlit on the packaged app and return when it is stopped."""
    # Through Streamlit's command, and not its Python API: only the command reads flags and STREAMLIT_* variables.
    with _not_imported("plotly.graph_objects"):
        from streamlit.web import cli

    own = [] if port is None else ["--server.port", str(port)]
    cli.main(["run", str(APP), *own, *flags], prog_name="streamlit")


@contextmanager
def _not_imported(module: str) -> Iterator[None]:
    """Let a module seem to be missing: where Streamlit finds Plotly it makes a template for `st.plotly_chart`.

    That takes a sixth of the server's start, and lrviz does not use it.
    """
    if module in sys.modules:
        yield
        return
    sys.modules[module] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[module]
