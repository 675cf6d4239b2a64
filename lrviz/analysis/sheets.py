"""What all maps share: their two axes, and their cells while they are computed block by block."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np

from lrviz.analysis.axes import Axis
from lrviz.analysis.blocks import Cancelled, Progress, completed, spans
from lrviz.analysis.cells import PENDING, Case, Cells, Grid, case_of, computed
from lrviz.simulation import BLOCK


@dataclass(frozen=True, eq=False)
class CellMap:
    """Something about the run of every cell; arrays are `(rows, columns)`, the first row has the lowest y."""

    grid: Grid

    @property
    def x(self) -> Axis:
        """The columns."""
        return self.grid.x

    @property
    def y(self) -> Axis:
        """The rows."""
        return self.grid.y

    def case(self, column: int, row: int) -> Case:
        """Return the very run of a cell: problem, run, start and noise, for `lrviz.simulate` with the grid's seed."""
        return case_of(self.grid, column, row)


class Sheet:
    """What was found of the cells of a grid, numbered row by row, `(cells,)`; `final` is `(d, cells)`."""

    def __init__(self, grid: Grid) -> None:
        count = grid.shape[0] * grid.shape[1]
        self.settled_at = np.full(count, -1, dtype=np.int32)
        self.ended_at = np.full(count, -1, dtype=np.int32)
        self.final_loss = np.full(count, np.nan)
        self.final = np.full((grid.problem.dimension, count), np.nan)
        self.codes = np.full(count, PENDING)
        self.score = np.full(count, np.nan)
        self.thrown = np.zeros(count, dtype=bool)
        self.done = np.zeros(count, dtype=bool)

    def write(self, span: slice, cells: Cells) -> None:
        """Take over a block."""
        self.settled_at[span], self.ended_at[span] = cells.settled_at, cells.ended_at
        self.final_loss[span], self.final[:, span] = cells.final_loss, cells.final
        self.codes[span], self.score[span], self.thrown[span] = cells.codes, cells.score, cells.thrown
        self.done[span] = True


def filled(grid: Grid, executor: Executor | None, progress: Progress | None, cancelled: Cancelled | None) -> Sheet:
    """Return the cells of a grid, those that were computed before `cancelled` answered True; see `completed`."""
    sheet = Sheet(grid)
    # Where there may be others who compute, one block is halved; more would cost more than they gain.
    halved = executor is not None and len(sheet.done) < 2 * BLOCK
    blocks = spans(len(sheet.done), BLOCK // 2 if halved else BLOCK)
    tasks = [(grid, block.start, block.stop) for block in blocks]
    for i, cells in completed(computed, tasks, executor, cancelled, progress):
        sheet.write(blocks[i], cells)
    return sheet
