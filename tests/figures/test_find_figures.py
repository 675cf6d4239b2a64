"""The figures of "Find a rate": complete, static, and true to the numbers."""

import json

import numpy as np
import pytest

from lrviz.analysis import KINDS, basin_map, compare, outcome_map, range_test, sweep
from lrviz.analysis.suggestions import RULES
from lrviz.figures.comparison import race_figure, tuning_figure
from lrviz.figures.maps import basin_map_figure, fitting, log_marks, outcome_map_figure, shading
from lrviz.figures.range_test import range_test_figure
from lrviz.figures.sweep import sweep_figure, sweep_heights
from lrviz.figures.theme import KIND_STYLES, RULE_STYLES, kind_colour, run_colour
from lrviz.optimizers import SGD, Adam, Momentum
from lrviz.problems import Himmelblau, Ravine, Rosenbrock, UnboundedSaddle
from lrviz.scenes.search import Measure, Shade
from lrviz.simulation import Run

RATES = np.geomspace(1e-3, 2.0, 60)


def test_every_kind_of_outcome_has_a_colour_and_a_shape_of_its_own() -> None:
    assert set(KIND_STYLES) == set(KINDS)
    for field in ("light", "dark", "symbol", "name"):
        assert len({getattr(style, field) for style in KIND_STYLES.values()}) == len(KINDS)


@pytest.mark.parametrize("measure", ["final", "best", "steps"])
@pytest.mark.parametrize("dark", [False, True])
def test_a_sweep_shows_curves_outcomes_limits_best_and_good_rates(measure: Measure, dark: bool) -> None:
    sweeps = sweep(Ravine(), [SGD(), Momentum(), Adam()], rates=RATES, steps=80)
    figure = sweep_figure(sweeps, (0, 1, 4), measure, dark=dark)
    traces = {trace.name: trace for trace in figure.data}
    curve = next(t for t in figure.data if t.name == "SGD" and t.mode == "lines")
    np.testing.assert_array_equal(curve.x, RATES)
    assert curve.line.color == run_colour(0, dark)
    assert list(traces["SGD: limit"].x) == [sweeps[0].limit] * 2
    assert list(traces["Adam: best rate"].x) == [sweeps[2].best_rate]
    assert sweeps[1].good is not None
    assert (traces["Momentum: good rates"].x[0], traces["Momentum: good rates"].x[-1]) == sweeps[1].good
    assert figure.layout.template.layout.colorway is None
    json.loads(figure.to_json())


def test_the_rows_name_the_outcome_of_every_rate() -> None:
    (found,) = sweep(Ravine(), SGD(), rates=RATES, steps=80)
    figure = sweep_figure([found], [0])
    row = next(t for t in figure.data if t.yaxis == "y2" and t.name == "diverged")
    assert row.line.color == kind_colour("diverged", False)
    first = next(low for low, _, kind in found.stretches if kind == "diverged")
    assert row.x[0] == pytest.approx(first, rel=0.1)


def test_a_loss_that_falls_for_ever_has_a_linear_axis() -> None:
    heights = sweep_heights(sweep(UnboundedSaddle(), SGD(), rates=RATES, steps=20), "final")
    assert not heights.log


def test_where_no_rate_survives_there_is_still_a_figure() -> None:
    sweeps = sweep(Ravine(), SGD(), rates=np.geomspace(50.0, 100.0, 5), steps=500)
    figure = sweep_figure(sweeps, [0])
    assert {trace.name for trace in figure.data if trace.yaxis == "y2"} == {"diverged"}


def test_a_range_test_marks_every_suggestion_through_test_and_truth() -> None:
    test = range_test(Ravine(), SGD(), low=1e-5, high=10.0, noise=0.5, repeats=3)
    figure = range_test_figure(test, 0)
    known = [s for s in test.suggestions if s.rate is not None]
    traces = {trace.name: trace for trace in figure.data}
    assert len(known) >= 4
    for suggestion in known:
        assert list(traces[suggestion.label].x) == [suggestion.rate]
        assert list(traces[f"{suggestion.label}: spread"].x) == [min(suggestion.repeats), max(suggestion.repeats)]
    assert list(traces["best rate"].x) == [test.truth.best_rate]
    assert traces["stopped here"].x[0] == test.rates[-1]
    np.testing.assert_array_equal(traces["smoothed"].x, test.rates)


def test_every_rule_of_the_range_test_has_a_mark() -> None:
    assert set(RULE_STYLES) == set(RULES)


@pytest.mark.parametrize("shade", ["steps", "loss", "verdict"])
def test_a_map_shows_its_values_the_theory_and_the_best_cell(shade: Shade) -> None:
    found = outcome_map(Ravine(), Momentum(), "lr", "momentum", size=(24, 20), steps=100)
    figure = outcome_map_figure(found, shade)
    traces = {trace.name: trace for trace in figure.data}
    assert found.best is not None
    column, row = found.best
    best = next(trace for name, trace in traces.items() if name and name.startswith("best here"))
    there = np.log10(found.x.values[column]), -np.log10(1 - found.y.values[row])
    assert (best.x[0], best.y[0]) == pytest.approx(there)
    assert figure.layout.yaxis.ticktext == ("0", "0.9", "0.99", "0.999")
    stability = next(overlay for overlay in found.theory if overlay.kind == "stability")
    np.testing.assert_allclose(traces[stability.label].x, np.log10(stability.x))
    assert traces["fastest in theory"].marker.symbol == "star"
    assert figure.layout.xaxis.ticktext[0]
    codes = figure.data[0].z
    np.testing.assert_array_equal(codes, found.codes)


