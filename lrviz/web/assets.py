"""The player's files, each under an address that changes with what they contain.

The address holds a digest, so that a browser keeps a file for a year and still never sees an old one.
"""

import gzip
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

PLAYER = Path(__file__).parents[1] / "player"
PLOTLY_JS = "plotly.min.js"
TYPES = {".js": "text/javascript", ".css": "text/css"}

_MODULE = """\
// Streamlit hands this text to the browser as a Blob, where relative imports fail: the address is
// made from that of Streamlit's own script, which lies under the base path, if there is one.
const script = [...document.scripts].find(({ src }) => src.includes("/static/js/index"));
const base = script ? new URL("../../", script.src) : document.baseURI;

function failed({ parentElement }) {
  parentElement.textContent = "The player could not be loaded. Reload the page to try again.";
}

EARLY
let mount = failed;
try {
  ({ NAME: mount = failed } = await import(new URL("ADDRESS", base).href));
} catch (error) {
  console.error("lrviz: the player could not be loaded.", error);
}
export default mount;
"""


_EARLY = """
// Everything is under way at once, before the modules name each other: the library, which takes longest, first.
const root = new URL("FOLDER", base).href;
for (const [rel, as, names] of FILES) {
  for (const name of names) {
    const link = Object.assign(document.createElement("link"), { rel, as, href: root + name });
    document.head.append(link);
  }
}
"""


@dataclass(frozen=True)
class Assets:
    """A closed list of files, by the name in their address, and the digest of them all."""

    files: Mapping[str, Path]
    digest: str

    def address(self, name: str) -> str:
        """Return where `name` is served, relative to the app's base."""
        return f"lrviz/player/{self.digest}/{name}"


@cache
def player_assets(folder: Path = PLAYER) -> Assets:
    """List the player's scripts and styles and Plotly's library beside them, once per process."""
    files = {path.name: path for path in sorted(folder.glob("*")) if path.suffix in TYPES}
    digest = hashlib.sha256(metadata.version("plotly").encode())
    for name, path in files.items():
        digest.update(f"\0{name}\0".encode() + path.read_bytes())
    return Assets({**files, PLOTLY_JS: _plotly_js()}, digest.hexdigest()[:16])


def _plotly_js() -> Path:
    # By the distribution's record: importing plotly to ask for its folder would cost the start a quarter of a second.
    return Path(str(metadata.distribution("plotly").locate_file(f"plotly/package_data/{PLOTLY_JS}")))


@cache
def compressed(path: Path) -> bytes:
    """Return the file gzipped; kept, because Plotly's 4.8 MB take a sixth of a second."""
    return gzip.compress(path.read_bytes(), compresslevel=6, mtime=0)


def module_source(name: str, module: str = "streamlit.js", *, early: bool = False) -> str:
    """Return the inline module whose default export is the export `name` of the player's `module`.

    It is the `js=` of a Streamlit component. Where the module cannot be loaded, a sentence stands in its place. With
    `early` it asks for all files of the player and for Plotly's library first.
    """
    if not re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII):
        raise ValueError(f"The name of an export must be a JavaScript identifier, got {name!r}.")
    assets = player_assets()
    first = _early(assets) if early else ""
    return _MODULE.replace("EARLY", first).replace("NAME", name).replace("ADDRESS", assets.address(module))


def _early(assets: Assets) -> str:
    modules = [name for name in assets.files if name.endswith(".js") and name != PLOTLY_JS]
    styles = [name for name in assets.files if name.endswith(".css")]
    files = [("preload", "script", [PLOTLY_JS]), ("preload", "style", styles), ("modulepreload", "script", modules)]
    return _EARLY.replace("FOLDER", assets.address("")).replace("FILES", json.dumps(files))
