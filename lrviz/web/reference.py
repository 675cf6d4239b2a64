"""Reference: every entry of the catalog, from its own declaration alone."""

from __future__ import annotations

import json
from difflib import get_close_matches
from functools import cache
from importlib import resources
from typing import Any

import pandas as pd
import streamlit as st

from lrviz.analysis import DEFINITIONS
from lrviz.catalog import (
    Entry,
    Milestones,
    Number,
    Twin,
    Whole,
    default_of,
    description,
    hypers,
    registered,
    short,
    show_number,
)
from lrviz.figures.messages import paths_message, scenery_message
from lrviz.figures.theme import KIND_STYLES
from lrviz.optimizers import SGD, Optimizer
from lrviz.problems import Bowl, Problem, Ravine
from lrviz.scenes import Scene, View, default_rate, default_runs
from lrviz.schedules import Schedule
from lrviz.simulation import Run
from lrviz.web.controls import names
from lrviz.web.player import player
from lrviz.web.words import notice, plain

KINDS = {"optimizer": "Optimizers", "schedule": "Schedules", "problem": "Problems"}
_ROUNDING = 1e-10
"""A relative difference below this is rounding, through hundreds of steps."""
_LIBRARIES = {"torch": "PyTorch", "optax": "Optax", "keras": "Keras"}


def page() -> None:
    """Draw the page: the list, the entry that the address names, a picture of it."""
    st.session_state["elsewhere"] = True
    kind, name = _asked()
    with st.sidebar:
        _list(kind, name)
    _describe(kind, registered(kind)[name])
    with st.expander("What the outcomes of runs mean"):
        _table("Outcomes", outcome_rows())


def outcome_rows() -> list[dict[str, str]]:
    """Return the name of each kind of outcome and its definition; where more than one fits, the first counts."""
    return [{"Outcome": KIND_STYLES[kind].name, "What it means": text} for kind, text in DEFINITIONS.items()]


def _asked() -> tuple[str, str]:
    """Return the entry that the address names; the first optimizer where it names none that there is.

    An address says `entry=Adam`; older ones `kind=optimizer&name=Adam`.
    """
    kinds = {name: kind for kind in KINDS for name in registered(kind)}
    kind = st.query_params.get("kind", "optimizer")
    name = st.query_params.get("entry", st.query_params.get("name", ""))
    if name in kinds:
        return kinds[name], name
    if name:
        near = get_close_matches(name, kinds, n=2, cutoff=0.5)
        hint = f"; did you mean {' or '.join(near)}?" if near else "."
        notice([f"There is no entry named {name[:40]!r}{hint} Here is another."])
    kind = kind if kind in KINDS else "optimizer"
    return kind, names(kind)[0]


def _list(kind: str, current: str) -> None:
    """Draw the search and the links, by family."""
    wanted = st.text_input("Search", key="reference.search", placeholder="momentum, saddle, warm-up …") or ""
    if wanted:
        matches = [(k, n) for k in KINDS for n in names(k) if matches_search(registered(k)[n], wanted)]
    else:
        chosen = st.segmented_control(
            "Kind", list(KINDS), default=kind, key=f"reference.{kind}", format_func=KINDS.__getitem__, required=True
        )
        matches = [(chosen or kind, n) for n in names(chosen or kind)]
    if not matches:
        st.caption(plain(f"Nothing here is about {wanted!r}. Try one word of it."))
    family, reference = "", _pages()["reference"]
    for k, n in matches:
        cls = registered(k)[n]
        if cls.family != family:
            family = cls.family
            st.caption(family)
        label = f"**{cls.label}**" if n == current else cls.label
        st.page_link(reference, label=label, query_params={"entry": n}, help=cls.summary)


def matches_search(cls: type[Entry], wanted: str) -> bool:
    """Whether every word of `wanted` occurs in what is said of the entry."""
    text = " ".join([cls.__name__, cls.label, cls.family, cls.summary, description(cls)]).lower()
    return all(word in text for word in wanted.lower().split())


def _describe(kind: str, cls: type[Entry]) -> None:
    title, link = st.columns([4, 1], vertical_alignment="bottom")
    title.markdown(f"## {cls.label}")
    scene = example_of(cls())
    with link:
        pairs: dict[str, Any] = dict(scene.pairs())
        st.page_link(_pages()["explore"], label="Try it", icon=":material/play_arrow:", query_params=pairs)
    st.markdown(cls.summary)
    text, picture = st.columns([1, 1], gap="large")
    with text:
        st.caption(f"{cls.family} · `lrviz.{kind}s.{cls.__name__}`")
        if issubclass(cls, Problem):
            st.latex(cls().latex)
        st.markdown(description(cls))
        _facts(cls)
        _table("Parameters", parameter_rows(cls))
        _table("In other libraries", twin_rows(cls))
    with picture:
        _picture(scene)


