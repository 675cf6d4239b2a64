"""Runs of any entries at any settings: no exception, no warning, and a divergence is noted where it happens."""

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from lrviz import FormulaError, Run, simulate
from lrviz.catalog import Array, Entry, Milestones, Nested, Number, Whole, hypers, registered
from lrviz.optimizers import SGD, Optimizer, Option, ScheduleFreeSGD
from lrviz.problems import Formula, Problem
from lrviz.simulation.batch import Batch, simulate_batch
from lrviz.simulation.loop import block_of
from lrviz.simulation.run import RATE

SCALES = ("1e-300", "1e-150", "1e-8", "1", "1e8", "1e150", "1e300")
SHAPES = ("x^2 + 10*y^2", "100*(y - x^2)^2 + (1 - x)^2", "abs(x) + y^2", "x^2 - y^2", "x + y", "x^2 + 0*y",
          "-exp(-x^2 - y^2)", "sin(3*x) + y^4 - 2", "log(1 + x^2 + y^2)", "sqrt(x^2 + y^2)")  # fmt: skip
DOMAINS = ((-3.0, 3.0), (-1e-3, 1e-3), (-1e5, 1e6))


def numbers(spec: Number) -> st.SearchStrategy[float]:
    """Draw the ends of a range, its inside, and whatever lies between on its own scale."""
    low, high = max(spec.low, -1e12), min(spec.high, 1e12)
    if spec.scale == "log":
        bottom = low or spec.slider_low or 1e-6
        inner = st.floats(np.log10(bottom), np.log10(high)).map(lambda e: float(np.clip(10.0**e, low, high)))
    else:
        inner = st.floats(low, high)
    return st.one_of(st.sampled_from([low, high]), inner)


@st.composite
def entries(draw: st.DrawFn, kind: str, names: tuple[str, ...], depth: int = 0) -> Entry:
    """Draw an entry of a kind with any settings; half of the fields keep their defaults."""
    cls = registered(kind)[draw(st.sampled_from(names))]
    fields = {}
    for name, spec in hypers(cls).items():
        if draw(st.booleans()):
            continue
        if isinstance(spec, Number):
            fields[name] = draw(numbers(spec))
        elif isinstance(spec, Whole):
            most = min(spec.high, 10**6)
            fields[name] = draw(st.one_of(st.sampled_from([spec.low, most]), st.integers(spec.low, min(most, 40))))
        elif isinstance(spec, Milestones):
            fields[name] = tuple(sorted(draw(st.lists(st.integers(0, 40), max_size=3, unique=True))))
        elif isinstance(spec, Nested) and depth < 1:
            fields[name] = draw(entries(spec.kind, KNOWN, depth + 1))
    try:
        return cls(**fields)
    except ValueError:  # settings that exclude each other
        return cls()


OPTIMIZERS = tuple(registered("optimizer"))
SCHEDULES = tuple(registered("schedule"))
OPTIONS = tuple(registered("option"))
KNOWN = tuple(n for n, cls in registered("schedule").items() if cls.family not in ("Composed", "Feedback"))


@st.composite
def runs(draw: st.DrawFn) -> Run:
    rule = draw(entries("optimizer", OPTIMIZERS))
    schedule = draw(entries("schedule", SCHEDULES))
    taken: dict[str, Option] = {}
    for option in draw(st.lists(entries("option", OPTIONS), max_size=3)):
        if option.takes not in rule.owns:
            taken[option.place] = option
    return Run(rule, draw(numbers(RATE)), schedule, draw(st.sampled_from([0, 0, 3, 50])), options=tuple(taken.values()))


def surface(scale: str, shape: str, box: tuple[float, float]) -> Problem:
    """Return the scaled shape over a square; drop the example where it overflows all over it."""
    try:
        return Formula(f"{scale}*({shape})", domain=(box, box))
    except FormulaError:
        reject()


