"""The page "Find a rate" without a browser: its search, its address, its views."""

import json
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlencode

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from lrviz.analysis import sweep
from lrviz.analysis.suggestions import RULES
from lrviz.catalog import registered, show_number
from lrviz.optimizers import SGD, Adam, ClipNorm, ClipValue, Momentum, Optimizer, WeightDecay
from lrviz.problems import Bowl, Ravine, Rosenbrock
from lrviz.scenes import Scene, View, default_rate, first_scene, read_address
from lrviz.scenes.search import Search, contenders_of, read_search, write_search
from lrviz.schedules import Cosine, StepDecay
from lrviz.simulation import Run, simulate
from lrviz.web import find_range
from lrviz.web.find_chart import Place
from lrviz.web.find_state import Find
from lrviz.web.find_sweep import headline, nearest, sentence
from lrviz.web.rough import so_far, step_by_step
from lrviz.web.work import Job
from tests.web.test_explore import names

RAVINE = "v=1&problem=Ravine&opt1=SGD&opt3=Momentum&steps=60"


def opened(query: str = "", scene: Scene | None = None, view: View | None = None) -> AppTest:
    app = AppTest.from_function(_page, default_timeout=120)
    app.query_params.update(parse_qsl(query, keep_blank_values=True))
    if scene is not None:
        app.session_state["given"] = scene, view or View()
    app.run()
    assert not app.exception, app.exception
    return app


def _page() -> None:
    import streamlit as st

    from lrviz.scenes import View, first_scene
    from lrviz.web import find
    from lrviz.web.state import Page

    given = st.session_state.pop("given", None)
    if given is not None:
        st.session_state["page"] = Page(*given, [], {}, (first_scene(), View()), autoplay=False)
    found = st.session_state.pop("found", None)
    if found is not None:
        found()
    find.page()


def usual(optimizer: Optimizer, slot: int) -> Run:
    return Run(optimizer, default_rate(Ravine(), optimizer), slot=slot)


def _found(rate: float, slot: int) -> None:
    """Click on a rate, as the charts do."""
    from lrviz.web.find_state import current, open_in_explore

    run = next(run for run in current().search.contenders if run.slot == slot)
    open_in_explore(run.replace(lr=rate))


def unfolded(app: AppTest, slot: int) -> None:
    """Run the page with the panel of a run open."""
    app.session_state[f"run{slot}"] = True
    app.run()


def sent(app: AppTest, click: Callable[[], None]) -> dict[str, str]:
    """Return the address that Explore is opened with; there are no other pages here to go to."""
    app.session_state["found"] = click
    app.run()
    address = state(app).sent
    assert address is not None
    return address


def state(app: AppTest) -> Find:
    find: Find = app.session_state["find"]
    return find


def figure(app: AppTest) -> dict[str, Any]:
    """Return what the chart was sent."""
    component = next(one for one in app.get("bidi_component") if one.key == "find.chart").proto
    message: dict[str, Any] = json.loads(component.bytes)
    return message


def control(app: AppTest, kind: str, name: str) -> Any:
    return next(widget for widget in getattr(app, kind) if str(widget.key).startswith(f"{name}@"))


def test_a_first_visit_compares_three_optimizers_and_writes_no_address() -> None:
    app = opened()
    assert [run.optimizer for run in state(app).search.contenders] == [Momentum(), SGD(), Adam()]
    assert state(app).address == {}
    assert "Rosenbrock" in figure(app)["alt"]


def test_it_opens_on_the_problem_and_the_optimizers_of_explore() -> None:
    runs = (Run(Adam(b1=0.8), 0.1, slot=1), Run(Adam(b1=0.8), 0.2, slot=2), Run(SGD(), 0.1, slot=5))
    app = opened(scene=Scene(Ravine(kappa=30.0), runs, steps=80, start=(1.0, 1.0)))
    assert state(app).search.contenders == (Run(Adam(b1=0.8), 0.1, slot=1), Run(SGD(), 0.1, slot=5))
    address = state(app).address
    assert address["problem"] == "Ravine"
    assert address["problem.kappa"] == "30.0"
    assert address["opt2.b1"] == "0.8"
    assert address["steps"] == "80"
    assert address["start"] == "1.0~1.0"


