"""All benchmarks in one table: `make benchmarks`, or `python -m tests.benchmarks`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from tests.benchmarks import engine, formula, maps, page, visitors
from tests.benchmarks.table import Row, print_table


def rows(interpreter: Path, count: int) -> Iterator[Row]:
    """Yield every row, as soon as it is measured."""
    yield from chain(engine.rows(interpreter), formula.gradient_rows(), maps.rows(interpreter))
    yield from page.rows(count)
    yield from visitors.rows()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--oracles", type=Path, default=engine.ORACLES, help="an interpreter with torch, jax and optax")
    parser.add_argument("--count", type=int, default=30, help="changes of each slider")
    options = parser.parse_args()
    print_table(rows(options.oracles, options.count))


if __name__ == "__main__":
    main()
