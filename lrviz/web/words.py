"""What a visitor typed, or an address said, as text: Streamlit reads Markdown, pictures and links of it included."""

from __future__ import annotations

import re
from collections.abc import Sequence

import streamlit as st

_MARKS = re.compile(r"([\\`*_\[\]$~<>&])")
_ALIVE = re.compile(r":(?=[\w+/-]+:)|:(?=//)|www(?=\.)", re.IGNORECASE)
"""What makes an emoji, an icon or a link even of text whose marks are escaped."""
_SHOWN = 6


def plain(text: str) -> str:
    """Return Markdown that shows `text` as it is, in one line."""
    apart = _ALIVE.sub(lambda found: f"{found[0]}\N{WORD JOINER}", " ".join(text.split()))
    return _MARKS.sub(r"\\\1", apart)


def counted(steps: int) -> str:
    """Return a number of steps: `1 step`, `47 steps`."""
    return f"{steps} step{'' if steps == 1 else 's'}"


def notice(texts: Sequence[str]) -> None:
    """Say quietly what could not be taken over from an address; nothing where all could."""
    if texts:
        st.caption(f":material/info: {plain(' '.join(texts[:_SHOWN]))}")


def refused(error: Exception, kept: str = "", place: st.delta_generator.DeltaGenerator | None = None) -> None:
    """Say below a field why what was typed is not used, and what is used instead."""
    still = f" Still {kept}." if kept else ""
    (place or st).caption(f":red[{plain(f'{error}{still}')}]")
