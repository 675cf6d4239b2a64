"""The runs over a problem's picture, as the numbers that the player draws."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lrviz.analysis.landmarks import landmarks
from lrviz.catalog import Array
from lrviz.player.message import Single, Table
from lrviz.problems import Problem
from lrviz.simulation import Result

_EXPLODED = 1e3
"""A run whose loss rises to this many times the highest start does not stretch the chart."""
_DEEPEST = 1e-17
_ALIKE = 1e4
"""Numbers so many times as large as what they differ by look alike."""
_EPS = float(np.finfo(np.float64).eps)
_DECADE = 20.0


class Ranges(NamedTuple):
    """What the charts show, `(low, high)` each."""

    loss: tuple[float, float]
    """Of the loss less `shift`."""
    shift: float
    """What is subtracted on a linear axis: 0, unless the losses have so much in common that its marks were alike."""
    above: tuple[float, float] | None
    """Of the loss less `floor`; None where that is."""
    floor: float | None
    """What is subtracted on a logarithmic axis; None where there is no use for one."""
    rate: tuple[float, float]
    rate_log: bool


def ranges(result: Result) -> Ranges:
    """Return ranges in which a run that explodes does not hide the others."""
    floor, base = loss_floor(result), loss_base(result)
    above = result.loss - base
    least = _EPS * abs(base) or landmarks(result.problem).spread * 1e-12 or 1e-12
    calm = _calm(above, result.diverged_at, least)
    shown = above[:, calm] if calm.any() else above[:1]
    high = max(float(np.nanmax(shown)), float(np.nanmax(above[0])), least)
    # What rose far and came down again leaves the chart at its top, not where it arrived.
    lived = above[:, result.diverged_at < 0]
    positive = lived[lived > 0] if lived.size else shown[shown > 0]
    low = max(float(positive.min()) if positive.size else high / 10, high * _DEEPEST)
    low = min(low, high / 10)
    lowest = min(float(np.nanmin(shown)), 0.0)
    loss = (base + lowest - 0.04 * (high - lowest), base + high + 0.06 * (high - lowest))
    shift = common(*loss, base)
    rate_low, rate_high = _rates(result.lr)
    return Ranges(
        (loss[0] - shift, loss[1] - shift), shift, None if floor is None else (low / 1.6, high * 1.6), floor,
        (rate_low, rate_high), rate_high > _DECADE * rate_low > 0,
    )  # fmt: skip


def common(low: float, high: float, reference: float) -> float:
    """Return `reference` where numbers from `low` to `high` differ in their fifth digit or later, else 0."""
    return reference if max(abs(low), abs(high)) > _ALIKE * (high - low) else 0.0


def loss_floor(result: Result) -> float | None:
    """Return what is subtracted on a logarithmic axis: the lowest value, if it is known; else 0, if that is enough.

    None where losses without a known lowest value are not all above 0, or all nearly the same.
    """
    known, reached = result.problem.infimum, _reached(result)
    if known is not None:
        return min(known, reached)
    high = float(np.nanmax(result.loss[0]))
    return 0.0 if reached > 0 and high <= _ALIKE * max(high - reached, 0.0) else None


def loss_base(result: Result) -> float:
    """Return what losses are measured from on their way to the browser: their floor, or the lowest of them."""
    floor = loss_floor(result)
    return _reached(result) if floor is None else floor


def _reached(result: Result) -> float:
    best = result.best_loss[np.isfinite(result.best_loss)]
    return float(best.min()) if best.size else 0.0


def _calm(
    above: Array, diverged_at: np.ndarray[tuple[int], np.dtype[np.int64]], least: float
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which runs neither diverge nor explode."""
    with np.errstate(all="ignore"):
        peak = np.fmax.reduce(above, axis=0)
    return np.asarray((diverged_at < 0) & (peak <= _EXPLODED * max(float(np.nanmax(above[0])), least)))


def _rates(lr: Array) -> tuple[float, float]:
    finite = lr[np.isfinite(lr)]
    positive = finite[finite > 0]
    if positive.size == 0:
        return 0.0, 1.0
    low, high = float(positive.min()), float(positive.max())
    if high > _DECADE * low:
        return max(low, high * 1e-9) / 1.5, high * 1.5
    return 0.0, high * 1.1


def run_arrays(result: Result, chosen: int, *, effective: bool = False) -> dict[str, Table]:
    """Return what the player needs of the runs, runs first; of the column `chosen` also what its steps are made of."""
    only = slice(chosen, chosen + 1)
    positions, middle = result.positions[:, :, only], middle_of(result.problem)
    arrays: dict[str, Table] = {
        "w": Single(_by_run(result.positions), middle),
        "loss": np.ascontiguousarray(result.loss.T),
        "lr": Single(result.lr.T),
        "grad": Single(_by_run(result.gradients[:, :, only])),
        "grad_norm": Single(result.grad_norm.T),
        "move": Single(_by_run(positions[:-1] - positions[1:])),
        "buffers": _stacked(shown_buffers(result, chosen), result),  # a moment of squares needs room of its own
    }
    if effective:
        arrays["effective"] = Single(_by_run(result.effective_lr))
    if any(option.place == "average" for run in result.runs for option in run.options):
        arrays["average"] = Single(_by_run(result.averages), middle)
    if result.problem.dimension == 1:
        arrays["slope"] = Single(_by_run(_slopes(result))[:, :, 0])
    return arrays


def middle_of(problem: Problem) -> Array:
    """Return the middle of the domain, `(d,)`, from which positions are measured on their way to the browser."""
    return np.asarray(np.mean(problem.domain, axis=1))


def _slopes(result: Result) -> Array:
    clean = result.problem.grad(np.moveaxis(result.positions, 1, 0))
    return np.moveaxis(clean, 0, 1)


def _by_run(array: Array) -> Array:
    return np.asarray(np.moveaxis(array, 2, 0))


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


def _stacked(buffers: dict[str, Array], result: Result) -> Array:
    if not buffers:
        return np.empty((0, result.steps + 1, result.problem.dimension))
    return np.asarray(np.stack(list(buffers.values())))
