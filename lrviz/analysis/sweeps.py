"""Every rate tried: what each run reaches from the same start, rate by rate."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import CancelledError, Executor
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from lrviz.analysis.batches import as_run, batch_of, checked_start, kinds_of, score_of, tail_of, target
from lrviz.analysis.best import best_of, lasted, thrown
from lrviz.analysis.blocks import Cancelled, Progress, Told, completed, spans
from lrviz.analysis.claims import KINDS, Kind
from lrviz.analysis.classify import Codes
from lrviz.analysis.landmarks import curvatures, landmarks, lowest_of
from lrviz.analysis.stability import stable_rate
from lrviz.analysis.windows import halves
from lrviz.catalog import Array, Number, Whole, spaced
from lrviz.optimizers import Optimizer
from lrviz.problems import Problem
from lrviz.scenes.defaults import default_rate
from lrviz.simulation import BLOCK, NOISE, RATE, Run
from lrviz.simulation.batch import simulate_batch

if TYPE_CHECKING:
    import pandas as pd

POINTS = 400
TOLERANCE = Number("What may be left of the loss above its lowest value, as a share of what it was.", 1e-15, 1)
STEPS = Whole("The steps of each run.", 1, 10**6)
_BELOW, _ABOVE = 1e-3, 1e2
"""How far the rates reach below the lowest default and above the highest."""
_BESIDE = 10.0
"""How far they reach at least on both sides of a run's own rate."""
GOOD = 2.0
"""A rate is good where it needs at most this many times the steps of the best; see `Sweep.good`."""


@dataclass(frozen=True, eq=False)
class Sweep:
    """What one run reaches with each rate; arrays are `(rates,)`."""

    problem: Problem
    run: Run
    """Every member is this run at a rate of `rates`."""
    steps: int
    """The steps that each member has made."""
    length: int
    """Those it makes in all, for which its schedule is made: more, where only the first ones were asked for."""
    tolerance: float
    rates: Array
    final_loss: Array
    """NaN where the run diverged or left."""
    best_loss: Array
    score: Array
    """What rates are judged by: the final loss; with noise its mean over the last steps."""
    settled_at: npt.NDArray[np.int64]
    """The step from which on all but the share `tolerance` of the loss above the lowest is gone, to the end; -1 where
    that is not so for the last twentieth of the steps."""
    thrown: npt.NDArray[np.bool_]
    """Whether the run was once more than ten times as high above the lowest loss as where it began."""
    codes: Codes
    """The kind of the outcome, as an index in `lrviz.analysis.KINDS`."""
    evaluations: npt.NDArray[np.int64]
    limit: float | None
    """The rate below which the run is stable on a quadratic; None elsewhere, where theory is not exact."""
    best: int | None
    """The index of the best rate, robustly so (`lrviz.analysis.best`); None where every run is lost.

    Within the tolerance from the earliest step on, else at the lowest score, and counted as good as the worse of the
    rates up to a tenth away; a run that was thrown comes after all others.
    """
    luckiest: int | None
    """The index of the rate that is best by itself."""
    good: tuple[float, float] | None
    """The lowest and highest of the good rates in a row around the best one.

    Good is a rate that stays within the tolerance after at most twice the steps of the best rate of the sweep; where
    that one does not, a rate whose loss above the lowest known is at most twice that of the best, or, where none is
    known, that gains at least half as much.
    """

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kind of each rate's outcome."""
        return tuple(KINDS[code] for code in self.codes)

    @property
    def best_rate(self) -> float | None:
        """The best rate; None where every run is lost."""
        return None if self.best is None else float(self.rates[self.best])

    @property
    def first_lost(self) -> float | None:
        """The lowest rate tried at which the run diverges or leaves; None where it does at none."""
        lost = np.isnan(self.final_loss)
        return float(self.rates[lost.argmax()]) if lost.any() else None

    @property
    def stretches(self) -> tuple[tuple[float, float, Kind], ...]:
        """Rates in a row with the same kind of outcome: lowest, highest, kind."""
        groups = (list(members) for _, members in groupby(range(len(self.rates)), key=lambda i: self.codes[i]))
        return tuple((float(self.rates[g[0]]), float(self.rates[g[-1]]), KINDS[self.codes[g[0]]]) for g in groups)

    def to_frame(self) -> pd.DataFrame:
        """Return a table with a row for each rate: run, lr, final_loss, best_loss, settled_at, kind, evaluations."""
        import pandas as pd  # noqa: PLC0415 (the core answers without waiting for pandas)

        return pd.DataFrame(
            {
                "run": self.run.recipe,
                "lr": self.rates,
                "final_loss": self.final_loss,
                "best_loss": self.best_loss,
                "settled_at": self.settled_at,
                "kind": list(self.kinds),
                "evaluations": self.evaluations,
            }
        )


