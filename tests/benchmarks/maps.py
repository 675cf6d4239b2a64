"""Time maps, basins and sweeps, beside optax and torch: `python -m tests.benchmarks.maps`.

All cores are open to everyone, and what counts is the time on the clock: the least of interleaved repeats. torch and
optax have their threads, ours are `lrviz.Processes`, all made beforehand; what they cost is a row of its own, and so
is each map in the one process that calls. optax and torch are used from `--python`, by default the interpreter that
`make oracles` installs.
"""

from __future__ import annotations

import argparse
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from lrviz import Processes, Run, basin_map, outcome_map, sweep
from lrviz.optimizers import SGD, Adam, Momentum, Optimizer
from lrviz.problems import Himmelblau, Rosenbrock
from tests.benchmarks.engine import ORACLES
from tests.benchmarks.table import Row, print_table

SIDE = Path(__file__).with_name("maps_side.py")
REPEATS = 5


class Case(NamedTuple):
    """A map over rate and momentum, and how many times faster than optax and torch it must be."""

    rule: str
    optimizer: Optimizer
    y: str
    x_range: tuple[float, float]
    side: int
    optax: float
    torch: float
    limit: float
    """Milliseconds on a quiet machine of two cores."""


CASES = (
    Case("momentum", Momentum(), "momentum", (1e-5, 1e-2), 128, 1.0, 2.0, 120),
    Case("momentum", Momentum(), "momentum", (1e-5, 1e-2), 256, 0.5, 2.0, 480),
    Case("adam", Adam(), "b1", (1e-3, 1.0), 128, 1.0, 2.0, 100),
    Case("adam", Adam(), "b1", (1e-3, 1.0), 256, 0.5, 2.0, 400),
)


def seconds(work: Callable[[], object]) -> float:
    """Time one call on the clock."""
    began = perf_counter()
    work()
    return perf_counter() - began


def ours(case: Case, pool: Processes | None) -> None:
    """Compute the map."""
    outcome_map(
        Rosenbrock(), case.optimizer, y=case.y, x_range=case.x_range, y_range=(0.0, 0.99),
        size=(case.side, case.side), steps=500, kinds=False, executor=pool,
    )  # fmt: skip


@contextmanager
def others(interpreter: Path) -> Iterator[Callable[[str, Case], float | None]]:
    """Give the function that times a library; it answers None where there is no such interpreter."""
    if not interpreter.exists():
        yield lambda library, case: None
        return
    words = [str(interpreter), str(SIDE)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield lambda library, case: _asked(process, f"{library} {case.rule} {case.side}")
        process.terminate()


def _asked(process: subprocess.Popen[str], question: str) -> float:
    assert process.stdin is not None
    assert process.stdout is not None
    print(question, file=process.stdin, flush=True)
    return float(process.stdout.readline())


def measure(case: Case, timed: Callable[[str, Case], float | None], pool: Processes) -> list[Row]:
    """Take turns with both libraries; return milliseconds."""
    rounds = [
        (
            seconds(lambda: ours(case, pool)),
            seconds(lambda: ours(case, None)),
            timed("optax", case),
            timed("torch", case),
        )
        for _ in range(REPEATS)
    ]
    mine, single, optax, torch = (
        None if column[0] is None else 1e3 * min(x for x in column if x is not None)
        for column in zip(*rounds, strict=True)
    )
    assert mine is not None
    title = f"{case.optimizer.label}, {case.side} x {case.side} x 500"
    return [
        Row(f"{title}, beside optax", "ms", mine, optax, case.optax if optax else None, case.limit),
        Row("  beside torch", "ms", mine, torch, case.torch if torch else None),
        Row("  in one process", "ms", single or 0.0),
    ]


def alone(pool: Processes) -> list[Row]:
    """Return what has no counterpart."""
    works: tuple[tuple[str, Callable[[], object], float], ...] = (
        ("sweep of 400 rates x 200, SGD", lambda: sweep(Rosenbrock(), SGD()), 15),
        ("sweep of 400 rates x 200, Adam", lambda: sweep(Rosenbrock(), Adam()), 15),
        (
            "basins 256 x 256 x 200, SGD on Himmelblau",
            lambda: basin_map(Himmelblau(), Run(SGD(), 0.01), size=(256, 256), steps=200, executor=pool),
            60,
        ),
    )
    return [
        Row(title, "ms", 1e3 * min(seconds(work) for _ in range(REPEATS)), limit=limit) for title, work, limit in works
    ]


def rows(interpreter: Path = ORACLES) -> list[Row]:
    """Return every row of the table."""
    ours(CASES[0], None)
    began = perf_counter()
    with Processes() as pool, others(interpreter) as timed:
        ours(CASES[0], pool)
        first = Row("start of the processes, and the first of these maps", "ms", 1e3 * (perf_counter() - began))
        for library in ("optax", "torch"):
            timed(library, CASES[0])
        return [*(row for case in CASES for row in measure(case, timed, pool)), first, *alone(pool)]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", type=Path, default=ORACLES, help="an interpreter that has torch, jax and optax")
    print_table(rows(parser.parse_args().python))


if __name__ == "__main__":
    main()
