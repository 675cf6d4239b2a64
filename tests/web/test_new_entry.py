"""One definition in one file: it is in the menus, the sliders, the address, the reference, and it runs."""

from collections.abc import Iterator

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from lrviz.catalog import Array, Entry, hyper, isolated
from lrviz.optimizers import At, Optimizer, State
from lrviz.problems import Bowl, Surface, points
from lrviz.scenes import Scene
from lrviz.schedules import Schedule
from lrviz.simulation import Run
from lrviz.web.controls import names
from lrviz.web.reference import example_of, parameter_rows
from tests.optimizers import test_contracts as optimizer_contracts
from tests.problems import test_problem_contracts as problem_contracts
from tests.schedules import test_contracts as schedule_contracts
from tests.web.test_explore import button, control, open_page


@pytest.fixture
def entries() -> Iterator[dict[str, type[Entry]]]:
    names.cache_clear()
    with isolated():

        class Halving(Optimizer):
            r"""Half a step: $w \leftarrow w - s \, lr \, g$. A test, 2026, https://example.org."""

            label = "Halving"
            family = "Tests"
            summary = "Goes half as far."
            share: float = hyper(0.5, 0, 1, "How much of the step is taken.")

            def update(self, g: Array, state: State, at: At) -> tuple[Array, State]:
                return self.share * at.lr * g, state

        class Sawtooth(Schedule):
            r"""Falls and jumps back: $1 - (n \bmod p)/p$. A test, 2026, https://example.org."""

            label = "Sawtooth"
            family = "Tests"
            summary = "Falls and jumps back."
            period: float = hyper(10.0, 2, 100, "Steps from jump to jump.")

            def factor(self, n: Array, length: Array) -> Array:
                return np.asarray(1 - np.mod(n, self.period) / self.period)

        class Trough(Surface):
            r"""A trough: $s x^2 + y^4$. A test, 2026, https://example.org."""

            label = "Trough"
            family = "Tests"
            summary = "Flat along y."
            formula = "s*x^2 + y^4"
            domain = ((-2.0, 2.0), (-2.0, 2.0))
            start = (1.5, 1.5)
            minima = points((0.0, 0.0))
            infimum = 0.0
            s: float = hyper(1.0, 0.1, 10, "How steep it is across.")

        yield {"optimizer": Halving, "schedule": Sawtooth, "problem": Trough}
    names.cache_clear()


def test_new_entries_are_in_the_menus_the_sliders_and_the_address(entries: dict[str, type[Entry]]) -> None:
    app = open_page()
    control(app, "selectbox", "problem").select("Trough").run()
    control(app, "selectbox", "run0.optimizer").select("Halving").run()
    control(app, "selectbox", "run0.schedule").select("Sawtooth").run()
    control(app, "text_input", "problem.Trough.s").input("3").run()
    control(app, "text_input", "run0.Halving.share").input("0.25").run()
    control(app, "text_input", "run0.schedule.Sawtooth.period").input("20").run()
    assert not app.exception
    address = app.session_state["page"].address
    assert address["problem"] == "Trough"
    assert address["problem.s"] == "3.0"
    assert address["run1"] == "Halving"
    assert address["run1.share"] == "0.25"
    assert address["run1.schedule.period"] == "20.0"


def test_new_entries_are_restored_simulated_and_described(entries: dict[str, type[Entry]]) -> None:
    run = Run(entries["optimizer"](share=0.125), 0.1, entries["schedule"](period=5.0))  # type: ignore[arg-type, call-arg]
    scene = Scene(entries["problem"](s=2.0), (run,))  # type: ignore[arg-type, call-arg]
    assert Scene.from_query(scene.to_query()) == (scene, [])
    assert Scene.from_json(scene.to_json()) == scene
    result = scene.simulate("states")
    np.testing.assert_allclose(
        result.positions[1, :, 0], np.array([1.5, 1.5]) - 0.125 * 0.1 * np.array([6.0, 13.5]), rtol=1e-14
    )
    for kind, cls in entries.items():
        assert cls.__name__ in names(kind)
        assert parameter_rows(cls)
        assert np.isfinite(example_of(cls()).simulate().loss[1]).all()


def test_new_entries_stand_under_the_contracts(entries: dict[str, type[Entry]]) -> None:
    optimizer_contracts.test_a_rule_changes_nothing_in_place("Halving")
    optimizer_contracts.test_runs_do_not_mix("Halving")
    optimizer_contracts.test_where_the_slope_is_zero_it_stays_finite("Halving", Bowl())
    optimizer_contracts.test_it_brings_the_bowl_below_a_thousandth_at_some_rate_of_its_slider("Halving")
    schedule_contracts.test_it_is_pointwise("Sawtooth")
    trough = entries["problem"]
    problem_contracts.test_the_docstring_says_what_it_is_with_formula_and_reference(trough)
    problem_contracts.test_every_parameter_is_explained_and_used(trough)
    problem_contracts.test_stacked_parameters_give_the_same_as_one_by_one(trough)
    schedule_contracts.test_it_is_the_same_in_a_batch_with_warmup_or_without("Sawtooth")


def test_outside_the_block_the_catalog_is_as_before() -> None:
    assert "Halving" not in names("optimizer")


def test_a_session_whose_entry_has_gone_falls_back(entries: dict[str, type[Entry]]) -> None:
    app: AppTest = open_page("problem=Gone&run1=GoneToo&run1.lr=0.1&run1.share=0.3")
    button(app, "Reset")
    assert not app.exception
