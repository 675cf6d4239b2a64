"""The server: the same settings however it is started, the player's files, the headers."""

import asyncio
import gc
import gzip
import json
import re
import sys
import threading
import time
import tomllib
import urllib.request
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace

import pytest

from lrviz.scenes import first_scene
from lrviz.web import arrival
from lrviz.web.assets import PLAYER, Assets, module_source, player_assets
from lrviz.web.server import SCRIPT, lifespan
from lrviz.web.work import kept
from tests.servers import EFFECTIVE, ROOT, SCRIPTS, STREAMLIT, Server, serving

WAYS = {
    "streamlit run app.py": STREAMLIT,
    "lrviz": [str(SCRIPTS / "lrviz"), "--port", "{port}"],
    "python -m lrviz": [sys.executable, "-m", "lrviz", "--port", "{port}"],
    "uvicorn app:app": [str(SCRIPTS / "uvicorn"), "app:app", "--app-dir", str(ROOT), "--port", "{port}"],
}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_start_has_the_same_settings(way: str, tmp_path: Path) -> None:
    with serving(WAYS[way], tmp_path, cwd=tmp_path) as server:
        report = json.loads(server.get("/lrviz/health").body)
        assert report == {"version": metadata.version("lrviz"), "options": EFFECTIVE}
        assert server.url.removeprefix("http://localhost:") in server.log.read_text()


def test_the_address_is_printed_with_its_base_path_and_everything_answers_below_it(tmp_path: Path) -> None:
    command = [*WAYS["lrviz"], "--server.baseUrlPath", "sub/base"]
    with serving(command, tmp_path, cwd=tmp_path, base="/sub/base") as server:
        assert server.url in server.log.read_text()
        assert server.get("/").status == 200
        assert server.get("/" + player_assets().address("plotly.min.js")).status == 200
        assert json.loads(server.get("/lrviz/health").body)["options"] == EFFECTIVE


def test_the_first_picture_is_computed_before_anybody_asks() -> None:
    async def start() -> None:
        async with lifespan(None):
            pass

    kept.clear()
    asyncio.run(start())
    for thread in threading.enumerate():
        if thread.name == "lrviz-ready":
            thread.join(60)
    found = kept.get(("runs", first_scene()))
    assert found.steps == found.length == first_scene().steps
    assert kept.get(("verdicts", first_scene(), found.steps))


def test_the_two_copies_of_the_settings_are_the_same() -> None:
    ours = ROOT / ".streamlit" / "config.toml"
    assert ours.read_text() == (SCRIPT.parent / ".streamlit" / "config.toml").read_text()


def test_the_two_copies_of_the_icon_are_the_same() -> None:
    assert (ROOT / "assets" / "icon.svg").read_text() == (SCRIPT.parent / "icon.svg").read_text()


