"""A formula while it is typed: set as mathematics below its field, or refused with what may have been meant.

The field itself is Streamlit's, which hands its text over when it is left. What stands in it meanwhile the browser
asks of a route, which is the same reader, so that a formula has one meaning.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import streamlit as st
from starlette.requests import Request
from starlette.responses import JSONResponse

from lrviz.formula import MAX_CHARACTERS, FormulaError, compile_formula, mathml, parse
from lrviz.web.assets import module_source

_MOST_NAMES = 8
_NAME = re.compile(r"[A-Za-z]\w{0,15}", re.ASCII)


def reading(request: Request) -> JSONResponse:
    """Answer how a formula is read: its MathML, or what is wrong with it, where, and what may have been meant."""
    text = request.query_params.get("text", "")[: MAX_CHARACTERS + 1]
    names = request.query_params.get("names", "")[:200].split(",")[:_MOST_NAMES]
    return JSONResponse(answer(text, tuple(name for name in names if _NAME.fullmatch(name))), headers=_HEADERS)


_HEADERS = {"Cache-Control": "no-store"}


def answer(text: str, names: tuple[str, ...]) -> dict[str, Any]:
    """Return `{"math": …}`, or `{"error": …, "start": …, "end": …, "readings": […]}`."""
    try:
        compile_formula(text, names)
        return {"math": mathml(parse(text, names))}
    except FormulaError as error:
        sentence = error.remedy[:1].upper() + error.remedy[1:]
        return {"error": sentence, "start": error.start, "end": error.end, "readings": list(error.readings)}
    except ValueError:  # names that are none
        return {}


@cache
def _component() -> Callable[..., Any]:
    return st.components.v2.component("lrviz_formula", js=module_source("formula", "formula.js"), isolate_styles=False)


def typeset(
    key: str, field: str, text: str, names: tuple[str, ...], *, refused: bool, on_reading: Callable[[str], None]
) -> None:
    """Show below the field with the key `field` how its text is read; `on_reading` takes a reading that was chosen.

    `text` is what stands in the field, and `refused` whether the page says already why it is not used.
    """

    def chosen() -> None:
        taken = st.session_state[key].get("reading")
        if isinstance(taken, str) and len(taken) <= MAX_CHARACTERS:
            on_reading(taken)

    css = "st-key-" + re.sub(r"[^a-zA-Z0-9_-]", "-", field)
    data = {"field": css, "text": text, "names": list(names), "refused": refused, **answer(text, names)}
    _component()(key=key, data=data, on_reading_change=chosen)