def test_a_map_in_which_hardly_a_run_arrives_is_coloured_by_the_loss_unless_asked_otherwise() -> None:
    arriving, hardly = (outcome_map(Ravine(), Momentum(), size=(24, 20), steps=steps) for steps in (300, 8))
    assert fitting(arriving, "auto") == "steps"
    assert fitting(hardly, "auto") == "loss"
    assert fitting(hardly, "steps") == "steps"


def test_the_scale_of_a_narrow_part_of_a_map_names_losses() -> None:
    found = outcome_map(
        Rosenbrock(), Momentum(), x_range=(1.15e-4, 9.5e-4), y_range=(0.27, 0.65), size=(16, 16), steps=200
    )
    colour = shading(found, "loss")
    assert np.ptp(colour.values) < 1.5
    assert len(colour.at) >= 2
    assert [float(text) for text in colour.texts] == pytest.approx([10**at for at in colour.at])
    figure = outcome_map_figure(found, "loss")
    assert figure.layout.showlegend


def test_the_colour_of_a_map_counts_steps_or_measures_the_loss() -> None:
    found = outcome_map(Ravine(), Momentum(), "lr", "momentum", size=(8, 8), steps=50)
    steps, loss = shading(found, "steps"), shading(found, "loss")
    reached = found.settled_at > 0
    np.testing.assert_allclose(10 ** steps.values[reached], found.settled_at[reached])
    assert np.isnan(steps.values[found.settled_at < 0]).all()
    np.testing.assert_array_equal(np.isnan(loss.values), np.isnan(found.final_loss))


def test_a_map_of_starts_has_a_colour_and_a_mark_for_each_minimum() -> None:
    found = basin_map(Himmelblau(), Run(SGD(), 0.005), size=(20, 20), steps=100)
    figure = basin_map_figure(found)
    marks = [t for t in figure.data if t.type == "scatter" and t.marker.symbol == "x"]
    assert len(marks) == found.minima.shape[1] == 4
    assert all(f"{share:.0%}" in mark.name for share, mark in zip(found.shares, marks, strict=True))
    assert {round(float(mark.x[0]), 6) for mark in marks} == {round(float(x), 6) for x in found.minima[0]}


@pytest.mark.parametrize(("low", "high"), [(1e-6, 10.0), (0.02, 0.3), (0.100, 0.101), (0.5, 0.9), (3e-9, 3.00001e-9)])
def test_the_marks_of_a_logarithmic_axis_are_few_and_inside(low: float, high: float) -> None:
    marks = log_marks(low, high)
    assert 2 <= len(marks) <= 14
    assert all(low * (1 - 1e-9) <= mark <= high * (1 + 1e-9) for mark in marks)
    assert len(set(marks)) == len(marks)


@pytest.mark.parametrize("common", [False, True])
def test_a_race_has_a_curve_for_each_optimizer_that_has_a_rate(common: bool) -> None:
    found = compare(Ravine(), [SGD(), Adam()], rates=12, steps=40, measure=False)
    figure = race_figure(found, (0, 3), common=common)
    curves = [trace for trace in figure.data if trace.mode == "lines"]
    result = found.common_race if common else found.race
    assert result is not None
    assert [curve.line.color for curve in curves] == [run_colour(0, False), run_colour(3, False)]
    for i, curve in enumerate(curves):
        np.testing.assert_allclose(curve.y, np.maximum(result.loss[:, i], 1e-16), rtol=1e-6)


def test_the_tuning_shows_every_rate_that_was_tried_and_the_one_that_was_chosen() -> None:
    found = compare(Ravine(), [SGD(), Adam()], rates=12, steps=40, measure=False)
    traces = {trace.name: trace for trace in tuning_figure(found, (0, 3)).data}
    assert len(traces["SGD"].x) == 12
    assert list(traces["Adam: chosen"].x) == [found.tuned[1].rate]


def test_every_best_point_has_a_name_that_the_page_can_move() -> None:
    sweeps = sweep(Ravine(), [SGD(), Momentum(), Adam()], rates=RATES, steps=80)
    names = [note for note in sweep_figure(sweeps, (0, 1, 4)).layout.annotations if note.name == "point"]
    assert [note.text.split()[0] for note in names] == ["SGD", "Momentum", "Adam"]
    np.testing.assert_allclose([10**note.x for note in names], [found.best_rate for found in sweeps])
    compared = compare(Ravine(), [SGD(), Adam()], rates=12, steps=40, measure=False)
    tuned = [note for note in tuning_figure(compared, (0, 3)).layout.annotations if note.name == "point"]
    assert [note.font.color for note in tuned] == [run_colour(0, False), run_colour(3, False)]
    test = range_test(Ravine(), SGD(), low=1e-5, high=10.0)
    (best,) = [note for note in range_test_figure(test, 0).layout.annotations if note.name == "point"]
    assert best.yref == "y2"
