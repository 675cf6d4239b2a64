"""What the recording scripts share: where numbers lie, and how they are written."""

import json
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path

import numpy as np

from lrviz.catalog import Array
from lrviz.optimizers import Optimizer
from lrviz.schedules import Schedule
from tests.reference.cases import CASES, COURSES, scheduled
from tests.reference.schedule_cases import relative
from tests.reference.series import Course, difference, follow, kept

FOLDER = Path(__file__).parent
MEASURED = FOLDER.parents[1] / "lrviz" / "optimizers" / "measured.json"
MEASURED_SCHEDULES = MEASURED.parents[1] / "schedules" / "measured.json"
SIGNIFICANT = 1e-16
"""A difference below this is written as 0."""


def record_optimizers(
    library: str, open_loop: Callable[[Optimizer, float], Array], looking: Mapping[str, float] | None = None
) -> dict[str, Array]:
    """Return what is kept of the twin's path in every case, and write the largest differences into the package.

    `looking` are the differences of rules that look at the problem, which were compared on a surface.
    """
    numbers: dict[str, Array] = {}
    found: dict[str, float] = {}
    for name, cases in CASES.items():
        if getattr(type(cases[0][0]), library) is None:
            continue
        for i, (rule, lr) in enumerate(cases):
            theirs = kept(open_loop(rule, lr))
            numbers |= {f"{name}/{i}/{part}": array for part, array in theirs.items()}
            found[name] = max(found.get(name, 0.0), difference(kept(follow(rule, lr)), theirs))
            print(f"{library:6} {rule!r:75} lr {lr:<6g} {found[name]:.1e}")
    write_measured(MEASURED, library, {**found, **(looking or {})})
    return numbers


def record_scheduled(library: str, open_loop: Callable[[Optimizer, float, Course], Array]) -> dict[str, Array]:
    """Return what is kept of the twins' paths under schedules."""
    numbers: dict[str, Array] = {}
    for name, course in scheduled(library):
        rule, lr = CASES[name][0]
        theirs = kept(open_loop(rule, lr, COURSES[course]))
        numbers |= {f"{name}/{course}/{part}": array for part, array in theirs.items()}
        found = difference(kept(follow(rule, lr, COURSES[course])), theirs)
        print(f"{library:6} {rule!r:75} {course:8} {found:.1e}")
    return numbers


def write_measured(path: Path, library: str, found: Mapping[str, float]) -> None:
    """Put the largest difference of each entry against `library` into the package."""
    table = json.loads(path.read_text()) if path.exists() else {}
    for rows in table.values():
        rows.pop(library, None)
    for name, value in found.items():
        table.setdefault(name, {})[library] = float(f"{value:.1e}") if value > SIGNIFICANT else 0.0
    ordered = {name: dict(sorted(table[name].items())) for name in sorted(table) if table[name]}
    path.write_text(json.dumps(ordered, indent=1) + "\n")


def record_schedules(library: str, pairs: Mapping[str, tuple[Schedule, Array, Array]]) -> dict[str, Array]:
    """Return the library's curves, from our schedule, our rates and theirs, and write the largest differences."""
    found: dict[str, float] = {}
    for schedule, ours, theirs in pairs.values():
        found[schedule.name] = max(found.get(schedule.name, 0.0), relative(ours, np.atleast_2d(theirs)[0]))
    write_measured(MEASURED_SCHEDULES, library, found)
    return {f"schedule/{name}": theirs for name, (_, _, theirs) in pairs.items()}


def write(library: str, numbers: Mapping[str, Array], *packages: str) -> None:
    """Write the numbers, and the versions that gave them."""
    np.savez_compressed(FOLDER / f"{library}.npz", **numbers)
    versions = {package: version(package) for package in packages}
    (FOLDER / f"{library}.json").write_text(json.dumps(versions, indent=1) + "\n")
    size = (FOLDER / f"{library}.npz").stat().st_size
    print(f"{library}: {len(numbers)} arrays, {size / 1e6:.2f} MB, {versions}")


def recorded(library: str) -> Mapping[str, Array]:
    """Return the recorded numbers."""
    with np.load(FOLDER / f"{library}.npz") as file:
        return dict(file)
