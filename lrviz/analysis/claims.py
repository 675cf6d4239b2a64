"""What is said of a run, as values: each claim is a fact of its path, or a trial that was run. Sentences come later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal[
    "diverged", "left", "catapulted", "converged", "trapped", "saddle", "plateau", "rising", "oscillating", "still",
    "descending", "stalled",
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)
"""Every kind of outcome; where more than one fits, the first is the verdict."""

DEFINITIONS: Mapping[Kind, str] = {
    "diverged": "Its loss, a coordinate or its rate is no longer a finite number, or it is a million widths of the "
    "picture away, at a loss that is not lower than at the start.",
    "left": "It is a million widths of the picture away, at a loss lower than at the start; or "
    "outside of the box beyond which the loss falls for ever, and lower than anything in the picture.",
    "catapulted": "Converged or trapped, after its loss had first risen above the start's by more than a twentieth of "
    "what it fell in the end, and where the largest curvature is at least a twentieth lower than at the start.",
    "converged": "At rest within a thousandth of the width of a minimum: over its last steps, a quarter of all and at "
    "most 48, no coordinate left that distance, and all but a ten-thousandth of the loss between the start and the "
    "minimum was gone. Nothing lower is known.",
    "trapped": "The same in a minimum that is not the lowest: a value is known that is lower by more than a "
    "ten-thousandth of what there was to gain.",
    "saddle": "Over its last steps, a quarter of all and at most 48, within a fiftieth of the width of a point without "
    "slope from which the loss falls: a saddle, or a maximum.",
    "plateau": "At rest, in no minimum, where the loss varies within a fiftieth of the width by less than a hundredth "
    "of what is missing to the lowest known value.",
    "rising": "Its highest loss so far lies in the last quarter of its steps, its lowest before. With noise: in the "
    "last quarter no loss of the later half is lower than one of the earlier half.",
    "oscillating": "Of its last steps, a quarter of all, at least 8 and at most 48, three in four lead back against "
    "the step before.",
    "still": "Over the last quarter of its steps, twelve at least, the loss changed by less than a millionth of what "
    "it has changed since the start.",
    "descending": "Its lowest loss so far lies in the last quarter of its steps. With noise: in the last quarter no "
    "loss of the later half is higher than one of the earlier half.",
    "stalled": "None of the others: in the last quarter of its steps it found nothing lower. With noise: its loss goes "
    "up and down.",
}
"""What each kind of outcome means; lengths are in widths of the picture, coordinate by coordinate."""

Cause = Literal["far", "position", "loss", "rate"]


@dataclass(frozen=True)
class Claim:
    """Something that is said of a run."""


@dataclass(frozen=True)
class Ended(Claim):
    """The run ended at a step: it diverged, or left."""

    step: int
    cause: Cause
    """`far`: a coordinate is too far away; `position`: it is not finite; `loss`: the loss there is not finite, at a
    place that is; `rate`: the rate of the last step was not finite."""
    start_loss: float
    loss: float
    """The loss where it ended; it may be infinite, or NaN."""
    below: bool
    """Whether it is where the problem says that the loss falls for ever, and lower than all that the picture shows."""


@dataclass(frozen=True)
class Settled(Claim):
    """From a step on the run stayed within a thousandth of the width of one place, in a minimum."""

    step: int
    loss: float
    """The loss of the minimum."""
    above: float | None
    """How much lower the lowest known value is; None where none is known."""


@dataclass(frozen=True)
class Rose(Claim):
    """The loss had been higher than at the start: at a step, its highest."""

    step: int
    peak: float
    start_loss: float


@dataclass(frozen=True)
class Flattened(Claim):
    """The largest curvature at the start, and in the minimum."""

    start: float
    here: float


@dataclass(frozen=True)
class Held(Claim):
    """From a step on the run stayed within a fiftieth of the width of a point without slope that is no minimum."""

    step: int
    place: Literal["saddle", "maximum"]
    loss: float
    """The loss of that point."""


@dataclass(frozen=True)
class Flat(Claim):
    """From a step on the run stayed within a thousandth of the width of one place, where the loss is flat."""

    step: int
    above: float
    """How much lower the lowest known value is."""


@dataclass(frozen=True)
class Unchanged(Claim):
    """Since a step the loss has hardly changed."""

    step: int
    loss: float
    moved: bool
    """Whether the run is anywhere else than at its start."""


@dataclass(frozen=True)
class Trend(Claim):
    """Since a step the loss falls lower, or rises higher, than it was before."""

    way: Literal["rising", "descending"]
    step: int
    loss: float
    """The lowest loss up to that step, or the highest; with noise the loss at that step."""


@dataclass(frozen=True)
class NothingLower(Claim):
    """Since a step the run has found nothing lower than the loss there."""

    step: int
    loss: float


@dataclass(frozen=True)
class UpAndDown(Claim):
    """Since a step the loss of a noisy run goes up and down."""

    step: int


@dataclass(frozen=True)
class TurnsBack(Claim):
    """Since a step three of four steps lead back against the step before."""

    step: int


@dataclass(frozen=True)
class Theory(Claim):
    """A step went at a rate above the limit of exact theory, which holds on quadratics."""

    step: int
    rate: float
    limit: float
    decay: float
    """The weight decay that adds to the curvature in it."""
    plain: bool
    """Whether the limit is 2/λ, or with a decay d 2/(λ + d)."""


@dataclass(frozen=True)
class Tried(Claim):
    """A trial: the run of the scene with one thing changed, simulated."""

    rate: float
    warmup: int
    momentum: float | None
    """None for a rule without one."""
    steps: int
    arrives: int
    """The step from which on all but a ten-thousandth of the loss between start and lowest value is gone, for a
    twentieth of the steps at least and to the last; -1 where there is none, or no lowest value is known."""
    ended: int
    """The step at which it diverged or left; -1 where it did not."""
    left: bool
    """Whether it left, at a loss lower than at the start."""
    loss: float
    """The last loss, with noise the mean over the last tenth of the steps; NaN where it ended."""


@dataclass(frozen=True)
class Draws(Claim):
    """A trial of a rate under other draws of the noise."""

    count: int
    latest: int
    """The latest step at which one arrives; -1 where one does not."""
    ended: int
    """How many of them end."""
    lowest: float
    """The lowest last loss; NaN where one ended."""
    highest: float


@dataclass(frozen=True)
class Stable(Claim):
    """Exact theory: the run is stable below this rate, wherever it is."""

    limit: float


@dataclass(frozen=True)
class Limit(Claim):
    """Trials of rising rates: the first that ends, and the one before it, which goes on."""

    below: float
    """The run goes on at this rate, and at every lower one that was tried."""
    rate: float
    """It ends at this rate."""
    step: int
    """The step at which it ends there."""
    left: bool
    """Whether it leaves there, at a loss lower than at the start; else it diverges."""
    highest: float
    """The highest rate that was tried."""
    always: bool
    """Whether it ends in the same way at every rate that was tried from `rate` to `highest`."""


@dataclass(frozen=True)
class GoesOn(Claim):
    """A trial of more steps."""

    steps: int
    """So many were tried in all, or fewer where it had arrived or ended."""
    arrives: int
    """The step from which on it has arrived; -1 where it does not."""
    ended: int
    """The step at which it diverged or left; -1 where it did not."""
    same: bool
    """Whether it is the same run that goes on; else its schedule is stretched to the steps."""
    latest: int
    """With noise, the latest such step of all draws that were tried; -1 where one of them does not arrive."""
    draws: int
    """So many draws of the noise were tried; 1 without noise."""
