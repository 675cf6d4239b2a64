"""What was tried on a run: other rates, more steps, a warm-up, half the momentum, other draws of the noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lrviz.analysis.best import SHARE, best_of, settled_at
from lrviz.analysis.blocks import Cancelled, go_on
from lrviz.analysis.claims import Claim, Draws, GoesOn, Limit, Stable, Tried
from lrviz.analysis.knobs import knob, positions_of
from lrviz.analysis.landmarks import lowest_of
from lrviz.analysis.sentences import advice
from lrviz.analysis.theory import exact_limit
from lrviz.scenes import Scene
from lrviz.schedules import Constant
from lrviz.simulation import Result, Run, simulation

RATES = 73
"""Rates over three decades: each is a tenth higher than the one before."""
LONGER = 10
"""So many times the steps are tried at most."""
DRAWS = 3
"""Other draws of the noise that are tried."""
_STAGES = (2, 4, LONGER)
"""After so many times the steps it is looked whether the run has arrived."""
_BETWEEN = 9
"""Rates that are tried at once between one that goes on and one that ends."""
_DIGITS = 3


@dataclass(frozen=True)
class Trials:
    """What was tried on one run of a scene."""

    own: Tried
    """The run as it is."""
    rates: tuple[Tried, ...]
    """The run at rates over three decades around its own, the lowest first, and around the limit closer together."""
    best: Tried | None
    """The best of them, robustly so: see `lrviz.analysis.best`; None where every run is lost."""
    luckiest: Tried | None
    """The one that is best by itself."""
    draws: Draws | None
    """The best rate under other draws of the noise; None without noise."""
    limit: Limit | None
    """Where it first ends, as the rate rises; None where it does at no rate that was tried, or at the lowest."""
    theory: Stable | None
    """The limit of exact theory; None where there is none, or the rate is scheduled."""
    longer: GoesOn | None
    """What comes of more steps; None where the run has arrived or ended, or no lowest value is known."""
    warmed: Tried | None
    """The same rate behind a warm-up of a tenth of the steps, for a run that ended without one."""
    lighter: Tried | None
    """The same rate with half the momentum, for a run that has momentum and has not arrived."""
    better: bool
    """Whether the best ends so much lower than the run as it is that it is worth a word: what is left above the lowest
    value is at most half, or, where that is not known, what was gained at least half as much again."""

    @property
    def advice(self) -> tuple[Claim, ...]:
        """Return the trials that help: what arrives, or gets lower; and where the run ends."""
        own, best = self.own, self.best
        found: list[Claim | None] = []
        if own.arrives < 0:
            helps = best is not None and (best.arrives >= 0 or self.better)
            found += [best, self.draws] if helps and best is not own else []
            found += [one for one in (self.lighter, self.warmed) if one is not None and one.arrives >= 0]
            found.append(self.longer)
        elif best is not None and 0 <= 2 * best.arrives <= own.arrives:
            found += [best, self.draws]
        found.append(self.theory or self.limit)
        return tuple(claim for claim in found if claim is not None)

    @property
    def sentence(self) -> str:
        """What was tried and helps, in words; empty where nothing does."""
        return advice(self.own, self.advice)


def advise(scene: Scene, cancelled: Cancelled | None = None) -> tuple[Trials, ...]:
    """Return what was tried on each run of a scene, with its own start, steps, schedules, options, noise and seed.

    All that is tried was simulated, every rate with the digits in which it is printed.

    Raises:
        concurrent.futures.CancelledError: `cancelled` answered True.
    """
    bench = _Bench(scene, cancelled)
    questions = [_questions(run, scene.steps) for run in scene.runs]
    found = bench.tried_in_groups(questions)
    grids = [group[: len(group) - 2] for group in found]
    for _ in range(3):
        grids = _joined(grids, bench.tried_in_groups(
            [[run.replace(lr=lr) for lr in _between(grid)] for run, grid in zip(scene.runs, grids, strict=True)]
        ))  # fmt: skip
    judged = [_Best(grid) for grid in grids]
    draws = bench.other_draws([run.replace(lr=one.rate(run.lr)) for run, one in zip(scene.runs, judged, strict=True)])
    own = [next(one for one in grid if one.rate == run.lr) for run, grid in zip(scene.runs, grids, strict=True)]
    theory = [_stable(scene, run) for run in scene.runs]
    longer = bench.longer([one.arrives < 0 and one.ended < 0 for one in own])
    return tuple(
        Trials(
            own[i], grids[i], judged[i].robust, judged[i].luckiest, draws[i], _limit(grids[i]), theory[i], longer[i],
            found[i][-2] if own[i].ended >= 0 and not scene.runs[i].warmup else None,
            found[i][-1] if own[i].arrives < 0 and own[i].momentum else None,
            bench.is_better(judged[i].robust, own[i]),
        )
        for i in range(len(scene.runs))
    )  # fmt: skip


def _questions(run: Run, steps: int) -> list[Run]:
    """Return the run at many rates, then behind a warm-up, then with half the momentum."""
    rates = [run.replace(lr=lr) for lr in positions_of(knob(run, "lr"), steps, RATES)]
    lighter, momentum = run, _momentum(run)
    if momentum is not None:
        lighter = run.replace(optimizer=run.optimizer.replace(momentum=momentum / 2))
    return [*rates, run.replace(warmup=max(steps // 10, 1)), lighter]


def _momentum(run: Run) -> float | None:
    """Return the momentum of a run; None where it has none of its own."""
    value: float | None = getattr(run.optimizer, "momentum", None)
    return None if run.schedule.cycles else value


def _joined(grids: Sequence[Sequence[Tried]], more: Sequence[Sequence[Tried]]) -> list[tuple[Tried, ...]]:
    return [tuple(sorted((*a, *b), key=lambda one: one.rate)) for a, b in zip(grids, more, strict=True)]


def _first_end(grid: Sequence[Tried]) -> int:
    return next((i for i, one in enumerate(grid) if one.ended >= 0), -1)


def _between(grid: Sequence[Tried]) -> list[float]:
    """Return rates, as they are printed, between the first that ends and the one before it."""
    first = _first_end(grid)
    if first < 1:
        return []
    low, high = grid[first - 1].rate, grid[first].rate
    inner = {float(f"{rate:.{_DIGITS}g}") for rate in np.geomspace(low, high, _BETWEEN + 2)[1:-1]}
    return sorted(rate for rate in inner if low < rate < high)


def _stable(scene: Scene, run: Run) -> Stable | None:
    """Return the limit of exact theory for a rate that stays as it is."""
    limit = exact_limit(scene.problem, run, scene.steps) if isinstance(run.schedule, Constant) else None
    return None if limit is None else Stable(float(limit.rates[0]))


def _limit(grid: Sequence[Tried]) -> Limit | None:
    first = _first_end(grid)
    if first < 1:
        return None
    end, beyond = grid[first], grid[first:]
    always = all(one.ended >= 0 and one.left == end.left for one in beyond)
    return Limit(grid[first - 1].rate, end.rate, end.ended, end.left, grid[-1].rate, always)


class _Best:
    """The best of the rates that were tried on a run."""

    def __init__(self, grid: Sequence[Tried]) -> None:
        rates, arrives = np.array([one.rate for one in grid]), np.array([one.arrives for one in grid])
        found = best_of(rates, arrives, np.array([one.loss for one in grid]))
        self.robust = None if found.robust is None else grid[found.robust]
        self.luckiest = None if found.luckiest is None else grid[found.luckiest]

    def rate(self, instead: float) -> float:
        return instead if self.robust is None else self.robust.rate


class _Bench:
    """What all trials of a scene share."""

    def __init__(self, scene: Scene, cancelled: Cancelled | None) -> None:
        self._scene, self._cancelled = scene, cancelled
        lowest, first = lowest_of(scene.problem), float(scene.problem.loss(np.array(scene.origin)))
        self._lowest, self._first = lowest, first
        known = lowest is not None and np.isfinite(first)
        self._goal = lowest + SHARE * (first - lowest) if lowest is not None and known else -np.inf

    def is_better(self, best: Tried | None, own: Tried) -> bool:
        """Whether a trial ends so much lower than the run as it is that it is worth a word."""
        if best is None or own.ended >= 0:
            return best is not None
        if self._lowest is not None:
            return best.loss - self._lowest <= (own.loss - self._lowest) / 2
        return self._first - best.loss >= 1.5 * max(self._first - own.loss, 0.0) and best.loss < own.loss

    def tried_in_groups(self, groups: Sequence[Sequence[Run]]) -> list[tuple[Tried, ...]]:
        """Return the trials of some runs of each group, all in one batch."""
        flat = [run for group in groups for run in group]
        found = iter(self._tried(flat, self._scene.seed) if flat else ())
        return [tuple(next(found) for _ in group) for group in groups]

    def other_draws(self, runs: Sequence[Run]) -> list[Draws | None]:
        """Return what comes of each run under other draws of the noise."""
        if not self._scene.noise:
            return [None for _ in runs]
        seeds = [self._scene.seed + k for k in range(1, DRAWS + 1)]
        return [_drawn(others) for others in zip(*(self._tried(runs, seed) for seed in seeds), strict=True)]

    def _tried(self, runs: Sequence[Run], seed: int) -> list[Tried]:
        return _outcomes(self._simulated(runs, self._scene.steps, seed), self._goal)

    def _simulated(self, runs: Sequence[Run], steps: int, seed: int) -> Result:
        scene = self._scene
        begun = simulation(scene.problem, runs, steps=steps, start=scene.start, noise=scene.noise, seed=seed)
        begun.advance(cancelled=self._cancelled)
        go_on(self._cancelled)
        return begun.result()

    def longer(self, wanted: Sequence[bool]) -> list[GoesOn | None]:
        """Return what comes of more steps of those of the runs for which it is wanted."""
        columns = [i for i, want in enumerate(wanted) if want] if np.isfinite(self._goal) else []
        found: list[GoesOn | None] = [None] * len(wanted)
        for column, one in zip(columns, self._gone_on([self._scene.runs[i] for i in columns]), strict=True):
            found[column] = one
        return found

    def _gone_on(self, runs: Sequence[Run]) -> list[GoesOn]:
        if not runs:
            return []
        scene, seeds = self._scene, [self._scene.seed]
        if scene.noise:
            seeds += [scene.seed + k for k in range(1, DRAWS + 1)]
        found = [self._stretched(runs, seed) for seed in seeds]
        return [_together(draws, run, scene.steps) for run, draws in zip(runs, zip(*found, strict=True), strict=True)]

    def _stretched(self, runs: Sequence[Run], seed: int) -> list[Tried]:
        """Return the runs with more steps, as few as they need to arrive."""
        scene = self._scene
        begun = simulation(
            scene.problem, runs, steps=LONGER * scene.steps, start=scene.start, noise=scene.noise, seed=seed
        )
        for stage in _STAGES:
            begun.advance(cancelled=self._cancelled, to=stage * scene.steps)
            go_on(self._cancelled)
            outcomes = _outcomes(begun.result(), self._goal)
            if all(one.arrives >= 0 or one.ended >= 0 for one in outcomes):
                break
        return outcomes


def _drawn(others: Sequence[Tried]) -> Draws:
    losses, arrives = [one.loss for one in others], [one.arrives for one in others]
    latest = max(arrives) if min(arrives) >= 0 else -1
    ended = sum(one.ended >= 0 for one in others)
    return Draws(len(others), latest, ended, float(np.min(losses)), float(np.max(losses)))


def _together(draws: Sequence[Tried], run: Run, steps: int) -> GoesOn:
    own, arrives = draws[0], [one.arrives for one in draws]
    latest = max(arrives) if min(arrives) >= 0 else -1
    return GoesOn(own.steps, own.arrives, own.ended, not _depends_on_length(run, steps), latest, len(draws))


def _depends_on_length(run: Run, steps: int) -> bool:
    """Whether a run with more steps takes other first steps."""
    n = np.arange(float(steps))[:, None]
    short, long = (run.schedule.factor(n, np.array(float(length))) for length in (steps, LONGER * steps))
    return not np.array_equal(short, long, equal_nan=True) or run.schedule.cycles


def _outcomes(result: Result, goal: float) -> list[Tried]:
    ended = result.diverged_at
    left = result.landed[-1] < result.loss[0]
    tail = max(1, result.steps // 10) if result.noise.any() else 1
    with np.errstate(all="ignore"):
        loss = np.where(ended < 0, result.loss[-tail:].mean(axis=0), np.nan)
        arrives = np.where(ended < 0, settled_at(result.loss, goal), -1)
    return [
        Tried(
            run.lr,
            run.warmup,
            getattr(run.optimizer, "momentum", None),
            result.steps,
            int(a),
            int(e),
            bool(f),
            float(x),
        )
        for run, a, e, f, x in zip(result.runs, arrives, ended, left, loss, strict=True)
    ]
