"""What every entry of the catalog keeps, whatever it is."""

import copy
import json
import pickle

import numpy as np
import pytest

from lrviz.catalog import (
    Number,
    Scale,
    Twin,
    Whole,
    default_of,
    description,
    hyper,
    hypers,
    isolated,
    lookup,
    placed,
    read_number,
    registered,
    short,
    show_number,
    spaced,
    stack,
    unplaced,
)
from lrviz.optimizers import Adam, At, Optimizer, State
from lrviz.schedules import MultiStep, Schedule, StepDecay
from lrviz.simulation import Run, simulate

KINDS = ("problem", "optimizer", "schedule")
ENTRIES = [(kind, name) for kind in KINDS for name in registered(kind)]
BOUNDED = [
    (kind, name, field, spec)
    for kind, name in ENTRIES
    for field, spec in hypers(lookup(kind, name)).items()
    if isinstance(spec, Number | Whole)
]


@pytest.mark.parametrize(("kind", "name"), ENTRIES)
def test_an_entry_is_documented_with_a_formula_and_a_reference(kind: str, name: str) -> None:
    cls = lookup(kind, name)
    text = description(cls)
    assert cls.label
    assert cls.family
    assert cls.summary.endswith(".")
    if kind != "problem":  # a problem's formula is a field of its own
        assert "$" in text
        assert any(mark in text for mark in ("http", "18", "19", "20")), "an entry names its source"


@pytest.mark.parametrize(("kind", "name"), ENTRIES)
def test_an_entry_is_a_value(kind: str, name: str) -> None:
    entry = lookup(kind, name)()
    for twin in (lookup(kind, name)(), pickle.loads(pickle.dumps(entry)), copy.deepcopy(entry), entry.replace()):
        assert twin == entry
        assert hash(twin) == hash(entry)
    assert entry.changed() == {}
    with pytest.raises(AttributeError):
        entry.something = 1


@pytest.mark.parametrize(("kind", "name"), ENTRIES)
def test_defaults_keep_their_own_rule_and_can_be_written(kind: str, name: str) -> None:
    cls = lookup(kind, name)
    for field, spec in hypers(cls).items():
        default = default_of(cls, field)
        assert spec.help.endswith((".", "?"))
        assert spec.check("x", default) == default
        assert spec.read("x", spec.write(default)) == default
        json.dumps(spec.plain(default), allow_nan=False)


@pytest.mark.parametrize(("kind", "name", "field", "spec"), BOUNDED)
def test_every_bound_is_enforced_by_name(kind: str, name: str, field: str, spec: Number | Whole) -> None:
    cls = lookup(kind, name)
    for good in (spec.low, spec.high):
        assert getattr(cls(**{field: good}), field) == good
    beyond = spec.high * 2 + 1 if isinstance(spec, Whole) else np.nextafter(spec.high, np.inf)
    low, high = (show_number(spec.low), show_number(spec.high)) if isinstance(spec, Number) else (spec.low, spec.high)
    with pytest.raises(ValueError) as error:  # noqa: PT011 (the whole message is compared)
        cls(**{field: beyond})
    assert str(error.value) == f"{name}.{field} must be in [{low}, {high}], got {beyond!r}."
    with pytest.raises(ValueError, match=rf"^{name}\.{field} must be "):
        cls(**{field: float("nan")})
    for wrong in ("1", None, True):
        with pytest.raises(TypeError, match=rf"^{name}\.{field} must be a (whole )?number, got "):
            cls(**{field: wrong})


def test_the_message_is_as_the_documentation_shows_it() -> None:
    with pytest.raises(ValueError, match=r"^Adam\.b1 must be in \[0, 0\.999\], got 1\.2\.$"):
        Adam(b1=1.2)


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(TypeError, match="beta"):
        Adam(beta=0.9)


def test_fields_take_their_canonical_type() -> None:
    assert type(StepDecay(every=np.float64(10)).every) is int
    assert type(Adam(b1=np.float32(0.5)).b1) is float
    assert MultiStep(milestones=[80, 30]).milestones == (30, 80)
    with pytest.raises(ValueError, match=r"MultiStep\.milestones must have at most 16 members, got 17"):
        MultiStep(milestones=range(17))
    with pytest.raises(TypeError, match=r"MultiStep\.milestones must be a sequence"):
        MultiStep(milestones="80")


