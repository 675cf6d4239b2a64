"""How runs look: hues of Okabe and Ito, each with its own dash and head, so that colour is never all that differs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


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


@dataclass(frozen=True)
class KindStyle:
    """How a kind of outcome looks: colours on light and on dark, Plotly's symbol, and its name."""

    light: str
    dark: str
    symbol: str
    name: str


KIND_STYLES = {
    "converged": KindStyle("#00805d", "#2ecb9b", "circle", "converged"),
    "catapulted": KindStyle("#5b4bb5", "#b0a4ff", "star", "catapulted, then converged"),
    "descending": KindStyle("#0069a8", "#5fb8f2", "triangle-down", "descending"),
    "still": KindStyle("#7d7d8c", "#8d8da0", "line-ew-open", "gets no further"),
    "plateau": KindStyle("#596673", "#9aa8b5", "square", "on a plateau"),
    "oscillating": KindStyle("#9a6400", "#f0b030", "diamond", "oscillating"),
    "stalled": KindStyle("#75700a", "#efe25a", "hexagon", "stalled"),
    "trapped": KindStyle("#a8427d", "#e796c4", "pentagon", "trapped in a local minimum"),
    "saddle": KindStyle("#7a4a21", "#d0a274", "bowtie", "held at a saddle"),
    "rising": KindStyle("#d0542f", "#ffa083", "triangle-up", "rising"),
    "left": KindStyle("#3d4650", "#c3ccd5", "triangle-right", "left for good"),
    "diverged": KindStyle("#b3261e", "#ff7a6b", "x", "diverged"),
}
"""By the kinds of `lrviz.analysis`, which the tests compare; the calm ones first."""


RULE_STYLES = {
    "steep": KindStyle("#0069a8", "#5fb8f2", "triangle-down", "steep"),
    "valley": KindStyle("#00805d", "#2ecb9b", "circle", "valley"),
    "slide": KindStyle("#a8427d", "#e796c4", "diamond", "slide"),
    "minimum": KindStyle("#9a6400", "#f0b030", "square", "minimum / 10"),
    "lightning": KindStyle("#5b4bb5", "#b0a4ff", "star", "Lightning"),
    "lightning_before": KindStyle("#8a3ffc", "#d0b0ff", "x", "Lightning before 2.5.3"),
    "torch_lr_finder": KindStyle("#b3382c", "#ff9a8c", "cross", "torch-lr-finder"),
}
"""The marks of the range test's suggestions, by their rules in `lrviz.analysis`, which the tests compare."""


@dataclass(frozen=True)
class Palette:
    """The colours of a chart that belong to no run."""

    text: str
    muted: str
    grid: str
    border: str
    page: str
    accent: str


LIGHT = Palette("#1c2733", "#596673", "#e6ebf0", "#c3ccd5", "#ffffff", "#0b5c8a")
DARK = Palette("#e3e9ef", "#9aa8b5", "#25303b", "#46535f", "#10161d", "#56b4e9")
PLOTLY_SYMBOLS = {"triangle": "triangle-up", "down": "triangle-down"}
"""The heads whose name in Plotly is another."""
LINE, THICK, THIN = 1.6, 7.0, 1.0
"""Widths of lines, in pixels: a curve, a range on it, a limit."""
SMALL_TEXT = 11
OVERLAY_DASHES = {"stability": "solid", "optimum": "dash", "critical damping": "dot"}
ANOTHER_DASH = "dashdot"
"""Of a second line of the same kind."""
"""What theory draws over a map, by the kinds of `lrviz.analysis.overlays`."""
_MAP_LIGHT = ("#073b4c", "#0b6a7d", "#3a9fa0", "#8ccfb8", "#e3f3df")
_MAP_DARK = ("#eafbe0", "#8fd9ae", "#3aa6a0", "#17687f", "#123a4e")


def palette(dark: bool) -> Palette:
    """Return the colours of a chart on a light or a dark page."""
    return DARK if dark else LIGHT


def run_colour(slot: int, dark: bool) -> str:
    """Return the colour of the run or optimizer in a slot."""
    style = RUN_STYLES[slot % len(RUN_STYLES)]
    return style.dark if dark else style.light


