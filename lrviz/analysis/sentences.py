"""Words for claims: the one place where what is said of a run is put into sentences."""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatch
from typing import TypeVar

from lrviz.analysis.claims import (
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
from lrviz.catalog import short

C_ = TypeVar("C_", bound=Claim)


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
