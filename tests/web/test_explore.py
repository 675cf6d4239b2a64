"""The page without a browser: its controls, and how they, the session and the address stand to each other."""

import re
from typing import Any
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from lrviz.catalog import hypers, registered, show_number
from lrviz.optimizers import Adam
from lrviz.scenes import Scene, View, default_rate, first_scene, read_address, write_address
from lrviz.scenes.examples import EXAMPLES
from lrviz.web.server import SCRIPT


def open_page(query: str = "") -> AppTest:
    app = AppTest.from_file(str(SCRIPT), default_timeout=60)
    app.query_params.update(parse_qsl(query, keep_blank_values=True))
    app.run()
    assert not app.exception, app.exception
    return app


def scene_of(app: AppTest) -> Scene:
    scene: Scene = app.session_state["page"].scene
    return scene


def control(app: AppTest, kind: str, name: str) -> Any:
    return next(widget for widget in getattr(app, kind) if str(widget.key).startswith(f"{name}@"))


def names(app: AppTest) -> list[str]:
    """Return what stands on the panels of the runs."""
    styles = "".join(element.proto.body for element in app.get("html"))
    found = re.findall(r'st-key-run\d summary p::after { content: "(.*?)"; }', styles)
    return [re.sub(r"\\([0-9a-f]+) ", lambda match: chr(int(match[1], 16)), name).strip() for name in found]


def button(app: AppTest, label: str) -> None:
    next(b for b in app.button if b.label == label).click().run()
    assert not app.exception, app.exception


def test_a_first_visit_shows_three_runs_and_writes_no_address() -> None:
    app = open_page()
    assert scene_of(app) == first_scene()
    keys = {component.key for component in app.get("bidi_component")}
    assert keys == {f"player{part}" for part in ("", ".scenery", ".verdicts", ".family", ".advice")}
    assert app.session_state["page"].address == {}
    assert app.session_state["page"].autoplay


def test_another_problem_says_which_rates_it_has_scaled_until_something_else_is_changed() -> None:
    app = open_page("problem=Bowl&run1=SGD&run1.lr=0.1&run2=Adam&run2.lr=0.1")
    said = lambda: [caption.value for caption in app.caption if "Rates scaled" in caption.value]  # noqa: E731
    assert said() == []
    control(app, "selectbox", "problem").select("Rosenbrock").run()
    first, second = scene_of(app).runs
    assert first.lr != 0.1
    assert f"SGD from 0.1 to {show_number(first.lr)}" in said()[0]
    assert (f"Adam from 0.1 to {show_number(second.lr)}" in said()[0]) == (second.lr != 0.1)
    assert "Back undoes it" in said()[0]
    app.run()
    assert len(said()) == 1
    control(app, "selectbox", "run0.schedule").select("Cosine").run()
    assert said() == []


@pytest.mark.parametrize("name", registered("problem"))
def test_every_problem_can_be_chosen(name: str) -> None:
    app = open_page(f"problem={'Beale' if name == 'Bowl' else 'Bowl'}")
    control(app, "selectbox", "problem").select(name).run()
    assert not app.exception, app.exception
    assert scene_of(app).problem == registered("problem")[name]()
    assert app.session_state["page"].address["problem"] == name


def test_the_name_of_a_run_follows_its_menus_at_once() -> None:
    app = open_page("problem=Bowl&run1=SGD&run1.lr=0.1")
    control(app, "selectbox", "run0.optimizer").select("Adam").run()
    (run,) = scene_of(app).runs
    assert run.optimizer == Adam()
    assert run.lr == default_rate(scene_of(app).problem, Adam(), scene_of(app).origin)
    assert names(app)[0] == run.label
    control(app, "selectbox", "run0.schedule").select("Cosine").run()
    assert names(app)[0] == f"{run.label}, cosine"
    assert scene_of(app).runs[0].label == f"{run.label}, cosine"


@pytest.mark.parametrize("kind", ["optimizer", "schedule"])
def test_every_entry_can_be_chosen_and_shows_its_own_fields(kind: str) -> None:
    app = open_page()
    for name, cls in registered(kind).items():
        control(app, "selectbox", f"run0.{kind}").select(name).run()
        assert not app.exception, (name, app.exception)
        entry = getattr(scene_of(app).runs[0], kind)
        assert entry == cls()
        keys = {str(widget.key).split("@")[0] for widget in (*app.text_input, *app.number_input, *app.selectbox)}
        prefix = f"run0.{name}" if kind == "optimizer" else f"run0.schedule.{name}"
        if name != "Constant":
            assert {f"{prefix}.{field}" for field in hypers(cls)} <= keys