RUNS = (
    Run(Adam(), 0.01, Cosine(floor=0.1), 20, slot=0, options=(ClipNorm(limit=0.5), WeightDecay())),
    Run(Momentum(), 0.002, StepDecay(), slot=3),
    Run(Adam(), 0.02, Cosine(floor=0.1), 20, slot=5, options=(ClipNorm(limit=0.5), WeightDecay())),
    Run(Adam(), 0.01, slot=6),
)
WHOLE = Scene(Ravine(), RUNS, steps=80, noise=0.3, seed=4)


def test_it_takes_every_run_of_explore_as_it_is() -> None:
    app = opened(scene=WHOLE)
    assert state(app).search.contenders == (RUNS[0], RUNS[1], RUNS[3]), "one of those that differ in their rate alone"
    scene, search, notices = read_search(urlencode(state(app).address))
    assert (search.contenders, notices) == ((RUNS[0], RUNS[1], RUNS[3]), [])
    assert (scene.noise, scene.seed, scene.steps) == (0.3, 4, 80)
    assert "Adam, cosine floor 0.1, warm-up 20, clip by norm 0.5, weight decay (L2)" in figure(app)["alt"] + str(
        names(app)
    )


def test_the_run_that_is_chosen_in_explore_stands_for_its_like_and_is_looked_at() -> None:
    app = opened(scene=WHOLE, view=View(chosen=5))
    search = state(app).search
    assert search.contenders == (RUNS[1], RUNS[2], RUNS[3])
    assert search.subject == RUNS[2]


def test_a_rate_goes_into_the_run_it_was_found_for_and_all_else_stays() -> None:
    app = opened(scene=WHOLE, view=View(panes="map", chosen=3, hidden=(0, 3), loss_axis="linear"))
    found = partial(_found, rate=0.125, slot=3)
    scene, view, notices = read_address(urlencode(sent(app, found)))
    assert notices == []
    assert scene == WHOLE.replace(runs=(RUNS[0], RUNS[1].replace(lr=0.125), *RUNS[2:]))
    assert view == View(panes="map", chosen=3, hidden=(0,), loss_axis="linear")


def test_what_is_edited_here_goes_to_explore_with_the_rate() -> None:
    app = opened(scene=WHOLE)
    unfolded(app, 3)
    control(app, "number_input", "find3.warmup").set_value(7)
    control(app, "selectbox", "find3.clip").select("ClipValue")
    unfolded(app, 3)
    edited = RUNS[1].replace(warmup=7, options=(ClipValue(),))
    assert state(app).search.contenders[1] == edited
    assert app.session_state["page"].scene.runs == RUNS, "nothing of Explore changes before a rate is put there"
    scene, _, _ = read_address(urlencode(sent(app, partial(_found, rate=0.5, slot=3))))
    assert scene.runs == (RUNS[0], edited.replace(lr=0.5), *RUNS[2:])


def test_a_run_that_stands_beside_those_of_explore_takes_a_place_of_its_own() -> None:
    app = opened(scene=WHOLE)
    listed = list(control(app, "multiselect", "find.optimizers").value)
    control(app, "multiselect", "find.optimizers").set_value([*listed, Run(SGD(), 1.0)]).run()
    run = state(app).search.contenders[-1]
    assert (run.optimizer, run.slot) == (SGD(), 1)
    scene, _, _ = read_address(urlencode(sent(app, partial(_found, rate=0.5, slot=1))))
    assert sorted(scene.runs, key=lambda run: run.slot or 0) == [RUNS[0], run.replace(lr=0.5), *RUNS[1:]]


def test_where_nobody_has_seen_explore_a_run_is_shown_by_itself() -> None:
    app = opened(RAVINE)
    scene, _, _ = read_address(urlencode(sent(app, partial(_found, rate=0.5, slot=2))))
    assert scene.runs == (Run(Momentum(), 0.5, slot=2),)


