"""Scenes and their text forms: round trips to the last bit, garbage, and errors that name the field."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lrviz import Run, Scene
from lrviz.catalog import Entry, Hyper, Milestones, Nested, Number, Whole, hypers, lookup, registered
from lrviz.optimizers import SGD, Adam, Momentum, Optimizer
from lrviz.problems import Beale, Bowl, Problem, Quadratic1D, Ravine, Rosenbrock
from lrviz.scenes import View, read_address, write_address
from lrviz.scenes.comparisons import five_rates
from lrviz.schedules import Cosine, FeedbackSchedule, Schedule
from lrviz.schedules.composition import Composed
from lrviz.simulation import LONGEST

CHOSEN = settings(max_examples=60, deadline=None)


def values(spec: Hyper) -> st.SearchStrategy:
    if isinstance(spec, Number):
        return st.floats(spec.low, spec.high, allow_nan=False)
    if isinstance(spec, Whole):
        return st.integers(spec.low, spec.high)
    if isinstance(spec, Milestones):
        return st.lists(st.integers(spec.low, spec.high), max_size=spec.most).map(lambda m: tuple(sorted(m)))
    if isinstance(spec, Nested):
        return entries(spec.kind, deeper=False)
    return st.nothing()


def entries(kind: str, deeper: bool = True) -> st.SearchStrategy[Entry]:
    def drawn(cls: type[Entry]) -> st.SearchStrategy[Entry]:
        fields = {name: values(spec) for name, spec in hypers(cls).items()}
        return st.fixed_dictionaries({}, optional={n: s for n, s in fields.items() if not s.is_empty}).map(
            lambda chosen: cls(**chosen)
        )

    kinds = [c for c in registered(kind).values() if deeper or not (issubclass(c, Composed | FeedbackSchedule))]
    return st.sampled_from(kinds).flatmap(drawn)


runs = st.builds(
    Run,
    optimizer=entries("optimizer"),
    lr=st.floats(1e-12, 1e6),
    schedule=entries("schedule"),
    warmup=st.integers(0, LONGEST),
)


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    problem = draw(entries("problem"))
    coordinate = st.floats(-1e6, 1e6)
    start = draw(st.none() | st.tuples(*[coordinate] * problem.dimension))
    return Scene(
        problem,
        tuple(draw(st.lists(runs, min_size=1, max_size=8))),
        steps=draw(st.integers(1, LONGEST)),
        start=start,
        noise=draw(st.floats(0, 1e3)),
        seed=draw(st.integers(0, 2**31 - 1)),
    )


@CHOSEN
@given(scenes())
def test_an_address_gives_the_scene_back_to_the_last_bit(scene: Scene) -> None:
    assert Scene.from_query(scene.to_query()) == (scene, [])
    assert len(scene.to_query()) < 20_000


@CHOSEN
@given(scenes())
def test_json_gives_the_scene_back_to_the_last_bit(scene: Scene) -> None:
    assert Scene.from_json(scene.to_json()) == scene


@settings(max_examples=200, deadline=None)
@given(st.text() | st.binary().map(lambda b: b.decode("latin-1")))
def test_no_text_breaks_the_reading_of_an_address(text: str) -> None:
    scene, notices = Scene.from_query(text)
    assert isinstance(scene, Scene)
    assert all(isinstance(notice, str) for notice in notices)
    again, view, _ = read_address(text)
    assert again == scene
    assert isinstance(view, View)


WORDS = st.sampled_from(
    ["v", "problem", "steps", "start", "noise", "seed", "run1", "run1.lr", "run8.schedule", "run3.schedule.floor",
     "run2.b1", "run2", "problem.kappa", "run1.warmup", "run9", "run1.schedule.schedule.x", "step", "hide"]
)  # fmt: skip
TEXTS = st.sampled_from(
    ["", "nan", "inf", "-1", "1e999", "Adam", "SGD", "Cosine", "Bowl", "Formula", "0", "1~2", "1~2~3", "~", "a&b",
     "9" * 400, "Optimizer", "__class__", "0.5", "3", "\u2212" + "3", "1,5"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(WORDS, TEXTS), max_size=12))
def test_nonsense_under_known_keys_falls_back_and_is_named(pairs: list[tuple[str, str]]) -> None:
    scene, notices = Scene.from_query("&".join(f"{k}={t}" for k, t in pairs))
    assert isinstance(scene, Scene)
    assert Scene.from_query(scene.to_query()) == (scene, [])
    assert all(len(notice) <= 320 for notice in notices)


def test_each_bad_value_falls_back_alone_and_is_named() -> None:
    text = "problem=Bowl&run1=Adam&run1.b1=2&run1.lr=0.5&run2=Adm&run3=SGD&run3.lr=x&steps=9999&what=1"
    scene, notices = Scene.from_query(text)
    assert scene.problem == Bowl()
    assert scene.runs[0].optimizer == Adam()
    assert scene.runs[0].lr == 0.5
    assert scene.steps == 200
    for part in ("run1.b1 must be in [0, 0.999]", "Adm", "run3.lr must be a number", "steps must be in", "what"):
        assert any(part in notice for notice in notices), part


def test_a_view_travels_with_its_scene() -> None:
    scene = Scene(Bowl(), (Run(SGD(), 0.1), Run(SGD(), 0.2)))
    view = View(panes="map", layout="split", loss_axis="linear", chosen=1, hidden=(0,), step=17, loop=True)
    assert read_address(write_address(scene, view)) == (scene, view, [])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": 9}, "version must be 1"),
        ({"problem": {"name": "Bwl"}}, "problem.name: There is no problem named 'Bwl'; did you mean Bowl"),
        ({"problem": {"name": "Bowl", "x": 1}}, "problem has no field 'x'"),
        ({"problem": 3}, "problem must be an object"),
        ({"runs": []}, "Scene.runs must hold 1 to 8 runs, got 0"),
        ({"runs": {}}, "runs must be a list"),
        ({"runs": [{"lr": 1}]}, "runs[0] must have the field 'optimizer'"),
        ({"runs": [{"optimizer": {"name": "Adam", "b1": 1.2}, "lr": 1}]}, "Adam.b1 must be in [0, 0.999], got 1.2."),
        ({"runs": [{"optimizer": {"name": "Adam"}, "lr": "1"}]}, "runs[0]: Run.lr must be a number, got '1'."),
        ({"runs": [{"optimizer": {"name": "Adam"}, "lr": 1, "rate": 2}]}, "runs[0] has no field 'rate'"),
        ({"steps": 5001}, "Scene.steps must be in [1, 5000], got 5001"),
        ({"start": [1]}, "Scene.start must have 2 numbers for Bowl, got 1"),
        ({"noise": -1}, "Scene.noise must be in [0, 1000], got -1"),
        ({"extra": 1}, "the scene has no field 'extra'"),
    ],
)
def test_json_errors_name_the_field(change: dict[str, Any], message: str) -> None:
    fields = json.loads(Scene(Bowl(), (Run(SGD(), 0.1),)).to_json())
    with pytest.raises(ValueError) as error:  # noqa: PT011 (the message is compared)
        Scene.from_json(json.dumps({**fields, **change}))
    assert message in str(error.value)


@pytest.mark.parametrize("text", ["", "[]", "null", "{", '{"version": NaN}', "[" * 100_000, '"\\ud800"'])
def test_what_is_no_scene_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="the scene"):
        Scene.from_json(text)


def test_limits() -> None:
    with pytest.raises(ValueError, match=r"Scene\.runs must hold 1 to 8 runs, got 9"):
        Scene(Bowl(), (Run(SGD(), 0.1),) * 9)
    with pytest.raises(ValueError, match=r"Scene\.steps must be in \[1, 5000\], got 5001"):
        Scene(Bowl(), (Run(SGD(), 0.1),), steps=5001)
    with pytest.raises(ValueError, match=r"Scene\.runs must have different slots"):
        Scene(Bowl(), (Run(SGD(), 0.1, slot=1), Run(SGD(), 0.2, slot=1)))


def test_runs_take_the_lowest_free_slots_and_keep_them() -> None:
    scene = Scene(Bowl(), (Run(SGD(), 0.1, slot=1), Run(SGD(), 0.2), Run(SGD(), 0.3)))
    assert [(run.slot, run.lr) for run in scene.runs] == [(0, 0.2), (1, 0.1), (2, 0.3)]


def test_a_scene_takes_entries_of_the_catalog_only() -> None:
    class Strange(Schedule, abstract=True):
        """Not registered."""

    class Own(Optimizer, abstract=True):
        """Not registered."""

    with pytest.raises(ValueError, match=r"no schedule named|must use entries of the catalog"):
        Scene(Bowl(), (Run(SGD(), 0.1, Strange()),))
    with pytest.raises(ValueError, match=r"no optimizer named|must use entries of the catalog"):
        Scene(Bowl(), (Run(Own(), 0.1),))


def test_a_run_says_what_is_wrong_with_it() -> None:
    with pytest.raises(TypeError, match=r"Run\.optimizer must be an instance: write SGD\(\), not SGD\."):
        Run(SGD, 0.1)
    with pytest.raises(TypeError, match=r"Run\.schedule must be schedule from|Run\.schedule must be"):
        Run(SGD(), 0.1, "cosine")
    with pytest.raises(ValueError, match=r"Run\.lr must be in \[1e-12, 1000000\], got 0"):
        Run(SGD(), 0)
    with pytest.raises(ValueError, match=r"Run\.warmup must be in \[0, 5000\], got -1"):
        Run(SGD(), 0.1, warmup=-1)


def test_labels_say_what_differs() -> None:
    assert Run(Adam(), 0.1).label == "Adam lr 0.1"
    assert Run(Adam(b1=0.5), 1e-3, Cosine(), warmup=5).label == "Adam lr 1e-3, b1 0.5, cosine, warm-up 5"
    assert Run(Adam(b1=1 / 3), 0.0794403482190056).label == "Adam lr 0.07944, b1 0.3333"


def test_a_scene_on_a_curve_has_one_coordinate() -> None:
    scene, notices = Scene.from_query("problem=Quadratic1D&start=1.5&run1=SGD&run1.lr=0.25&steps=1")
    assert (scene.problem, scene.start, notices) == (Quadratic1D(), (1.5,), [])
    assert scene.simulate().final[0, 0] == 0.75
    assert lookup("problem", "Quadratic1D") is Quadratic1D


@pytest.mark.parametrize(
    ("problem", "run"),
    [
        (Rosenbrock(), Run(Momentum(), 2e-5)),
        (Rosenbrock(), Run(Adam(), 0.05)),
        (Beale(), Run(SGD(), 50.0)),
        (Ravine(), Run(SGD(), 0.02)),
    ],
    ids=repr,
)
def test_five_rates_reach_from_too_low_to_too_high_and_hold_the_runs_own(problem: Problem, run: Run) -> None:
    scene = Scene(problem, (run,), steps=300)
    compared = five_rates(scene, run)
    rates = [each.lr for each in compared.runs]
    assert run.lr in rates
    np.testing.assert_allclose(np.diff(np.log(rates)), np.log(rates[-1] / rates[0]) / 4, rtol=0.08)
    ends = np.where(np.isfinite(final := compared.simulate().loss[-1]), final, np.inf)
    best = int(ends.argmin())
    assert best < 4
    assert ends[best] < 0.1 * ends[-1]
    assert {each.optimizer for each in compared.runs} == {run.optimizer}