def run_dash(slot: int) -> str:
    """Return the dash of a slot as Plotly writes it."""
    return ",".join(f"{length}px" for length in RUN_STYLES[slot % len(RUN_STYLES)].dash) or "solid"


def run_symbol(slot: int) -> str:
    """Return the head of a slot as Plotly names it."""
    head = RUN_STYLES[slot % len(RUN_STYLES)].head
    return PLOTLY_SYMBOLS.get(head, head)


def kind_colour(kind: str, dark: bool) -> str:
    """Return the colour of a kind of outcome."""
    return KIND_STYLES[kind].dark if dark else KIND_STYLES[kind].light


def map_scale(dark: bool) -> list[list[object]]:
    """Return the scale of a map: what is low stands out from the page, what is high fades into it."""
    colours = _MAP_DARK if dark else _MAP_LIGHT
    return [[i / (len(colours) - 1), colour] for i, colour in enumerate(colours)]


def quiet_layout(dark: bool, height: int) -> dict[str, Any]:
    """Return the layout that all charts share: no template, no background, thin axes, few words."""
    colours = palette(dark)
    axis = {
        "gridcolor": colours.grid, "zeroline": False, "showline": False, "ticks": "outside", "ticklen": 3,
        "tickcolor": colours.border, "tickfont": {"size": SMALL_TEXT, "color": colours.muted},
        "title": {"font": {"size": SMALL_TEXT}, "standoff": 6}, "exponentformat": "power", "minexponent": 2,
    }  # fmt: skip
    legend = {"orientation": "h", "x": 0, "y": -0.14, "yanchor": "top", "font": {"size": SMALL_TEXT}}
    return {
        "template": None, "height": height, "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"size": SMALL_TEXT, "color": colours.muted}, "margin": {"l": 62, "r": 16, "t": 8, "b": 40},
        "hovermode": "closest", "xaxis": axis, "yaxis": axis, "legend": {**legend, "itemclick": False},
        "hoverlabel": {"bgcolor": colours.page, "bordercolor": colours.border, "font": {"color": colours.text}},
    }  # fmt: skip


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
    light, dark = palette(False).page, palette(True).page
    # What is scrolled by must not show through the links to the pages.
    bar = f'[data-testid="stHeader"] {{ background: light-dark({light}, {dark}); }}'
    return "\n".join([_ROOM, _TEXT_ON_ACCENT, _FORCED, bar, *marks])


# White on the accent of the dark theme would have 3.2 to 1, the accent on its own tint 4.3.
_TEXT_ON_ACCENT = """\
@media (forced-colors: none) {
  [data-testid="stMultiSelect"] [data-tag] * { color: light-dark(#ffffff, #10161d); }
  button[data-variant="segmented_control"][data-selected="true"] p { color: light-dark(#0b5c8a, #56b4e9); }
}
"""

# Streamlit's fields and sliders lose what they are drawn with where the person has chosen the colours.
_FORCED = """\
@media (forced-colors: active) {
  input, textarea { -webkit-text-fill-color: currentcolor !important; }
  [data-testid="stSlider"] [role="group"] > [data-orientation] > div { forced-color-adjust: none; }
  [data-testid="stSlider"] [role="group"] > [data-orientation] > div:first-child { background: CanvasText; }
  [data-testid="stSlider"] [role="group"] > [data-orientation] > div[style*="translate"] { background: Highlight; }
}
"""

