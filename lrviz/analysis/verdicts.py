"""What became of each run, why, and what would help; now, and at every step on the way."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lrviz.analysis.classify import KINDS, REST, Codes, Kind, Traits, classify, decays, fallen
from lrviz.analysis.evidence import Evidence, Whole, gather, trail_at
from lrviz.analysis.landmarks import Landmarks, curvatures, landmarks, length, lowest_of
from lrviz.analysis.reasons import Finding, sentence
from lrviz.analysis.stability import bearable, conditioned, multipliers
from lrviz.catalog import Array
from lrviz.catalog import Whole as WholeNumber
from lrviz.problems import Problem
from lrviz.simulation import Result

_MOMENTS = 128
"""Steps at which a path is looked at first, to find where its verdict changes."""


@dataclass(frozen=True)
class Verdict:
    """The outcome of one run up to a step, and the numbers it rests on; lengths are in widths of the domain."""

    kind: Kind
    sentence: str
    """What happened, why, and what would help."""
    step: int
    """When it happened: the step of the divergence, of leaving, of arrival; -1 where it is still going on."""
    remaining: float | None
    """How many more steps it would need at this pace; None where it arrives nowhere or has arrived."""
    loss: float
    """The loss now; NaN after a divergence, as all numbers of the place are."""
    above: float | None
    """How much lower the best known value is; None where none is known."""
    slope: float
    """The length of the gradient without noise."""
    distance: float
    """The way to the next point of rest: a known minimum, or where Newton's step leads."""
    curvature: float
    """The largest curvature here; after a divergence that which was too much for the rate."""
    limit: float | None
    """The rate below which the rule is stable at this curvature, an adaptive one with its scaling of the coordinates as
    it is; None where no theory says."""
    rate: float
    """The learning rate of the last step."""
    peak: float
    """The highest loss on the way."""


class Change(NamedTuple):
    """From `step` on, until the next change, the run has this verdict (taken at the end of that stretch)."""

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
    moments = np.array([last])
    case = _Case(problem, result, moments)
    return tuple(case.verdict(0, column) for column in range(len(result.runs)))


def verdict_changes(problem: Problem, result: Result, *, located: bool = True) -> tuple[tuple[Change, ...], ...]:
    """Return for each run the steps at which its verdict changes, the first at step 0; brief changes are left out.

    A change is located to a step; what lasts less than 3 steps, or half of the steps before it, is brief. Of a long
    result 128 steps are looked at first, and then all between two that differ, unless `located` is False: a change
    then stands at the first of the 128 that shows it.
    """
    coarse = np.unique(np.linspace(0, result.steps, min(result.steps + 1, _MOMENTS)).round().astype(np.int64))
    case = _Case(problem, result, coarse)
    fine = _between(coarse, case.codes)
    if located and len(fine):
        case = _Case(problem, result, np.union1d(coarse, fine))
    return tuple(_changes(case, column) for column in range(len(result.runs)))


def _between(moments: Whole, codes: Codes) -> Whole:
    gaps = [np.arange(a + 1, b) for (a, b), differs in zip(
        pairwise(moments), (codes[1:] != codes[:-1]).any(axis=1), strict=True) if differs and b - a > 1]  # fmt: skip
    return np.concatenate(gaps) if gaps else np.empty(0, dtype=np.int64)


