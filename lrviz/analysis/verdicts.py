"""What became of each run, at every step: a description of its path, as claims that can be checked."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from lrviz.analysis.claims import (
    KINDS,
    Cause,
    Claim,
    Ended,
    Flat,
    Flattened,
    Held,
    Kind,
    NothingLower,
    Rose,
    Settled,
    Theory,
    Trend,
    TurnsBack,
    Unchanged,
    UpAndDown,
)
from lrviz.analysis.classify import REST, Codes, Kinds, classify, code
from lrviz.analysis.landmarks import curvatures, landmarks
from lrviz.analysis.sentences import sentence
from lrviz.analysis.theory import exact_limit
from lrviz.analysis.windows import lately, path_seen, quarter, turning
from lrviz.catalog import Whole as WholeNumber
from lrviz.problems import Problem
from lrviz.simulation import Result
from lrviz.simulation.loop import out_of_bounds

_BRIEF = 3
"""What lasts fewer steps than these, or than an eighth of the steps before it, is brief."""
_LASTING = np.array([kind in ("diverged", "left", "still", "stalled") for kind in KINDS])


@dataclass(frozen=True)
class Verdict:
    """What became of one run up to a step: a kind, defined in `lrviz.analysis.DEFINITIONS`, and the claims of it.

    The definition held at every step from `since` on, and so do the claims: none of them is about a single step alone.
    """

    kind: Kind
    since: int
    claims: tuple[Claim, ...]

    @property
    def sentence(self) -> str:
        """What happened, in words."""
        return sentence(self.kind, self.claims)


class Change(NamedTuple):
    """From `step` on, until the next change, the run has this verdict."""

    step: int
    verdict: Verdict


def verdict(problem: Problem, result: Result, at: int | None = None) -> tuple[Verdict, ...]:
    """Return what became of each run up to step `at` (default: the last).

    Args:
        problem: The problem that was simulated.
        result: Its simulation, with every step kept.
        at: Later steps are not looked at.

    Raises:
        ValueError: `at` is not a step of the result, or the result was not kept with `keep="all"` or `"states"`.
    """
    last = result.steps if at is None else WholeNumber("", 0, result.steps).check("at", at)
    case = _Case(problem, result)
    return tuple(case.verdicts(column, last)[-1].verdict for column in range(len(result.runs)))


def verdict_changes(problem: Problem, result: Result) -> tuple[tuple[Change, ...], ...]:
    """Return for each run the steps at which its verdict changes, the first at step 0.

    While a run is only briefly at rest, at a saddle or turning back, it is said what its loss does, which holds as
    well.
    """
    case = _Case(problem, result)
    return tuple(case.verdicts(column, result.steps) for column in range(len(result.runs)))


def ended(problem: Problem, result: Result, column: int) -> Verdict | None:
    """Return the verdict on a run that diverged or left; None where it did neither."""
    step = int(result.diverged_at[column])
    if step < 0:
        return None
    kind: Kind = "left" if _fell(result)[column] else "diverged"
    claims: tuple[Claim, ...] = (_ended(problem, result, column),)
    if kind == "diverged":
        claims += _theory(problem, result, column, step)
    return Verdict(kind, step, claims)


def _fell(result: Result) -> npt.NDArray[np.bool_]:
    return np.asarray(result.landed[-1] < result.loss[0])


class _Case:
    """A result, and the kind of each of its moments."""

    def __init__(self, problem: Problem, result: Result) -> None:
        self._problem, self._result, self._known = problem, result, landmarks(problem)
        n = np.arange(result.steps + 1)[:, None]
        lost = (result.diverged_at >= 0) & (result.diverged_at <= n)
        seen = path_seen(result.positions, result.loss, self._known.widths)
        self._noisy = result.noise > 0
        fell = lost & _fell(result)
        self._kinds: Kinds = classify(result.stacked, self._known, seen, lost, fell, self._noisy)

    def verdicts(self, column: int, last: int) -> tuple[Change, ...]:
        """Return the changes of a run's verdict up to step `last`."""
        codes = self._smoothed(column, last)
        moved = (self._result.positions[: last + 1, :, column] != self._result.positions[0, :, column]).any(axis=1)
        marks = codes.astype(np.int64) + len(KINDS) * (np.logical_or.accumulate(moved) & (codes == code("still")))
        starts = [0, *(np.flatnonzero(np.diff(marks)) + 1).tolist()]
        return tuple(Change(step, self._verdict(KINDS[codes[step]], step, column)) for step in starts)

    def _smoothed(self, column: int, last: int) -> Codes:
        """Return the kinds of a run's moments, where brief ones give way to what holds as well."""
        codes, trends = (kinds[: last + 1, column].copy() for kinds in (self._kinds.codes, self._kinds.trends))
        if self._noisy[column]:
            up_and_down = self._goes_up_and_down(column, last)
            trends[up_and_down & (trends != code("still"))] = code("stalled")
        borders = [0, *(np.flatnonzero(np.diff(codes)) + 1).tolist(), len(codes)]
        for start, end in pairwise(borders):
            brief = end - start < max(_BRIEF, start // 8) and end < len(codes)
            if brief and not _LASTING[codes[start]]:
                codes[start:end] = trends[start:end]
        return codes

    def _goes_up_and_down(self, column: int, last: int) -> npt.NDArray[np.bool_]:
        n = np.arange(last + 1)
        moves = np.diff(self._result.loss[: last + 1, column])
        rises, falls = (np.concatenate([[0], np.cumsum(way)]) for way in (moves > 0, moves < 0))
        first = n - quarter(n)
        return np.asarray((rises > rises[first]) & (falls > falls[first]))

    def _verdict(self, kind: Kind, n: int, column: int) -> Verdict:
        if kind in ("diverged", "left"):
            found = ended(self._problem, self._result, column)
            assert found is not None
            return found
        return Verdict(kind, n, tuple(getattr(self, f"_{_WRITERS[kind]}")(kind, n, column)))

    def _settled(self, kind: Kind, n: int, column: int) -> list[Claim]:
        ground = float(self._kinds.ground[n, column])
        claims: list[Claim] = [Settled(self._since(n, column, REST), ground, self._above(ground, column))]
        if kind == "catapulted":
            loss = self._result.loss[: n + 1, column]
            peak = int(np.argmax(loss))
            first, here = (self._largest(step, column) for step in (0, n))
            claims += [Rose(peak, float(loss[peak]), float(loss[0])), Flattened(first, here)]
        return claims

    def _held(self, kind: Kind, n: int, column: int) -> list[Claim]:
        place = "maximum" if self._kinds.top[n, column] else "saddle"
        return [Held(n - int(lately(np.array(n))), place, float(self._kinds.ground[n, column]))]  # type: ignore[arg-type]

    def _flat(self, kind: Kind, n: int, column: int) -> list[Claim]:
        above = self._above(float(self._result.loss[n, column]), column)
        assert above is not None
        return [Flat(self._since(n, column, REST), above)]

    def _still(self, kind: Kind, n: int, column: int) -> list[Claim]:
        path = self._result.positions[: n + 1, :, column]
        return [Unchanged(self._from(n), float(self._result.loss[n, column]), bool((path != path[0]).any()))]

    def _trend(self, kind: Any, n: int, column: int) -> list[Claim]:
        first = self._from(n)
        loss = self._result.loss[: first + 1, column]
        before = loss[-1] if self._noisy[column] else loss.max() if kind == "rising" else loss.min()
        trend: list[Claim] = [Trend(kind, first, float(before))]
        return [*trend, *(_theory(self._problem, self._result, column, n) if kind == "rising" else ())]

    def _stalled(self, kind: Kind, n: int, column: int) -> list[Claim]:
        if self._noisy[column]:
            return [UpAndDown(self._from(n))]
        loss = self._result.loss[: n + 1, column]
        return [NothingLower(int(loss.argmin()), float(loss.min()))]

    def _turning(self, kind: Kind, n: int, column: int) -> list[Claim]:
        return [TurnsBack(n - int(turning(np.array(n))))]

    def _from(self, n: int) -> int:
        return n - int(quarter(np.array(n)))

    def _since(self, n: int, column: int, reach: float) -> int:
        """Return the step from which on a run stayed within `reach` widths of where it is at step `n`."""
        path = self._result.positions[: n + 1, :, column]
        away = (np.abs(path - path[-1]) / self._known.widths).max(axis=1) > reach
        return int(np.flatnonzero(away)[-1]) + 1 if away.any() else 0

    def _above(self, loss: float, column: int) -> float | None:
        lowest = self._known.lowest
        return None if lowest is None else max(loss - float(np.broadcast_to(lowest, (column + 1,))[column]), 0.0)

    def _largest(self, step: int, column: int) -> float:
        hessian = self._result.stacked.hessian(np.moveaxis(self._result.positions[step : step + 1], 1, 0))
        return float(curvatures(hessian)[1][0, column])


_WRITERS = {
    "catapulted": "settled", "converged": "settled", "trapped": "settled", "saddle": "held", "plateau": "flat",
    "still": "still", "rising": "trend", "descending": "trend", "stalled": "stalled", "oscillating": "turning",
}  # fmt: skip


def _ended(problem: Problem, result: Result, column: int) -> Ended:
    step, (*w, loss) = int(result.diverged_at[column]), result.landed[:, column].tolist()
    cause: Cause = "far"
    if step and not np.isfinite(result.lr[step - 1, column]):
        cause = "rate"
    elif not np.isfinite(w).all():
        cause = "position"
    elif not np.isfinite(loss) and not out_of_bounds(problem, np.array(w), np.array(0.0)):
        cause = "loss"
    below = problem.stops is not None and loss < problem.brink
    return Ended(step, cause, float(result.loss[0, column]), loss, below)


def _theory(problem: Problem, result: Result, column: int, n: int) -> tuple[Claim, ...]:
    """Return the first step before `n` that went at a rate above the limit of exact theory, if there is one."""
    limit = exact_limit(problem, result.runs[column], result.length)
    if limit is None:
        return ()
    rates = result.lr[:n, column]
    above = np.flatnonzero(rates > limit.rates[:n])
    if not above.size:
        return ()
    step = int(above[0])
    return (Theory(step, float(rates[step]), float(limit.rates[step]), limit.decay, limit.plain),)
