"""Everything that a page simulates, as one frozen value, and its text forms."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NoReturn, Self, TypeVar

from lrviz.catalog import SEPARATOR, Nested, Number, Whole, hypers, lookup, parts, plain, read_number, shown_value
from lrviz.optimizers import SGD, Momentum, Optimizer, Option
from lrviz.problems import Problem, Rosenbrock
from lrviz.scenes.address import Reader, encode, write_entry
from lrviz.scenes.defaults import default_rate
from lrviz.schedules import Constant, Schedule
from lrviz.simulation import LONGEST, PLACES, RATE, SLOTS, WARMUP, Keep, Result, Run, Simulation, simulation

VERSION = 1
"""The version of the address and of the JSON; defaults are frozen in each, so that old links keep their meaning."""
STEPS = Whole("How many updates each run makes.", 1, LONGEST)
NOISE = Number("Standard deviation of the noise on each component of the gradient.", 0, 1e3, slider_low=1e-3)
SEED = Whole("Which draw of the noise; the same for every run.", 0, 2**31 - 1)
T = TypeVar("T")
COORDINATE = Number("Where the runs begin.", -1e6, 1e6)
DEFAULT_STEPS = 200
_MOST_DIGITS = 400
VIEW_KEYS = frozenset(
    {
        "panes",
        "layout",
        "loss",
        "rate",
        "chosen",
        "hide",
        "step",
        "speed",
        "loop",
        "numbers",
        "unstable",
        "axes",
        "seen",
        "camera",
    }
)
"""What an address holds beside the scene (`lrviz.scenes.View`)."""


@dataclass(frozen=True)
class Scene:
    """A problem and up to 8 runs on it, from one start, under one noise.

    `start=None` is the problem's own. Runs without a slot get the lowest free one. Raises `TypeError` or `ValueError`
    naming the field, the rule and the value.
    """

    problem: Problem
    runs: tuple[Run, ...]
    steps: int = DEFAULT_STEPS
    start: tuple[float, ...] | None = None
    noise: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        """Check every field and put it into its canonical type."""
        if not isinstance(self.problem, Problem):
            raise TypeError(f"Scene.problem must be a problem from lrviz.problems, got {self.problem!r}.")
        if type(self.problem) is not lookup("problem", self.problem.name):
            raise ValueError(f"Scene.problem must be in the catalog, got {self.problem!r}.")
        object.__setattr__(self, "runs", _slotted(self.runs))
        object.__setattr__(self, "steps", STEPS.check("Scene.steps", self.steps))
        object.__setattr__(self, "noise", NOISE.check("Scene.noise", self.noise))
        object.__setattr__(self, "seed", SEED.check("Scene.seed", self.seed))
        if self.start is not None:
            object.__setattr__(self, "start", _checked_start(self.problem, self.start))

    @property
    def origin(self) -> tuple[float, ...]:
        """Where the runs begin."""
        return self.problem.start if self.start is None else self.start

    def replace(self, **changes: object) -> Self:
        """Return a copy with some fields changed and everything checked again."""
        return replace(self, **changes)  # type: ignore[arg-type]

    def simulate(
        self,
        keep: Keep = "all",
        *,
        progress: Callable[[float], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Result:
        """Simulate every run; see `lrviz.simulate`."""
        begun = self.simulation(keep)
        begun.advance(progress, cancelled)
        return begun.result()

    def simulation(self, keep: Keep = "all") -> Simulation:
        """Return the simulation of every run before its first step."""
        return simulation(
            self.problem, self.runs, steps=self.steps, start=self.start, noise=self.noise, seed=self.seed, keep=keep
        )

    def to_query(self) -> str:
        """Return the scene as a query for the address: `v=1&problem=Rosenbrock&run1=Adam&run1.lr=0.1`."""
        return encode(self.pairs())

    def pairs(self) -> list[tuple[str, str]]:
        """Return the query's pairs; what is at its default is left out."""
        pairs = [("v", str(VERSION)), *write_entry("problem", self.problem)]
        if self.steps != DEFAULT_STEPS:
            pairs.append(("steps", str(self.steps)))
        if self.start is not None:
            pairs.append(("start", SEPARATOR.join(map(repr, self.start))))
        if self.noise:
            pairs.append(("noise", repr(self.noise)))
        if self.seed:
            pairs.append(("seed", str(self.seed)))
        for run in self.runs:
            pairs.extend(write_run(f"run{(run.slot or 0) + 1}", run))
        return pairs

    @classmethod
    def from_query(cls, text: str) -> tuple[Scene, list[str]]:
        """Return the scene that an address stands for, and a list of notices; never raises, whatever the text is.

        What is missing is at its default; what cannot be read falls back to it and is named in a notice.
        """
        reader = Reader(text)
        scene = read_scene(reader)
        reader.leftovers(VIEW_KEYS)
        return scene, reader.notices

    def to_json(self) -> str:
        """Return the scene as JSON, every field of it."""
        return json.dumps(
            {
                "version": VERSION,
                "problem": plain(self.problem),
                "runs": [_plain_run(run) for run in self.runs],
                "steps": self.steps,
                "start": None if self.start is None else list(self.start),
                "noise": self.noise,
                "seed": self.seed,
            },
            allow_nan=False,
        )

    @classmethod
    def from_json(cls, text: str) -> Scene:
        """Return the scene in `text`; raises a `ValueError` that names the field."""
        fields = _object("the scene", _loaded(text))
        version = fields.pop("version", None)
        if version != VERSION:
            raise ValueError(f"version must be {VERSION}, got {shown_value(version)}.")
        _only("the scene", fields, ("problem", "runs", "steps", "start", "noise", "seed"))
        problem = _entry("problem", "problem", _required("the scene", fields, "problem"))
        runs = _required("the scene", fields, "runs")
        if not isinstance(runs, list):
            raise ValueError(f"runs must be a list, got {shown_value(runs)}.")
        rest = {name: fields[name] for name in ("steps", "start", "noise", "seed") if name in fields}
        return _built(
            Scene, "the scene", problem=problem, runs=[_run(f"runs[{i}]", run) for i, run in enumerate(runs)], **rest
        )


