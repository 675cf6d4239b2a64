"""The button that copies the page's address, for pages without the player."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import streamlit as st

from lrviz.web.assets import module_source

_STYLES = """\
.lr-link { padding: 2px 8px; border: 1px solid var(--st-border-color); border-radius: 4px; background: none;
  color: inherit; font: inherit; font-size: 13px; min-height: 26px; cursor: pointer; white-space: nowrap; }
.lr-link:hover { background: var(--st-secondary-background-color); }
.lr-link:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 1px; }
@media (pointer: coarse) { .lr-link { min-height: 44px; padding: 2px 14px; } }
"""


@cache
def _component() -> Callable[..., Any]:
    return st.components.v2.component("lrviz_link", js=module_source("link", "link.js"), css=_STYLES)


def copy_link(name: str) -> None:
    """Draw the button; what it copies restores what is shown."""
    _component()(key=f"{name}.link", width="content", height="content")
