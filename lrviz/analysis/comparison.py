"""A fair comparison: every run at the rate that the same budget of tuning finds for it, and all at one rate."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from time import process_time
from typing import TYPE_CHECKING

import numpy as np

from lrviz.analysis.batches import batch_of, checked_start, target
from lrviz.analysis.best import SHARE, settled_at
from lrviz.analysis.blocks import Cancelled, Progress, go_on, part
from lrviz.analysis.sweeps import STEPS, TOLERANCE, Sweep, checked_runs, default_rates, sweep_of
from lrviz.analysis.verdicts import Verdict, verdict
from lrviz.catalog import Array, Whole
from lrviz.optimizers import Optimizer
from lrviz.problems import Problem
from lrviz.simulation import NOISE, RATE, Result, Run, simulation
from lrviz.simulation.batch import simulate_batch

if TYPE_CHECKING:
    import pandas as pd

_COUNT = Whole("How many rates each run is tuned with.", 2, 10_000)
_LANES, _TIMED = 2_048, 30
"""Runs and steps over which the cost of a step is measured."""


@dataclass(frozen=True)
class Standing:
    """How one run did at one rate; steps are -1 where it does not stay within a tolerance."""

    run: Run
    """At `rate`, where it has one; else as it was given."""
    rate: float | None
    """None where no rate of the budget works."""
    steps: tuple[int, ...]
    """The step from which on it stays within each tolerance."""
    evaluations: tuple[int, ...]
    """Gradients and losses to each tolerance, a Hessian counting d; -1 where it was not reached."""
    final_loss: float
    verdict: Verdict | None


@dataclass(frozen=True, eq=False)
class Comparison:
    """Runs tuned under one budget and raced; everything is in the order in which they were given."""

    problem: Problem
    tolerances: tuple[float, ...]
    """What may be left of the loss above its lowest value, as shares of what it is at the start."""
    budget: str
    """What the tuning of each was allowed, in a sentence."""
    tuning: tuple[Sweep, ...]
    tuned: tuple[Standing, ...]
    """Each at its own best rate."""
    common: tuple[Standing, ...]
    """All at `common_rate`."""
    common_rate: float
    race: Result | None
    """The runs of `tuned` that have a rate; None where none has."""
    common_race: Result
    cost: tuple[float, ...]
    """Processor seconds for a step of one run, measured in a batch of 2,048; NaN where it was not."""

    def to_frame(self) -> pd.DataFrame:
        """Return a table with a row for each run at each of the two rates.

        Columns: run, at (`own best rate` or `common rate`), lr, for each tolerance steps_to_… and
        evaluations_to_…, final_loss, verdict, tuning_runs, tuning_evaluations, nanoseconds_per_step.
        """
        import pandas as pd  # noqa: PLC0415 (the core answers without waiting for pandas)

        rows = [
            {**self._row(i, standing), "at": at}
            for at, standings in (("own best rate", self.tuned), ("common rate", self.common))
            for i, standing in enumerate(standings)
        ]
        frame = pd.DataFrame(rows)
        return frame[["run", "at", *(name for name in frame.columns if name not in ("run", "at"))]]

    def _row(self, i: int, standing: Standing) -> dict[str, object]:
        names = [f"{tolerance:g}" for tolerance in self.tolerances]
        return {
            "run": standing.run.recipe,
            "lr": standing.rate,
            **{f"steps_to_{name}": steps for name, steps in zip(names, standing.steps, strict=True)},
            **{f"evaluations_to_{name}": count for name, count in zip(names, standing.evaluations, strict=True)},
            "final_loss": standing.final_loss,
            "verdict": standing.verdict.kind if standing.verdict else None,
            "tuning_runs": len(self.tuning[i].rates),
            "tuning_evaluations": int(self.tuning[i].evaluations.sum()),
            "nanoseconds_per_step": self.cost[i] * 1e9,
        }


def compare(
    problem: Problem,
    runs: Sequence[Run | Optimizer],
    *,
    rates: int = 60,
    steps: int = 500,
    upto: int | None = None,
    start: Sequence[float] | Array | None = None,
    noise: float = 0.0,
    seed: int = 0,
    common_rate: float | None = None,
    tolerances: Sequence[float] = (1e-2, 1e-4, 1e-8),
    measure: bool = True,
    executor: Executor | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Comparison:
    """Tune every run with the same budget, then race each at its own best rate, and all at one common rate.

    A run keeps its schedule, warm-up and options throughout; a bare optimizer has none.

    Args:
        problem: What is minimised.
        runs: The contestants; the rates they come with are not used.
        rates: How many rates each is tuned with: in equal ratios, from a thousandth of its default to a hundred times.
        steps: Of each run, in the tuning and in the race.
        upto: Only so many of the steps are made, of the same runs; None: all.
        start: `(d,)`; None is the problem's own.
        noise: Standard deviation of the noise on each gradient component. Tuning and race see different draws.
        seed: Of the race; the tuning takes the next.
        common_rate: None is the best rate of the first run.
        tolerances: See `Comparison.tolerances`.
        measure: Whether the cost of a step is measured, which takes some milliseconds for each run.
        executor: Where the tuning is computed.
        progress: Called with the share that is done.
        cancelled: Asked every few steps.

    Raises:
        TypeError, ValueError: naming the argument, the rule and the value.
        concurrent.futures.CancelledError: `cancelled` answered True.
    """
    tried, count = checked_runs(problem, runs), _COUNT.check("rates", rates)
    length, noise = STEPS.check("steps", steps), NOISE.check("noise", noise)
    shares = tuple(TOLERANCE.check("tolerances", share) for share in tolerances)
    first = checked_start(problem, start)
    tuning: list[Sweep] = []
    for i, run in enumerate(tried):
        grid = default_rates(problem, [run], count)
        tuning.append(
            sweep_of(problem, run, rates=grid, steps=length, upto=upto, start=first, noise=noise, seed=seed + 1,
                     tolerance=min(shares, default=SHARE), executor=executor, cancelled=cancelled,
                     progress=part(progress, i, len(tried) + 1))
        )  # fmt: skip
    best = [found.best_rate for found in tuning]
    shared = RATE.check("common_rate", _common(best) if common_rate is None else common_rate)
    course = _Course(problem, first, length, tuning[0].steps, noise, seed, shares, cancelled)
    race, tuned = course.run(tried, best)
    together, common = course.run(tried, [shared] * len(tried))
    assert together is not None
    cost = tuple(step_cost(problem, run) if measure else np.nan for run in tried)
    if progress is not None:
        progress(1.0)
    return Comparison(
        problem, shares, _budget(count, tuning[0].steps), tuple(tuning), tuned, common, shared, race, together, cost
    )


def _common(best: Sequence[float | None]) -> float:
    return next((rate for rate in best if rate is not None), 0.01)


def _budget(count: int, steps: int) -> str:
    return (
        f"Each was tried with {count:,} rates, in equal ratios from a thousandth of its default to a hundred "
        f"times it, {steps:,} steps each; the best is the one that stays within the "
        "strictest tolerance from the earliest step on, else ends lowest, and whose neighbours do nearly as well."
    )


@dataclass(frozen=True)
class _Course:
    """What all runs of a race share."""

    problem: Problem
    start: Array
    length: int
    steps: int
    noise: float
    seed: int
    tolerances: tuple[float, ...]
    cancelled: Cancelled | None

    def run(self, runs: Sequence[Run], rates: Sequence[float | None]) -> tuple[Result | None, tuple[Standing, ...]]:
        """Race the runs that have a rate."""
        able = [run.replace(lr=rate) for run, rate in zip(runs, rates, strict=True) if rate is not None]
        result = self._raced(able) if able else None
        found = iter(self._standings(result) if result else ())
        absent = (-1,) * len(self.tolerances)
        return result, tuple(
            Standing(run, None, absent, absent, np.nan, None) if rate is None else next(found)
            for run, rate in zip(runs, rates, strict=True)
        )

    def _raced(self, runs: Sequence[Run]) -> Result:
        race = simulation(
            self.problem, runs, steps=self.length, start=self.start, noise=self.noise, seed=self.seed, keep="all"
        )
        race.advance(cancelled=self.cancelled, to=self.steps)
        go_on(self.cancelled)
        return race.result()

    def _standings(self, result: Result) -> list[Standing]:
        goals = [target(self.problem, self.start, share) for share in self.tolerances]
        found = []
        for i, (run, outcome) in enumerate(zip(result.runs, verdict(self.problem, result), strict=True)):
            reached = tuple(int(settled_at(result.loss[:, i : i + 1], goal)[0]) for goal in goals)
            counts = tuple(-1 if step < 0 else int(result.evaluations_by_step[step, i]) for step in reached)
            found.append(Standing(run, run.lr, reached, counts, float(result.final_loss[i]), outcome))
        return found


def step_cost(problem: Problem, run: Run, repeats: int = 3) -> float:
    """Measure the processor seconds of a step of one run, gradient included, in a batch of 2,048; the least of some."""
    rates = np.full(_LANES, default_rates(problem, [run], 3)[0])
    batch = batch_of(problem, run, {"lr": rates}, checked_start(problem, None))
    best = np.inf
    for _ in range(repeats):
        begin = process_time()
        simulate_batch(batch, _TIMED)
        best = min(best, process_time() - begin)
    return float(best) / (_LANES * _TIMED)