def first_scene() -> Scene:
    """Return what a first visit shows: one optimizer at three rates, too slow, good, and diverging."""
    runs = [Run(Momentum(), lr) for lr in (2e-5, 1e-3, 5e-3)]
    return Scene(Rosenbrock(), tuple(runs))


def default_runs(problem: Problem) -> tuple[Run, ...]:
    """Return plain descent on `problem` at its default rate, at a fifth of it and at 2.5 times as much."""
    rate = default_rate(problem, SGD())
    return tuple(Run(SGD(), lr) for lr in (rate / 5, rate, rate * 2.5))


def read_scene(reader: Reader) -> Scene:
    """Take a scene out of a query."""
    version = reader.take("v")
    if version not in (None, "", str(VERSION)):
        reader.notices.append(f"The address is of version {version!r:.20}; it was read as version {VERSION}.")
    first = first_scene()
    problem = reader.entry("problem", "problem", first.problem)
    slots = sorted({int(m[1]) - 1 for key in reader.left() if (m := re.fullmatch(rf"run([1-{SLOTS}])", key))})
    read = (read_run(reader, f"run{slot + 1}", slot, problem, SGD()) for slot in slots)
    runs = tuple(run for run in read if run is not None)
    own = first.runs if problem == first.problem else default_runs(problem)
    return Scene(
        problem,
        runs or own,
        steps=reader.value("steps", STEPS, DEFAULT_STEPS),
        start=_read_start(reader, problem),
        noise=reader.value("noise", NOISE, 0.0),
        seed=reader.value("seed", SEED, 0),
    )


def read_run(reader: Reader, key: str, slot: int, problem: Problem, instead: Optimizer | None = None) -> Run | None:
    """Take the run under `key` out of a query; without a rate it has its default one on `problem`.

    Where its optimizer is not known it has the one `instead`, or is None; a notice says so.
    """
    schedule: Schedule = reader.entry(f"{key}.schedule", "schedule", Constant())
    warmup = reader.value(f"{key}.warmup", WARMUP, 0)
    rate = reader.value(f"{key}.lr", RATE, None)
    optimizer: Optimizer | None = reader.optional(key, "optimizer") or instead
    if optimizer is None:
        return None
    lr = default_rate(problem, optimizer) if rate is None else rate
    return _with_options(reader, key, Run(optimizer, lr, schedule, warmup, slot))


def _with_options(reader: Reader, key: str, run: Run) -> Run:
    for place in PLACES:
        option: Option | None = reader.optional(f"{key}.{place}", "option")
        if option is None:
            continue
        try:
            if option.place != place:
                raise ValueError(f"{key}.{place} must not be {option.name}.")
            run = run.replace(options=(*run.options, option))
        except ValueError as error:
            reader.notice(error)
    return run


def _read_start(reader: Reader, problem: Problem) -> tuple[float, ...] | None:
    text = reader.take("start")
    if text is None:
        return None
    parts = text.split(SEPARATOR, problem.dimension)
    try:
        return _checked_start(problem, [read_number(part, "start") for part in parts], "start")
    except ValueError as error:
        reader.notice(error)
        return None


def write_run(key: str, run: Run) -> list[tuple[str, str]]:
    """Return the pairs of a query that hold a run."""
    (first, *fields) = write_entry(key, run.optimizer)
    pairs = [first, (f"{key}.lr", repr(run.lr)), *fields]
    if run.schedule != Constant():
        pairs.extend(write_entry(f"{key}.schedule", run.schedule))
    if run.warmup:
        pairs.append((f"{key}.warmup", str(run.warmup)))
    for option in run.options:
        pairs.extend(write_entry(f"{key}.{option.place}", option))
    return pairs