_ROOM = """\
[role="radiogroup"][data-rac] { flex-wrap: wrap; overflow: visible; }
[data-testid="stMainBlockContainer"] { padding: 2.4rem 1rem 1rem; max-width: none; }
[data-testid="stHeader"] { height: 2.4rem; min-height: 0; }
[data-testid="stSidebarUserContent"] { padding-bottom: 2rem; }
[data-testid="stSidebarHeader"] { height: 2.5rem; }
[data-testid="stSidebar"] [data-testid="stVerticalBlock"] { gap: 0.55rem; }
[data-testid="stSidebar"] [data-testid="stMarkdownContainer"]:has(h3, h4) { margin-bottom: 0; }
[data-testid="stCaptionContainer"] { opacity: 0.78; }
[data-testid="stCaptionContainer"]:has(.stMarkdownColoredText) { opacity: 1; }
[data-testid="stSidebar"] .katex { font-size: 0.96rem; }
[data-testid="stSidebar"] p:has(> .katex) { overflow-x: auto; overflow-y: hidden; scrollbar-width: thin; }
[data-testid="stSidebar"] [data-testid="stPageLink"] a { background: transparent; padding: 0.1rem 0.3rem; }
[data-testid="stSidebar"] [data-testid="stPageLink"] a:hover { background: light-dark(#e3e9ef, #26323e); }
[data-testid="stSidebar"] [data-testid="stPageLink"] a span { font-weight: 400; }
[data-testid="stExpandSidebarButton"]::after { content: "Settings"; margin-left: 0.25rem; }
[data-testid="stSidebar"] [data-testid="stHorizontalBlock"] { flex-wrap: nowrap; }
[data-testid="stSidebar"] [data-testid="stColumn"] { min-width: 0; }
[data-testid="stSidebar"] [data-testid="stTextInput"] input { padding: 0.25rem 0.25rem 0.25rem 0.45rem; }
[data-testid="stSidebar"] h3, [data-testid="stSidebar"] h4 { padding: 0; margin: 0; }
[data-testid="stMain"] [data-testid="stVerticalBlock"] { gap: 0.5rem; }
:has(> .st-key-busy-knob) { position: fixed; z-index: 5; bottom: 4.5rem; right: 1rem; width: auto; }
:has(> .st-key-busy) { position: fixed; z-index: 5; bottom: 1rem; right: 1rem; width: auto; }
.st-key-busy, .st-key-busy-knob { padding: 0.3rem 0.8rem; border-radius: 0.5rem; border: 1px solid #8896a5; }
.st-key-busy, .st-key-busy-knob { background: light-dark(#fff, #1c252e); }
[class*="st-key-run"] summary p { font-size: 0; }
[class*="st-key-run"] summary p::after { font-size: 0.875rem; }
.lrviz-silent { position: fixed; z-index: 6; bottom: 1rem; right: 1rem; max-width: min(27rem, calc(100vw - 2rem)); }
.lrviz-silent { margin: 0; padding: 0.5rem 0.9rem; border-radius: 0.5rem; border: 1px solid #8896a5; }
.lrviz-silent { background: light-dark(#fff, #1c252e); color: light-dark(#1b2733, #e8eef4); font-size: 0.875rem; }
.lrviz-silent:empty { display: none; }
body:has([data-testid="stApp"]:not([data-test-connection-state="CONNECTED"])) .stDialog { display: none; }
:is(.st-key-busy, .st-key-busy-knob) [data-testid="stHorizontalBlock"] { flex-wrap: nowrap; }
body:has(:is(.st-key-busy, .st-key-busy-knob)) [data-testid="stStatusWidget"] { display: none; }
:has(> .st-key-pages) { display: none; }
@media (max-width: 767.98px) {
  :has(> .st-key-pages) { display: block; position: fixed; z-index: 999990; inset: 0 3rem auto 7.2rem; width: auto; }
  .st-key-pages { height: 2.4rem; gap: 0.2rem; align-items: center; flex-wrap: nowrap; }
  .st-key-pages a { padding: 0.5rem 0.45rem; min-height: 2.4rem; white-space: nowrap; }
}
@media (max-width: 640px) {
  .st-key-find-settings [data-testid="stHorizontalBlock"] { gap: 0.5rem; }
  .st-key-find-settings [data-testid="stColumn"] { min-width: calc(50% - 0.5rem); flex: 1 1 40%; }
  .st-key-find-settings [data-testid="stColumn"] [data-testid="stHorizontalBlock"] { flex-wrap: nowrap; }
  .st-key-find-settings [data-testid="stColumn"] [data-testid="stColumn"] { min-width: 0; }
}
@media print {
  [data-testid="stSidebar"], [data-testid="stHeader"], [data-testid="stToolbar"] { display: none !important; }
  :has(> .st-key-pages), :has(> .st-key-busy) { display: none !important; }
  [data-testid="stApp"], [data-testid="stMain"] { position: static; overflow: visible; }
  [data-testid="stAppViewContainer"] { position: static; overflow: visible; }
  [data-testid="stMainBlockContainer"] { padding: 0; }
}
.st-key-own_start button, .st-key-random_start button { padding: 0; min-width: 2.2rem; font-size: 1.15rem; }
"""
