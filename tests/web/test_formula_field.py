"""The formula's field: what the route answers while one types, and what the page says of what was typed."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.requests import Request
from streamlit.testing.v1 import AppTest

from lrviz.formula import FormulaError, compile_formula
from lrviz.web.formula_field import answer, reading
from tests.web.test_explore import control, open_page, scene_of

TEXTS = [
    *(
        "x^2+3y^2",
        "1/2x",
        "x +",
        "",
        "|x|y|x|",
        "sin^-1(x)",
        "\u00d7",
        "x" * 501,
        "9" * 400,
        "1,5x",
        "w\u00b2",
        "\u0000",
    ),
    "x/0",
]


def asked(**query: str) -> dict[str, Any]:
    """Return what the route answers."""
    response = reading(Request({"type": "http", "query_string": urlencode(query).encode(), "headers": []}))
    assert (response.status_code, response.headers["Cache-Control"]) == (200, "no-store")
    told: dict[str, Any] = json.loads(bytes(response.body))
    return told


def refusal_of(text: str) -> FormulaError | None:
    try:
        compile_formula(text, ("x", "y", "w"))
    except FormulaError as error:
        return error
    return None


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_the_route_says_what_the_reader_says(text: str) -> None:
    told, error = asked(text=text, names="x,y,w"), refusal_of(text)
    if error is None:
        assert list(told) == ["math"]
        assert told["math"].startswith("<math ")
    else:
        assert told["error"].lower() == error.remedy.lower()
        assert (told["start"], told["end"], told["readings"]) == (error.start, error.end, list(error.readings))


@pytest.mark.parametrize("names", ["", "sin", "x,x", "1,2", "<b>", ",".join("abcdefghijklmnop"), "x" * 10_000])
def test_names_that_are_none_do_no_harm(names: str) -> None:
    assert set(asked(text="x^2", names=names)) <= {"math", "error", "start", "end", "readings"}


def test_without_a_text_the_route_says_that_it_is_empty() -> None:
    assert asked()["error"].startswith("The formula is empty")


def handed(app: AppTest) -> list[dict[str, Any]]:
    """Return what the components below the formulas' fields hold."""
    return [json.loads(one.proto.json) for one in app.get("bidi_component") if "typeset" in one.proto.id]


def test_a_formula_is_set_below_its_field_and_a_refused_one_comes_with_its_readings() -> None:
    app = open_page("problem=Formula&run1=SGD&run1.schedule=StepFormula")
    problem, schedule = handed(app)
    assert (problem["text"], problem["names"], problem["refused"]) == ("x^2 + 3*y^2", ["x", "y", "w"], False)
    assert (schedule["text"], schedule["names"]) == ("1 - n/N", ["n", "N"])
    assert problem["math"] == answer("x^2 + 3*y^2", ("x", "y", "w"))["math"]
    control(app, "text_input", "problem.Formula.text").input("x^2 + 1/2y").run()
    assert scene_of(app).problem.text == "x^2 + 3*y^2"  # type: ignore[attr-defined]
    problem = handed(app)[0]
    assert (problem["text"], problem["refused"]) == ("x^2 + 1/2y", True)
    assert problem["readings"] == ["x^2 + (1/2)y", "x^2 + 1/(2y)"]
    control(app, "text_input", "problem.Formula.text").input("2x\u00b2 + |y|").run()
    assert scene_of(app).problem.text == "2x\u00b2 + |y|"  # type: ignore[attr-defined]
    assert app.session_state["page"].address["problem.text"] == "2x\u00b2 + |y|"
    assert "math" in handed(app)[0]


def test_a_schedule_is_typed_as_people_write_it() -> None:
    app = open_page("problem=Bowl&run1=SGD&run1.schedule=StepFormula")
    control(app, "text_input", "run0.schedule.StepFormula.formula").input("\u221a(1\u2212n/N)").run()
    assert not app.exception
    assert scene_of(app).runs[0].schedule.formula == "\u221a(1\u2212n/N)"  # type: ignore[attr-defined]
    control(app, "text_input", "run0.schedule.StepFormula.formula").input("e^-2n/N").run()
    assert handed(app)[0]["readings"] == ["(e^-2)n/N", "e^(-2n/N)"]