@dataclass(frozen=True)
class _Task:
    problem: Problem
    run: Run
    rates: tuple[float, ...]
    start: tuple[float, ...]
    goal: float
    steps: int
    length: int
    noise: float
    seed: int


def sweep(
    problem: Problem,
    runs: Run | Optimizer | Sequence[Run | Optimizer],
    *,
    rates: Sequence[float] | Array | None = None,
    steps: int = 200,
    upto: int | None = None,
    start: Sequence[float] | Array | None = None,
    noise: float = 0.0,
    seed: int = 0,
    tolerance: float = 1e-4,
    executor: Executor | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> tuple[Sweep, ...]:
    """Try each run with each rate from the same start, and return a `Sweep` for each run.

    Every member is the run that one gets by setting its rate: same schedule, warm-up, options, noise and seed.

    Args:
        problem: What is minimised.
        runs: One, or some: an `lrviz.Run`, whose own rate is not used, or a bare optimizer at a constant rate.
        rates: In increasing order; by default 400 in equal ratios, from a thousandth of the lowest default rate to a
            hundred times the highest, and beyond the runs' own.
        steps: At most 1,000,000.
        upto: Only so many of the steps are made, of the same runs; None: all.
        start: `(d,)`; None is the problem's own.
        noise: Standard deviation of the noise on each gradient component; every run sees the same draws from `seed`.
        seed: At least 0.
        tolerance: See `Sweep.settled_at`.
        executor: Where the batches are computed; None is here.
        progress: Called with the share that is done.
        cancelled: Asked every few steps, with an `executor` every fifth of a second; where it answers True, the
            runs that are not complete are left out.

    Raises:
        TypeError, ValueError: naming the argument, the rule and the value.
    """
    tried = checked_runs(problem, runs)
    grid = _checked_rates(default_rates(problem, tried) if rates is None else rates)
    length, tolerance = STEPS.check("steps", steps), TOLERANCE.check("tolerance", tolerance)
    steps = length if upto is None else Whole("", 1, length).check("upto", upto)
    noise, seed = NOISE.check("noise", noise), Whole("", 0, 2**63 - 1).check("seed", seed)
    first = checked_start(problem, start)
    goal = target(problem, first, tolerance)
    pieces = spans(len(grid), BLOCK)
    tasks = [
        _Task(problem, run, tuple(grid[piece].tolist()), tuple(first.tolist()), goal, steps, length, noise, seed)
        for run in tried
        for piece in pieces
    ]
    found = dict(completed(_swept, tasks, executor, cancelled, progress))
    wholes = [[found.get(k * len(pieces) + i) for i in range(len(pieces))] for k in range(len(tried))]
    return tuple(
        _judged(problem, run, (steps, length), tolerance, grid, _joined(parts), first)
        for run, parts in zip(tried, wholes, strict=True)
        if all(part is not None for part in parts)
    )


def sweep_of(problem: Problem, run: Run | Optimizer, **choices: Any) -> Sweep:
    """Return the sweep of one run; see `sweep`. Raises `concurrent.futures.CancelledError` where it stopped."""
    found = sweep(problem, run, **choices)
    if not found:
        raise CancelledError
    return found[0]


def default_rates(problem: Problem, runs: Sequence[Run], points: int = POINTS) -> Array:
    """Return rates in equal ratios that reach from far too low to far too high for all of `runs`, past their own."""
    usual, own = [default_rate(problem, run.optimizer) for run in runs], [run.lr for run in runs]
    low = min(min(usual) * _BELOW, min(own) / _BESIDE)
    high = max(max(usual) * _ABOVE, max(own) * _BESIDE)
    return spaced("log", max(low, RATE.low), min(high, RATE.high), points)


def checked_runs(problem: Problem, runs: Run | Optimizer | Sequence[Run | Optimizer]) -> tuple[Run, ...]:
    """Return what is to be tried as a tuple of runs; raise `TypeError` or `ValueError` for anything else."""
    given = (runs,) if isinstance(runs, Run | Optimizer) else tuple(runs)
    if not given:
        raise ValueError("runs must hold at least one lrviz.Run or optimizer, got none.")
    return tuple(as_run(problem, run) for run in given)


def _checked_rates(rates: Sequence[float] | Array) -> Array:
    grid = np.array([RATE.check("rates", float(rate)) for rate in np.asarray(rates, dtype=np.float64).ravel()])
    if not len(grid) or not (np.diff(grid) > 0).all():
        raise ValueError(f"rates must be at least one, in increasing order, got {rates!r}.")
    return grid


Columns = dict[str, npt.NDArray[Any]]


def _swept(task: _Task, told: Told | None) -> Columns:
    known = landmarks(task.problem)
    rates = np.array(task.rates)
    batch = batch_of(task.problem, task.run, {"lr": rates}, np.array(task.start), task.goal, task.noise, task.length)
    ends = simulate_batch(
        batch, task.steps, seed=task.seed, tail=tail_of(task.steps), halves=halves(task.steps), told=told
    )
    least = ends.best_loss if known.lowest is None else np.array(known.lowest)
    return {
        "final_loss": ends.final_loss,
        "best_loss": ends.best_loss,
        "score": score_of(batch, ends),
        "settled_at": lasted(ends.settled_at, task.steps),
        "thrown": thrown(ends.peak, np.array(float(task.problem.loss(np.array(task.start)))), least),
        "codes": kinds_of(known, batch, ends, task.steps),
        "evaluations": ends.evaluations,
    }


def _joined(parts: Sequence[Columns | None]) -> Columns:
    whole = [part for part in parts if part is not None]
    return {name: np.concatenate([part[name] for part in whole]) for name in (whole[0] if whole else {})}


def _judged(
    problem: Problem, run: Run, steps: tuple[int, int], tolerance: float, rates: Array, found: Columns, start: Array
) -> Sweep:
    limit = theoretical_limit(problem, run, start)
    best, luckiest = best_of(rates, found["settled_at"], found["score"], found["thrown"])
    first = float(problem.loss(start))
    good = None if best is None else _good(problem, rates, found["score"], found["settled_at"], best, first)
    return Sweep(
        problem,
        run,
        steps[0],
        steps[1],
        tolerance,
        rates,
        limit=limit,
        best=best,
        luckiest=luckiest,
        good=good,
        **found,
    )


def _good(
    problem: Problem, rates: Array, score: Array, settled_at: Array, best: int, first: float
) -> tuple[float, float]:
    """Return the rates around the best that are nearly as good: as fast, or as low, or that gain as much."""
    reached = settled_at >= 0
    if reached[best]:
        fine = reached & (settled_at <= GOOD * settled_at[best]) & np.isfinite(score)
    else:
        lowest = lowest_of(problem)
        if lowest is None:
            fine = GOOD * (first - score) >= first - score[best]
        else:
            fine = score - lowest <= GOOD * (score[best] - lowest)
    low = high = best
    while low > 0 and fine[low - 1]:
        low -= 1
    while high < len(rates) - 1 and fine[high + 1]:
        high += 1
    return float(rates[low]), float(rates[high])


def theoretical_limit(problem: Problem, run: Run, start: Array) -> float | None:
    """Return the rate below which theory says that `run` is stable; None where it says nothing exact."""
    if not problem.quadratic:
        return None
    steep = float(curvatures(problem.hessian(start))[1])
    return stable_rate(run, steep) if np.isfinite(steep) and steep > 0 else None