def test_two_runs_may_become_the_same_and_both_stay() -> None:
    app = opened(scene=WHOLE)
    unfolded(app, 0)
    for name, value in (("find0.clip", "None"), ("find0.decay", "None"), ("find0.schedule", "Constant")):
        control(app, "selectbox", name).select(value)
    control(app, "number_input", "find0.warmup").set_value(0)
    unfolded(app, 0)
    assert not app.exception
    assert [run.recipe for run in state(app).search.contenders] == ["Adam", "Momentum, step decay", "Adam"]
    assert names(app) == ["Adam (1)", "Momentum, step decay", "Adam (2)"]


def test_another_problem_brings_the_rates_of_the_runs_along() -> None:
    app = opened(scene=WHOLE)
    control(app, "selectbox", "problem").select("Rosenbrock").run()
    for run, of_explore in zip(state(app).search.contenders, (0, 1, 3), strict=True):
        assert run == app.session_state["page"].scene.runs[of_explore]


def test_rates_typed_the_wrong_way_round_stay_until_they_fit() -> None:
    app = opened(f"{RAVINE}&from=0.01&to=0.5")
    control(app, "text_input", "find.from").input("2").run()
    control(app, "text_input", "find.to").input("5").run()
    assert (state(app).search.low, state(app).search.high) == (2.0, 5.0)


def test_the_range_test_says_what_of_the_run_has_no_part_in_it() -> None:
    text = " ".join(
        caption.value for caption in opened(f"{write_search(WHOLE, Search(RUNS[:2], view='test'))}").caption
    )
    assert "the schedule (Cosine) and the warm-up of 20 steps have no part in it" in text
    assert "no part" not in " ".join(caption.value for caption in opened(f"{RAVINE}&view=test").caption)


def test_an_address_brings_the_whole_state_and_the_runs_of_explore_stay() -> None:
    runs = (Run(Adam(), 0.1), Run(SGD(), 0.2))
    query = f"{RAVINE}&noise=0.5&seed=3&tol=0.01&from=0.001&to=1.0&measure=best"
    app = opened(query, Scene(Bowl(), runs))
    search = state(app).search
    assert search.contenders == (usual(SGD(), 0), usual(Momentum(), 2))
    assert (search.tolerance, search.low, search.high, search.measure) == (0.01, 0.001, 1.0, "best")
    scene = app.session_state["page"].scene
    assert (scene.problem, scene.steps, scene.noise, scene.seed) == (Ravine(), 60, 0.5, 3)
    assert [run.optimizer for run in scene.runs] == [Adam(), SGD()]


@pytest.mark.parametrize("name", registered("optimizer"))
def test_every_optimizer_can_be_searched_and_restored(name: str) -> None:
    search = Search((Run(registered("optimizer")[name](), 0.3, slot=3),))  # type: ignore[arg-type]
    scene = first_scene()
    found = read_search(write_search(scene, search))
    assert found[1:] == (search, [])
    assert found[0].problem == scene.problem


def test_a_search_with_everything_changed_is_restored() -> None:
    search = Search(
        (Run(SGD(), 0.1, slot=0), Run(Adam(b1=0.5), 0.2, slot=4)), view="map", tolerance=0.02, low=1e-3, high=2.0,
        measure="steps", chosen=4, test_steps=50, smoothing=0.5, field="starts", across="b1", across_low=0.1,
        across_high=0.9, shade="verdict", left=-1.0, right=2.0, rate=0.5, tried=20, common=0.25,
    )  # fmt: skip
    scene = Scene(Ravine(), (Run(SGD(), 0.1),), steps=70, noise=0.25, seed=9)
    found, again, notices = read_search(write_search(scene, search))
    assert (again, notices) == (search, [])
    assert (found.problem, found.steps, found.noise, found.seed) == (Ravine(), 70, 0.25, 9)


def test_what_cannot_be_read_is_named_and_left_at_its_default() -> None:
    app = opened("problem=Ravine&opt1=Nobody&tol=2&from=5&to=1&measure=colour&across=%3Cb%3E&view=none")
    search = state(app).search
    assert search.contenders == contenders_of(read_search("problem=Ravine")[0])
    assert (search.tolerance, search.low, search.high, search.measure, search.across) == (1e-4, None, None, "final", "")
    (notice,) = [caption.value for caption in app.caption if "Nobody" in caption.value]
    for name in ("tol", "from", "measure", "view"):
        assert name in notice


