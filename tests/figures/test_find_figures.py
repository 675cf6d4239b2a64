"""The figures of "Find a rate": complete, static, and true to the numbers."""

import json

import numpy as np
import pytest

from lrviz.analysis import KINDS, sweep
from lrviz.figures.sweep import sweep_figure, sweep_heights
from lrviz.figures.theme import KIND_STYLES, kind_colour, run_colour
from lrviz.optimizers import SGD, Adam, Momentum
from lrviz.problems import Ravine, UnboundedSaddle
from lrviz.scenes.search import Measure

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