def _changes(case: _Case, column: int) -> tuple[Change, ...]:
    codes, moments = case.codes[:, column], case.moments
    starts = [0, *(np.flatnonzero(np.diff(codes)) + 1).tolist()]
    ends = [*starts[1:], len(codes)]
    kept: list[tuple[int, int]] = []
    for start, end in zip(starts, ends, strict=True):
        brief = moments[end - 1] - moments[start] + 1 < max(3, moments[start] // 2)
        lasts = not brief or start == 0 or end == len(codes)
        if lasts and not (kept and codes[kept[-1][1] - 1] == codes[end - 1]):
            kept.append((start, end))
        elif kept:
            kept[-1] = (kept[-1][0], end) if lasts else kept[-1]
    return tuple(Change(int(moments[start]), case.verdict(end - 1, column)) for start, end in kept)


class _Case:
    """The evidence of a result at some moments, and the verdicts on it."""

    def __init__(self, problem: Problem, result: Result, moments: Whole) -> None:
        self.moments = moments
        self._problem, self._result, self._known = problem, result, landmarks(problem)
        self._lowest = lowest_of(problem)
        positions, loss = result.positions, result.loss
        self._evidence = gather(result.stacked, self._known, trail_at(moments, positions, loss))
        self._traits = traits_of(result)
        diverged = (result.diverged_at >= 0) & (result.diverged_at <= moments[:, None])
        fell = diverged & fallen(problem, loss, result.diverged_at)
        self.codes: Codes = classify(self._known, self._evidence, self._traits, diverged, fell)

    def verdict(self, moment: int, column: int) -> Verdict:
        """Return the verdict on one run at one moment."""
        kind = KINDS[int(self.codes[moment, column])]
        seen = Evidence(*(float(values[moment, column]) for values in self._evidence))  # type: ignore[arg-type]
        n = int(self.moments[moment])
        bound = self._bound(kind, n, column, float(seen.high))
        rate, curvature, limit = bound.rate, bound.curvature, bound.limit
        noise = float(np.broadcast_to(self._traits.noise, len(self._result.runs))[column])
        finding = Finding(
            kind, self._step(kind, n, column), remaining(kind, seen), rate, curvature, limit,
            self._bears(kind, n, column), bound.scaled, bound.crossed, noise,
            None if self._lowest is None else float(seen.loss) - self._lowest,
            kind == "diverged" and self._abrupt(column),
        )  # fmt: skip
        return Verdict(
            kind, sentence(self._problem, self._result.runs[column], finding, seen), finding.step, finding.remaining,
            float(seen.loss), finding.above, float(seen.slope), float(seen.distance), curvature, limit, rate,
            float(seen.peak),
        )  # fmt: skip

    def _bound(self, kind: Kind, n: int, column: int, here: float) -> _Bound:
        """Return what the rate stands against: at the step that crossed the limit, or else at the last one."""
        rule = self._result.runs[column].optimizer
        rates = self._result.lr[: max(n, 1), column]
        rates = rates[np.isfinite(rates)]
        rate = float(rates[-1]) if rates.size else self._result.runs[column].lr
        grew = kind in ("diverged", "catapulted")
        scaled = rule.stable_below(1.0) is None and bearable(rule) is not None
        if not rates.size or not (grew or scaled):
            return _Bound(rate, here, _positive(rule.stable_below(here) if here > 0 else None), -1, False)
        first = 0 if grew else len(rates) - 1
        path = self._result.points[first : len(rates), :, column].T
        with np.errstate(all="ignore"):
            hessian = self._problem.hessian(path)
            high = curvatures(hessian)[1]
            if scaled:
                strained = conditioned(hessian, self._multipliers[first : len(rates), :, column].T)
            else:
                strained = rates[first:] * high
            strain = strained / (bearable(rule) or np.nan)
        above = np.flatnonzero(strain > 1) if grew else np.array([], dtype=np.int64)
        step = int(above[0]) if above.size else 0
        if above.size:
            rate = float(rates[step])
        limit = rates[first + step] / strain[step] if strain[step] > 0 else None
        return _Bound(rate, float(high[step]) if grew else here, _positive(limit), step if above.size else -1, scaled)

    def _bears(self, kind: Kind, n: int, column: int) -> float | None:
        """Return what a rule of a known limit bore where the curvature on the way was largest.

        The scaling of an adaptive rule comes from the steps behind it: it says little of other rates.
        """
        if kind not in ("descending", "converged") or self._result.runs[column].optimizer.stable_below(1.0) is None:
            return None
        steepest = float(self._steepest[n, column])
        return _positive(self._result.runs[column].optimizer.stable_below(steepest)) if steepest > 0 else None

    @cached_property
    def _multipliers(self) -> Array:
        return multipliers(self._result)

    @cached_property
    def _steepest(self) -> Array:
        """The largest curvature up to each step, `(steps + 1, runs)`."""
        with np.errstate(all="ignore"):
            hessian = self._result.stacked.hessian(np.moveaxis(self._result.positions, 1, 0))
            return np.asarray(np.fmax.accumulate(curvatures(hessian)[1], axis=0))

    def _abrupt(self, column: int) -> bool:
        """Whether a run diverged from within the picture in steps shorter than it: to where the loss has no value."""
        path = self._result.positions[: self._result.diverged_at[column], :, column].T[:, -2:]
        if not path.size:
            return True
        inside = length(self._known, path[:, -1:] - self._known.domain.mean(axis=1)[:, None]) < 1
        return bool(inside[0] and length(self._known, path[:, -1:] - path[:, :1])[0] < 1)

    def _step(self, kind: Kind, n: int, column: int) -> int:
        if kind == "diverged" or (kind == "left" and self._known.stopped):
            return int(self._result.diverged_at[column])
        path = self._result.positions[: n + 1, :, column].T
        if kind == "left":
            return _since(_inside(self._known, path))
        if kind in ("converged", "trapped", "catapulted"):
            return _since(length(self._known, path - path[:, -1:]) > REST)
        return -1


class _Bound(NamedTuple):
    """A rate, and what it stands against."""

    rate: float
    curvature: float
    limit: float | None
    """The rate below which the step was stable."""
    crossed: int
    """The first step with a rate above it; -1 where there is none, or none was looked for."""
    scaled: bool
    """Whether the limit is that of the rule's own scaling of the coordinates at the step."""


def _positive(limit: float | None) -> float | None:
    return float(limit) if limit is not None and 0 < limit < np.inf else None


def _since(before: npt.NDArray[np.bool_]) -> int:
    """Return the step after the last one in `before`."""
    return int(np.flatnonzero(before)[-1]) + 1 if before.any() else 0


def _inside(known: Landmarks, path: Array) -> npt.NDArray[np.bool_]:
    low, high = known.domain.T[:, :, None]
    return np.asarray(((path >= low) & (path <= high)).all(axis=0))


def remaining(kind: Kind, seen: Evidence) -> float | None:
    """Return the steps until a run is at rest, if its distance goes on falling by the same share a step."""
    if kind not in ("descending", "oscillating", "saddle", "plateau") or not seen.back:
        return None
    if seen.distance <= REST:
        return 0.0
    share = (seen.distance / seen.earlier) ** (1 / seen.back) if seen.earlier else 1.0
    if np.isfinite(share) and share < 1 - 1e-12:
        return float(np.log(REST / seen.distance) / np.log(share))
    return None


def traits_of(result: Result) -> Traits:
    """Return what of rules and chance the verdicts depend on, each `(runs,)`."""
    rules = [run.optimizer for run in result.runs]
    return Traits(
        result.noise,
        np.array([rule.unit == "length" for rule in rules]),
        np.array([bool(decays(run.optimizer, run.options)) for run in result.runs]),
        np.array([rule.unit != "none" for rule in rules]),
    )
