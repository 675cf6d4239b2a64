"""The wheel, installed beside nothing of the repository, is the same app."""

import json
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

from lrviz.web.assets import player_assets
from tests.servers import EFFECTIVE, ROOT, Server, serving

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    # From a copy: setuptools leaves a build folder behind, and would pack what an older one still holds.
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    shutil.copytree(ROOT / "lrviz", source / "lrviz", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    pip("wheel", str(source), "--no-deps", "--no-build-isolation", "--wheel-dir", str(out))
    return next(out.glob("lrviz-*.whl"))


@pytest.fixture(scope="module")
def scripts(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into a new environment and return the folder of its commands.

    The libraries it depends on are those of the environment that runs the tests, by their folder's name in a `.pth`
    file; the `.pth` files in that folder, and with them an editable install of lrviz, do not count.
    """
    place = tmp_path_factory.mktemp("environment")
    venv.create(place, with_pip=False)
    names = {"base": str(place), "platbase": str(place)}
    libraries = Path(sysconfig.get_path("purelib", "venv", vars=names))
    (libraries / "dependencies.pth").write_text("\n".join(path for path in sys.path if path.endswith("-packages")))
    commands = Path(sysconfig.get_path("scripts", "venv", vars=names))
    pip("--python", str(commands / "python"), "install", "--no-deps", "--no-index", "--ignore-installed", str(wheel))
    return commands


@pytest.fixture(scope="module")
def server(scripts: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("elsewhere")
    with serving([str(scripts / "lrviz"), "--port", "{port}"], folder, cwd=folder) as server:
        yield server


def pip(*words: str) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_wheel_holds_every_file_of_the_package(wheel: Path) -> None:
    files = {path for path in (ROOT / "lrviz").rglob("*") if path.is_file() and path.suffix not in {".pyc", ".ts"}}
    assert {path.relative_to(ROOT).as_posix() for path in files} <= set(ZipFile(wheel).namelist())


def test_the_command_of_the_wheel_runs_the_wheel(scripts: Path, tmp_path: Path) -> None:
    code = "import lrviz; print(lrviz.__file__)"
    found = subprocess.run([scripts / "python", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert Path(found.stdout.strip()).is_relative_to(scripts.parent)


def test_it_serves_the_page_with_the_same_settings(server: Server) -> None:
    assert server.get("/").status == 200
    assert json.loads(server.get("/lrviz/health").body)["options"] == EFFECTIVE
    assert server.url in server.log.read_text()


def test_it_serves_the_player_and_plotly(server: Server) -> None:
    assets = player_assets()
    for name, path in assets.files.items():
        assert server.get("/" + assets.address(name)).body == path.read_bytes()