def test_no_module_of_the_pages_hides_another() -> None:
    # Streamlit puts the folder of its script first in the search path.
    own = {path.stem for path in SCRIPT.parent.glob("*.py")} - {"__init__"}
    assert not own & (sys.stdlib_module_names | set(metadata.packages_distributions()))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(STREAMLIT, tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture(scope="module")
def assets() -> Assets:
    return player_assets()


@pytest.mark.parametrize("prefix", ["/", "/sub/", "/sub/base/"])
def test_a_file_is_served_under_any_prefix_and_kept_for_a_year(server: Server, assets: Assets, prefix: str) -> None:
    answer = server.get(prefix + assets.address("plotly.min.js"))
    assert answer.status == 200
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"


def test_a_file_arrives_compressed_only_where_that_is_accepted(server: Server, assets: Assets) -> None:
    address = "/" + assets.address("plotly.min.js")
    plain = server.get(address, accept_encoding="identity")
    small = server.get(address, accept_encoding="gzip, br")
    assert "content-encoding" not in plain.headers
    assert small.headers["content-encoding"] == "gzip"
    assert all("Accept-Encoding" in answer.headers["vary"] for answer in (plain, small))
    assert len(small.body) < len(plain.body) / 3
    assert gzip.decompress(small.body) == plain.body == assets.files["plotly.min.js"].read_bytes()


def test_every_script_and_style_of_the_player_is_served(server: Server, assets: Assets) -> None:
    expected = {path.name for suffix in ("js", "css") for path in PLAYER.glob(f"*.{suffix}")}
    assert set(assets.files) == expected | {"plotly.min.js"}
    for name, path in assets.files.items():
        assert server.get("/" + assets.address(name)).body == path.read_bytes()


@pytest.mark.parametrize(
    "path",
    [
        "lrviz/player/0123456789abcdef/plotly.min.js",
        "lrviz/player/{digest}/__init__.py",
        "lrviz/player/{digest}/../server.py",
        "lrviz/player/{digest}/%2e%2e%2fserver.py",
        "lrviz/player/{digest}/..%2f..%2f..%2fetc%2fpasswd",
    ],
)
def test_nothing_else_is_served(server: Server, assets: Assets, path: str) -> None:
    answer = server.get("/" + path.format(digest=assets.digest))
    assert answer.status in {400, 404}
    assert "immutable" not in answer.headers.get("cache-control", "")


def test_the_digest_changes_with_the_contents(tmp_path: Path) -> None:
    before, after, renamed = (tmp_path / name for name in ("before", "after", "renamed"))
    for folder, name, text in ((before, "a.js", "1"), (after, "a.js", "2"), (renamed, "b.js", "1")):
        folder.mkdir()
        (folder / name).write_text(text)
        (folder / "ignored.py").write_text("")
    found = [player_assets(folder) for folder in (before, after, renamed)]
    assert len({assets.digest for assets in found}) == 3
    assert set(found[0].files) == {"a.js", "plotly.min.js"}


def test_every_answer_has_the_security_headers(server: Server) -> None:
    for path in ("/", "/lrviz/health", "/_stcore/health", "/lrviz/player/0/nothing.js"):
        headers = server.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert "frame-ancestors" not in headers["content-security-policy"]
        assert "unsafe-eval" not in headers["content-security-policy"]
        assert "script-src 'self' blob: 'sha256-" in headers["content-security-policy"]


def test_a_page_names_what_the_browser_will_need_and_nothing_else_does(server: Server, assets: Assets) -> None:
    for page in ("/", "/find"):
        links = re.findall(r"<\./([^>]+)>; rel=(preload|modulepreload)", server.get(page).headers["link"])
        assert {address for address, _ in links} == {assets.address(name) for name in assets.files}
        assert links[0] == (assets.address("plotly.min.js"), "preload")
    for path in ("/lrviz/health", "/" + assets.address("player.css")):
        assert "link" not in server.get(path).headers


def test_a_word_that_nobody_waits_for_is_taken_without_a_trace(server: Server) -> None:
    for prefix in ("", "/sub/base"):
        request = urllib.request.Request(f"{server.url}{prefix}/lrviz/drawn/nothing", method="POST")
        with urllib.request.urlopen(request, timeout=20) as answer:
            assert answer.status == 204


def test_the_controls_wait_for_the_word_but_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrival, "_PATIENCE", 30.0)
    monkeypatch.setattr(arrival.st, "context", SimpleNamespace(headers={"Host": "localhost"}))
    word, lost = arrival.expected(), arrival.expected()
    assert word
    assert lost
    assert word.text != lost.text
    began = time.monotonic()
    threading.Timer(0.2, arrival.drawn, [SimpleNamespace(path_params={"word": word.text})]).start()
    word.wait()
    assert 0.1 < time.monotonic() - began < 25
    monkeypatch.setattr(arrival, "_PATIENCE", 0.1)
    lost.wait()
    assert not lost.said.is_set()
    monkeypatch.setattr(arrival.st, "context", SimpleNamespace(headers={}))
    assert arrival.expected() is None


def test_a_word_is_forgotten_with_the_run_that_waited_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrival.st, "context", SimpleNamespace(headers={"Host": "localhost"}))
    word = arrival.expected()
    assert word
    assert word.text in arrival._awaited
    text = word.text
    del word
    gc.collect()
    assert text not in arrival._awaited


def test_the_source_of_a_module_imports_the_named_export_by_its_digest() -> None:
    source = module_source("player")
    assert player_assets().address("streamlit.js") in source
    assert "player: show = failed" in source
    # Streamlit takes a single line for a path.
    assert "\n" in source.strip()


def test_the_inline_module_waits_nowhere_at_its_top() -> None:
    # The places of a component share it, and WebKit hands a module out before its top-level await has ended.
    waiting = [line for line in module_source("player").splitlines() if "await" in line and not line.startswith("//")]
    assert waiting == []


@pytest.mark.parametrize("name", ["", "a-b", "1a", "a; alert(1)", "é"])
def test_the_name_of_an_export_is_an_identifier(name: str) -> None:
    with pytest.raises(ValueError, match="identifier"):
        module_source(name)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2 defines it."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_on_both_backgrounds(scheme: str) -> None:
    theme = tomllib.loads((SCRIPT.parent / ".streamlit" / "config.toml").read_text())["theme"][scheme]
    texts = {name: value for name, value in theme.items() if name.endswith("TextColor")}
    texts |= {name: theme[name] for name in ("textColor", "linkColor", "primaryColor")}
    for background in (theme["backgroundColor"], theme["secondaryBackgroundColor"]):
        low = {name for name, value in texts.items() if contrast(value, background) < 4.5}
        assert not low
