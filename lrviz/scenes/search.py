"""What is looked for on the page "Find a rate", as one frozen value, and the address that holds it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, Self, get_args

from lrviz.catalog import Number, Whole
from lrviz.optimizers import SGD, Adam
from lrviz.scenes.address import Reader, encode
from lrviz.scenes.defaults import default_rate
from lrviz.scenes.scene import VIEW_KEYS, Scene, first_scene, read_run, read_scene, write_run
from lrviz.simulation import RATE, SLOTS, Run

Finding = Literal["sweep", "test", "map", "race"]
Measure = Literal["final", "best", "steps"]
Shade = Literal["auto", "steps", "loss", "verdict"]
"""What a map of rates is coloured by; `auto`: by the steps, or the loss where hardly a run reaches the tolerance."""
Field = Literal["rates", "starts"]

MOST = 6
"""How many runs are compared at once."""
TOLERANCE = Number("What may be left of the loss above its lowest value, as a share of what it was.", 1e-12, 0.5, "log")
TEST_STEPS = Whole("How many steps the range test makes while the rate climbs.", 20, 2000)
SMOOTHING = Number("How much of the past the smoothed loss keeps: 0 is the raw loss.", 0, 0.995, step=0.005)
TRIED = Whole("How many rates each run may try.", 4, 400)
_EDGE = Number("A border of what is shown.", -1e12, 1e12)
_SLOT = Whole("The run that is looked at.", 1, SLOTS)
_WORD = re.compile(r"[A-Za-z_][\w.]{0,60}")


@dataclass(frozen=True)
class Search:
    """Which runs, which view, and within which borders; a border of None is chosen for you."""

    contenders: tuple[Run, ...]
    """Runs with a slot each, which fixes the colour. Their own rates are the ones they come with: others are tried."""
    view: Finding = "sweep"
    tolerance: float = 1e-4
    low: float | None = None
    high: float | None = None
    measure: Measure = "final"
    chosen: int | None = None
    """The slot of the run of the range test and of the map; None: the first."""
    test_steps: int = 100
    smoothing: float = 0.98
    field: Field = "rates"
    across: str = ""
    """What a map varies beside the rate; empty: the first thing there is."""
    across_low: float | None = None
    across_high: float | None = None
    left: float | None = None
    right: float | None = None
    """The first coordinates of the starts that a map shows."""
    rate: float | None = None
    """The rate of a map of starts; None: the run's own."""
    shade: Shade = "auto"
    tried: int = 48
    common: float | None = None
    """The one rate that all are raced at; None: the best rate of the first."""

    def replace(self, **changes: object) -> Self:
        """Return a copy with some fields changed."""
        return replace(self, **changes)  # type: ignore[arg-type]

    @property
    def slots(self) -> tuple[int, ...]:
        """The slots of the runs."""
        return tuple(run.slot or 0 for run in self.contenders)

    @property
    def subject(self) -> Run | None:
        """The run of the range test and of the map; None where there is none."""
        return next((c for c in self.contenders if c.slot == self.chosen), next(iter(self.contenders), None))

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Yield the query's pairs; what is at its default is left out, the runs never."""
        for slot, run in zip(self.slots, self.contenders, strict=True):
            yield from write_run(f"opt{slot + 1}", run)
        usual = Search(())
        for key, name in _FIELDS.items():
            value = getattr(self, name)
            if value != getattr(usual, name):
                yield key, str(value + 1) if key == "for" else repr(value) if isinstance(value, float) else str(value)


_FIELDS = {
    "view": "view", "tol": "tolerance", "from": "low", "to": "high", "measure": "measure", "for": "chosen",
    "test": "test_steps", "smooth": "smoothing", "field": "field", "across": "across", "low": "across_low",
    "high": "across_high", "left": "left", "right": "right", "rate": "rate", "shade": "shade",
    "tried": "tried", "common": "common",
}  # fmt: skip


def recipe(run: Run) -> Run:
    """Return what makes a run the same but for its rate and its colour, as a run that can be compared."""
    return run.replace(lr=1.0, slot=None)


def contenders_of(scene: Scene, chosen: int | None = None) -> tuple[Run, ...]:
    """Return a scene's runs, of those that differ in their rate alone the first, or the one in the slot `chosen`.

    Beside the single one of a first visit stand two others.
    """
    found: dict[Run, Run] = {}
    for run in scene.runs:
        if recipe(run) not in found or run.slot == chosen:
            found[recipe(run)] = run
    runs = sorted(found.values(), key=lambda run: (run.slot != chosen, run.slot or 0))[:MOST]
    if scene == first_scene():
        free = (slot for slot in range(SLOTS) if all(slot != run.slot for run in scene.runs))
        runs += [Run(o, default_rate(scene.problem, o), slot=next(free)) for o in (SGD(), Adam())]
    return tuple(sorted(runs, key=lambda run: run.slot or 0))


def write_search(scene: Scene, search: Search) -> str:
    """Return the query that holds the scene without its runs, and the search."""
    common = [pair for pair in scene.pairs() if not pair[0].startswith("run")]
    return encode([*common, *search.pairs()])


def read_search(text: str) -> tuple[Scene, Search, list[str]]:
    """Return the scene and the search that an address stands for, and notices; never raises."""
    reader = Reader(text)
    scene = read_scene(reader)
    slots = sorted({int(m[1]) - 1 for key in reader.left() if (m := re.fullmatch(rf"opt([1-{SLOTS}])", key))})
    named = [read_run(reader, f"opt{slot + 1}", slot, scene.problem) for slot in slots]
    contenders = tuple(run for run in named if run is not None)[:MOST]
    search = _read_fields(reader, Search(contenders or contenders_of(scene)))
    reader.leftovers(VIEW_KEYS)
    return scene, search, reader.notices


def _read_fields(reader: Reader, usual: Search) -> Search:
    low, high = _borders(reader, "from", "to", RATE)
    across_low, across_high = _borders(reader, "low", "high", _EDGE)
    left, right = _borders(reader, "left", "right", _EDGE)
    chosen = reader.value("for", _SLOT, None)
    across = reader.take("across") or ""
    return usual.replace(
        view=reader.choice("view", get_args(Finding), usual.view),
        tolerance=reader.value("tol", TOLERANCE, usual.tolerance),
        low=low,
        high=high,
        measure=reader.choice("measure", get_args(Measure), usual.measure),
        chosen=None if chosen is None else chosen - 1,
        test_steps=reader.value("test", TEST_STEPS, usual.test_steps),
        smoothing=reader.value("smooth", SMOOTHING, usual.smoothing),
        field=reader.choice("field", get_args(Field), usual.field),
        across=across if _WORD.fullmatch(across) else "",
        across_low=across_low,
        across_high=across_high,
        left=left,
        right=right,
        rate=reader.value("rate", RATE, None),
        shade=reader.choice("shade", get_args(Shade), usual.shade),
        tried=reader.value("tried", TRIED, usual.tried),
        common=reader.value("common", RATE, None),
    )


def _borders(reader: Reader, first: str, last: str, spec: Number) -> tuple[float | None, float | None]:
    """Take two borders; both are dropped, with a notice, where they are the wrong way round."""
    low, high = reader.value(first, spec, None), reader.value(last, spec, None)
    if low is not None and high is not None and not low < high:
        reader.notices.append(f"{first} must be below {last}, got {low:g} and {high:g}.")
        return None, None
    return low, high
