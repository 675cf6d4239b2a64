"""The reference page: every entry, from its own declaration."""

import pytest
from streamlit.testing.v1 import AppTest

from lrviz.analysis import DEFINITIONS
from lrviz.catalog import hypers, registered
from lrviz.scenes import Scene
from lrviz.web import reference
from lrviz.web.reference import (
    KINDS,
    cycled_momentum,
    example_of,
    matches_search,
    measured_differences,
    outcome_rows,
    parameter_rows,
    shown_difference,
    twin_rows,
)

ENTRIES = [(kind, name) for kind in KINDS for name in registered(kind)]


def drawn(kind: str, name: str) -> AppTest:
    return opened(kind=kind, name=name)


def opened(**address: str) -> AppTest:
    app = AppTest.from_function(_page, default_timeout=60)
    app.query_params.update(address)
    app.run()
    assert not app.exception, app.exception
    return app


def _page() -> None:
    from unittest.mock import patch

    from lrviz.web import reference

    # AppTest knows no navigation, so the links between the pages are left out.
    with (
        patch.object(reference.st, "page_link"),
        patch.object(reference, "_pages", lambda: dict.fromkeys(["reference", "explore"])),
    ):
        reference.page()


@pytest.mark.parametrize("kind", KINDS)
def test_an_entry_is_described_with_its_formula_and_shown(kind: str) -> None:
    name = list(registered(kind))[1]
    app = drawn(kind, name)
    assert any(registered(kind)[name].label in text.value for text in app.markdown)
    assert len(app.get("bidi_component")) == 2


@pytest.mark.parametrize(("kind", "name"), ENTRIES)
def test_every_entry_has_rows_for_its_parameters_and_an_example_that_an_address_can_hold(kind: str, name: str) -> None:
    cls = registered(kind)[name]
    assert [row["Name"] for row in parameter_rows(cls)] == [f"`{field}`" for field in hypers(cls)]
    assert all(row["What it does"] for row in parameter_rows(cls))
    scene = example_of(cls())
    assert Scene.from_query(scene.to_query()) == (scene, [])
    assert scene.simulate().loss.shape[0] == scene.steps + 1


def test_the_twins_say_where_they_differ_and_by_how_much() -> None:
    rows = {row["Library"]: row for row in twin_rows(registered("optimizer")["Adam"])}
    assert set(rows) == {"PyTorch", "Optax", "Keras"}
    measured = measured_differences()["Adam"]
    assert measured["torch"] <= 1e-13
    assert rows["PyTorch"]["Largest difference"].startswith(("none", "rounding: "))
    assert rows["Keras"]["Largest difference"] == f"{100 * measured['keras']:.2g} % of the numbers"
    assert rows["Keras"]["Why"]


def test_whatever_differs_visibly_from_a_library_says_why() -> None:
    for cls in registered("optimizer").values():
        for row in twin_rows(cls):
            if not row["Largest difference"].startswith(("not measured", "none", "rounding: ")):
                assert row["Why"], (cls.__name__, row)
                assert row["Largest difference"].endswith(("% of the numbers", "times the numbers"))


@pytest.mark.parametrize(
    ("relative", "text"),
    [
        (None, "not measured"),
        (0.0, "none: the same numbers"),
        (3.1e-16, "rounding: 3.1e-16 of the numbers"),
        (0.114, "11 % of the numbers"),
        (7.0, "7 times the numbers"),
    ],
)
def test_a_difference_says_of_what_it_is_a_share(relative: float | None, text: str) -> None:
    assert shown_difference(relative) == text


def test_what_a_cycled_momentum_moves_is_said_from_what_each_rule_knows() -> None:
    optimizers, schedules = registered("optimizer"), registered("schedule")
    assert cycled_momentum(optimizers["AdamW"]) == "Under One-cycle `b1` follows the schedule."
    assert cycled_momentum(optimizers["Nesterov"]) == "Under One-cycle `momentum` follows the schedule."
    assert cycled_momentum(optimizers["Adan"]) == "Under One-cycle every parameter stays as it is."
    assert "NAdam (`b1`)" in cycled_momentum(schedules["OneCycle"])
    assert "Adan (" not in cycled_momentum(schedules["OneCycle"])
    assert cycled_momentum(schedules["Cosine"]) == cycled_momentum(registered("problem")["Bowl"]) == ""


@pytest.mark.parametrize(("wanted", "found"), [("heavy ball", "Momentum"), ("ADAM decay", "AdamW"), ("kingma", "Adam")])
def test_the_search_finds_words_of_the_whole_description(wanted: str, found: str) -> None:
    assert matches_search(registered("optimizer")[found], wanted)
    assert not matches_search(registered("optimizer")[found], f"{wanted} xyzzy")


def test_an_unknown_entry_shows_another_and_says_so() -> None:
    app = drawn("optimizer", "Nothing<b>")
    assert any("There is no entry named" in caption.value for caption in app.caption)


def test_measured_differences_are_there() -> None:
    assert reference.measured_differences()["Adam"]["torch"] <= 1e-13


@pytest.mark.parametrize(("kind", "name"), ENTRIES[::7])
def test_an_entry_is_opened_by_its_name_alone_and_by_an_older_address(kind: str, name: str) -> None:
    for app in (opened(entry=name), opened(kind=kind, name=name)):
        assert app.markdown[0].value == f"## {registered(kind)[name].label}"
        assert not any("no entry" in caption.value for caption in app.caption)


def test_no_two_entries_of_the_reference_have_the_same_name() -> None:
    names = [name for _, name in ENTRIES]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(("name", "hint"), [("Adma", "; did you mean Adam"), ("<b>", ". Here is another")])
def test_an_entry_that_there_is_not_is_refused_with_a_sentence(name: str, hint: str) -> None:
    app = opened(entry=name)
    said = " ".join(caption.value for caption in app.caption)
    assert "There is no entry named" in said
    assert hint in said


def test_every_kind_of_outcome_is_defined_on_the_page_as_in_the_analysis() -> None:
    assert [row["What it means"] for row in outcome_rows()] == list(DEFINITIONS.values())
    app = opened(entry="Adam")
    assert any("outcomes of runs mean" in expander.label for expander in app.expander)
    assert any(DEFINITIONS["saddle"] in table.value.to_string(max_colwidth=None) for table in app.table)
