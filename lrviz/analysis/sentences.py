"""Words for claims: the one place where what is said of a run is put into sentences."""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatch
from typing import TypeVar

from lrviz.analysis.claims import (
    Claim,
    Draws,
    Ended,
    Flat,
    Flattened,
    GoesOn,
    Held,
    Kind,
    Limit,
    NothingLower,
    Rose,
    Settled,
    Stable,
    Theory,
    Trend,
    Tried,
    TurnsBack,
    Unchanged,
    UpAndDown,
)
from lrviz.catalog import short, show_number

C_ = TypeVar("C_", bound=Claim)
_RATE = 3
"""The digits of a rate that was tried: it was rounded to them before."""


def sentence(kind: Kind, claims: Sequence[Claim]) -> str:
    """Return what happened, in words."""
    main, *others = claims
    return f"{_said(main, kind, others)}."


@singledispatch
def _said(claim: Claim, kind: Kind, others: Sequence[Claim]) -> str:
    raise TypeError(f"There are no words for {claim!r}.")


def _among(others: Sequence[Claim], kind: type[C_]) -> C_ | None:
    return next((claim for claim in others if isinstance(claim, kind)), None)


_CAUSES = {
    "far": "it was a million times the picture's width away",
    "position": "a coordinate was no finite number",
    "loss": "it stepped to where the loss has no value",
    "rate": "the rate was no finite number",
}


@_said.register
def _(claim: Ended, kind: Kind, others: Sequence[Claim]) -> str:
    if kind == "left":
        where = ": out there the loss falls for ever" if claim.below else ", at a lower loss than it began with"
        return f"Left for good at step {claim.step}{where}"
    at, theory = f"Diverged at step {claim.step}", _among(others, Theory)
    if theory is None:
        return f"{at}: {_CAUSES[claim.cause]}"
    return f"{at}: {_above(theory)}"


def _above(theory: Theory) -> str:
    """Return where the rate was above its limit."""
    bound = short(theory.limit, 3)
    if not theory.plain:
        return f"at step {theory.step} its rate, {short(theory.rate, 3)}, was above the limit of theory, {bound}"
    name = "2/(λ + decay)" if theory.decay else "2/λ"
    when = "" if theory.step == 0 else f", from step {theory.step} on"
    return f"above {name} = {bound} each step overshoots by more than it gains{when}"


@_said.register
def _(claim: Settled, kind: Kind, others: Sequence[Claim]) -> str:
    at = f"at a loss of {short(claim.loss)}"
    lower = f"; the lowest known is {short(claim.above)} lower" if claim.above and kind != "converged" else ""
    rose, flattened = _among(others, Rose), _among(others, Flattened)
    if rose is not None and flattened is not None:
        return (
            f"Catapulted: the loss first rose to {short(rose.peak)}, and since step {claim.step} the run rests in a "
            f"minimum {at}, where the curvature is {short(flattened.here)} instead of {short(flattened.start)}"
        )
    if kind == "trapped":
        return f"Trapped in a local minimum since step {claim.step}, {at}{lower}"
    return f"Converged at step {claim.step}, to a minimum {at}"


@_said.register
def _(claim: Held, kind: Kind, others: Sequence[Claim]) -> str:
    return f"Held at a {claim.place} since step {claim.step}: the slope is 0 there, and the loss {short(claim.loss)}"


@_said.register
def _(claim: Flat, kind: Kind, others: Sequence[Claim]) -> str:
    return f"On a plateau since step {claim.step}: flat all around, and the lowest known is {short(claim.above)} lower"


@_said.register
def _(claim: Unchanged, kind: Kind, others: Sequence[Claim]) -> str:
    if not claim.moved:
        return "Has not moved from its start"
    return f"Gets no further: since step {claim.step} its loss, {short(claim.loss)}, hardly changes"


@_said.register
def _(claim: Trend, kind: Kind, others: Sequence[Claim]) -> str:
    since, theory = f"since step {claim.step}, from a loss of {short(claim.loss)}", _among(others, Theory)
    if claim.way == "rising":
        return f"Rising {since}" + (f": {_above(theory)}" if theory else "")
    return f"Descending {since}"


@_said.register
def _(claim: NothingLower, kind: Kind, others: Sequence[Claim]) -> str:
    return f"Stalled: nothing lower than {short(claim.loss)} since step {claim.step}"


@_said.register
def _(claim: UpAndDown, kind: Kind, others: Sequence[Claim]) -> str:
    return f"Stalled in the noise: since step {claim.step} its loss goes up and down"


@_said.register
def _(claim: TurnsBack, kind: Kind, others: Sequence[Claim]) -> str:
    return f"Oscillating: since step {claim.step} most steps lead back against the one before"


def advice(own: Tried, claims: Sequence[Claim]) -> str:
    """Return what was tried on a run that as it is ends as `own`, in words."""
    clauses = [words for claim in claims if (words := _tried(claim, own))]
    text = "; ".join(clauses)
    return f"{text[0].upper()}{text[1:]}." if text else ""


@singledispatch
def _tried(claim: Claim, own: Tried) -> str:
    raise TypeError(f"There are no words for {claim!r}.")


@_tried.register
def _(claim: Tried, own: Tried) -> str:
    how = f"at {show_number(claim.rate, _RATE)}"
    if claim.warmup != own.warmup:
        how = f"behind a warm-up of {_steps(claim.warmup)}"
    elif claim.momentum is not None and claim.momentum != own.momentum:
        how = f"with a momentum of {show_number(claim.momentum, _RATE)}"
    if claim.arrives >= 0:
        return f"{how} it arrives at step {claim.arrives:,}"
    return f"{how} it ends at a loss of {short(claim.loss)}"


@_tried.register
def _(claim: Draws, own: Tried) -> str:
    if claim.ended:
        return f"with {claim.ended} of {claim.count} other draws of the noise it ends there"
    if claim.latest >= 0:
        return f"with {claim.count} other draws of the noise by step {claim.latest:,}"
    return f"with {claim.count} other draws of the noise at {short(claim.lowest)} to {short(claim.highest)}"


@_tried.register
def _(claim: GoesOn, own: Tried) -> str:
    how = "going on" if claim.same else f"with {claim.steps:,} steps"
    if claim.ended >= 0:
        return f"{how}, it ends at step {claim.ended:,}"
    if claim.arrives < 0:
        return f"{how}, it does not arrive within {claim.steps:,} steps" if claim.same else f"{how} it does not arrive"
    if claim.draws == 1:
        return f"{how}, it arrives at step {claim.arrives:,}"
    draws = f"{claim.draws} draws of the noise"
    return f"{how}, under {draws} it arrives by step {claim.latest:,}" if claim.latest >= 0 else ""


@_tried.register
def _(claim: Limit, own: Tried) -> str:
    way = "leaves" if claim.left else "diverges"
    if claim.always and claim.highest > claim.rate:
        return f"from {show_number(claim.rate, _RATE)} on it {way} at every rate tried"
    return f"it first {way} at {show_number(claim.rate, _RATE)}"


@_tried.register
def _(claim: Stable, own: Tried) -> str:
    return f"in theory it is stable below {show_number(claim.limit, _RATE)}"


def _steps(count: int) -> str:
    return f"{count:,} step{'' if count == 1 else 's'}"
