"""One run: an optimizer, its rate and its schedule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Self

from lrviz.catalog import DIGITS, Entry, Number, Whole, show_number
from lrviz.optimizers import Optimizer, Option
from lrviz.schedules import Constant, Curve, Schedule

SLOTS = 8
"""How many runs a scene holds; a run's slot, 0 to 7, fixes its colour."""
LONGEST = 5_000
"""The largest number of steps in a scene, and the longest warm-up."""
RATE = Number("The learning rate: how far a step goes.", 1e-12, 1e6, "log", slider_low=1e-6)
WARMUP = Whole("Steps in which the rate climbs linearly to its peak before the schedule begins.", 0, LONGEST)
SLOT = Whole("The run's place, which fixes its colour.", 0, SLOTS - 1)
_CONSTANT = Constant()
PLACES = ("clip", "decay", "average")
"""Where a run may have an option, in the order in which they act; the keys of the address."""


@dataclass(frozen=True)
class Run:
    """An optimizer with its peak rate `lr`, a schedule of factors on it, and a linear warm-up of `warmup` steps.

    A Python callable of the step, Optax's schedules among them, may stand for a schedule; with lr=1 its values are the
    rates. `options` clip the gradient, decay the weights, average the path: one in each place, none that the optimizer
    owns. `slot` (0 to 7) fixes the colour in a scene; a scene gives the lowest free one where it is None.
    """

    optimizer: Optimizer
    lr: float
    schedule: Schedule = _CONSTANT
    warmup: int = 0
    slot: int | None = None
    options: tuple[Option, ...] = ()

    def __post_init__(self) -> None:
        """Check every field and put it into its canonical type."""
        _check_kind("Run.optimizer", self.optimizer, Optimizer)
        if callable(self.schedule) and not isinstance(self.schedule, type):
            object.__setattr__(self, "schedule", Curve(function=self.schedule))
        _check_kind("Run.schedule", self.schedule, Schedule)
        object.__setattr__(self, "lr", RATE.check("Run.lr", self.lr))
        object.__setattr__(self, "warmup", WARMUP.check("Run.warmup", self.warmup))
        object.__setattr__(self, "options", _checked_options(self.optimizer, self.options))
        if self.slot is not None:
            object.__setattr__(self, "slot", SLOT.check("Run.slot", self.slot))

    @property
    def label(self) -> str:
        """What the run is called: the optimizer, the rate, and what differs from the defaults."""
        return ", ".join([f"{self.optimizer.label} lr {show_number(self.lr, DIGITS)}", *self.details])

    @property
    def recipe(self) -> str:
        """What the run is called without its rate: `Adam, cosine, warm-up 20, clip by norm 1`."""
        return ", ".join([self.optimizer.label, *self.details])

    @property
    def details(self) -> tuple[str, ...]:
        """What differs from the defaults beside optimizer and rate, in a few words each."""
        extras = list(_fields(self.optimizer))
        if not isinstance(self.schedule, Constant):
            extras.append(" ".join([_within_a_line(self.schedule.label), *_fields(self.schedule)]))
        if self.warmup:
            extras.append(f"warm-up {self.warmup}")
        extras.extend(" ".join([_within_a_line(o.label), *map(_shown, o.changed().values())]) for o in self.options)
        return tuple(extras)

    def replace(self, **changes: object) -> Self:
        """Return a copy with some fields changed and everything checked again."""
        return replace(self, **changes)  # type: ignore[arg-type]


def _checked_options(optimizer: Optimizer, options: Sequence[Option]) -> tuple[Option, ...]:
    if isinstance(options, Option) or not isinstance(options, Sequence):
        raise TypeError(f"Run.options must be a sequence of options from lrviz.optimizers, got {options!r}.")
    for option in options:
        _check_kind("Run.options", option, Option)
        if option.takes in optimizer.owns:
            what = option.takes.replace("_", " ")
            raise ValueError(f"Run.options must not hold {option.name}: {optimizer.name} does its {what} itself.")
    places = [option.place for option in options]
    if len(set(places)) != len(places):
        raise ValueError(f"Run.options must hold at most one option of a family, got {options!r}.")
    return tuple(sorted(options, key=lambda option: PLACES.index(option.place)))


def _within_a_line(label: str) -> str:
    """Return a label as it stands within a line; the names of people and abbreviations keep their capitals."""
    first = label.split(maxsplit=1)[0]
    return label if first in _PEOPLE or first.isupper() else label[:1].lower() + label[1:]


def _fields(entry: Entry) -> Iterator[str]:
    """Yield what of an entry differs from its defaults, a name and a value each."""
    for name, value in entry.changed().items():
        if isinstance(value, Entry):
            yield " ".join([_within_a_line(value.label), *_fields(value)])
        elif isinstance(value, float | int | str):
            yield f"{name.replace('_', ' ')} {_shown(value)}"


_PEOPLE = {"Polyak", "Noam"}


def _shown(value: object) -> str:
    return show_number(value, DIGITS) if isinstance(value, float) else str(value)


def _check_kind(owner: str, value: object, kind: type[Entry]) -> None:
    if isinstance(value, type) and issubclass(value, kind):
        raise TypeError(f"{owner} must be an instance: write {value.__name__}(), not {value.__name__}.")
    if not isinstance(value, kind):
        raise TypeError(f"{owner} must be {kind.kind} from lrviz.{kind.kind}s, got {value!r}.")
