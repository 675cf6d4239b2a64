"""Outcome, cause and remedy in a sentence or two."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

from lrviz.analysis.classify import Kind
from lrviz.analysis.evidence import Evidence
from lrviz.catalog import short
from lrviz.problems import Problem
from lrviz.simulation import Run


class Finding(NamedTuple):
    """What a verdict found beside the evidence."""

    kind: Kind
    step: int
    remaining: float | None
    rate: float
    curvature: float
    limit: float | None
    bears: float | None
    """The rate below which it was stable all along its path; None where no theory says."""
    scaled: bool
    """Whether the limit holds for the rule's own scaling of the coordinates at that step."""
    crossed: int
    """The first step with a rate above the limit; -1 where there is none."""
    noise: float
    above: float | None
    abrupt: bool
    """Whether the run diverged all at once, at a place where the loss has no value."""


def sentence(problem: Problem, run: Run, finding: Finding, seen: Evidence) -> str:
    """Return what happened, why, and what would help."""
    return _SENTENCES[finding.kind](problem, run, finding, seen)


def bound(run: Run, finding: Finding) -> str:
    """Return what the rate should have stayed below: `2/λ = 0.2`, or `the limit for Momentum, 0.38,`."""
    assert finding.limit is not None
    if finding.scaled:
        return f"the limit for {run.optimizer.label} as it scales the coordinates there, {short(finding.limit, 3)},"
    if math.isclose(finding.limit * finding.curvature, 2):
        return f"2/λ = {short(finding.limit, 3)}"
    return f"the limit for {run.optimizer.label}, {short(finding.limit, 3)},"


def _bound_at_end(run: Run, finding: Finding) -> str:
    return bound(run, finding).removesuffix(",")


def _diverged(problem: Problem, run: Run, finding: Finding, seen: Evidence) -> str:
    at = f"Diverged at step {finding.step}"
    if finding.abrupt:
        return f"{at}: it stepped to where the loss has no value. Lower the rate."
    if finding.crossed < 0 or finding.limit is None:
        return f"{at}: its steps grew until they left the picture far behind. Lower the rate."
    if problem.quadratic:
        return f"{at}: above {bound(run, finding)} each step overshoots by more than it gains. Lower the rate."
    where = "where it starts" if finding.crossed == 0 else f"where it came at step {finding.crossed}"
    return (
        f"{at}: {where}, the curvature λ is {short(finding.curvature)} and the rate {short(finding.rate, 3)} is above "
        f"{_bound_at_end(run, finding)}. Lower the rate{', or warm up' if finding.crossed == 0 else ''}."
    )


def _left(problem: Problem, run: Run, finding: Finding, seen: Evidence) -> str:
    return (
        f"Left for good at step {finding.step}: out there the loss falls for ever. "
        "Lower the rate or the momentum, or start elsewhere."
    )


def _plateau(problem: Problem, run: Run, finding: Finding, seen: Evidence) -> str:
    remedy = "Start elsewhere." if not seen.slope else (
        "Raise the rate, or start elsewhere."
        if run.optimizer.unit == "length"
        else "Raise the rate, or take a method whose steps do not shrink with the slope."
    )  # fmt: skip
    return (
        f"Stuck on a plateau at a loss of {short(float(seen.loss))}: the slope, {short(float(seen.slope))}, "
        f"is next to nothing. {remedy}"
    )


def _catapulted(problem: Problem, run: Run, finding: Finding, seen: Evidence) -> str:
    why = f"above {bound(run, finding)} " if finding.crossed >= 0 and finding.limit is not None else ""
    lower = _lower(finding)
    return (
        f"Catapulted: {why}the loss first rose to {short(float(seen.peak))}, and at step {finding.step} it settled "
        f"where the curvature is {short(float(seen.high))} instead of {short(float(seen.start_high))}{lower}."
    )


def _lower(finding: Finding) -> str:
    return f"; the best known value is {short(finding.above)} lower" if finding.above and finding.above > 1e-3 else ""


def _trapped(problem: Problem, run: Run, finding: Finding, seen: Evidence) -> str:
    return (
        f"Trapped in a local minimum at step {finding.step}, at a loss of {short(float(seen.loss))}: the best known is "
        f"{short(finding.above or 0.0)} lower. A higher rate, momentum or noise may carry it out."
    )


def _converged(problem: Problem, run: Run, finding: Finding, seen: Evidence) -> str:
    if seen.distance > 0.01:
        return (
            f"Came to rest at step {finding.step} between the minimum and the origin: the weight decay balances the "
            "slope. Lower the weight decay to come nearer."
        )
    end = f"Converged at step {finding.step}, to a loss of {short(float(seen.loss))}"
    if finding.bears is None or finding.rate > finding.bears / 20 or finding.step < 100:
        return f"{end}."
    return f"{end}: the rate could be higher, {_bearing(problem, finding.bears)}."


