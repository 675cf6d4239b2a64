"""What components send may be any JSON from anybody: whatever does not fit changes nothing and leaves no trace."""

import json
import random
import re
from collections.abc import Iterator
from time import perf_counter
from typing import Any

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState

from tests.servers import STREAMLIT, Server, serving
from tests.visitors import Visitor, visiting

EXPLORE = "v=1&problem=Ravine&run1=SGD&run1.lr=0.1&run2=Adam&run2.lr=0.2&steps=40"
FIND = "v=1&problem=Ravine&opt1=SGD&view=map&steps=20&across=start.x"
EVENTS = {
    "": [("player", "start"), ("player", "view"), ("player", "turn"), ("player.family", "ask")],
    "find": [("find.chart", "click"), ("find.chart", "zoom"), ("find.chart", "theme")],
}
FIELDS = (
    *("at", "live", "slot", "name", "value", "chosen", "hidden", "speed", "panes", "layout", "rate", "loss_axis"),
    *("loop", "numbers", "unstable", "x", "y", "axis", "dark"),
)
SCALARS: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 7, 0.5, -1e300, 1e308, float("nan"), float("inf"), -0.0, 10**400, -(10**400)),
    *("", "lr", "0.1", "map", "NaN", "x" * 5000, "\u0000", "__class__", "slot"),
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(STREAMLIT, tmp_path_factory.mktemp("server")) as server:
        yield server


def drawn(chance: random.Random, depth: int = 0) -> Any:
    """Return any JSON, often an object with the names of real fields."""
    kind = chance.random()
    if depth > 2 or kind < 0.3:
        return chance.choice(SCALARS)
    if kind < 0.5:
        return [drawn(chance, depth + 1) for _ in range(chance.randrange(5))]
    return {chance.choice(FIELDS): drawn(chance, depth + 1) for _ in range(chance.randrange(6))}


def senseless(chance: random.Random) -> Any:
    """Return JSON of which no field has a value that means something there."""
    fields: dict[str, tuple[Any, ...]] = {
        "at": (None, "0", [], [1.0], [1, 2, 3], ["1", "2"], [None, 1], [10**400, 0], [True, False], {"0": 1, "1": 2}),
        "live": (0, "yes", None), "slot": (None, "0", 9, -1, 0.5, [0], True), "name": (None, 3, "slot", ["lr"], ""),
        "value": (None, "0.1", float("nan"), 10**400, [0.1], True), "chosen": (None, "1", 8, -1, 10**400, [1], True),
        "hidden": ("1", 3, {"1": 1}, [9, -1, "0", None, True]), "speed": (None, "1", 0, 100, float("nan"), 10**400),
        "panes": ("all", 1, ["map"]), "layout": (None, "3", {}), "rate": ("none", 0), "loss_axis": ("log10", []),
        "loop": (1, "true", None), "numbers": (0, []), "unstable": ("", 2), "x": ("1", [], {}, float("inf"), 10**400),
        "y": ([1], [2, 1], ["0", "1"], [10**400, 1]), "axis": (3, None), "dark": (1, "true", None),
    }  # fmt: skip
    return {name: chance.choice(fields[name]) for name in chance.sample(FIELDS, chance.randrange(len(FIELDS)))}


def sent(visitor: Visitor, component: str, payload: object, *, state: object = None) -> list[WidgetState]:
    """Return an event as a browser would send it, alone or with a state of the component's."""
    widget = visitor.named(component)
    states = [WidgetState(id=f"$$STREAMLIT_INTERNAL_KEY_{widget}__events", json_trigger_value=json.dumps(payload))]
    if state is not None:
        states.append(WidgetState(id=widget, json_value=json.dumps(state)))
    return states


def troubles(server: Server) -> list[str]:
    return re.findall(r"(?:Traceback|Error|Warning|Exception).*", server.log.read_text())


@pytest.mark.parametrize("page", EVENTS)
@pytest.mark.parametrize("seed", range(2))
def test_any_json_leaves_no_trace_in_the_log(server: Server, page: str, seed: int) -> None:
    chance = random.Random(seed)
    with visiting(server, page, FIND if page else EXPLORE) as visitor:
        visitor.rerun()
        for _ in range(25):
            component, event = chance.choice(EVENTS[page])
            if not visitor.has(component):  # a click on the map has led to Explore
                return
            payload = chance.choice([drawn(chance), {"event": event, "value": drawn(chance)}])
            state = chance.choice([None, {}, {event: drawn(chance)}, [drawn(chance)]])
            visitor.rerun(*sent(visitor, component, [payload], state=state))
            assert troubles(server) == [], payload


@pytest.mark.parametrize("page", EVENTS)
def test_what_does_not_fit_changes_nothing(server: Server, page: str) -> None:
    chance = random.Random(11)
    query = FIND if page else EXPLORE
    with visiting(server, page, query) as visitor:
        visitor.rerun()
        for _ in range(40):
            component, event = chance.choice(EVENTS[page])
            visitor.rerun(*sent(visitor, component, [{"event": event, "value": senseless(chance)}], state={}))
            assert visitor.query == query
        assert troubles(server) == []


@pytest.mark.parametrize(
    "value",
    [
        {"at": [0.0] * 2_000_000},
        {"hidden": [0] * 2_000_000},
        {"slot": 0, "name": "lr", "value": 10**4000},
        {"slot": [0] * 2_000_000, "name": ["lr"] * 1000, "value": 0.1},
    ],
    ids=["start", "hidden", "number", "slot"],
)
def test_what_is_very_large_is_refused_in_a_moment(server: Server, value: object) -> None:
    with visiting(server, "", EXPLORE) as visitor:
        visitor.rerun()
        alone = max(visitor.rerun() for _ in range(3))
        for component, event in EVENTS[""]:
            payload = [{"event": event, "value": value}]
            text = json.dumps(payload)
            began = perf_counter()
            json.loads(text)
            reading = perf_counter() - began
            # Streamlit reads it a few times before the page sees it.
            assert visitor.rerun(*sent(visitor, component, payload, state={})) < 5 * alone + 12 * reading + 0.5
    assert troubles(server) == []