def _slotted(runs: Sequence[Run]) -> tuple[Run, ...]:
    if isinstance(runs, Run) or not isinstance(runs, Sequence) or not all(isinstance(run, Run) for run in runs):
        raise TypeError(f"Scene.runs must be a sequence of lrviz.Run, got {shown_value(runs)}.")
    if not 1 <= len(runs) <= SLOTS:
        raise ValueError(f"Scene.runs must hold 1 to {SLOTS} runs, got {len(runs)}.")
    taken = [run.slot for run in runs if run.slot is not None]
    if len(set(taken)) != len(taken):
        raise ValueError(f"Scene.runs must have different slots, got {taken}.")
    for run in runs:
        for entry in (run.optimizer, *parts(run.schedule), *run.options):
            if type(entry) is not lookup(entry.kind, entry.name):
                raise ValueError(f"Scene.runs must use entries of the catalog, got {entry!r}.")
    free = iter(slot for slot in range(SLOTS) if slot not in taken)
    placed = [run if run.slot is not None else run.replace(slot=next(free)) for run in runs]
    return tuple(sorted(placed, key=lambda run: run.slot or 0))


def _checked_start(problem: Problem, start: object, owner: str = "Scene.start") -> tuple[float, ...]:
    if isinstance(start, str) or not isinstance(start, Sequence):
        raise TypeError(f"{owner} must be {problem.dimension} numbers, got {shown_value(start)}.")
    if len(start) != problem.dimension:
        raise ValueError(f"{owner} must have {problem.dimension} numbers for {problem.name}, got {len(start)}.")
    return tuple(COORDINATE.check(owner, number) for number in start)


def _plain_run(run: Run) -> dict[str, object]:
    options = [plain(option) for option in run.options]
    rest = {"lr": run.lr, "schedule": plain(run.schedule), "warmup": run.warmup, "slot": run.slot, "options": options}
    return {"optimizer": plain(run.optimizer), **rest}


def _loaded(text: str) -> object:
    def refuse(constant: str) -> NoReturn:
        raise ValueError(f"the scene must hold finite numbers, got {constant}.")

    def whole(digits: str) -> int:
        return int(digits if len(digits) < _MOST_DIGITS else refuse(f"one of {len(digits)} digits"))

    try:
        return json.loads(text, parse_constant=refuse, parse_int=whole)
    except json.JSONDecodeError as error:
        raise ValueError(f"the scene is not JSON: {error.msg} at character {error.pos}.") from None
    except RecursionError:
        raise ValueError("the scene is nested too deeply to be one.") from None


def _object(owner: str, value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{owner} must be an object, got {shown_value(value)}.")
    return dict(value)


def _required(owner: str, fields: Mapping[str, Any], name: str) -> Any:
    if name not in fields:
        raise ValueError(f"{owner} must have the field {name!r}.")
    return fields[name]


def _only(owner: str, fields: Mapping[str, Any], known: Sequence[str]) -> None:
    for name in fields:
        if name not in known:
            raise ValueError(f"{owner} has no field {name!r}; it has {', '.join(known)}.")


def _entry(owner: str, kind: str, value: object) -> Any:
    fields = _object(owner, value)
    name = fields.pop("name", None)
    if not isinstance(name, str):
        raise ValueError(f"{owner}.name must be the name of a {kind}, got {shown_value(name)}.")
    try:
        cls = lookup(kind, name)
    except ValueError as error:
        raise ValueError(f"{owner}.name: {error}") from None
    _only(owner, fields, tuple(hypers(cls)))
    for field, spec in hypers(cls).items():
        if isinstance(spec, Nested) and field in fields:
            fields[field] = _entry(f"{owner}.{field}", spec.kind, fields[field])
    return _built(cls, owner, **fields)


def _run(owner: str, value: object) -> Run:
    fields = _object(owner, value)
    _only(owner, fields, ("optimizer", "lr", "schedule", "warmup", "slot", "options"))
    parts = {"optimizer": _entry(f"{owner}.optimizer", "optimizer", _required(owner, fields, "optimizer"))}
    if "schedule" in fields:
        parts["schedule"] = _entry(f"{owner}.schedule", "schedule", fields["schedule"])
    rest: dict[str, object] = {name: fields[name] for name in ("warmup", "slot") if name in fields}
    rest["options"] = _options(f"{owner}.options", fields.get("options", []))
    return _built(Run, owner, **parts, lr=_required(owner, fields, "lr"), **rest)


def _options(owner: str, value: object) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(f"{owner} must be a list, got {shown_value(value)}.")
    return [_entry(f"{owner}[{i}]", "option", option) for i, option in enumerate(value)]


def _built(cls: type[T], owner: str, **fields: object) -> T:
    try:
        return cls(**fields)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{owner}: {error}") from None
