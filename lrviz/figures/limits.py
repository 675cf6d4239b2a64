"""The stability limit of the chosen run, as the numbers that the player draws: a line, a region of the map, a chart."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from lrviz.analysis.stability import bearable, multipliers, stability
from lrviz.analysis.theory import exact_limit
from lrviz.catalog import Array
from lrviz.figures.scenery import scenery
from lrviz.player.message import Single, Table
from lrviz.problems import Problem
from lrviz.scenes import View
from lrviz.simulation import Result

_SIDE = 57
"""Columns, and rows, of the curvature's grid: the border of the region between them is interpolated."""
_LEVELS = 65534
_NOWHERE = 65535
Levels = npt.NDArray[np.uint16]


def limits(result: Result, chosen: int, view: View) -> tuple[dict[str, object], dict[str, Table]]:
    """Return what the player needs of the column `chosen`: its limit, and what `view` shows beside it.

    `limit` is `(steps,)`, that of exact theory, on quadratics. For the chart of the sharpness there are
    `sharpness` and `bound`, both `(steps,)`, for the region of the map `multipliers` `(steps, d)` and the levels of
    the Hessian's entries.
    """
    borne = bearable(result.runs[chosen].optimizer)
    meta: dict[str, object] = {"bearable": borne}
    found = stability(result.problem, result)
    exact = exact_limit(result.problem, result.runs[chosen], result.length)
    arrays: dict[str, Table] = {} if exact is None else {"limit": Single(exact.rates[: result.steps])}
    if view.rate == "sharpness":
        sharpness = found.curvature if borne is None else found.sharpness
        arrays |= {"sharpness": Single(sharpness[:, chosen]), "bound": Single(found.bound[:, chosen])}
    if view.unstable and borne is not None:
        shape, levels, scales = curvature_levels(result.problem)
        meta |= {"shape": list(shape), "scales": scales}
        arrays |= {"multipliers": Single(multipliers(result)[:, :, chosen]), "hessian": levels}
    return meta, arrays


@lru_cache(maxsize=64)
def curvature_levels(problem: Problem) -> tuple[tuple[int, ...], Levels, list[list[float]]]:
    r"""Return the Hessian's entries over the picture: shape `(rows, columns)`, levels, and for each entry its scale.

    The entries are xx, xy, yy, in one variable xx alone. A level stands for $s \sinh(low + level (high - low) /
    65534)$ with the scale `[s, low, high]`, so that steep walls leave the floor its digits; 65535 is no number.
    """
    axes = [np.linspace(axis[0], axis[-1], _SIDE) for axis in scenery(problem).axes]
    w = np.stack(np.meshgrid(*axes))
    with np.errstate(all="ignore"):
        hessian = problem.hessian(w)
    d = problem.dimension
    entries = [hessian[i, j] for i in range(d) for j in range(i, d)]
    levels, scales = zip(*(_levels(entry) for entry in entries), strict=True)
    return w.shape[1:], np.stack(levels), list(scales)


def _levels(entry: Array) -> tuple[Levels, list[float]]:
    fine = np.isfinite(entry)
    size = float(np.median(np.abs(entry[fine]))) if fine.any() else 0.0
    scale = size or float(np.abs(entry[fine]).max(initial=0.0)) or 1.0
    bent = np.arcsinh(np.where(fine, entry, 0.0) / scale)
    low, high = float(bent.min()), float(bent.max())
    share = (bent - low) / ((high - low) or 1.0)
    levels = np.where(fine, np.rint(share * _LEVELS), _NOWHERE).astype(np.uint16)
    return levels, [scale, low, high]
