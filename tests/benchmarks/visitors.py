"""Time the page with several visitors: `python -m tests.benchmarks.visitors`.

Each of them opens Explore in a session of their own and moves the rate's slider, with a pause after each answer; what
is timed is a rerun, from the message that asks for it to the one that says that the script has ended. Then the same
once more while one further visitor computes a large map on "Find a rate". Without browsers: this is the server alone.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from random import expovariate
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import sleep

from tests.benchmarks.table import Row, print_table
from tests.servers import STREAMLIT, Server, serving
from tests.visitors import visiting

EXPLORE = "v=1&problem=Rosenbrock&steps=500&noise=0.01&seed={seed}&" + "&".join(f"run{i}=Adam" for i in range(1, 5))
MAP = "v=1&problem=Rosenbrock&opt1=Adam&steps=5000&view=map&noise=0.1&seed={seed}"
SLIDER = "run0.lr.slider"
PAUSE = 2.0
"""Seconds between an answer and the next move, on average; with a pause of one length all would soon move at once."""


def moves(server: Server, count: int, seed: int) -> list[float]:
    """Return the milliseconds of a visitor's reruns; every scene is new, so that nothing is found in a cache."""
    found = []
    with visiting(server, "", EXPLORE.format(seed=seed)) as visitor:
        visitor.rerun()
        for stop in visitor.stops(SLIDER)[-count:]:
            sleep(expovariate(1 / PAUSE))
            found.append(1000 * visitor.move(SLIDER, stop))
    return found


def crowd(server: Server, visitors: int, count: int, seed: int) -> list[float]:
    """Return the milliseconds of all reruns of so many visitors at once."""
    with ThreadPoolExecutor(visitors) as pool:
        return [each for one in pool.map(partial(moves, server, count), range(seed, seed + visitors)) for each in one]


@contextmanager
def mapping(server: Server, seed: int) -> Iterator[None]:
    """Have a further visitor compute a large map meanwhile."""
    with visiting(server, "find", MAP.format(seed=seed)) as visitor:
        visitor.ask()
        sleep(1.0)
        yield


def rows(visitors: int = 8, count: int = 12) -> Iterator[Row]:
    """Yield the rows of the table."""
    with TemporaryDirectory() as folder, serving(STREAMLIT, Path(folder)) as server:
        crowd(server, 1, 4, 1)
        found = {"a visitor alone": crowd(server, 1, count, 100)}
        found[f"{visitors} visitors"] = crowd(server, visitors, count, 200)
        with mapping(server, 1):
            found[f"{visitors} visitors and a map"] = crowd(server, visitors, count, 300)
    for title, times in found.items():
        yield Row(f"rerun of Explore, {title}", "ms", median(times))
        yield Row("  95th percentile", "ms", quantiles(times, n=20)[-1])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visitors", type=int, default=8, help="how many move a slider at the same time")
    parser.add_argument("--count", type=int, default=12, help="moves of each")
    options = parser.parse_args()
    print_table(rows(options.visitors, options.count))


if __name__ == "__main__":
    main()
