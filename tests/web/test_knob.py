"""The knob on the page, without a browser: families on demand, and numbers that are set exactly or not at all."""

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import lrviz
from lrviz.figures.family import family_key, family_message
from lrviz.scenes import first_scene
from lrviz.web.knob import with_number
from tests.figures.test_messages import unpacked
from tests.web.test_explore import open_page

SCENE = first_scene()


def handed(app: AppTest) -> bytes:
    """Return what the component of the families holds."""
    (proto,) = [one.proto for one in app.get("bidi_component") if "family" in one.proto.id]
    return bytes(proto.bytes)


def test_a_family_is_computed_when_it_is_asked_for_and_only_then() -> None:
    app = open_page()
    assert handed(app) == b""
    app.session_state["asked"] = (1, "momentum")
    app.run()
    assert not app.exception, app.exception
    meta, _ = unpacked(handed(app))
    assert meta["key"] == family_key(SCENE, SCENE.runs[1], "momentum")
    app.run()
    assert handed(app) == b""


@pytest.mark.parametrize("asked", [(7, "lr"), (1, "b1"), (None, None), ("1", "lr"), (1, ["lr"])])
def test_a_question_that_fits_nothing_is_not_answered(asked: Any) -> None:
    app = open_page()
    app.session_state["asked"] = asked
    app.run()
    assert not app.exception, app.exception
    assert handed(app) == b""


def test_every_value_of_a_family_comes_back_exactly() -> None:
    family = lrviz.family(SCENE, 1)
    _, arrays = unpacked(family_message(family))
    for value in arrays["values"]:
        sent = json.loads(json.dumps({"slot": 1, "name": "lr", "value": float(value)}))
        assert with_number(SCENE, sent).runs[1].lr == value
    assert with_number(SCENE, {"slot": 1, "name": "warmup", "value": 7}).runs[1].warmup == 7
    assert with_number(SCENE, {"slot": 2, "name": "momentum", "value": 0.5}).runs[2].optimizer.changed() == {
        "momentum": 0.5
    }


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"slot": 1, "name": "lr"},
        {"slot": 1, "name": "lr", "value": "0.1"},
        {"slot": 1, "name": "lr", "value": True},
        {"slot": 1, "name": "lr", "value": float("nan")},
        {"slot": 1, "name": "lr", "value": 1e9},
        {"slot": 1, "name": "slot", "value": 0},
        {"slot": 1, "name": "optimizer", "value": 0},
        {"slot": 1, "name": "warmup", "value": 2.5},
        {"slot": [1], "name": "lr", "value": 0.1},
        {"slot": 6, "name": "lr", "value": 0.1},
    ],
)
def test_what_does_not_fit_changes_nothing(event: dict[str, Any]) -> None:
    assert with_number(SCENE, event) == SCENE