def _saddle(problem: Problem, run: Run, finding: Finding, seen: Evidence) -> str:
    place = "saddle" if seen.high > 0 else "maximum"
    if not seen.slope:
        return f"Held at a {place}: the slope is exactly 0 there. Start beside it, or add noise."
    return (
        f"Held at a {place}: the slope is {short(float(seen.slope))}, and the way down, of curvature "
        f"{short(float(seen.low))}, is hardly begun. A higher rate, momentum or noise shortens the wait."
    )


def _bouncing(problem: Problem, run: Run, finding: Finding, seen: Evidence) -> str:
    around = f"at a loss of about {short(float(seen.loss))}"
    if finding.noise:
        return (
            f"Bounces at the noise floor, {around}: at a rate of {short(finding.rate, 3)} each step puts back what it "
            "gains. Let the rate decay."
        )
    if problem.kinks:
        return f"Bounces across a kink, {around}: the slope does not fade there. Let the rate decay."
    return f"Bounces to and fro, {around}: the steps of {run.optimizer.label} do not get shorter. Let the rate decay."


def _oscillating(problem: Problem, run: Run, finding: Finding, seen: Evidence) -> str:
    # Over a part of a swing steps grow without its being wider: what counts then is whether the loss falls.
    nearer = seen.growth < 0.97 or seen.trend > 1
    how = "" if nearer else ", wider and wider" if seen.growth > 1.1 else ", and gets no nearer"
    if finding.limit is not None and finding.rate >= finding.limit * (1 - 1e-9):
        above = _bound_at_end(run, finding) + ("" if finding.scaled else " there")
        return f"Oscillates across the valley{how}: the rate is above {above}. Lower the rate."
    if how:
        return f"Oscillates across the valley{how}. Lower the rate."
    paced = finding.remaining if seen.back >= _PACE else None
    after = f"; at this pace about {count(paced)} more" if paced else ""
    how = ", in ever shorter swings" if seen.growth < 0.97 else " on its way down"
    return f"Oscillates across the valley{how}{after}. A lower rate, or less momentum, swings less."


def _descending(problem: Problem, run: Run, finding: Finding, seen: Evidence) -> str:
    if finding.rate < 0.02 * run.lr:
        stopped = f"Stopped by its schedule at a loss of {short(float(seen.loss))}"
        return f"{stopped}: the rate has fallen to {short(finding.rate, 3)}. Let it decay later, or less."
    if _thrown(finding, seen):
        return (
            f"Still descending, to {short(float(seen.loss))} so far: its first steps threw it up to "
            f"{short(float(seen.peak))}, from {short(float(seen.start_loss))}. Lower the rate, or warm up."
        )
    remedy = _more(problem, finding)
    if finding.remaining is None or seen.back < _PACE:
        return f"Still descending, from {short(float(seen.start_loss))} to {short(float(seen.loss))} so far. {remedy}."
    return f"Still descending: at this pace it needs about {count(finding.remaining)} more. {remedy}."


_PACE = 4
"""Steps that it takes to see a pace: the first ones of a run say little of those that follow."""
_CLOSE = 0.5
"""The share of its limit from which on a rate is not to be raised."""


def _more(problem: Problem, finding: Finding) -> str:
    if finding.bears is None or finding.rate >= finding.bears:
        known = finding.limit if finding.scaled else None
        return "Give it more steps" if known is not None and finding.rate > _CLOSE * known else "Raise the rate"
    if finding.rate > _CLOSE * finding.bears:
        return f"Give it more steps; {_bearing(problem, finding.bears)}"
    return f"Raise the rate; {_bearing(problem, finding.bears)}"


def _bearing(problem: Problem, limit: float) -> str:
    where = "here" if problem.quadratic else "where its path was steepest"
    return f"it is stable below {short(limit, 3)} {where}"


def _thrown(finding: Finding, seen: Evidence) -> bool:
    """Whether a run first rose by several times what there was to gain."""
    lowest = float(seen.loss) - (finding.above or 0.0)
    return float(seen.peak - seen.start_loss) > 3 * max(float(seen.start_loss) - lowest, 0.0)


def count(steps: float) -> str:
    """Return a rounded number of steps in words: `1 step`, `2,300 steps`, `more than a million steps`."""
    if steps > 1e6:
        return "more than a million steps"
    whole = max(1, round(float(f"{steps:.2g}")))
    return f"{whole:,} step{'s' if whole > 1 else ''}"


_SENTENCES: Mapping[Kind, Callable[[Problem, Run, Finding, Evidence], str]] = {
    "diverged": _diverged, "left": _left, "plateau": _plateau, "catapulted": _catapulted, "trapped": _trapped,
    "converged": _converged, "saddle": _saddle, "bouncing": _bouncing, "oscillating": _oscillating,
    "descending": _descending,
}  # fmt: skip
