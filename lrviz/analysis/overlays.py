"""What theory draws over a map: where the rule is stable, the best parameters, critical damping."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lrviz.analysis.axes import Axis
from lrviz.analysis.cells import Grid, case_of
from lrviz.analysis.landmarks import curvatures
from lrviz.analysis.stability import stable_rate
from lrviz.catalog import Array, short
from lrviz.optimizers import SGD, Momentum, Nesterov, Optimizer
from lrviz.problems import Problem
from lrviz.schedules import Constant
from lrviz.simulation import Run


class Overlay(NamedTuple):
    """A curve or a point over a map."""

    kind: str
    """`stability`, `optimum` or `critical damping`."""
    label: str
    x: Array
    y: Array


def overlays(grid: Grid) -> tuple[Overlay, ...]:
    """Return what theory knows of a map with the rate on one axis; elsewhere nothing.

    What is fastest, and when a run begins to swing, is known of a run as it is by itself: one rate, nothing beside it.
    """
    if "lr" not in (grid.x.name, grid.y.name):
        return ()
    found = _stability(grid)
    if _is_bare(grid.run):
        found += [*_momenta(grid), *_best_rates(grid)]
    if grid.x.name == "lr":
        return tuple(found)
    return tuple(overlay._replace(x=overlay.y, y=overlay.x) for overlay in found)


def spectrum(problem: Problem) -> tuple[float, float] | None:
    """Return the lowest and largest curvature: of a quadratic, or at the flattest known minimum; None without one."""
    if not problem.minima.size:
        return None
    low, high = curvatures(problem.hessian(np.asarray(problem.minima)))
    flattest = int(np.argmin(high))
    return (float(low[flattest]), float(high[flattest])) if high[flattest] > 0 else None


def optimum(optimizer: Optimizer, low: float, high: float) -> tuple[float, float] | None:
    r"""Return rate and momentum with the fastest convergence on a quadratic; None for other rules.

    Momentum: Polyak 1964, $lr = (2/(\sqrt\mu + \sqrt L))^2$, $\beta = ((\sqrt\kappa - 1)/(\sqrt\kappa + 1))^2$.
    Nesterov: $lr = 4/(3L + \mu)$, $\beta = (\sqrt{3\kappa + 1} - 2)/(\sqrt{3\kappa + 1} + 2)$, Lessard et al. 2016,
    https://arxiv.org/abs/1408.3595.
    """
    root = np.sqrt(high / low)
    if isinstance(optimizer, Momentum):
        return float((2 / (np.sqrt(low) + np.sqrt(high))) ** 2), float(((root - 1) / (root + 1)) ** 2)
    if isinstance(optimizer, Nesterov):
        tuned = np.sqrt(3 * high / low + 1)
        return float(4 / (3 * high + low)), float((tuned - 2) / (tuned + 2))
    return None


def _is_bare(run: Run) -> bool:
    return isinstance(run.schedule, Constant) and not run.warmup and not run.options


def _other(grid: Grid) -> Axis:
    return grid.y if grid.x.name == "lr" else grid.x


def _stability(grid: Grid) -> list[Overlay]:
    """Return the rate below which the rule is stable, for each value of the other axis."""
    other = _other(grid)
    limits = []
    for i in range(len(other.values)):
        case = case_of(grid, 0, i) if other is grid.y else case_of(grid, i, 0)
        curvature = spectrum(case.problem)
        limit = None if curvature is None else stable_rate(case.run, curvature[1])
        limits.append(np.nan if limit is None else limit)
    where = "" if grid.problem.quadratic else " at the minimum"
    line = np.array(limits)
    return [Overlay("stability", f"stable to the left{where}", line, other.array)] if np.isfinite(line).any() else []


def _momenta(grid: Grid) -> list[Overlay]:
    """Return optimum and critical damping over rate and momentum."""
    curvature = spectrum(grid.problem)
    if _other(grid).name != "momentum" or curvature is None or curvature[0] <= 0:
        return []
    best = optimum(grid.run.optimizer, *curvature)
    if best is None:
        return []
    point = Overlay("optimum", "fastest in theory", np.array([best[0]]), np.array([best[1]]))
    rates = grid.x.array if grid.x.name == "lr" else grid.y.array
    return [point, *(_damping(grid.run.optimizer, rates, c) for c in sorted(set(curvature)))]


def _damping(optimizer: Optimizer, rates: Array, curvature: float) -> Overlay:
    r"""Return the least momentum that swings: $(1 - s)^2$ with $s = \sqrt{lr \lambda}$; Nesterov: $(1 - s)/(1 + s)$."""
    root = np.sqrt(rates * curvature)
    momentum = (1 - root) / (1 + root) if isinstance(optimizer, Nesterov) else (1 - root) ** 2
    label = f"critical damping at λ = {short(curvature, 3)}"
    return Overlay("critical damping", label, rates, np.where(root <= 1, momentum, np.nan))


def _best_rates(grid: Grid) -> list[Overlay]:
    r"""Return $2/(\mu + L)$ of plain descent for each value of the other axis."""
    if not isinstance(grid.run.optimizer, SGD):
        return []
    other, best = _other(grid), []
    for i in range(len(other.values)):
        case = case_of(grid, 0, i) if other is grid.y else case_of(grid, i, 0)
        curvature = spectrum(case.problem) if case.problem.quadratic else None
        best.append(np.nan if curvature is None else 2 / sum(curvature))
    line = np.array(best)
    return [Overlay("optimum", "fastest in theory", line, other.array)] if np.isfinite(line).any() else []
