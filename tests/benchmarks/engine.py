"""Time the engine beside torch, Adam on Rosenbrock over 500 steps: `python -m tests.benchmarks.engine`.

One core for either. Torch is used from this environment or, failing that, from `--torch-python`, the interpreter that
`make oracles` installs. The two take turns, and what counts is processor time, so that whatever else the machine does
disturbs neither more than the other.
"""

from __future__ import annotations

import argparse
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from time import process_time
from typing import NamedTuple

import numpy as np

from lrviz import Run, simulate
from lrviz.optimizers import Adam
from lrviz.problems import Rosenbrock
from lrviz.simulation import Keep
from tests.benchmarks.table import Row, print_table

STEPS = 500
ORACLES = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "lrviz" / "oracles" / "bin" / "python"
TORCH_SIDE = Path(__file__).with_name("torch_side.py")


class Case(NamedTuple):
    """How many runs, what is kept of them, how often it is timed, and how many times faster than torch it must be."""

    runs: int
    keep: Keep
    repeats: int
    target: float


CASES = (Case(64, "all", 15, 6.0), Case(65_536, "final", 7, 1.5))


def sweep(count: int) -> list[Run]:
    """Return runs of Adam at different rates."""
    return [Run(Adam(), float(lr)) for lr in np.geomspace(1e-3, 1e-1, count)]


def seconds(work: Callable[[], object]) -> float:
    """Time one call; processor time, of all threads."""
    began = process_time()
    work()
    return process_time() - began


@contextmanager
def one_core() -> Iterator[None]:
    """Keep this process, and those it starts meanwhile, on one core where the system can."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(cores)})
    yield
    os.sched_setaffinity(0, cores)


@contextmanager
def torch_timer(interpreter: Path) -> Iterator[Callable[[int], float]]:
    """Give the function that times torch: from this process, else from another."""
    if find_spec("torch"):
        from tests.benchmarks import torch_side

        yield torch_side.seconds
        return
    words = [str(interpreter), str(TORCH_SIDE)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield lambda runs: _asked(process, runs)
        process.terminate()


def _asked(process: subprocess.Popen[str], runs: int) -> float:
    assert process.stdin is not None
    assert process.stdout is not None
    print(runs, file=process.stdin, flush=True)
    return float(process.stdout.readline())


def measure(case: Case, torch_seconds: Callable[[int], float]) -> list[Row]:
    """Take turns with torch; return nanoseconds per run and step, by minimum and by median."""
    runs, scale = sweep(case.runs), 1e9 / (STEPS * case.runs)
    ours, theirs, building = [], [], []
    for _ in range(case.repeats):
        ours.append(scale * seconds(lambda: simulate(Rosenbrock(), runs, steps=STEPS, keep=case.keep)))
        theirs.append(scale * torch_seconds(case.runs))
        building.append(scale * seconds(lambda: sweep(case.runs)))
    title = f'Adam, {case.runs:,} runs, keep="{case.keep}"'
    together = [a + b for a, b in zip(ours, building, strict=True)]
    return [
        Row(title, "ns/run-step", min(ours), min(theirs), case.target),
        Row("  median", "ns/run-step", median(ours), median(theirs), None),
        Row("  with the making of the Run objects", "ns/run-step", min(together), min(theirs), None),
    ]


def rows(interpreter: Path = ORACLES) -> list[Row]:
    """Return every row of the table."""
    with one_core(), torch_timer(interpreter) as torch_seconds:
        for case in CASES:  # warm up both sides
            torch_seconds(min(case.runs, 4096))
            simulate(Rosenbrock(), sweep(64), steps=STEPS, keep=case.keep)
        return [row for case in CASES for row in measure(case, torch_seconds)]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--torch-python", type=Path, default=ORACLES, help="an interpreter that has torch")
    print_table(rows(parser.parse_args().torch_python))


if __name__ == "__main__":
    main()
