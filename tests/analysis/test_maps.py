"""Maps against theory, against runs one by one, and the same wherever they are computed."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

import lrviz
from lrviz import simulate
from lrviz.analysis import basin_map, outcome_map, outcome_maps
from lrviz.analysis.blocks import completed
from lrviz.analysis.classify import KINDS
from lrviz.analysis.overlays import optimum
from lrviz.optimizers import SGD, Adam, Momentum, Nesterov, Optimizer
from lrviz.problems import (
    Ackley,
    Booth,
    DoubleWell,
    Himmelblau,
    Matyas,
    Problem,
    Product,
    Rastrigin,
    Ravine,
    Rosenbrock,
    ThreeHumpCamel,
)
from lrviz.simulation import BLOCK


@pytest.mark.parametrize(
    ("problem", "run", "x", "y", "choices"),
    [
        (Ravine(), Momentum(), "lr", "momentum", {}),
        (Rosenbrock(), Adam(), "lr", "b2", {"noise": 0.1}),
        (Ravine(), SGD(), "kappa", "lr", {}),
        (Product(), SGD(), "lr", "start.x", {}),
        (DoubleWell(), lrviz.Run(SGD(), 0.3), "start.w", "tilt", {}),
        (Himmelblau(), Momentum(), "warmup", "noise", {"y_range": (0, 20)}),
    ],
    ids=str,
)
def test_a_cell_is_the_run_that_it_opens(
    problem: Problem, run: Optimizer | lrviz.Run, x: str, y: str, choices: dict[str, Any]
) -> None:
    found = outcome_map(problem, run, x, y, size=(9, 7), steps=60, seed=3, **choices)
    assert found.complete
    for column, row in ((0, 0), (8, 6), (3, 5), (6, 2)):
        case = found.case(column, row)
        result = simulate(case.problem, [case.run], steps=60, start=case.start, noise=case.noise, seed=3)
        np.testing.assert_allclose(found.final_loss[row, column], result.final_loss[0], rtol=1e-9)
        assert found.ended_at[row, column] == result.diverged_at[0]
        if not case.noise:  # there the verdict measures its strength
            assert found.kind(column, row) == lrviz.verdict(case.problem, result)[0].kind


def test_steps_to_the_tolerance_are_counted_from_the_start() -> None:
    found = outcome_map(Ravine(), SGD(), "lr", "kappa", size=(8, 5), steps=200, tolerance=1e-3)
    for column, row in ((4, 1), (5, 0), (3, 2)):
        case = found.case(column, row)
        loss = simulate(case.problem, [case.run], steps=200, start=case.start).loss[:, 0]
        below = loss <= 1e-3 * loss[0]
        first = len(below) - np.argmin(below[::-1]) if below[-1] else -1  # after the last step that is not below
        assert found.settled_at[row, column] == (first if first <= 190 else -1)


@pytest.mark.parametrize(("rule", "x_range"), [(Momentum(), (0.02, 0.5)), (Nesterov(), (0.02, 0.5))], ids=repr)
def test_the_stability_line_is_where_runs_stop_to_converge(rule: Optimizer, x_range: tuple[float, float]) -> None:
    found = outcome_map(Ravine(), rule, x_range=x_range, y_range=(0.0, 0.8), size=(60, 9), steps=2000)
    line = next(overlay for overlay in found.theory if overlay.kind == "stability")
    np.testing.assert_array_equal(line.y, found.y.array)
    step = found.x.values[1] / found.x.values[0]
    for row, limit in enumerate(line.x):
        converged = found.x.array[found.codes[row] == KINDS.index("converged")]
        assert limit / step**1.5 <= converged.max() <= limit


@pytest.mark.parametrize(("problem", "curvatures"), [(Matyas(), (0.04, 1.0)), (Booth(), (2.0, 18.0))], ids=repr)
def test_the_best_cell_is_at_polyaks_optimum(problem: Problem, curvatures: tuple[float, float]) -> None:
    """With a tolerance so far away that the asymptotic rate decides."""
    lr, momentum = optimum(Momentum(), *curvatures) or (0.0, 0.0)
    found = outcome_map(
        problem, Momentum(), x_range=(lr / 1.5, lr * 1.5), y_range=(max(momentum - 0.25, 0), momentum + 0.25),
        size=(31, 31), steps=600, tolerance=1e-15, kinds=False,
    )  # fmt: skip
    assert found.best is not None
    column, row = found.best
    assert abs(np.log(found.x.values[column] / lr)) < 0.12
    assert found.y.values[row] == pytest.approx(momentum, abs=0.05)
    (point,) = (overlay for overlay in found.theory if overlay.kind == "optimum")
    assert (point.x[0], point.y[0]) == pytest.approx((lr, momentum))


def test_the_best_cell_and_its_neighbours_stay_within_the_tolerance() -> None:
    found = outcome_map(Rosenbrock(), Momentum(), "lr", "momentum", size=(64, 48), steps=300)
    assert found.best is not None
    column, row = found.best
    case = found.case(column, row)
    loss = simulate(case.problem, [case.run], steps=300, start=case.start).loss[:, 0]
    settled = found.settled_at[row, column]
    assert 0 < settled <= 285
    assert (loss[settled:] <= 1e-4 * loss[0]).all()
    assert loss[settled - 1] > 1e-4 * loss[0]
    assert loss.max() <= 10 * loss[0]
    beside = np.r_[found.settled_at[row - 1 : row + 2, column], found.settled_at[row, column - 1 : column + 2]]
    assert (beside >= 0).all()
    # Some cell is better by itself, and stands between worse ones.
    assert (found.settled_at[found.settled_at >= 0] < settled).any()


def test_around_nesterovs_tuned_parameters_runs_are_fastest() -> None:
    """The median of five by five cells: one alone may be lucky and cross the tolerance in the middle of a swing."""
    lr, momentum = optimum(Nesterov(), 1.0, 50.0) or (0.0, 0.0)
    found = outcome_map(
        Ravine(kappa=50.0), Nesterov(), x_range=(lr / 1.5, lr * 1.5), y_range=(momentum - 0.2, momentum + 0.15),
        size=(31, 31), steps=600, tolerance=1e-15, start=(3.0, 3.0), kinds=False,
    )  # fmt: skip
    steps = np.where(found.settled_at < 0, 600, found.settled_at)
    around = np.median(np.lib.stride_tricks.sliding_window_view(steps, (5, 5)), axis=(2, 3))
    row, column = np.unravel_index(around.argmin(), around.shape)
    assert abs(np.log(found.x.values[column + 2] / lr)) < 0.2
    assert found.y.values[row + 2] == pytest.approx(momentum, abs=0.06)


@pytest.mark.parametrize("rule", [Momentum(), Nesterov()], ids=repr)
def test_below_critical_damping_nothing_swings_and_above_it_does(rule: Optimizer) -> None:
    found = outcome_map(Ravine(kappa=1.0), rule, x_range=(0.01, 0.5), y_range=(0.05, 0.95), size=(12, 12), steps=10)
    line = next(overlay for overlay in found.theory if overlay.kind == "critical damping")
    for column in (2, 6, 9):
        critical = line.y[column]
        for momentum, swings in ((critical * 0.9, False), (critical + 0.1, True)):
            run = lrviz.Run(rule.replace(momentum=momentum), found.x.values[column])
            path = simulate(Ravine(kappa=1.0), [run], steps=400, start=(3.0, 3.0)).positions[:, 0, 0]
            assert (path.min() < -1e-12) == swings


def test_over_the_condition_number_the_lines_are_two_over_kappa_and_the_best_rate() -> None:
    found = outcome_map(Ravine(), SGD(), "kappa", "lr", x_range=(1, 100), size=(5, 4), steps=3)
    limit, best = found.theory
    np.testing.assert_allclose(limit.y, 2 / found.x.array)
    np.testing.assert_allclose(best.y, 2 / (1 + found.x.array))
    np.testing.assert_array_equal(limit.x, found.x.array)


def test_where_there_is_no_theory_nothing_is_drawn() -> None:
    assert outcome_map(Rosenbrock(), Adam(), "lr", "b2", size=(3, 3), steps=3).theory == ()
    assert outcome_map(Rosenbrock(), SGD(), "start.x", "start.y", size=(3, 3), steps=3).theory == ()


def test_a_map_is_the_same_elsewhere_and_in_any_order() -> None:
    choices: dict[str, Any] = {"size": (160, 2 * BLOCK // 160 + 9), "steps": 12}
    here = outcome_map(Rosenbrock(), Momentum(), **choices)
    with ProcessPoolExecutor(2) as pool:
        there = outcome_map(Rosenbrock(), Momentum(), executor=pool, **choices)
    for name in ("settled_at", "final_loss", "ended_at", "codes"):
        np.testing.assert_array_equal(getattr(here, name), getattr(there, name))


class Flaky(Executor):
    """Computes here, but loses every other task, as when a worker dies."""

    def __init__(self) -> None:
        self.lost = 0
        self._count = 0

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self._count += 1
        if self._count % 2:
            self.lost += 1
            future.set_exception(RuntimeError("the worker died"))
        else:
            future.set_result(function(*args, **kwargs))
        return future


def test_a_block_whose_worker_died_is_computed_again() -> None:
    choices: dict[str, Any] = {"size": (160, 2 * BLOCK // 160), "steps": 6}
    flaky = Flaky()
    there = outcome_map(Rosenbrock(), Momentum(), executor=flaky, **choices)
    assert flaky.lost >= 2
    here = outcome_map(Rosenbrock(), Momentum(), **choices)
    np.testing.assert_array_equal(here.final_loss, there.final_loss)


def test_coarse_maps_come_first_and_show_the_same_cells() -> None:
    maps = list(outcome_maps(Ravine(), Momentum(), size=(48, 40), steps=30))
    assert [m.grid.shape for m in maps] == [(5, 6), (13, 16), (40, 48)]
    coarse, sharp = maps[0], maps[-1]
    np.testing.assert_array_equal(coarse.final_loss, sharp.final_loss[4::8, 4::8])


def test_progress_rises_to_one_and_a_cancelled_map_says_what_is_missing() -> None:
    shares: list[float] = []
    size = (128, 3 * BLOCK // 128)
    outcome_map(Ravine(), SGD(), y="kappa", size=size, steps=2, progress=shares.append)
    assert shares == sorted(shares)
    assert (len(shares), shares[-1]) == (3, 1.0)
    outcome_map(Ravine(), SGD(), y="kappa", size=(8, 8), steps=4000, progress=shares.append)
    inside = shares[3:]
    assert inside == sorted(inside)
    assert inside[-1] == 1.0
    assert 90 < len(inside) <= 101  # not at each of the thousand times that it could be said
    asked = iter([False, True])
    partial = outcome_map(Ravine(), SGD(), y="kappa", size=size, steps=2, cancelled=lambda: next(asked))
    assert not partial.complete
    assert partial.done.mean() == pytest.approx(1 / 3)
    assert partial.kind(0, size[1] - 1) is None


def test_runs_that_end_at_the_tolerance_are_there_no_later_than_those_that_stay() -> None:
    choices: dict[str, Any] = {"size": (40, 40), "steps": 300}
    whole = outcome_map(Ravine(), Momentum(), **choices)
    short = outcome_map(Ravine(), Momentum(), until_target=True, **choices)
    assert (short.settled_at[whole.settled_at >= 0] >= 0).all()
    assert (short.settled_at <= whole.settled_at)[whole.settled_at >= 0].all()
    for column, row in ((30, 5), (20, 20), (25, 30)):
        case = short.case(column, row)
        loss = simulate(case.problem, [case.run], steps=300, start=case.start).loss[:, 0]
        within = loss <= 1e-4 * loss[0]
        assert short.settled_at[row, column] == (within.argmax() if within.any() else -1)


def test_basins_of_himmelblau() -> None:
    found = basin_map(Himmelblau(), lrviz.Run(SGD(), 0.01), size=(40, 30), steps=300)
    assert found.minima.shape == (2, 4)
    assert found.shares.sum() > 0.97
    np.testing.assert_allclose(found.loss, 0, atol=1e-10)
    for column, row in ((3, 4), (35, 25), (20, 11), (36, 3)):
        case = found.case(column, row)
        result = simulate(case.problem, [case.run], steps=300, start=case.start)
        if found.basin[row, column] >= 0:
            end = found.minima[:, found.basin[row, column]]
            np.testing.assert_allclose(result.final[:, 0], end, atol=1e-3)
        else:
            assert result.diverged_at[0] == found.ended_at[row, column]


def test_local_minima_are_found_behind_the_known_ones() -> None:
    found = basin_map(ThreeHumpCamel(), lrviz.Run(SGD(), 0.03), size=(30, 30), steps=600)
    assert found.minima.shape == (2, 3)
    np.testing.assert_allclose(found.minima[:, 0], 0)
    np.testing.assert_allclose(np.abs(found.minima[0, 1:]), 1.7475, atol=1e-3)
    np.testing.assert_allclose(found.loss[1:], 0.2986, atol=1e-3)
    assert (found.shares > 0.1).all()
    assert (found.settled_at[found.basin == 0] >= 0).all()
    assert (found.settled_at[found.basin > 0] < 0).all()


@pytest.mark.slow
def test_a_large_map_stays_below_200_megabytes() -> None:
    import tracemalloc

    tracemalloc.start()
    outcome_map(Ravine(), Momentum(), size=(1024, 1024), steps=4, kinds=True)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 200e6


def after(seconds: float) -> Callable[[], bool]:
    end = time.perf_counter() + seconds
    return lambda: time.perf_counter() > end


@pytest.mark.parametrize(
    ("problem", "rate"),
    [(Rastrigin(), 0.01), (Rastrigin(), 0.0048), (Himmelblau(), 0.02), (ThreeHumpCamel(), 0.1), (Ackley(), 0.05)],
    ids=repr,
)
def test_a_run_of_a_basin_stays_there_when_it_goes_on(problem: Problem, rate: float) -> None:
    found = basin_map(problem, lrviz.Run(SGD(), rate), size=(12, 10), steps=200)
    widths = np.ptp(np.array(problem.domain), axis=1)
    for row, column in np.argwhere(found.basin >= 0):
        case = found.case(column, row)
        path = lrviz.simulate(case.problem, [case.run], steps=800, start=case.start).positions[200:, :, 0]
        away = np.abs(path - found.minima[:, found.basin[row, column]]) / widths
        assert away.max() <= 0.005
    if problem == Rastrigin() and rate == 0.01:
        assert (found.basin == -1).all()  # beyond 2/λ of every dent


def test_a_map_and_its_basins_stop_in_the_middle_of_a_block() -> None:
    began = time.perf_counter()
    partial = outcome_map(Ravine(), Momentum(), size=(128, 128), steps=100_000, cancelled=after(0.1))
    assert not partial.done.any()
    found = basin_map(Himmelblau(), lrviz.Run(SGD(), 1e-9), size=(128, 128), steps=100_000, cancelled=after(0.1))
    assert (found.basin == -1).all()
    assert time.perf_counter() - began < 5


def test_what_an_executor_computes_is_not_waited_for() -> None:
    go = threading.Event()

    def slow(task: int, _cancelled: object) -> int:
        go.wait(20)
        return task

    with ThreadPoolExecutor(1) as pool:
        began = time.perf_counter()
        assert list(completed(slow, [1, 2, 3], pool, after(0.1))) == []
        assert time.perf_counter() - began < 5
        go.set()


def test_a_cancelled_map_answers_at_once() -> None:
    began = time.perf_counter()
    partial = outcome_map(Ravine(), Momentum(), size=(512, 512), steps=5000, cancelled=lambda: True)
    assert time.perf_counter() - began < 2
    assert not partial.done.any()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"x": "rate"}, "There is no axis 'rate'; there are lr, momentum, kappa, rotation, start.x, start.y, noise, "),
        ({"y": "lr"}, "x and y must differ, got 'lr' twice."),
        ({"x_range": (1.0, 0.1)}, "the range of lr must be low < high, got (1.0, 0.1)."),
        ({"x_range": (0.0, 0.1)}, "lr must be in [1e-12, 1000000], got 0.0."),
        ({"y_range": (0.0, 2.0)}, "momentum must be in [0, 0.999], got 2.0."),
        ({"size": (0, 3)}, "size[0] must be in [1, 16384], got 0."),
        ({"steps": 0}, "steps must be in [1, 1000000], got 0."),
        ({"start": (1.0,)}, "start must have shape (2,), got (1,)."),
    ],
)
def test_errors_name_the_argument(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError) as error:  # noqa: PT011 (the message is compared below)
        outcome_map(Ravine(), Momentum(), **change)
    assert message in str(error.value)
