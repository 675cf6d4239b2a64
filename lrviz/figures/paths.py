"""The runs over a problem's picture, as the numbers that the player draws."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lrviz.catalog import Array
from lrviz.figures.scenery import scenery
from lrviz.simulation import Result

_EXPLODED = 1e3
"""A run whose loss rises to this many times the highest start does not stretch the chart."""
_DEEPEST = 1e-17
_DECADE = 20.0


class Ranges(NamedTuple):
    """What the charts show: `(low, high)` of the loss, of its height above the floor, and of the rate."""

    loss: tuple[float, float]
    above: tuple[float, float]
    floor: float
    rate: tuple[float, float]
    rate_log: bool


def ranges(result: Result) -> Ranges:
    """Return ranges in which a run that explodes does not hide the others."""
    floor = loss_floor(result)
    above = result.loss - floor
    calm = _calm(above, result.diverged_at)
    shown = above[:, calm] if calm.any() else above[:1]
    high = max(float(np.nanmax(shown)), float(np.nanmax(above[0])), 1e-12)
    # What rose far and came down again leaves the chart at its top, not where it arrived.
    lived = above[:, result.diverged_at < 0]
    positive = lived[lived > 0] if lived.size else shown[shown > 0]
    low = max(float(positive.min()) if positive.size else high / 10, high * _DEEPEST)
    low = min(low, high / 10)
    lowest = min(float(np.nanmin(shown)), 0.0)
    loss = (floor + lowest - 0.04 * (high - lowest), floor + high + 0.06 * (high - lowest))
    rate_low, rate_high = _rates(result.lr)
    return Ranges(loss, (low / 1.6, high * 1.6), floor, (rate_low, rate_high), rate_high > _DECADE * rate_low > 0)


def loss_floor(result: Result) -> float:
    """Return what is subtracted on a logarithmic axis: the lowest loss that is known, 0 where that is enough."""
    known = result.problem.infimum
    lowest = scenery(result.problem).loss
    grid = float(np.nanmin(lowest)) if np.isfinite(lowest).any() else 0.0
    reached = float(np.nanmin(result.best_loss)) if np.isfinite(result.best_loss).any() else grid
    if known is not None:
        return known if reached >= known - 1e-9 * max(1.0, abs(known)) else reached
    return 0.0 if min(grid, reached) > 0 else min(grid, reached)


def _calm(
    above: Array, diverged_at: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which runs neither diverge nor explode."""
    with np.errstate(all="ignore"):
        peak = np.fmax.reduce(above, axis=0)
    return np.asarray((diverged_at < 0) & (peak <= _EXPLODED * max(float(np.nanmax(above[0])), 1e-12)))


def _rates(lr: Array) -> tuple[float, float]:
    finite = lr[np.isfinite(lr)]
    positive = finite[finite > 0]
    if positive.size == 0:
        return 0.0, 1.0
    low, high = float(positive.min()), float(positive.max())
    if high > _DECADE * low:
        return max(low, high * 1e-9) / 1.5, high * 1.5
    return 0.0, high * 1.1


def run_arrays(result: Result, chosen: int, *, effective: bool = False) -> dict[str, npt.NDArray[np.floating]]:
    """Return what the player needs of the runs, runs first; of the column `chosen` also what its steps are made of."""
    only = slice(chosen, chosen + 1)
    positions = result.positions[:, :, only]
    arrays: dict[str, npt.NDArray[np.floating]] = {
        "w": _by_run(result.positions, np.float32),
        "loss": np.ascontiguousarray(result.loss.T),
        "lr": np.ascontiguousarray(result.lr.T, dtype=np.float32),
        "grad": _by_run(result.gradients[:, :, only], np.float32),
        "grad_norm": result.grad_norm.T.astype(np.float32),
        "move": _by_run(positions[:-1] - positions[1:], np.float32),
        "buffers": _stacked(shown_buffers(result, chosen), result),
    }
    if effective:
        arrays["effective"] = _by_run(result.effective_lr, np.float32)
    if any(option.place == "average" for run in result.runs for option in run.options):
        arrays["average"] = _by_run(result.averages, np.float32)
    if result.problem.dimension == 1:
        arrays["slope"] = _by_run(_slopes(result), np.float32)[:, :, 0]
    return arrays


def _slopes(result: Result) -> Array:
    clean = result.problem.grad(np.moveaxis(result.positions, 1, 0))
    return np.moveaxis(clean, 0, 1)


def _by_run(array: Array, dtype: type[np.float32]) -> npt.NDArray[np.float32]:
    with np.errstate(over="ignore"):
        return np.ascontiguousarray(np.moveaxis(array, 2, 0), dtype=dtype)


def shown_buffers(result: Result, column: int) -> dict[str, Array]:
    """Return the buffers of a run that can stand beside its coordinates, `(steps + 1, d)` each, by name.

    A number is shown once, a matrix by its rows; longer histories are left out.
    """
    names, shown = result.problem.variables, {}
    for name, kept in result.states[column].items():
        rows = kept.reshape(len(kept), -1)
        if kept.shape == (len(kept), len(names)):
            shown[name] = kept
        elif rows.shape[1] == 1:
            shown[name] = np.pad(rows, ((0, 0), (0, len(names) - 1)), constant_values=np.nan)
        elif kept.shape == (len(kept), len(names), len(names)):
            shown.update({f"{name} {row}": kept[:, i] for i, row in enumerate(names)})
    return shown


def _stacked(buffers: dict[str, Array], result: Result) -> npt.NDArray[np.float32]:
    if not buffers:
        return np.empty((0, result.steps + 1, result.problem.dimension), dtype=np.float32)
    with np.errstate(over="ignore"):
        return np.stack(list(buffers.values())).astype(np.float32)
