"""Starting lrviz as a process of its own, the way a person would."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

ROOT = Path(__file__).parents[1]
SCRIPTS = Path(sys.executable).parent
STREAMLIT = [str(SCRIPTS / "streamlit"), "run", str(ROOT / "app.py"), "--server.port", "{port}"]
EFFECTIVE = {"browser.gatherUsageStats": False, "client.showErrorDetails": "none", "runner.postScriptGC": False}


@dataclass(frozen=True)
class Server:
    """A running server: its address without a slash at the end, the file that holds what it printed, its process."""

    url: str
    log: Path
    pid: int

    def get(self, path: str, **headers: str) -> "Answer":
        """Ask for `path` and return the answer, whatever its status."""
        request = urllib.request.Request(self.url + path, headers={k.replace("_", "-"): v for k, v in headers.items()})
        try:
            with urllib.request.urlopen(request, timeout=20) as response:
                return _answer(response.status, response.headers, response.read())
        except urllib.error.HTTPError as error:
            return _answer(error.code, error.headers, error.read())

    def seconds(self) -> float:
        """Return the processor time that the server and the processes it has started have used, while they live."""
        family = {self.pid}
        for _ in range(2):  # the children, and theirs
            family |= {pid for pid, parent, _ in _processes() if parent in family}
        return sum(used for pid, _, used in _processes() if pid in family)


def _processes() -> Iterator[tuple[int, int, float]]:
    """Yield each process of this machine, its parent, and the processor time that it has used."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended
            fields = stat.read_text().rpartition(")")[2].split()
            yield int(stat.parent.name), int(fields[1]), (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Answer:
    """What a server answered; the names of the headers in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


def _answer(status: int, headers: Message, body: bytes) -> Answer:
    return Answer(status, {name.lower(): value for name, value in headers.items()}, body)


@contextmanager
def serving(
    command: Sequence[str],
    folder: Path,
    *,
    cwd: Path = ROOT,
    base: str = "",
    python_path: str = "",
    port: int | None = None,
) -> Iterator[Server]:
    """Run `command`, with `{port}` replaced by a free one or by `port`, until the block ends; `folder` takes the log.

    Neither the settings of the person who runs the tests nor their variables reach the process.
    """
    port = port or free_port()
    log = folder / f"server-{port}.log"
    env = {k: v for k, v in os.environ.items() if not k.startswith(("STREAMLIT_", "PYTHON"))}
    env |= {"HOME": str(folder), "PYTHONUNBUFFERED": "1"} | ({"PYTHONPATH": python_path} if python_path else {})
    with log.open("wb") as out:
        words = [word.format(port=port) for word in command]
        process = subprocess.Popen(words, cwd=cwd, env=env, stdout=out, stderr=subprocess.STDOUT)
    server = Server(f"http://localhost:{port}{base}", log, process.pid)
    try:
        _wait_until_healthy(server, process)
        yield server
    finally:
        stop(process)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def stop(process: "subprocess.Popen[bytes]") -> None:
    """End the process, politely first."""
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait_until_healthy(server: Server, process: "subprocess.Popen[bytes]", seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError):
            if server.get("/_stcore/health").status == 200:
                return
        time.sleep(0.05)
    raise RuntimeError(f"The server did not start:\n{server.log.read_text(encoding='utf-8')}")