def test_without_an_optimizer_the_page_says_what_to_do() -> None:
    app = opened(RAVINE)
    control(app, "multiselect", "find.optimizers").set_value([]).run()
    assert not app.exception
    assert "Choose an optimizer" in app.info[0].value


def test_an_optimizer_keeps_its_colour_when_another_is_removed() -> None:
    app = opened(RAVINE)
    control(app, "multiselect", "find.optimizers").set_value([Run(Momentum(), 1.0), Run(Adam(), 1.0)]).run()
    assert [(run.slot, run.optimizer) for run in state(app).search.contenders] == [(2, Momentum()), (3, Adam())]


def test_rates_the_wrong_way_round_are_refused_beside_them() -> None:
    app = opened(f"{RAVINE}&from=0.01&to=0.5")
    control(app, "text_input", "find.from").input("2").run()
    assert state(app).search.low == 0.01
    assert any("from a lower to a higher" in caption.value for caption in app.caption)


def test_the_sweep_finds_the_rate_that_theory_knows_and_names_it() -> None:
    (found,) = sweep(Ravine(kappa=10.0), SGD(), steps=60)
    assert "stable below 2/" not in sentence(found)
    assert "In theory it is stable below" in sentence(found)
    assert "is the best, within the tolerance from step" in headline((found,))
    assert "its best, is the quickest" in headline((found, found))
    assert found.best_rate is not None
    assert f"best at {found.best_rate:g}" in sentence(found)


def test_where_theory_is_not_exact_the_sweep_names_the_rate_at_which_it_is_first_lost() -> None:
    (found,) = sweep(Rosenbrock(), Momentum(), steps=100)
    assert found.limit is None
    assert found.first_lost is not None
    assert "In theory" not in sentence(found)
    assert f"it is first lost at {show_number(found.first_lost)}".replace("-", "\u2212") in sentence(found)
    result = simulate(
        Rosenbrock(), [Run(Momentum(), rate) for rate in found.rates if rate <= found.first_lost], steps=100
    )
    assert (result.diverged_at[:-1] < 0).all()
    assert result.diverged_at[-1] > 0


def test_a_sweep_without_survivors_says_so() -> None:
    (found,) = sweep(Bowl(), SGD(), rates=np.geomspace(50.0, 100.0, 8), steps=2000)
    assert found.best is None
    assert "Try lower rates" in sentence(found)
    assert "Try lower rates" in headline((found,))


def test_a_click_finds_the_nearest_curve_and_rate_and_in_a_row_the_optimizer() -> None:
    sweeps = sweep(Ravine(), [SGD(), Adam()], rates=np.geomspace(1e-3, 1.0, 30), steps=50)
    for which, found in enumerate(sweeps):
        rate, height = float(found.rates[7]), float(found.final_loss[7])
        near = nearest(sweeps, "final", Place(rate * 1.01, height * 1.001, "y"))
        assert near == (which, rate)
        assert nearest(sweeps, "final", Place(rate, which + 0.3, "y2"))[0] == which


def test_a_job_that_is_stopped_is_unwanted() -> None:
    job = Job("question", lambda own: own.unwanted())
    assert job.waited(5)
    assert job.future.result() is False
    job.stop()
    assert job.unwanted()


def test_a_job_that_was_given_up_has_no_answer() -> None:
    going = threading.Event()
    job = Job("question", lambda own: going.wait(5) and own.unwanted())
    job.stop()
    going.set()
    with pytest.raises(CancelledError):
        job.future.result(5)


def test_what_takes_long_is_first_a_rough_range_test() -> None:
    scene = Scene.from_query("problem=Ravine&noise=0.2&steps=60&run1=SGD")[0]
    search = Search(contenders_of(scene), view="test")
    rough = Job("rough", partial(find_range.work, scene=scene, search=search, low=1e-5, high=1.0, points=16, repeats=1))
    test = rough.future.result(20)
    assert len(test.truth.rates) == 16
    assert all(len(suggestion.repeats) <= 1 for suggestion in test.suggestions)
    assert rough.progress == 1


