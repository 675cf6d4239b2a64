"""The web server: Streamlit's app with the routes of the player's files and the security headers around it."""

import base64
import hashlib
import re
from collections.abc import AsyncIterator, Callable
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

from lrviz.web.assets import PLOTLY_JS, TYPES, compressed, player_assets

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
    """Compute the first picture, compress the largest file; import the other pages when the first is surely drawn."""
    from lrviz.web import explore  # noqa: PLC0415 (what the start is not to wait for)

    explore.get_ready()
    compressed(player_assets().files[PLOTLY_JS])
    sleep(_SURELY_DRAWN)
    from lrviz.web import find, reference  # noqa: F401, PLC0415


def routes() -> list[Route]:
    """Return the routes of lrviz's own."""
    return [*_anywhere("lrviz/player/{digest}/{name}", player_file), *_anywhere("lrviz/health", health)]


def middleware() -> list[Middleware]:
    """Return what stands around every answer."""
    return [Middleware(SecurityHeaders, headers=security_headers())]


def _anywhere(path: str, endpoint: Callable[[Request], Response]) -> list[Route]:
    # Streamlit puts its own routes under `server.baseUrlPath`, but not these: they answer under the root and under
    # any prefix, so that it does not matter which part of the address a proxy forwards.
    return [Route(f"/{path}", endpoint), Route(f"/{{prefix:path}}/{path}", endpoint)]


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
        # Streamlit imports a component's inline module as a Blob.
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


class SecurityHeaders:
    """Middleware that adds headers to every answer that does not set them itself."""

    def __init__(self, app: ASGIApp, headers: dict[str, str]) -> None:
        self.app = app
        self.headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and the answer back with the headers."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    present.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)