def test_a_number_of_many_digits_is_shown_short_and_kept_whole() -> None:
    app = open_page("run1=SGD&run1.lr=0.0794403482190056&start=0.123456789012345~1.0")
    assert control(app, "text_input", "run0.lr").value == "0.0794403"
    assert control(app, "text_input", "start.2.0").value == "0.123457"
    assert names(app)[0] == "SGD lr 0.07944"
    control(app, "number_input", "steps").set_value(150).run()
    assert scene_of(app).runs[0].lr == 0.0794403482190056
    assert scene_of(app).start == (0.123456789012345, 1.0)
    assert app.session_state["page"].address["run1.lr"] == "0.0794403482190056"
    control(app, "text_input", "run0.lr").set_value("0.08").run()
    assert scene_of(app).runs[0].lr == 0.08


def test_another_optimizer_brings_its_own_default_rate() -> None:
    app = open_page()
    control(app, "selectbox", "run0.optimizer").select("Adam").run()
    scene = scene_of(app)
    assert scene.runs[0].lr == default_rate(scene.problem, Adam())
    assert control(app, "text_input", "run0.lr").value == "0.1"


@pytest.mark.parametrize(("typed", "value"), [("0,003", 0.003), ("1e-3", 1e-3), ("2.5E-4", 2.5e-4), ("100", 100.0)])
def test_a_rate_is_taken_exactly_as_typed(typed: str, value: float) -> None:
    app = open_page()
    control(app, "text_input", "run0.lr").input(typed).run()
    assert scene_of(app).runs[0].lr == value
    assert float(app.session_state["page"].address["run1.lr"]) == value


def test_the_slider_and_the_typed_number_follow_each_other() -> None:
    app = open_page()
    control(app, "select_slider", "run0.lr.slider").set_value(0.02).run()
    assert control(app, "text_input", "run0.lr").value == "0.02"
    control(app, "text_input", "run0.lr").input("0.0311").run()
    assert control(app, "select_slider", "run0.lr.slider").value == 0.0311


@pytest.mark.parametrize("typed", ["fast", "-1", "0", "nan", "inf", "1e99", ""])
def test_what_cannot_be_a_rate_is_refused_beside_it_and_the_old_one_stays(typed: str) -> None:
    app = open_page()
    control(app, "text_input", "run0.lr").input(typed).run()
    assert not app.exception
    assert scene_of(app) == first_scene()
    assert any("Learning rate must be" in caption.value for caption in app.caption)


def test_a_formula_is_typed_and_a_wrong_one_is_refused_with_the_remedy() -> None:
    app = open_page("problem=Formula")
    control(app, "text_input", "problem.Formula.text").input("sin(x) + y^2").run()
    assert scene_of(app).problem.text == "sin(x) + y^2"  # type: ignore[attr-defined]
    control(app, "text_input", "problem.Formula.text").input("1/2x + y").run()
    assert not app.exception
    assert scene_of(app).problem.text == "sin(x) + y^2"  # type: ignore[attr-defined]
    told = [caption.value for caption in app.caption if "(1/2)x" in caption.value]
    assert "Still sin(x) + y^2." in told[0]
    app.run()
    assert control(app, "text_input", "problem.Formula.text").value == "1/2x + y"
    assert told == [caption.value for caption in app.caption if "(1/2)x" in caption.value]


def test_a_formula_in_one_variable_is_a_curve_and_one_in_two_a_map_again() -> None:
    app = open_page("problem=Formula&start=1_1.5")
    control(app, "text_input", "problem.Formula.text").input("w^4 - w^2").run()
    assert not app.exception
    scene = scene_of(app)
    assert (scene.problem.variables, scene.start) == (("w",), None)
    assert control(app, "text_input", "start.1.0").value == show_number(scene.origin[0])
    assert not [field for field in app.text_input if "problem.Formula.domain.1" in str(field.key)]
    control(app, "text_input", "problem.Formula.text").input("x^2 + y^4").run()
    assert not app.exception
    assert scene_of(app).problem.dimension == 2
    assert control(app, "text_input", "problem.Formula.domain.1.from").value == "-2"


def test_runs_are_added_copied_and_removed() -> None:
    app = open_page()
    button(app, "Add")
    assert [run.slot for run in scene_of(app).runs] == [0, 1, 2, 3]
    button(app, "Copy")
    assert len(scene_of(app).runs) == 5
    button(app, "Remove")
    assert [run.slot for run in scene_of(app).runs] == [1, 2, 3, 4]


def test_eight_runs_are_the_most() -> None:
    app = open_page()
    for _ in range(5):
        button(app, "Add")
    assert len(scene_of(app).runs) == 8
    assert next(b for b in app.button if b.label == "Add").disabled


@pytest.mark.parametrize("index", range(len(EXAMPLES)))
def test_every_example_opens_and_its_address_restores_it(index: int) -> None:
    example = EXAMPLES[index]
    app = open_page()
    button(app, example.title)
    page = app.session_state["page"]
    assert page.scene == example.scene
    scene, view, notices = read_address(write_address(page.scene, page.view))
    assert (scene, view, notices) == (example.scene, example.view, [])


