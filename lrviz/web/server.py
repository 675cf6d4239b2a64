"""The web server: Streamlit's app with the routes of the player's files and the security headers around it."""

import base64
import hashlib
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from importlib import metadata
from pathlib import Path
from threading import Thread
from time import sleep

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lrviz.web import arrival, formula_field
from lrviz.web.assets import TYPES, compressed, player_assets, preloads

SCRIPT = Path(__file__).with_name("main.py")
_SURELY_DRAWN = 10.0
"""Seconds after the start until which a first visitor sees the first picture, with a slow browser too."""
REPORTED = ("browser.gatherUsageStats", "client.showErrorDetails", "runner.postScriptGC")


def create_app() -> st.App:
    """Return the ASGI app, for a host that mounts it.

    `app.py` and `asgi.py` spell this call out: `streamlit run` reads their text for an `st.App(…)`.
    """
    return st.App(SCRIPT, lifespan=lifespan, routes=routes(), middleware=middleware())


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    """Get ready in a thread while the first browser is on its way: half of its wait would be for imports."""
    Thread(target=_get_ready, name="lrviz-ready", daemon=True).start()
    yield


def _get_ready() -> None:
    """Compute the first picture; import the other pages when the first is surely drawn."""
    from lrviz.web import explore  # noqa: PLC0415 (what the start is not to wait for)

    explore.get_ready()
    sleep(_SURELY_DRAWN)
    from lrviz.web import find, reference  # noqa: F401, PLC0415


def routes() -> list[Route]:
    """Return the routes of lrviz's own."""
    return [
        *_anywhere("lrviz/player/{digest}/{name}", player_file),
        *_anywhere("lrviz/drawn/{word}", arrival.drawn, "POST"),
        *_anywhere("lrviz/formula", formula_field.reading),
        *_anywhere("lrviz/health", health),
    ]


def middleware() -> list[Middleware]:
    """Return what stands around every answer."""
    return [Middleware(Headers, always=security_headers(), of_pages={"Link": preloads()})]


def _anywhere(path: str, endpoint: Callable[[Request], Response], method: str = "GET") -> list[Route]:
    # Streamlit puts its own routes under `server.baseUrlPath`, but not these: they answer under the root and under
    # any prefix, so that it does not matter which part of the address a proxy forwards.
    return [Route(place, endpoint, methods=[method]) for place in (f"/{path}", f"/{{prefix:path}}/{path}")]


# The endpoints are plain functions, not coroutines: Starlette then runs them in a thread, and compressing does not
# hold up the event loop.
def player_file(request: Request) -> Response:
    """Serve one of the player's files; any other name or digest is not found."""
    name, digest = request.path_params["name"], request.path_params["digest"]
    assets = player_assets()
    if name not in assets.files or digest != assets.digest:
        raise HTTPException(404, headers={"Cache-Control": "no-store"})
    path = assets.files[name]
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        return Response(path.read_bytes(), media_type=TYPES[path.suffix], headers=headers)
    headers["Content-Encoding"] = "gzip"
    return Response(compressed(path), media_type=TYPES[path.suffix], headers=headers)


def health(_request: Request) -> Response:
    """Report the version and the settings in effect that a wrong way to start would lose."""
    options = {name: st.get_option(name) for name in REPORTED}
    return JSONResponse(
        {"version": metadata.version("lrviz"), "options": options}, headers={"Cache-Control": "no-store"}
    )


def security_headers() -> dict[str, str]:
    """Return the headers of every answer.

    No `frame-ancestors`: a page of a course may embed lrviz with `?embed=true`.
    """
    policy = {
        "default-src": "'self'",
        # Streamlit imports a component's inline module as a Blob. No 'wasm-unsafe-eval': nothing that a page of lrviz
        # loads needs it. Firefox says that WebAssembly was blocked: `long.js` in Streamlit's protobuf tries a module
        # of 200 bytes for products of 64 bits, and computes them in JavaScript where it may not.
        "script-src": " ".join(["'self'", "blob:", *_inline_script_hashes()]),
        # Streamlit and Plotly write their styles into the page.
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        # Not every browser takes 'self' to include the WebSocket.
        "connect-src": "'self' ws: wss:",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {sources}" for name, sources in policy.items()),
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }


def _inline_script_hashes() -> list[str]:
    # Streamlit's index page holds one script without an address; its hash is stricter than 'unsafe-inline'.
    page = (Path(st.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    return [f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in scripts]


class Headers:
    """Middleware that adds headers to every answer, and some to those that are pages, unless they set them."""

    def __init__(self, app: ASGIApp, always: Mapping[str, str], of_pages: Mapping[str, str]) -> None:
        self.app = app
        self.always = always
        self.of_pages = of_pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and the answer back with the headers."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = MutableHeaders(scope=message)
                is_page = present.get("Content-Type", "").startswith("text/html")
                for name, value in {**self.always, **(self.of_pages if is_page else {})}.items():
                    present.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)