def test_what_takes_very_long_is_first_known_of_the_first_steps_and_says_so() -> None:
    scene = Scene.from_query("problem=Rosenbrock&steps=2000&run1=Momentum&run1.schedule=Cosine")[0]
    drafts: list[int] = []

    class Watched(Job[int]):
        @property
        def draft(self) -> int | None:
            return drafts[-1] if drafts else None

        @draft.setter
        def draft(self, value: int | None) -> None:
            if value is not None:
                drafts.append(value)

    job = Watched("question", lambda own: step_by_step(own, scene.steps, lambda n: n))
    assert job.future.result(5) == 2000
    assert drafts == [31, 125, 500]
    assert so_far(125, 2000) == "So far, after 125 of 2,000 steps: "
    assert so_far(2000, 2000) == ""


def test_the_range_test_stands_beside_the_truth_with_a_row_for_each_rule() -> None:
    app = opened(f"{RAVINE}&view=test&noise=0.5&for=1")
    rows = app.table[0].value
    assert list(rows.index) == [rule.label for rule in RULES.values()]
    assert any("too low" in text for text in rows["Beside the best rate"])
    assert all(" to " in text for text in rows["Rates with other noise"])
    assert all(len(text) > 20 for text in rows["Why"])
    assert "times apart" in figure(app)["alt"]


def test_without_noise_the_test_is_not_repeated() -> None:
    app = opened(f"{RAVINE}&view=test")
    assert "Rates with other noise" not in app.table[0].value.columns


def test_a_map_opens_on_momentum_and_can_vary_anything() -> None:
    app = opened(f"{RAVINE}&view=map&for=3")
    assert "best at rate" in figure(app)["alt"]
    assert figure(app)["layout"]["yaxis"]["title"]["text"] == "momentum"
    crossed = next(box for box in app.selectbox if box.label == "Rate against")
    assert {"momentum", "kappa", "gradient noise", "warm-up", "start x"} <= set(crossed.options)
    crossed.select("kappa").run()
    assert not app.exception
    assert state(app).search.across == "kappa"
    assert figure(app)["layout"]["yaxis"]["title"]["text"] == "kappa"


def test_a_map_of_one_coordinate_has_no_map_of_starts() -> None:
    app = opened("problem=Quadratic1D&opt1=SGD&view=map&field=starts")
    assert state(app).search.field == "rates"
    assert not any(choice.label == "Over" for choice in app.get("button_group"))


def test_a_map_of_starts_says_where_they_end() -> None:
    app = opened("problem=Himmelblau&opt1=SGD&view=map&field=starts&rate=0.005")
    assert "of the starts end in" in figure(app)["alt"]
    assert state(app).search.rate == 0.005


def test_the_comparison_races_at_the_own_best_and_at_a_common_rate() -> None:
    app = opened(f"{RAVINE}&view=race&tried=12&common=0.05")
    rows = app.table[0].value
    assert list(rows.index) == ["SGD", "Momentum"] * 2
    assert [text for text in rows["Rate"] if "common" in text] == ["0.05 (common)"] * 2
    assert {"to 0.01", "to 1e-4", "to 1e-8", "Outcome", "Cost of a step"} <= set(rows.columns)
    assert {one.key for one in app.get("bidi_component")} == {
        f"find.{part}" for part in ("link", "chart", "common_race", "tuning")
    }
    assert len(app.get("download_button")) == 1
    assert any("12 rates" in caption.value for caption in app.caption)


def test_an_empty_common_rate_is_chosen_and_a_wrong_one_refused_beside_it() -> None:
    app = opened(f"{RAVINE}&view=race&tried=12&common=0.05")
    control(app, "text_input", "find.common").input("fast").run()
    assert state(app).search.common == 0.05
    assert any("must be a number" in caption.value for caption in app.caption)
    control(app, "text_input", "find.common").input("").run()
    assert not app.exception
    assert state(app).search.common is None


def test_what_cannot_be_computed_is_a_sentence() -> None:
    app = opened("problem=Ravine&opt1=SGD&view=map&across=momentum&low=5&high=9")
    assert not app.exception
    app = opened("problem=Ravine&opt1=Momentum&view=map&across=momentum&low=5&high=9")
    assert not app.exception
    assert "momentum" in app.warning[0].value
