"""The lowest value of a function that nobody knows: searched for, and only believed where all evidence agrees."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from lrviz.catalog import Array
from lrviz.problems.descent import Descended, Smooth, descend

InfimumIs = Literal["attained", "unbounded", "unattained", "unknown"]
_POINTS = {1: 1025, 2: 65}
"""Points of a grid in each direction, by the number of coordinates."""
_MOST = 24
"""Hollows of the grid from which a descent starts, the lowest; as many on the wider grid start a fifth of it."""
_WAVES = 0.06
"""Where this share of the grid's points are hollows, it is too coarse for the function's waves."""
_RADII = np.array([2.0, 5.0, 20.0, 1e2, 1e3, 1e5])
"""How many widths away the function is asked whether it gets lower."""
_BOUNDLESS = 10.0
"""A function that gets so many times lower, in spreads of the domain, than in the domain has no bound."""
_SAME = 1e-6
"""Points that are nearer to each other, in widths of the domain, are the same minimum."""
_FLAT = 1e-8
"""A curvature this much smaller than the largest may be none."""
_EPS = float(np.finfo(np.float64).eps)


class Bottom(NamedTuple):
    """What is known of the lowest value of a function."""

    infimum_is: InfimumIs
    """Whether there is a lowest value: `attained` at a minimum; `unbounded`, the function falls for ever; `unattained`,
    it comes near to a value far out and reaches it nowhere; `unknown`, the evidence does not agree."""
    infimum: float | None
    """The lowest value, where it is attained."""
    minima: Array
    """Where, `(d, k)`; none where it is attained along a line or in an area, or at too many places."""


def bottom(function: Smooth, domain: tuple[tuple[float, float], ...]) -> Bottom:
    """Return what can be found out about the lowest value of a function of one or two coordinates.

    Descents start from the hollows of a grid over the domain, of a wider one and of rings far away. The lowest point
    where one comes to rest is the minimum if nothing that was seen lies lower, on all scales around it either.
    """
    low, high = np.array(domain).T
    view = _View(function, low, high)
    with np.errstate(all="ignore"):
        inside, crowded = view.hollows(1.0, _MOST)
        if crowded or not inside.size:
            return view.nothing("unknown")
        found = descend(function, inside, view.widths, 1 / (_POINTS[len(low)] - 1))
        outside = view.beyond(found)
        if outside.size:
            found = _together(found, descend(function, outside, view.widths, 1 / 16))
        return view.judged(found)


def _together(*parts: Descended) -> Descended:
    return Descended(*(np.concatenate(column, axis=-1) for column in zip(*parts, strict=True)))


class _View:
    """A function and the domain from which it is looked at."""

    def __init__(self, function: Smooth, low: Array, high: Array) -> None:
        self.function, self.low, self.high = function, low, high
        self.middle, self.widths = (low + high) / 2, high - low
        self.lowest = self.inner = np.inf
        self.spread = 0.0

    def nothing(self, infimum_is: InfimumIs) -> Bottom:
        """Return that no minimum is known."""
        return Bottom(infimum_is, None, np.empty((len(self.low), 0)))

    def loss(self, w: Array) -> Array:
        """Return the loss, infinite where it is no number."""
        loss = self.function.loss(w)
        return np.where(np.isnan(loss), np.inf, loss)

    def hollows(self, wide: float, most: int) -> tuple[Array, bool]:
        """Return the lowest points of a grid over so many widths that no neighbour lies below, `(d, k)`.

        And whether there are too many to tell anything. Remember how low the grid comes, and how much it spans.
        """
        axes = [self._axis(i, wide) for i in range(len(self.low))]
        w = np.stack(np.meshgrid(*axes, indexing="ij"))
        loss = self.loss(w)
        finite = loss[np.isfinite(loss)]
        if not finite.size:
            return w[:, :0].reshape(len(w), 0), False
        self.lowest = min(self.lowest, float(loss.min()))
        if wide <= 1:
            self.inner, self.spread = float(finite.min()), float(np.median(finite) - finite.min())
        level = np.floor((loss - loss.min()) / (8 * _EPS * max(float(np.abs(finite).min()), 1e-300)))
        hollow = _not_above(loss) & np.isfinite(loss)
        crowded = bool(_below(loss).sum() > _WAVES * loss.size)
        points, rank = w[:, hollow], level[hollow]
        order = np.lexsort((np.abs(self.function.grad(points) * self.widths[:, None]).max(axis=0), rank))
        return points[:, order[:most]], crowded

    def _axis(self, i: int, wide: float) -> Array:
        """Return irregular points, which no wave fools for long."""
        count = _POINTS[len(self.low)]
        shares = np.arange(count) + 0.3 * np.sin(np.arange(count) * (i + 2.4))
        shares = (shares - shares[0]) / (shares[-1] - shares[0])
        return np.asarray(self.middle[i] + (shares - 0.5) * wide * self.widths[i])

    def beyond(self, found: Descended) -> Array:
        """Return points outside of the domain that may lead lower than what was found in it, `(d, k)`."""
        known = found.loss[found.settled].min(initial=np.inf)
        around, _ = self.hollows(5.0, _MOST)
        ring = self._rings()
        places = np.concatenate([around[:, ~self.within(around)], ring], axis=1)
        loss = self.loss(places)
        self.lowest = min(self.lowest, float(loss.min()))
        order = np.argsort(loss, kind="stable")[: _MOST // 5]
        slack = np.maximum(self.spread, 0.0) * 0.2
        return places[:, order[loss[order] < known + slack]]

    def _rings(self) -> Array:
        directions = np.array([[-1.0, 1.0]])
        if len(self.low) == 2:
            turns = 2 * np.pi * (np.arange(24) + 0.1) / 24
            directions = np.stack([np.cos(turns), np.sin(turns)])
        ring = directions[:, None, :] * _RADII[None, :, None]
        return np.asarray(self.middle[:, None] + ring.reshape(len(self.low), -1) * self.widths[:, None])

    def within(self, w: Array) -> npt.NDArray[np.bool_]:
        """Return which points lie in the domain."""
        slack = 1e-9 * self.widths[:, None]
        return np.asarray(((w >= self.low[:, None] - slack) & (w <= self.high[:, None] + slack)).all(axis=0))

    def judged(self, found: Descended) -> Bottom:
        """Return what the ends of the descents say together."""
        high, low = self._curvatures(found.w)
        firm = found.settled & np.isfinite(found.loss) & (low >= -_FLAT * high)
        firm &= self.within(found.w) | (low > _FLAT * high)
        if not firm.any():
            return self.nothing(self._without(found))
        least = float(found.loss[firm].min())
        tie = 8 * _EPS * abs(least) + 1e-12 * self.spread
        if self._lower(found, least - tie):
            return self.nothing(self._without(found))
        level = firm & (found.loss <= least + tie)
        minima = self._rounded(self._distinct(found.w[:, level], found.loss[level]))
        if not self._lowest_around(minima[:, 0], least - tie):
            return self.nothing("unknown")
        minima = minima if self._isolated(minima, least + tie) else minima[:, :0]
        minima.setflags(write=False)
        return Bottom("attained", least, minima)

    def _curvatures(self, w: Array) -> tuple[Array, Array]:
        """Return the largest and the lowest curvature, over the largest entry, per width of the domain."""
        hessian = self.function.hessian(w) * (self.widths[:, None] * self.widths[None])[:, :, None]
        size = np.abs(hessian).max(axis=(0, 1))
        scaled = np.nan_to_num(hessian / np.where((size > 0) & np.isfinite(size), size, 1.0))
        values = np.linalg.eigvalsh(np.moveaxis(scaled, 2, 0))
        return np.asarray(values[:, -1]), np.asarray(values[:, 0])

    def _lower(self, found: Descended, level: float) -> bool:
        """Return whether anything that was seen lies below a level: on the grids, in a descent, or further on."""
        if self.lowest < level or (np.isfinite(found.loss) | (found.loss == -np.inf))[found.loss < level].any():
            return True
        return self._goes_on(found, level)

    def _goes_on(self, found: Descended, level: float) -> bool:
        """Return whether what lies beyond the lowest minimum outside, seen from the one inside, is lower still."""
        within = self.within(found.w) & found.settled
        first = int(np.where(found.settled, found.loss, np.inf).argmin())
        if within[first] or not within.any():
            return False
        inner = int(np.where(within, found.loss, np.inf).argmin())
        further = found.w[:, first, None] + (found.w[:, first] - found.w[:, inner])[:, None] * 2.0 ** np.arange(8)
        lowest = float(self.loss(further).min())
        self.lowest = min(self.lowest, lowest)
        return lowest < level

    def _without(self, found: Descended) -> InfimumIs:
        """Return what is said where there is no minimum: whether the loss falls without a bound."""
        seen = np.append(np.where(np.isnan(found.loss), np.inf, found.loss), self.lowest).min()
        if seen == -np.inf or self.inner - seen > _BOUNDLESS * self.spread:
            return "unbounded"
        away = np.abs((found.w - self.middle[:, None]) / self.widths[:, None]).max(axis=0) > _RADII[0]
        return "unattained" if (away & (found.loss <= seen + 1e-9 * self.spread)).any() else "unknown"

    def _distinct(self, w: Array, loss: Array) -> Array:
        """Leave out all but the first of points that are the same, the lowest first."""
        w = w[:, np.argsort(loss, kind="stable")]
        apart = np.abs((w[:, :, None] - w[:, None, :]) / self.widths[:, None, None]).max(axis=0)
        return w[:, ~np.tril(apart <= _SAME, -1).any(axis=1)]

    def _rounded(self, w: Array) -> Array:
        """Return the same minima with fewer digits, where that is not higher."""
        unit = 10.0 ** (6 - np.floor(np.log10(self.widths)))[:, None]
        fewer = np.rint(w * unit) / unit
        near = (np.abs(fewer - w) <= 1e-12 * self.widths[:, None]).all(axis=0)
        return np.where(near & (self.loss(fewer) <= self.loss(w)), fewer, w)

    def _lowest_around(self, minimum: Array, level: float) -> bool:
        """Return whether nothing around a minimum is below a level, from its next neighbourhood to a whole width."""
        directions = np.array([[-1.0, 1.0]])
        if len(minimum) == 2:
            turns = 2 * np.pi * (np.arange(48) + 0.3) / 48
            directions = np.stack([np.cos(turns), np.sin(turns)])
        radii = 2.0 ** -np.arange(32)
        around = minimum[:, None, None] + directions[:, None] * radii[None, :, None] * self.widths[:, None, None]
        return bool((self.loss(around) >= level).all())

    def _isolated(self, minima: Array, level: float) -> bool:
        """Return whether the minima are points, and not some of a line or an area of equally low ones.

        From a fiftieth of a width beside one whose curvature vanishes, a descent must lead back to it.
        """
        high, low = self._curvatures(minima)
        doubtful = minima[:, low <= _FLAT * high]
        if minima.shape[1] > _MOST // 2:
            return False
        if not doubtful.size:
            return True
        corners = np.array(list(np.ndindex((2,) * len(minima)))).T * 2.0 - 1
        shifts = 0.02 * corners * np.array([1.0, 0.37])[: len(minima), None] * self.widths[:, None]
        beside = doubtful[:, :, None] + shifts[:, None, :]
        back = descend(self.function, beside.reshape(len(minima), -1), self.widths, 1e-3)
        away = np.abs((back.w.reshape(beside.shape) - doubtful[:, :, None]) / self.widths[:, None, None]).max(axis=0)
        return bool((away < 0.002).all() | (back.loss > level).all())


def _not_above(loss: Array) -> npt.NDArray[np.bool_]:
    """Return which points of a grid no neighbour lies below; beyond its border nothing is known."""
    return np.asarray(loss <= _neighbours(loss))


def _below(loss: Array) -> npt.NDArray[np.bool_]:
    """Return which points of a grid lie below all neighbours, not at its border."""
    inner = np.zeros(loss.shape, dtype=bool)
    inner[(slice(1, -1),) * loss.ndim] = True
    return np.asarray((loss < _neighbours(loss)) & inner)


def _neighbours(loss: Array) -> Array:
    """Return the lowest of each point's neighbours."""
    padded = np.pad(loss, 1, constant_values=np.inf)
    lowest = np.full(loss.shape, np.inf)
    for shift in np.ndindex((3,) * loss.ndim):
        if shift != (1,) * loss.ndim:
            window = tuple(slice(k, k + n) for k, n in zip(shift, loss.shape, strict=True))
            np.minimum(lowest, padded[window], out=lowest)
    return lowest