def ends(problem: Problem, run: Run, steps: int, start: Array, noise: Array | None) -> tuple[int, list[Array]]:
    """Step by hand: return the first step at which something is not finite or too far, and the points before it."""
    block = block_of(problem, [problem], [run], start[:, None], steps)
    low, high = np.array(problem.domain).T
    middle, reach = (low + high) / 2, 1e6 * (high - low)
    points: list[Array] = []
    with np.errstate(all="ignore"):
        for n in range(steps + 1):
            seen, taken = block.shown[:, 0].copy(), block.w[:, 0].copy()
            fine = np.isfinite(problem.loss(seen))
            for w in (seen, taken):
                fine = fine and np.isfinite(w).all() and (np.abs(w - middle) <= reach).all()
            if not fine:
                return n, points
            points.append(seen)
            if n < steps:
                block.step(None if noise is None else noise[n][:, None])
    return -1, points


@pytest.mark.filterwarnings("error")
@settings(max_examples=250, derandomize=True, deadline=None)
@given(
    st.sampled_from(SCALES),
    st.sampled_from(SHAPES),
    st.sampled_from(DOMAINS),
    runs(),
    st.integers(1, 25),
    st.tuples(st.floats(0, 1), st.floats(0, 1)),
    st.sampled_from([0.0, 0.0, 1e-3, 1e6]),
)
def test_any_run_ends_where_it_should_and_says_so(
    scale: str, shape: str, box: tuple[float, float], run: Run, steps: int, where: tuple[float, float], noise: float
) -> None:
    problem = surface(scale, shape, box)
    low, high = np.array(problem.domain).T
    start = low + np.array(where) * (high - low)
    result = simulate(problem, [run], steps=steps, start=start, noise=noise, keep="states")
    draws = np.random.default_rng(0).standard_normal((steps, 2)) * noise if noise else None
    at, points = ends(problem, run, steps, start, draws)
    last = steps + 1 if at < 0 else at
    assert result.diverged_at[0] == at
    np.testing.assert_array_equal(result.positions[:last, :, 0], np.reshape(points, (-1, 2)))
    for kept in (result.positions, result.points, result.loss, result.averages[:, :, run.options == ()]):
        assert np.isnan(kept[last:]).all()
    assert (result.lr[: max(last - 1, 0)] >= 0).all()
    assert result.evaluations[0] >= (steps if at < 0 else at)
    assert len(result.to_frame()) == steps + 1
    assert result.gradients.shape == result.effective_lr.shape
    final = simulate(problem, [run], steps=steps, start=start, noise=noise, keep="final")
    batched = simulate_batch(alone(problem, run, start, noise), steps)
    assert final.diverged_at[0] == batched.ended_at[0] == at
    for found in (final, batched):
        np.testing.assert_array_equal(found.evaluations, result.evaluations)
        np.testing.assert_array_equal(found.final, result.final)
        rounding = {"rtol": 1e-12, "atol": 1e-13 * float(scale)}  # of losses computed one by one, or a path's at once
        np.testing.assert_allclose(found.final_loss, result.final_loss, **rounding)
        if at != 0:
            np.testing.assert_allclose(found.best_loss, result.best_loss, **rounding)
    assert at != 0 or np.isnan(final.best_loss[0])


def alone(problem: Problem, run: Run, start: Array, noise: float) -> Batch:
    """Return a batch of one run."""
    one = np.ones(1)
    return Batch(problem, run.optimizer, one * run.lr, start[:, None], -np.inf * one, noise * one, one * run.warmup,
                 run.schedule, run.options)  # fmt: skip


@pytest.mark.parametrize("rule", [SGD(), ScheduleFreeSGD(b1=0.999)])
def test_what_comes_back_after_it_has_diverged_counts_no_more(rule: Optimizer) -> None:
    rates = [0.1, 1e6 - 1, 1e6, 0.9999995, 1.0, 1.0, 1.0, 1.0]
    run = Run(rule, 1.0, rates.__getitem__)  # type: ignore[arg-type]
    bowl = Formula("0.5*(x^2 + y^2)", domain=((-1.0, 1.0), (-1.0, 1.0)))
    full = simulate(bowl, [run], steps=len(rates), start=(0.9, 0.9))
    assert 0 < full.diverged_at[0] < len(rates)
    for found in (
        simulate(bowl, [run], steps=len(rates), start=(0.9, 0.9), keep="final"),
        simulate_batch(alone(bowl, run, np.array([0.9, 0.9]), 0.0), len(rates)),
    ):
        np.testing.assert_allclose(found.best_loss, full.best_loss, rtol=1e-12)
        assert np.isnan(found.final_loss[0])
    assert full.best_loss[0] == np.nanmin(full.loss)
