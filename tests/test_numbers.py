"""Numbers as people type them: one reading, or a sentence that names both."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lrviz.catalog import Milestones, Number, Whole, finite, read_number
from lrviz.problems import Formula, Rosenbrock
from lrviz.problems.typed import Box
from lrviz.scenes import Scene, first_scene
from tests.timing import within

RATE, STEPS, LIST = Number("", 1e-12, 1e6), Whole("", 1, 5000), Milestones("", 1, 5000)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(("0.1", 0.1), ("0,1", 0.1), ("1,5", 1.5), ("0,125", 0.125), (",125", 0.125), ("1234,567", 1234.567)),
        *(("01,500", 1.5), ("1,0000", 1.0), ("1.000", 1.0), ("\u22125", -5.0), ("\u00a07\u202f", 7.0), ("110", 110.0)),
        *(("1e\u22123", 1e-3), ("10^-3", 1e-3), ("10**3", 1e3), ("3\u00d710\u207b\u2074", 3e-4), ("-10\u00b2", -100.0)),
        ("2,5 \u00b7 10^5", 2.5e5),
    ],
)
def test_what_has_one_reading_is_read(text: str, value: float) -> None:
    assert read_number(text) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("1,000", ("1000", "1.000")), ("-12,345", ("-12345", "-12.345")), ("1,000e3", ("1000e3", "1.000e3")),
        ("\u2212999,999", ("-999999", "-999.999")), ("1,000,000", ("1000000",)), ("1,000.5", ("1000.5",)),
    ],
)  # fmt: skip
@pytest.mark.parametrize("spec", [Number("", -1e7, 1e7), Whole("", -(10**7), 10**7), Box("")])
def test_a_comma_that_may_part_thousands_is_refused_with_every_reading(
    text: str, readings: tuple[str, ...], spec: Any
) -> None:
    with pytest.raises(ValueError, match="Rate must be one number") as caught:
        spec.read("Rate", f"{text}~7" if isinstance(spec, Box) else text)
    for reading in readings:
        assert f"write {reading}" in str(caught.value) or f"or {reading}" in str(caught.value)
        assert reading in (text.replace("\u2212", "-").replace(",", ""), text.replace("\u2212", "-").replace(",", "."))


@given(st.from_regex(r"[-+\u2212]?[0-9]{0,4}(,[0-9]{0,4}){0,2}(\.[0-9]{0,3})?(e-?[0-9])?", fullmatch=True))
@settings(max_examples=600, deadline=None, derandomize=True)
def test_what_is_accepted_is_what_every_reader_of_commas_takes_it_for(text: str) -> None:
    try:
        value = read_number(text)
    except ValueError:
        return
    plain = text.replace("\u2212", "-")
    whole, _, rest = plain.lstrip("+-").partition(",")
    groups = rest.partition("e")[0].partition(".")[0]
    thousands = "," in plain and len(groups) == 3 and 1 <= len(whole) <= 3 and not whole.startswith("0")
    assert not thousands
    assert value == float(plain.replace(",", "."))


@pytest.mark.parametrize("text", ["50,100", "50, 100", "50 100", "50;100", "50~100", " 100 ,50,"])
def test_a_list_of_steps_is_parted_as_it_was_typed(text: str) -> None:
    assert Milestones("", 1, 1000).read("Steps", text) == (50, 100)


def test_a_comma_in_a_list_is_refused_where_it_may_part_thousands() -> None:
    with pytest.raises(ValueError, match="Steps: 1,500 may be 1500 or 1, 500; write 1500"):
        LIST.read("Steps", "20, 1,500")
    assert LIST.read("Steps", "1, 500") == (1, 500)
    assert LIST.read("Steps", "50,100") == (50, 100)  # 50,100 is beyond the longest run


HUGE = [10**400, -(10**400), 10**5000, float("inf"), float("nan"), np.float64("inf"), 10**30 + 1]


@pytest.mark.parametrize("value", HUGE, ids=range(len(HUGE)))
def test_numbers_of_any_size_are_refused_in_a_sentence(value: object) -> None:
    for spec in (RATE, STEPS):
        with pytest.raises(ValueError, match="Rate must be") as caught:
            spec.check("Rate", value)
        assert len(str(caught.value)) < 200


@pytest.mark.parametrize("digits", [30, 61, 400, 5000, 2_000_000])
@pytest.mark.parametrize("spec", [RATE, STEPS, LIST, Box("")], ids=["number", "whole", "list", "box"])
def test_texts_of_any_length_are_refused_in_a_sentence(digits: int, spec: Any) -> None:
    with within(0.2):
        for text in ("9" * digits, "1e" + "9" * digits, "1~" * digits, "1,000," * digits):
            with pytest.raises(ValueError, match="Rate") as caught:
                spec.read("Rate", text)
            assert len(str(caught.value)) < 200


@pytest.mark.parametrize("value", [10**400, [0.0] * 2_000_000, [10**5000, 1.0], "1,000", 1.0, [[1.0]]], ids=type)
def test_a_start_of_any_size_is_refused_in_a_sentence(value: object) -> None:
    with pytest.raises((TypeError, ValueError)) as caught:
        Scene(Rosenbrock(), first_scene().runs, start=value)  # type: ignore[arg-type]
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("value", [[(0.0, 1.0)] * 2_000_000, [(0, 10**400)], "1" * 10**6, [[0.0] * 10**6]], ids=type)
def test_a_domain_of_any_size_is_refused_in_a_sentence(value: Any) -> None:
    with pytest.raises((TypeError, ValueError)) as caught:
        Formula("x^2", domain=value)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("digits", [400, 5000, 100_000])
def test_a_scene_in_json_with_a_number_of_any_size_is_refused_in_a_sentence(digits: int) -> None:
    text = first_scene().to_json().replace('"steps": 200', f'"steps": {"7" * digits}')
    with pytest.raises(ValueError, match=r"steps must be in|the scene must hold finite numbers"):
        Scene.from_json(text)


@pytest.mark.parametrize("value", [*HUGE[:-1], True, None, "1", [1.0], {}, 1 + 0j], ids=type)
def test_what_a_browser_sends_for_a_number_is_finite_or_nothing(value: object) -> None:
    assert finite(value) is None
    assert (finite(3), finite(-0.5), finite(10**300)) == (3.0, -0.5, 1e300)
