"""A run is tried as it is: every cell of a sweep, a map, a race is `simulate` of that very run."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lrviz
from lrviz import Run, Scene, simulate
from lrviz.analysis.axes import names
from lrviz.analysis.batches import batch_of
from lrviz.analysis.knobs import knobs
from lrviz.catalog import registered
from lrviz.optimizers import SGD, Adam, Armijo, ClipNorm, Momentum, WeightDecay
from lrviz.problems import Beale, Bowl, Himmelblau, Problem, Ravine, Rosenbrock
from lrviz.scenes.defaults import default_rate
from lrviz.schedules import Clipped, Cosine, OneCycle, ReduceOnPlateau, Scaled, Schedule, Sequential, StepDecay
from lrviz.schedules.composition import Composed
from lrviz.simulation import PLACES
from lrviz.simulation.batch import simulate_batch

STEPS = 24
"""So few that rounding, which depends on how many runs are computed at once, does not grow into another path."""
CLOSE = {"rtol": 1e-7, "atol": 1e-12}
PROBLEMS: tuple[Problem, ...] = (Bowl(), Ravine(), Rosenbrock(), Himmelblau(), Beale())
COMPOSED = (
    Sequential(first=StepDecay(every=4), second=Cosine(floor=0.1), at=9),
    Scaled(inner=OneCycle(), by=0.7),
    Clipped(inner=StepDecay(every=3), low=0.2),
    ReduceOnPlateau(patience=2, gamma=0.4),
)


@st.composite
def options(draw: st.DrawFn, owned: frozenset[str]) -> tuple[lrviz.optimizers.Option, ...]:
    """One option, or none, in each place, of those that the optimizer does not do itself."""
    entries = [cls() for cls in registered("option").values()]
    found = []
    for place in PLACES:
        own = [None, *(e for e in entries if e.place == place and e.takes not in owned)]  # type: ignore[attr-defined]
        found.append(draw(st.sampled_from(own)))
    return tuple(option for option in found if option is not None)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Problem, Run, float]:
    """A problem, a run with whatever a run can have, and the noise."""
    problem = draw(st.sampled_from(PROBLEMS))
    optimizer = draw(st.sampled_from([cls() for cls in registered("optimizer").values()]))
    plain = [cls() for cls in registered("schedule").values() if not issubclass(cls, Composed)]
    schedule = draw(st.sampled_from([*plain, *COMPOSED]))
    run = Run(
        optimizer,
        default_rate(problem, optimizer),
        schedule,
        draw(st.integers(0, 12)),
        options=draw(options(frozenset(optimizer.owns))),
    )
    return problem, run, draw(st.sampled_from([0.0, 0.1]))


TRIED = settings(max_examples=150, deadline=None, derandomize=True)


@TRIED
@given(cases())
def test_every_rate_of_a_sweep_is_the_run_at_that_rate(case: tuple[Problem, Run, float]) -> None:
    problem, run, noise = case
    rates = run.lr * np.geomspace(0.03, 3, 7)
    (found,) = lrviz.sweep(problem, run, rates=rates, steps=STEPS, noise=noise, seed=3)
    alone = simulate(problem, [run.replace(lr=float(lr)) for lr in rates], steps=STEPS, noise=noise, seed=3)
    np.testing.assert_allclose(found.final_loss, alone.final_loss, **CLOSE)
    np.testing.assert_allclose(found.best_loss, alone.best_loss, **CLOSE)
    np.testing.assert_array_equal(found.evaluations, alone.evaluations)
    assert found.run == run
    if not noise:  # a verdict measures the strength of the noise
        assert found.kinds == tuple(verdict.kind for verdict in lrviz.verdict(problem, alone))


@TRIED
@given(cases(), st.data())
def test_every_cell_of_a_map_is_the_run_with_its_two_numbers(
    case: tuple[Problem, Run, float], data: st.DataObject
) -> None:
    problem, run, noise = case
    across = data.draw(st.sampled_from([name for name in names(problem, run) if name != "lr"]))
    ends = {"x_range": (0.1 * run.lr, run.lr)}
    found = lrviz.outcome_map(problem, run, "lr", across, size=(3, 3), steps=STEPS, noise=noise, seed=5, **ends)
    for column, row in ((0, 0), (1, 2), (2, 1)):
        cell = found.case(column, row)
        assert cell.run.slot == run.slot
        assert cell.run.lr == found.x.values[column]
        alone = simulate(cell.problem, [cell.run], steps=STEPS, start=cell.start, noise=cell.noise, seed=5)
        np.testing.assert_allclose(found.final_loss[row, column], alone.final_loss[0], **CLOSE)
        assert found.ended_at[row, column] == alone.diverged_at[0]


@TRIED
@given(cases(), st.data())
def test_a_batch_holds_what_a_knob_turns(case: tuple[Problem, Run, float], data: st.DataObject) -> None:
    problem, run, noise = case
    name = data.draw(st.sampled_from([one.name for one in knobs(run) if one.spec.stacks]))
    family = lrviz.family(Scene(problem, (run,), steps=STEPS, noise=noise, seed=5), 0, name, count=5)
    batch = batch_of(problem, run, {name: family.values}, np.array(problem.start), noise=noise)
    ends = simulate_batch(batch, STEPS, seed=5)
    np.testing.assert_allclose(ends.final_loss, family.losses[-1], **CLOSE)
    np.testing.assert_array_equal(ends.ended_at, family.diverged_at)


@TRIED
@given(cases(), st.integers(1, STEPS))
def test_what_is_known_after_some_steps_is_of_the_same_runs(case: tuple[Problem, Run, float], upto: int) -> None:
    """Not of shorter ones, whose schedules would be others."""
    problem, run, noise = case
    rates = run.lr * np.geomspace(0.03, 3, 5)
    choices: dict[str, Any] = {"steps": STEPS, "noise": noise, "seed": 3}
    whole = simulate(problem, [run.replace(lr=float(lr)) for lr in rates], **choices)
    (found,) = lrviz.sweep(problem, run, rates=rates, upto=upto, **choices)
    assert (found.steps, found.length) == (upto, STEPS)
    np.testing.assert_allclose(found.final_loss, whole.loss[upto], **CLOSE)
    ends = {"x_range": (float(rates[0]), float(rates[-1])), "size": (2, 2), "upto": upto}
    cells = lrviz.outcome_map(problem, run, "lr", f"start.{problem.variables[0]}", **ends, **choices)
    cell = cells.case(1, 0)
    alone = simulate(problem, [cell.run], start=cell.start, **choices)
    np.testing.assert_allclose(cells.final_loss[0, 1], alone.loss[upto, 0], **CLOSE)
    race = lrviz.compare(problem, [run], rates=4, upto=upto, measure=False, **choices)
    assert race.common_race.steps == upto
    again = simulate(problem, [race.common[0].run], **choices)
    np.testing.assert_allclose(race.common_race.loss, again.loss[: upto + 1], **CLOSE)


@TRIED
@given(cases())
def test_a_race_is_the_runs_at_their_best_rates(case: tuple[Problem, Run, float]) -> None:
    problem, run, noise = case
    other = Run(SGD(), default_rate(problem, SGD()), Cosine())
    found = lrviz.compare(problem, [run, other], rates=6, steps=STEPS, noise=noise, seed=2, measure=False)
    for sweep, given_run in zip(found.tuning, (run, other), strict=True):
        assert sweep.run == given_run
        alone = simulate(
            problem, [given_run.replace(lr=float(lr)) for lr in sweep.rates], steps=STEPS, noise=noise, seed=3
        )
        np.testing.assert_allclose(sweep.final_loss, alone.final_loss, **CLOSE)
    tuned = [standing.run for standing in found.tuned if standing.rate is not None]
    assert [standing.run.lr for standing in found.common] == [found.common_rate] * 2
    if found.race is not None:
        again = simulate(problem, tuned, steps=STEPS, noise=noise, seed=2)
        np.testing.assert_array_equal(found.race.loss, again.loss)


def test_what_a_run_had_evaluated_at_a_step_is_of_the_whole_run() -> None:
    """A schedule that ends with the run would be another one in a shorter run."""
    run = Run(Armijo(), 1.0, Cosine())
    found = lrviz.compare(Rosenbrock(), [run], rates=8, steps=80, tolerances=(0.5,), measure=False)
    (standing,) = found.tuned
    assert found.race is not None
    (step,), (count,) = standing.steps, standing.evaluations
    assert 0 < step < 80
    assert count == found.race.evaluations_by_step[step, 0] > step
    assert found.race.evaluations_by_step[-1, 0] == found.race.evaluations[0]


@pytest.mark.parametrize("schedule", [Cosine(), OneCycle(), ReduceOnPlateau()], ids=repr)
def test_a_range_test_sets_the_rate_itself_and_keeps_the_options(schedule: Schedule) -> None:
    options = (ClipNorm(limit=0.5), WeightDecay())
    bare = lrviz.range_test(Ravine(), Run(Momentum(), 0.1, options=options), low=1e-4, high=1.0, noise=0.1)
    found = lrviz.range_test(
        Ravine(), Run(Momentum(), 0.1, schedule, 20, options=options), low=1e-4, high=1.0, noise=0.1
    )
    np.testing.assert_array_equal(found.loss, bare.loss)
    assert found.truth.run.schedule == schedule
    assert not np.array_equal(found.truth.final_loss, bare.truth.final_loss)
    free = lrviz.range_test(Ravine(), Momentum(), low=1e-4, high=1.0, noise=0.1)
    assert not np.array_equal(found.loss, free.loss)


def test_a_bare_optimizer_is_a_run_at_a_constant_rate() -> None:
    run = Run(Adam(), default_rate(Rosenbrock(), Adam()))
    (one,), (other,) = lrviz.sweep(Rosenbrock(), Adam(), steps=30), lrviz.sweep(Rosenbrock(), [run], steps=30)
    assert one.run == other.run == run
    np.testing.assert_array_equal(one.final_loss, other.final_loss)


def test_a_sweep_reaches_past_the_rate_that_its_run_comes_with() -> None:
    (found,) = lrviz.sweep(Bowl(), Run(SGD(), 1e5), steps=5)
    assert found.rates[-1] == pytest.approx(1e6)
    (found,) = lrviz.sweep(Bowl(), Run(SGD(), 1e-7), steps=5)
    assert found.rates[0] == pytest.approx(1e-8)
