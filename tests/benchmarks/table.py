"""The table of the benchmarks: a figure, ours, the alternative, their ratio, the target and the verdict."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

HEADINGS = ("figure", "unit", "ours", "alternative", "ratio", "target", "verdict")
WIDTHS = (46, 12, 9, 12, 8, 20, 10)


class Row(NamedTuple):
    """A measured figure; the ratio is the alternative's over ours, and both targets are optional."""

    figure: str
    unit: str
    ours: float
    alternative: float | None = None
    ratio_target: float | None = None
    """How many times better than the alternative it must be at least."""
    limit: float | None = None
    """What it may be at most."""

    @property
    def ratio(self) -> float | None:
        """How many times better than the alternative."""
        return None if self.alternative is None else self.alternative / self.ours

    @property
    def target(self) -> str:
        """What is asked for."""
        asked = [] if self.ratio_target is None else [f"ratio ≥ {self.ratio_target:g}"]
        return ", ".join([*asked, *([] if self.limit is None else [f"≤ {self.limit:g}"])])

    @property
    def verdict(self) -> str:
        """Whether it is reached; the ratio binds, the limit is for a quiet machine."""
        if not self.target:
            return ""
        if self.ratio_target is not None and (self.ratio is None or self.ratio < self.ratio_target):
            return "MISSED"
        if self.limit is None or self.ours <= self.limit:
            return "met"
        return "MISSED" if self.ratio_target is None else "ratio met"


def print_table(rows: Iterable[Row]) -> None:
    """Print the rows below their headings, each as soon as it is there."""
    print(_line(HEADINGS))
    for row in rows:
        alternative = "" if row.alternative is None else f"{row.alternative:.4g}"
        ratio = "" if row.ratio is None else f"{row.ratio:.1f}x"
        print(_line((row.figure, row.unit, f"{row.ours:.4g}", alternative, ratio, row.target, row.verdict)), flush=True)


def _line(cells: Sequence[str]) -> str:
    first, *others = (f"{cell:>{width}}" for cell, width in zip(cells, WIDTHS, strict=True))
    return f"{first.strip():<{WIDTHS[0]}}" + "".join(others)
