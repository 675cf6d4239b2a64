"""The player's files, each under an address that changes with what they contain.

The address holds a digest, so that a browser keeps a file for a year and still never sees an old one.
"""

import gzip
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from threading import Lock

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

const mount = import(new URL("ADDRESS", base).href).then(
  ({ NAME: show = failed }) => show,
  (error) => {
    console.error("lrviz: the player could not be loaded.", error);
    return failed;
  },
);

// Not at the top level: WebKit hands a module out before its top-level await has ended, where two ask for it at once.
// What is returned cleans up, also where Streamlit is done with the place before the player has come.
export default (component) => {
  let gone = false;
  const cleanUp = mount.then((show) => (gone ? undefined : show(component)));
  return () => {
    gone = true;
    cleanUp.then((clean) => clean?.());
  };
};
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


def compressed(path: Path) -> bytes:
    """Return the file gzipped; kept, because Plotly's 4.8 MB take a sixth of a second."""
    with _lock(path):  # who comes meanwhile waits for the same work
        return _compressed(path)


@cache
def _lock(_path: Path) -> Lock:
    return Lock()


@cache
def _compressed(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), compresslevel=6, mtime=0)


def module_source(name: str, module: str = "streamlit.js") -> str:
    """Return the inline module whose default export is the export `name` of the player's `module`.

    It is the `js=` of a Streamlit component. Where the module cannot be loaded, a sentence stands in its place.
    """
    if not re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII):
        raise ValueError(f"The name of an export must be a JavaScript identifier, got {name!r}.")
    return _MODULE.replace("NAME", name).replace("ADDRESS", player_assets().address(module))


@cache
def preloads() -> str:
    """Return the header `Link` of a page: the browser fetches the player while Streamlit starts, the library first."""
    assets = player_assets()
    modules = [name for name in assets.files if name.endswith(".js") and name != PLOTLY_JS]
    styles = [name for name in assets.files if name.endswith(".css")]
    files = [(PLOTLY_JS, "preload; as=script"), *((name, "preload; as=style") for name in styles)]
    files += [(name, "modulepreload") for name in modules]
    return ", ".join(f"<./{assets.address(name)}>; rel={how}" for name, how in files)
