"""How runs look: hues of Okabe and Ito, each with its own dash and head, so that colour is never all that differs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RunStyle:
    """A run's colour on light and on dark, its dash (lengths in pixels; empty: solid) and the shape of its head."""

    light: str
    dark: str
    dash: tuple[int, ...]
    head: str


RUN_STYLES = (
    RunStyle("#c24e00", "#ff8a4c", (), "circle"),
    RunStyle("#0069a8", "#5fb8f2", (9, 4), "square"),
    RunStyle("#00805d", "#2ecb9b", (2, 4), "diamond"),
    RunStyle("#a8427d", "#e796c4", (10, 4, 2, 4), "triangle"),
    RunStyle("#9a6400", "#f0b030", (16, 5), "cross"),
    RunStyle("#1f1f1f", "#f2f2f2", (5, 3), "star"),
    RunStyle("#5b4bb5", "#b0a4ff", (2, 2), "pentagon"),
    RunStyle("#75700a", "#efe25a", (12, 3, 2, 3, 2, 3), "down"),
)
"""By slot. Each light colour has at least 4.5:1 on white, each dark one on the dark background."""

_GLYPHS = {
    "circle": "●",
    "square": "■",
    "diamond": "◆",
    "triangle": "▲",
    "cross": "✚",
    "star": "★",
    "pentagon": "⬟",
    "down": "▼",
}


def page_styles() -> str:
    """Return the page's style sheet: room for the picture, and each run's colour and shape before its name."""
    marks = [
        f'.st-key-run{slot} summary::before {{ content: "{_GLYPHS[style.head]}"; '
        f"color: light-dark({style.light}, {style.dark}); margin-right: 0.5rem; }}"
        for slot, style in enumerate(RUN_STYLES)
    ]
    return "\n".join([_ROOM, *marks])


_ROOM = """\
[data-testid="stMainBlockContainer"] { padding: 2.4rem 1rem 1rem; max-width: none; }
[data-testid="stHeader"] { height: 2.4rem; min-height: 0; background: transparent; }
[data-testid="stSidebarUserContent"] { padding-bottom: 2rem; }
[data-testid="stSidebarHeader"] { height: 2.5rem; }
[data-testid="stSidebar"] [data-testid="stVerticalBlock"] { gap: 0.55rem; }
[data-testid="stSidebar"] [data-testid="stMarkdownContainer"]:has(h3, h4) { margin-bottom: 0; }
[data-testid="stSidebar"] .katex { font-size: 1rem; }
[data-testid="stSidebar"] .katex-display { margin: 0; text-align: left; overflow: auto hidden; padding-bottom: 0.2rem; }
[data-testid="stSidebar"] .katex-display > .katex { text-align: left; }
[data-testid="stSidebar"] [data-testid="stPageLink"] a { background: transparent; padding: 0.1rem 0.3rem; }
[data-testid="stSidebar"] [data-testid="stPageLink"] a:hover { background: light-dark(#e3e9ef, #26323e); }
[data-testid="stSidebar"] [data-testid="stPageLink"] a span { font-weight: 400; }
[data-testid="stExpandSidebarButton"]::after { content: "Settings"; margin-left: 0.25rem; }
[data-testid="stSidebar"] [data-testid="stHorizontalBlock"] { flex-wrap: nowrap; }
[data-testid="stSidebar"] [data-testid="stColumn"] { min-width: 0; }
[data-testid="stSidebar"] h3, [data-testid="stSidebar"] h4 { padding: 0; margin: 0; }
[data-testid="stMain"] [data-testid="stVerticalBlock"] { gap: 0.5rem; }
.st-key-own_start button, .st-key-random_start button { padding: 0; min-width: 2.2rem; font-size: 1.15rem; }
"""