def test_a_stack_stands_for_all_its_members() -> None:
    batch = stack([Adam(b1=0.5), Adam(b1=0.9)])
    np.testing.assert_array_equal(batch.b1, [0.5, 0.9])
    assert batch.b2.shape == ()


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(ValueError, match=r"There is no optimizer named 'Adm'; did you mean Adam"):
        lookup("optimizer", "Adm")


def test_one_definition_is_all_that_a_new_optimizer_needs() -> None:
    before = dict(registered("optimizer"))
    with isolated():

        class Halved(Optimizer):
            r"""Half a step: $w - lr \, g/2$. https://example.org, 2026."""

            label = "Halved"
            family = "Test"
            summary = "Half as fast."
            torch = Twin("None")
            part: float = hyper(0.5, 0, 1, "The share.")

            def update(self, g: np.ndarray, state: State, at: At) -> tuple[np.ndarray, State]:
                return at.lr * self.part * g, state

        assert registered("optimizer")["Halved"] is Halved
        from lrviz import Scene
        from lrviz.problems import Bowl

        scene = Scene(Bowl(), (Run(Halved(part=0.25), 1.0),), steps=1)
        assert Scene.from_query(scene.to_query()) == (scene, [])
        assert Scene.from_json(scene.to_json()) == scene
        np.testing.assert_allclose(scene.simulate().final[:, 0], [2.4, 1.8])
    assert dict(registered("optimizer")) == before


def test_an_entry_without_docstring_or_label_is_refused_and_so_is_a_second_of_the_same_name() -> None:
    with isolated():
        with pytest.raises(TypeError, match="must have a docstring and a label"):
            type("Nameless", (Schedule,), {})
        with pytest.raises(TypeError, match=r"The schedule Cosine is registered already, by lrviz\.schedules"):
            type("Cosine", (Schedule,), {"__doc__": "Another.", "label": "Another", "__module__": __name__})


@pytest.mark.parametrize("value", [0.1, 1e-3, 12.0, -0.5, 1e22, 5e-324, 0.30000000000000004, -1.5e-7, 2.0**-40])
def test_numbers_are_shown_short_and_read_back(value: float) -> None:
    assert read_number(show_number(value)) == value
    assert read_number(str(value).replace(".", ",").replace("-", "\u2212")) == value


def test_what_is_shown_of_round_numbers() -> None:
    assert [show_number(x) for x in (0.1, 1e-3, 12.0, 2.5e-4, 1e6)] == ["0.1", "1e-3", "12", "2.5e-4", "1000000"]


def test_of_a_number_in_a_label_a_few_digits_are_shown() -> None:
    shown = [show_number(x, 4) for x in (0.0794403482190056, 1.23456e-7, 0.1, 12345.6, -0.00012345)]
    assert shown == ["0.07944", "1.235e-7", "0.1", "12350", "-1.234e-4"]
    assert [short(x) for x in (123456.0, 999_999.0, -5.4e8)] == ["120000", "1e6", "\u22125.4e8"]
    assert [short(x) for x in (-0.00123, 0.5, None, np.nan)] == ["\u22121.2e\u22123", "0.5", "no number", "no number"]


@pytest.mark.parametrize("text", ["", "abc", "1_000", "1,2,3", "--1"])
def test_what_is_no_number_is_said_so(text: str) -> None:
    with pytest.raises(ValueError, match="must be a number"):
        read_number(text)


def test_simulate_accepts_every_entry() -> None:
    runs = [Run(cls(), 1e-3) for cls in registered("optimizer").values()]
    problem = registered("problem")["Rosenbrock"]()
    assert np.isfinite(simulate(problem, runs, steps=3).positions[0]).all()


@pytest.mark.parametrize(
    ("scale", "low", "high"), [("linear", -2.0, 3.0), ("log", 1e-6, 1e2), ("memory", 0.0, 0.99999)]
)
def test_a_scale_spaces_values_evenly_and_back(scale: Scale, low: float, high: float) -> None:
    values = spaced(scale, low, high, 41)
    assert (values[0], values[-1]) == (low, high)
    places = placed(scale, values)
    np.testing.assert_allclose(np.diff(places), (places[-1] - places[0]) / 40, rtol=0.02)
    np.testing.assert_allclose(unplaced(scale, places), values, rtol=1e-12, atol=1e-15)
