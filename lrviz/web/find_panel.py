"""The sidebar of "Find a rate" below the problem: the optimizers, the tolerance, the rates."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from lrviz.analysis.sweeps import default_rates
from lrviz.catalog import DIGITS, Array, registered, show_number
from lrviz.optimizers import Optimizer
from lrviz.scenes import Scene, default_rate
from lrviz.scenes.search import MOST, TOLERANCE, Contender, Search
from lrviz.simulation import RATE, SLOTS
from lrviz.web.controls import edited, in_field, names, slider_and_number, typed
from lrviz.web.find_state import look
from lrviz.web.state import bound, current, touch
from lrviz.web.words import refused


def draw(scene: Scene, search: Search) -> Search:
    """Draw the controls of the search; return what they stand for."""
    st.markdown("#### Optimizers")
    search = search.replace(contenders=_chosen(search.contenders))
    search = search.replace(contenders=tuple(_edited(contender) for contender in search.contenders))
    if not search.contenders:
        return search
    if search.view == "race":
        return search
    tolerance = slider_and_number(TOLERANCE, "tolerance", "find.tolerance", search.tolerance, 1e-10, 0.5)
    search = search.replace(tolerance=tolerance)
    return search if search.view == "map" and search.field == "starts" else _rates(scene, search)


def _chosen(contenders: tuple[Contender, ...]) -> tuple[Contender, ...]:
    now = [contender.optimizer for contender in contenders]
    catalog = [cls() for name in names("optimizer") if issubclass(cls := registered("optimizer")[name], Optimizer)]
    options = [*(optimizer for optimizer in now if optimizer not in catalog), *catalog]
    chosen = st.multiselect(
        "Optimizers",
        options,
        now,
        format_func=_name,
        key=bound("find.optimizers", now),
        max_selections=MOST,
        label_visibility="collapsed",
        placeholder="Choose up to six",
        select_all=False,
        on_change=touch,
        args=("find.optimizers",),
    )
    return _slotted(contenders, chosen)


def _name(optimizer: Optimizer) -> str:
    changed = [f"{name} {show_number(v, DIGITS)}" for name, v in optimizer.changed().items() if isinstance(v, float)]
    return " ".join([optimizer.label, *changed])


def _slotted(before: tuple[Contender, ...], chosen: Sequence[Optimizer]) -> tuple[Contender, ...]:
    """Return the chosen ones; who was there keeps the slot, and by that the colour."""
    slots = {contender.optimizer: contender.slot for contender in before if contender.optimizer in chosen}
    free = iter(slot for slot in range(SLOTS) if slot not in slots.values())
    return tuple(Contender(slots[o] if o in slots else next(free), o) for o in chosen)


def _edited(contender: Contender) -> Contender:
    slot, optimizer = contender
    place = st.expander(_name(optimizer), key=f"run{slot}", on_change="rerun")
    if not place.open:
        return contender
    with place:
        st.caption(optimizer.summary)
        return Contender(slot, edited(optimizer, f"find{slot}.{optimizer.name}"))


def subject(search: Search) -> Search:
    """Draw the choice of the optimizer that is looked at alone."""
    now = search.subject
    assert now is not None
    slots = [contender.slot for contender in search.contenders]
    known = {contender.slot: _name(contender.optimizer) for contender in search.contenders}
    key = f"find.subject.{now.slot}.{','.join(map(str, slots))}"
    st.selectbox(
        "Optimizer", slots, slots.index(now.slot), format_func=lambda slot: known.get(slot, ""), key=key,
        on_change=_subject, args=(key,), disabled=len(slots) < 2,
    )  # fmt: skip
    return search


def _subject(key: str) -> None:
    look(chosen=st.session_state.get(key))


def usual_rates(scene: Scene, search: Search) -> Array:
    """Return the lowest and the highest rate that are tried unasked."""
    ends = default_rates(scene.problem, search.optimizers, 2)
    if search.view == "map" and search.subject is not None:
        ends = default_rate(scene.problem, search.subject.optimizer) * np.array([1e-2, 1e2])
    return np.clip([float(f"{rate:.2g}") for rate in ends], RATE.low, RATE.high)


def borders(scene: Scene, search: Search) -> tuple[float, float]:
    """Return the lowest and the highest rate that are tried."""
    low, high = usual_rates(scene, search)
    low, high = search.low or float(low), search.high or float(high)
    return (low, high) if low < high else (low, low * 10)


def _rates(scene: Scene, search: Search) -> Search:
    usual = usual_rates(scene, search)
    now = borders(scene, search)
    found = []
    for name, column, value in zip(("from", "to"), st.columns(2, gap="small"), now, strict=True):
        with column:
            key = f"find.{name}"
            found.append(float(typed(RATE, f"rates {name}", key, value, in_field(value))))
    low, high = found
    if not low < high:
        refused(ValueError(f"The rates must go from a lower to a higher one, not from {low:g} to {high:g}."))
        return search
    if (search.low, search.high) != (None, None):
        st.button("Usual rates", on_click=_usual, key="find.usual", type="tertiary", help="The whole range again")
    return search.replace(low=None if low == usual[0] else low, high=None if high == usual[1] else high)


def _usual() -> None:
    look(low=None, high=None)
    current().touched.clear()