def test_comparisons_keep_the_chosen_run_among_them() -> None:
    app = open_page("problem=Bowl&run1=Adam&run1.lr=0.123")
    button(app, "This optimizer at five rates")
    scene = scene_of(app)
    assert len(scene.runs) == 5
    assert 0.123 in [run.lr for run in scene.runs]
    button(app, "This rate under five schedules")
    assert len({run.schedule for run in scene_of(app).runs}) == 5


def test_a_bad_address_falls_back_and_is_named_in_one_notice() -> None:
    app = open_page("problem=Nowhere&steps=never&run1=Adam&run1.lr=-3&run1.b1=2&panes=all")
    scene = scene_of(app)
    assert scene.runs[0].optimizer == Adam()
    assert scene.steps == 200
    notices = [caption.value for caption in app.caption if "Nowhere" in caption.value]
    assert len(notices) == 1
    for name in ("steps", "run1.lr", "run1.b1", "panes"):
        assert name in notices[0]


def test_another_address_is_taken_over_by_a_page_that_is_open() -> None:
    app = open_page("problem=Bowl&run1=Adam&run1.lr=0.5")
    control(app, "text_input", "run0.lr").input("0.25").run()
    app.query_params.clear()
    app.query_params.update({"v": "1", "problem": "Beale", "run1": "SGD", "run1.lr": "0.001"})
    app.run()
    scene = scene_of(app)
    assert scene.problem.name == "Beale"
    assert scene.runs[0].lr == 0.001
    assert control(app, "text_input", "run0.lr").value == "1e-3"


def test_the_playhead_in_the_address_changes_nothing_else() -> None:
    app = open_page("problem=Bowl&run1=Adam&run1.lr=0.5")
    before = app.session_state["page"].saved
    app.query_params["step"] = "12"
    app.run()
    page = app.session_state["page"]
    assert page.view == View(step=12)
    assert page.saved == before


def test_reset_brings_everything_back() -> None:
    app = open_page("problem=Bowl&run1=Adam&run1.lr=0.5&panes=map&noise=0.5&start=1~1")
    button(app, "Reset")
    assert scene_of(app) == first_scene()
    assert app.session_state["page"].view == View()


def test_what_was_typed_wrongly_goes_when_the_slider_is_moved_or_everything_is_reset() -> None:
    app = open_page()
    control(app, "text_input", "run0.lr").input("fast").run()
    control(app, "select_slider", "run0.lr.slider").set_value(0.5).run()
    assert control(app, "text_input", "run0.lr").value == "0.5"
    control(app, "text_input", "run0.lr").input("slow").run()
    button(app, "Reset")
    assert control(app, "text_input", "run0.lr").value == "2e-5"


def test_a_control_that_is_not_on_the_screen_still_begins_at_its_value() -> None:
    """A menu that is closed is drawn by the browser only when it opens, from what the last run of the page sent."""
    app = open_page("problem=Bowl&run1=Adam&run1.lr=0.3&run1.b1=0.7")
    control(app, "text_input", "run0.lr").input("0.2").run()
    slider = control(app, "select_slider", "run0.Adam.b1.slider").proto
    assert [slider.options[int(i)] for i in slider.default] == ["0.7"]
    assert control(app, "text_input", "run0.Adam.b1").proto.default == "0.7"


def test_options_of_a_run_are_set_and_restored() -> None:
    app = open_page("problem=Bowl&run1=Adam&run1.lr=0.3")
    control(app, "selectbox", "run0.clip").select("ClipNorm").run()
    assert not app.exception
    (option,) = scene_of(app).runs[0].options
    assert option.name == "ClipNorm"
    again = open_page("&".join(f"{k}={v}" for k, v in app.session_state["page"].address.items()))
    assert scene_of(again) == scene_of(app)


def test_an_option_goes_where_the_optimizer_does_it_itself() -> None:
    app = open_page("problem=Bowl&run1=Adam&run1.lr=0.3&run1.decay=WeightDecay")
    assert len(scene_of(app).runs[0].options) == 1
    control(app, "selectbox", "run0.optimizer").select("AdamW").run()
    assert not app.exception
    assert scene_of(app).runs[0].options == ()


def test_a_panel_stays_as_the_hand_has_left_it_when_its_run_changes() -> None:
    app = open_page("v=1&problem=Ravine&run1=SGD&run1.lr=0.1&run2=Adam&run2.lr=0.1&run3=Momentum&run3.lr=0.01")
    app.session_state["run1"] = True
    app.run()
    panels = [one.proto.id for one in app.expander]
    for rate in ("0.2", "0.3", "0.4"):
        control(app, "text_input", "run1.lr").input(rate).run()
        assert [app.session_state[f"run{slot}"] for slot in range(3)] == [True, True, False]
        assert names(app)[1] == f"Adam lr {rate}"
        assert [one.proto.id for one in app.expander] == panels, "another panel would have lost the focus"