def _facts(cls: type[Entry]) -> None:
    if issubclass(cls, Problem) and cls.kinks:
        st.markdown(f"**No derivative:** {cls.kinks}")
    if issubclass(cls, Optimizer) and cls.drawn:
        st.markdown(f"**What is drawn:** {cls.drawn}")
    if cycled := cycled_momentum(cls):
        st.markdown(f"**Cycled momentum:** {cycled}")


def cycled_momentum(cls: type[Entry]) -> str:
    """Return what becomes of the momentum where a schedule cycles it, for a rule or such a schedule; else nothing."""
    if issubclass(cls, Schedule) and cls().cycles:
        rules = registered("optimizer").values()
        moved = [f"{rule.label} (`{rule.cycled}`)" for rule in rules if issubclass(rule, Optimizer) and rule.cycled]
        return f"This schedule moves that of {', '.join(moved)}. The other optimizers keep theirs."
    if issubclass(cls, Optimizer):
        schedules = [s.label for s in registered("schedule").values() if issubclass(s, Schedule) and s().cycles]
        what = f"`{cls.cycled}` follows the schedule" if cls.cycled else "every parameter stays as it is"
        return f"Under {', '.join(schedules)} {what}."
    return ""


def _picture(scene: Scene) -> None:
    view = View(panes="map")
    runs = paths_message(scene, view, scene.simulate("states"), autoplay=True)
    player(scenery_message(scene.problem), runs, on_start=_nothing, on_view=_nothing, name="reference")


def _nothing() -> None:
    """Leave the picture as it is: it is not for changing, "Try it" is."""


def example_of(entry: Entry) -> Scene:
    """Return a small scene that shows what the entry does, beside plain gradient descent where that says more."""
    if isinstance(entry, Problem):
        return Scene(entry, default_runs(entry))
    if isinstance(entry, Schedule):
        return Scene(Bowl(), (Run(SGD(), 0.5, entry), Run(SGD(), 0.5)), noise=0.5)
    assert isinstance(entry, Optimizer)
    ravine = Ravine(kappa=20.0)
    plain = Run(SGD(), default_rate(ravine, SGD()))
    run = Run(entry, default_rate(ravine, entry))
    return Scene(ravine, (run,) if isinstance(entry, SGD) else (run, plain))


def parameter_rows(cls: type[Entry]) -> list[dict[str, str]]:
    """Return for each hyper-parameter its name, default, range and what raising it does."""
    rows = []
    for name, spec in hypers(cls).items():
        default = default_of(cls, name)
        shown = show_number(default) if isinstance(default, float) else str(default)
        span = f"{spec.low:g} to {spec.high:g}" if isinstance(spec, Number | Whole | Milestones) else ""
        rows.append({"Name": f"`{name}`", "Default": shown, "Range": span, "What it does": spec.help})
    return rows


def twin_rows(cls: type[Entry]) -> list[dict[str, str]]:
    """Return for each library the entry's name there, its arguments, the largest difference in a test and why."""
    twins = {library: getattr(cls, library, None) for library in _LIBRARIES}
    measured = measured_differences().get(cls.__name__, {})
    return [
        {
            "Library": _LIBRARIES[library],
            "Name": f"`{twin.name}`",
            "Arguments": _arguments(twin),
            "Largest difference": shown_difference(measured.get(library)),
            "Why": twin.deviation,
        }
        for library, twin in twins.items()
        if twin is not None
    ]


def shown_difference(relative: float | None) -> str:
    """Return how far a library's numbers were from ours at most, as a share of the numbers themselves."""
    if relative is None:
        return "not measured"
    if relative == 0:
        return "none: the same numbers"
    if relative < _ROUNDING:
        return f"rounding: {show_number(relative, 2)} of the numbers"
    return f"{short(100 * relative)} % of the numbers" if relative < 1 else f"{short(relative)} times the numbers"


@cache
def measured_differences() -> dict[str, dict[str, float]]:
    """Return the largest relative difference that was measured against each library, by the entry's name."""
    found: dict[str, dict[str, float]] = {}
    for folder in ("optimizers", "schedules"):
        record = resources.files("lrviz").joinpath(folder, "measured.json")
        if record.is_file():
            found.update(json.loads(record.read_text(encoding="utf-8")))
    return found


def _arguments(twin: Twin) -> str:
    return ", ".join(
        f"`{theirs}`" if ours == theirs else f"{ours} → `{theirs}`" for ours, theirs in twin.arguments.items()
    )


def _table(title: str, rows: list[dict[str, str]]) -> None:
    if rows:
        st.markdown(f"**{title}**")
        st.table(pd.DataFrame(rows).set_index(next(iter(rows[0]))))


def _pages() -> dict[str, Any]:
    from lrviz.web.pages import pages  # noqa: PLC0415 (the pages know each other through their list)

    return dict(pages())
