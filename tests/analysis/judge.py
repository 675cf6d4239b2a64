"""Judges what is said of a run by code that shares nothing with the verdicts: its own loop, slopes and definitions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import numpy as np

from lrviz.analysis.claims import (
    Claim,
    Ended,
    Flat,
    Flattened,
    Held,
    NothingLower,
    Rose,
    Settled,
    Theory,
    Trend,
    TurnsBack,
    Unchanged,
    UpAndDown,
)
from lrviz.analysis.verdicts import Verdict
from lrviz.catalog import Array
from lrviz.schedules import FeedbackSchedule
from lrviz.simulation import Result
from tests.analysis.drawn_scenes import Drawn

_REMEDIES = re.compile(r"lower the|raise|warm up|more steps|start elsewhere|let .* decay|give it", re.IGNORECASE)


class Plain:
    """One run, step by step, as simply as it can be written; it is also what a rule asks (`lrviz.optimizers.At`)."""

    def __init__(self, scene: Drawn) -> None:
        self._problem, self._run, self._steps = scene.problem, scene.run, scene.steps
        draws = np.random.default_rng(scene.seed).standard_normal((scene.steps, scene.problem.dimension))
        self._noise = scene.noise * draws
        self.w = np.array(scene.start, dtype=float)[:, None]
        self.t, self.momentum = 0, None
        self.lr = np.array([scene.run.lr])
        self.positions: list[Array] = []
        self.points: list[Array] = []
        self.rates: list[float] = []

    def loss(self, w: Array | None = None, where: object = None) -> Array:
        here = self.w if w is None else w
        return np.asarray(self._problem.loss(here) + (self._tilt * here).sum(axis=0))

    def grad(self, w: Array | None = None, where: object = None) -> Array:
        return self._problem.grad(self.w if w is None else w) + self._tilt

    def hessian(self, w: Array | None = None) -> Array:
        return self._problem.hessian(self.w if w is None else w)

    @property
    def _tilt(self) -> Array:
        return np.asarray(self._noise[max(self.t - 1, 0)][:, None])

    def _inside(self, n: int) -> tuple[Array, Array]:
        warmup = self._run.warmup
        return np.array([[float(max(n - warmup, 0))]]), np.array(float(max(self._steps - warmup, 1)))

    def _factor(self, n: int) -> float:
        if n < self._run.warmup:
            return (n + 1) / (self._run.warmup + 1)
        return float(np.ravel(self._run.schedule.factor(*self._inside(n)))[0])

    def walk(self) -> tuple[Array, Array, Array]:
        """Return what is drawn and where gradients are taken, `(steps + 1, d)`, and the rates, `(steps,)`."""
        rule, schedule, warmup = self._run.optimizer, self._run.schedule, self._run.warmup
        self.lr = np.array([self._run.lr * self._factor(0)])
        state = rule.init(self)
        watched = schedule.begin(1) if isinstance(schedule, FeedbackSchedule) else None
        w = self.w
        self.positions.append(rule.shown(w, state)[:, 0])
        self.points.append(w[:, 0])
        for n in range(self._steps):
            at, length, factor = *self._inside(n), self._factor(n)
            if watched is not None:
                factor *= float(watched["factor"][0]) if not n < warmup else 1.0
                seen = schedule.observe(self._problem.loss(rule.shown(w, state)), watched)
                watched = seen if n >= warmup else watched
            cycled = schedule.momentum(at, length)
            self.momentum = None if cycled is None else np.ravel(cycled)[:1]
            self.t, self.w, self.lr = n + 1, w, np.array([self._run.lr * factor])
            g = self._problem.grad(w) + self._tilt
            for option in self._run.options:
                g = option.gradient(g, w)
            move, state = rule.update(g, state, self)
            for option in self._run.options:
                move = option.displacement(move, w, self.lr)
            w = w - move
            self.positions.append(rule.shown(w, state)[:, 0])
            self.points.append(w[:, 0])
            self.rates.append(float(state[rule.rate_slot].ravel()[0]) if rule.rate_slot else float(self.lr[0]))
        return np.array(self.positions), np.array(self.points), np.array(self.rates)


class Judge:
    """A scene, walked and looked at once more."""

    def __init__(self, scene: Drawn, result: Result) -> None:
        self.scene, self.problem = scene, scene.problem
        self.low, self.high = np.array(self.problem.domain).T
        self.widths = self.high - self.low
        self.rounding = 1e-13 * self.usual_loss()
        self._growths: dict[tuple[Theory, float], float] = {}
        with np.errstate(all="ignore"):
            self.path, self.points, self.rates = self._followed(result)
            self.loss = np.array([float(self.problem.loss(w)) for w in self.path])

    def _followed(self, result: Result) -> tuple[Array, Array, Array]:
        """Return positions, points of the gradients and rates: this module's own, if they are those simulated.

        Rounding tears chaotic paths apart; what is said is said of the one that is shown.
        """
        positions, points, rates = Plain(self.scene).walk()
        path, end = result.positions[:, :, 0].copy(), int(result.diverged_at[0])
        if end >= 0:
            path[end:] = result.landed[:-1, 0]
        last = (end if end >= 0 else len(path) - 1) + 1
        near = np.abs(positions - path) <= 1e-6 * (self.widths + np.abs(path))
        same = near | (np.isfinite(positions) == np.isfinite(path)) & ~np.isfinite(path)
        self.followed = bool(same[:last].all())
        if self.followed:
            return positions, points, rates
        points = result.points[:, :, 0].copy()
        if end >= 0 and not (self.lost_at(path[end]) or not np.isfinite(self.problem.loss(path[end]))):
            points[end:] = np.inf  # it was there that the run was lost
        return path, np.where(np.isnan(points), path, points), result.lr[:, 0]

    def complaints(self, verdict: Verdict, n: int) -> Iterator[str]:
        """Yield what is not true of a verdict at step `n`."""
        with np.errstate(all="ignore"):
            text = verdict.sentence
            if not text.endswith(".") or "nan" in text or "no number" in text or _REMEDIES.search(text):
                yield f"sentence: {text}"
            yield from _KINDS[verdict.kind](self, n)
            for claim in verdict.claims:
                yield from _CLAIMS[type(claim)](self, claim, verdict, n)

    def growth(self, claim: Theory, factor: float) -> float:
        if (claim, factor) not in self._growths:
            self._growths[claim, factor] = _growth(self, claim, factor)
        return self._growths[claim, factor]

    def usual_loss(self) -> float:
        """Return the size of the losses in the picture, of which rounding leaves a share."""
        axes = [np.linspace(low, high, 33) for low, high in zip(self.low, self.high, strict=True)]
        with np.errstate(all="ignore"):
            losses = np.abs(self.problem.loss(np.stack(np.meshgrid(*axes))))
        return float(np.median(losses[np.isfinite(losses)]))

    # what the kinds mean, in this module's own words

    def lost(self, n: int) -> bool:
        return not np.isfinite(self.loss[n]) or self.lost_at(self.path[n]) or self.lost_at(self.points[n])

    def lost_at(self, w: Array) -> bool:
        if not np.isfinite(w).all():
            return True
        if self.problem.stops is not None:
            low, high = np.array(self.problem.stops).T
            border = np.linspace(0.0, 1.0, 33)
            shown = [a + border * (b - a) for a, b in self.problem.domain]
            lowest = self.problem.infimum
            if lowest is None:
                lowest = self.problem.loss(np.stack(np.meshgrid(*shown))).min()
            if ((w < low) | (w > high)).any() and self.problem.loss(w) < lowest:
                return True
        return bool((np.abs(w - (self.low + self.high) / 2) > 1e6 * self.widths).any())

    def first_lost(self) -> int:
        return next((n for n in range(len(self.path)) if self.lost(n)), -1)

    def lately(self, n: int, least: int = 2) -> int:
        return min(n, max(least, min(n // 4, 48)))

    def quarter(self, n: int) -> int:
        return min(n, max(12, n // 4))

    def halves(self, n: int) -> tuple[Array, Array]:
        window = self.quarter(n)
        count = (window - 1) // 2 + 1
        return self.loss[n - window : n + 1 - count], self.loss[n + 1 - count : n + 1]

    def off(self, place: Array, first: int, last: int) -> float:
        """Return how far a coordinate was from a place at most, in widths."""
        return float((np.abs(self.path[first : last + 1] - place) / self.widths).max())

    def slope(self, w: Array) -> Array:
        return self.problem.grad(w)

    def bends(self, w: Array, step: float = 1e-6) -> Array:
        """Return the Hessian by differences of the slope."""
        sides = [step * width * unit for width, unit in zip(self.widths, np.eye(len(w)), strict=True)]
        rows = [(self.slope(w + side) - self.slope(w - side)) / (2 * side.max()) for side in sides]
        found = np.array(rows)
        return np.asarray((found + found.T) / 2)

    def curvatures(self, w: Array, step: float = 1e-6) -> Array:
        bends = self.bends(w, step)
        size = np.abs(bends).max()
        if not (np.isfinite(bends).all() and size > 0):
            return np.full(len(w), np.nan)
        return np.asarray(np.linalg.eigvalsh(bends / size) * size)

    def level_points(self, n: int, reach: float) -> Iterator[Array]:
        """Yield points without slope within `reach` widths of where the run is: known minima, and what Newton finds."""
        for minimum in self.problem.minima.T:
            if self.off(minimum, n, n) <= reach:
                yield minimum
        w = self.path[n].copy()
        yield w
        for _ in range(60):
            bends, slope = self.bends(w), self.slope(w)
            size = np.abs(bends).max()
            if not (np.isfinite(bends).all() and size > 0):
                break
            w = w - np.linalg.lstsq(bends / size, slope / size, rcond=1e-14)[0]
            if not self.off(w, n, n) <= 2 * reach:
                return
        if self.off(w, n, n) <= reach:
            yield w

    def around(self, w: Array, radius: float) -> Array:
        """Return losses on a ring around a point."""
        if len(w) == 1:
            return np.array([float(self.problem.loss(w + way * radius * self.widths)) for way in (-1, 1)])
        angle = np.linspace(0, 2 * np.pi, 720, endpoint=False)
        ring = w[:, None] + radius * self.widths[:, None] * np.stack([np.cos(angle), np.sin(angle)])
        return self.problem.loss(ring)

    def is_minimum(self, w: Array) -> bool:
        """Nothing on small rings around is lower, but for rounding."""
        here = float(self.problem.loss(w))
        if self.problem.infimum is not None and here - self.problem.infimum <= 1e-8 * abs(self.loss[0] - here):
            return True
        slack = 1e-13 * abs(here) + 1e-12 * abs(self.loss[0] - here) + self.rounding
        return all(self.around(w, radius).min() >= here - slack for radius in (1e-6, 1e-5, 1e-4))

    def falls_from(self, w: Array) -> bool:
        low, *_ = self.curvatures(w, 1e-5)
        return bool(low < 0) or any(self.around(w, r).min() < float(self.problem.loss(w)) for r in (1e-5, 1e-4))

    def lowest(self) -> float:
        """Return the lowest loss that can be found: known, on a grid, or on the way."""
        found = [float(np.nanmin(self.loss[: self.first_lost() % (len(self.loss) + 1)], initial=np.inf))]
        if self.problem.infimum is not None:
            found.append(self.problem.infimum)
        axes = [np.linspace(low, high, 257) for low, high in zip(self.low, self.high, strict=True)]
        grid = self.problem.loss(np.stack(np.meshgrid(*axes)))
        found.append(float(np.nanmin(np.where(np.isfinite(grid), grid, np.inf))))
        axes = [np.linspace(low, high, 65) for low, high in zip(self.low, self.high, strict=True)]
        grid = self.problem.loss(np.stack(np.meshgrid(*axes)))
        found.append(float(np.nanmin(np.where(np.isfinite(grid), grid, np.inf))))
        return min(found)

    def turns(self, first: int, last: int) -> float:
        """Return the share of the steps after `first` up to `last` that lead back against the one before."""
        moves = np.diff(self.path[first : last + 1], axis=0) / self.widths
        back = (moves[1:] * moves[:-1]).sum(axis=1) < 0
        return float(back.mean()) if len(back) else 0.0


def _close(a: float, b: float, share: float = 1e-6) -> bool:
    return bool(a == b or abs(a - b) <= share * max(abs(a), abs(b)))


def _ended(judge: Judge, n: int, lower: bool) -> Iterator[str]:
    step = judge.first_lost()
    if not 0 <= step <= n:
        yield f"not ended at {n}, but at {step}"
    elif (judge.loss[step] < judge.loss[0]) != lower:
        yield f"ended at a loss of {judge.loss[step]}, began at {judge.loss[0]}"


def _goes_on(judge: Judge, n: int) -> Iterator[str]:
    if 0 <= judge.first_lost() <= n:
        yield f"ended at {judge.first_lost()}"


def _minimum(judge: Judge, n: int) -> Iterator[str]:
    yield from _goes_on(judge, n)
    first = n - judge.lately(n)
    for w in judge.level_points(n, 1.01e-3):
        here = float(judge.problem.loss(w))
        above = judge.loss[first : n + 1].max() - here
        near = judge.off(w, first, n) <= 1.01e-3
        if (
            near
            and above <= 1.01e-4 * abs(judge.loss[0] - here) + 1e-13 * abs(here) + judge.rounding
            and judge.is_minimum(w)
        ):
            return
    yield f"at no minimum: {judge.path[n]}, loss {judge.loss[n]}"


def _saddle(judge: Judge, n: int) -> Iterator[str]:
    yield from _goes_on(judge, n)
    first = n - judge.lately(n)
    for w in judge.level_points(n, 0.0201):
        flat = np.abs(judge.slope(w)).max() <= 1e-4 * max(np.abs(judge.curvatures(w)).max() * judge.widths.max(), 0)
        if flat and judge.off(w, first, n) <= 0.0201 and judge.falls_from(w):
            return
    yield f"at no saddle: {judge.path[n]}"


def _plateau(judge: Judge, n: int) -> Iterator[str]:
    yield from _goes_on(judge, n)
    w = judge.path[n]
    losses = np.concatenate([judge.around(w, radius) for radius in (0.005, 0.01, 0.015, 0.02)] + [judge.loss[n, None]])
    missing = judge.loss[n] - judge.lowest()
    if not losses.max() - losses.min() <= 0.011 * missing:
        yield f"varies by {losses.max() - losses.min()}, of {missing}"
    if judge.off(w, n - judge.lately(n), n) > 1.01e-3:
        yield "not at rest"


def _still(judge: Judge, n: int) -> Iterator[str]:
    yield from _goes_on(judge, n)
    window = judge.loss[n - judge.quarter(n) : n + 1]
    if not window.max() - window.min() <= 1.001e-6 * abs(judge.loss[n] - judge.loss[0]):
        yield f"changed by {window.max() - window.min()}"


def _trend(judge: Judge, n: int, sign: int) -> Iterator[str]:
    yield from _goes_on(judge, n)
    loss, first = sign * judge.loss[: n + 1], n - judge.quarter(n)
    if judge.scene.noise:
        earlier, later = judge.halves(n)
        fine = (sign * later).max() <= (sign * earlier).min()
    else:
        fine = loss[first:].min() < loss[: first + 1].min()
    if not fine:
        yield f"the loss has no such trend at {n}"


def _stalled(judge: Judge, n: int) -> Iterator[str]:
    yield from _goes_on(judge, n)
    if (
        not judge.scene.noise
        and judge.loss[n - judge.quarter(n) + 1 : n + 1].min() < judge.loss[: n + 1 - judge.quarter(n)].min()
    ):
        yield f"found something lower lately, at {n}"


def _oscillating(judge: Judge, n: int) -> Iterator[str]:
    yield from _goes_on(judge, n)
    share = judge.turns(n - judge.lately(n, 8), n)
    if share < 0.75:
        yield f"turns back in {share} of its steps"


_KINDS: dict[str, Callable[[Judge, int], Iterator[str]]] = {
    "diverged": lambda judge, n: _ended(judge, n, False),
    "left": lambda judge, n: _ended(judge, n, True),
    "catapulted": _minimum, "converged": _minimum, "trapped": _minimum, "saddle": _saddle, "plateau": _plateau,
    "still": _still, "rising": lambda judge, n: _trend(judge, n, -1), "oscillating": _oscillating,
    "descending": lambda judge, n: _trend(judge, n, 1), "stalled": _stalled,
}  # fmt: skip


def _claim_ended(judge: Judge, claim: Ended, verdict: Verdict, n: int) -> Iterator[str]:
    step = judge.first_lost()
    w, loss, rate = judge.path[step], judge.loss[step], judge.rates[step - 1] if step else 0.0
    causes = {
        "rate": not np.isfinite(rate),
        "position": not np.isfinite(w).all(),
        "loss": bool(np.isfinite(w).all() and not np.isfinite(loss)),
        "far": bool(np.isfinite(w).all()),
    }
    if claim.step != step or verdict.since != step or not causes[claim.cause]:
        yield f"{claim}, but it ended at {step} with {w}, {loss}, rate {rate}"
    if claim.below and judge.problem.stops is None:
        yield "no box is known"
    if claim.below and not judge.lost_at(w):
        yield "the picture shows lower places"


def _claim_settled(judge: Judge, claim: Settled, verdict: Verdict, n: int) -> Iterator[str]:
    first = verdict.since
    if judge.off(judge.path[first], claim.step, first) > 1.01e-3:
        yield f"not there from step {claim.step} on"
    if (
        abs(judge.loss[n] - claim.loss)
        > 2.1e-4 * abs(judge.loss[0] - claim.loss) + 1e-12 * abs(claim.loss) + judge.rounding
    ):
        yield f"loss {judge.loss[n]}, said {claim.loss}"
    if verdict.kind == "trapped" and not claim.above:
        yield "trapped, and nothing is lower"
    if claim.above and judge.lowest() > claim.loss - claim.above + 1e-9 * abs(claim.loss) + judge.rounding:
        yield f"{claim.above} lower than {claim.loss}, but the lowest is {judge.lowest()}"


def _claim_rose(judge: Judge, claim: Rose, verdict: Verdict, n: int) -> Iterator[str]:
    loss = judge.loss[: n + 1]
    if int(loss.argmax()) != claim.step or not _close(loss.max(), claim.peak) or not loss.max() > claim.start_loss:
        yield f"{claim}, but the highest is {loss.max()} at {loss.argmax()}"


def _claim_flattened(judge: Judge, claim: Flattened, verdict: Verdict, n: int) -> Iterator[str]:
    then, now = judge.curvatures(judge.path[0])[-1], judge.curvatures(judge.path[verdict.since])[-1]
    if not (_close(then, claim.start, 1e-3) and _close(now, claim.here, 1e-3) and now < then):
        yield f"{claim}, but from {then} to {now}"


def _claim_held(judge: Judge, claim: Held, verdict: Verdict, n: int) -> Iterator[str]:
    if judge.off(judge.path[n], claim.step, n) > 0.041 and n == verdict.since:
        yield f"not there since {claim.step}"
    if claim.place == "maximum" and not any(
        (judge.curvatures(w, 1e-5) < 0).all() for w in judge.level_points(n, 0.0201)
    ):
        yield "no maximum"


def _claim_flat(judge: Judge, claim: Flat, verdict: Verdict, n: int) -> Iterator[str]:
    if judge.off(judge.path[verdict.since], claim.step, verdict.since) > 1.01e-3:
        yield f"not there since {claim.step}"
    if judge.lowest() > judge.loss[verdict.since] - claim.above * (1 - 1e-9):
        yield f"nothing is {claim.above} lower"


def _claim_unchanged(judge: Judge, claim: Unchanged, verdict: Verdict, n: int) -> Iterator[str]:
    if claim.moved != bool((judge.path[: n + 1] != judge.path[0]).any()):
        yield f"moved: {claim.moved}"
    if not _close(judge.loss[n], claim.loss, 1e-2) and abs(judge.loss[n] - claim.loss) > 1e-4 * abs(
        judge.loss[0] - claim.loss
    ):
        yield f"loss {judge.loss[n]}, said {claim.loss}"


def _claim_trend(judge: Judge, claim: Trend, verdict: Verdict, n: int) -> Iterator[str]:
    sign = 1 if claim.way == "descending" else -1
    loss = sign * judge.loss
    then = loss[claim.step] if judge.scene.noise else loss[: claim.step + 1].min()
    if not _close(then, sign * claim.loss) or verdict.kind != claim.way:
        yield f"{claim}, but it was {then}"
    now = loss[n] if judge.scene.noise else loss[: n + 1].min()
    if not now < then:
        yield f"{claim}, but at {n} it is {now}"


def _claim_nothing_lower(judge: Judge, claim: NothingLower, verdict: Verdict, n: int) -> Iterator[str]:
    loss = judge.loss[: n + 1]
    if int(loss.argmin()) != claim.step or not _close(loss.min(), claim.loss):
        yield f"{claim}, but {loss.min()} at {loss.argmin()}"


def _claim_up_and_down(judge: Judge, claim: UpAndDown, verdict: Verdict, n: int) -> Iterator[str]:
    moves = np.diff(judge.loss[claim.step : n + 1])
    if not ((moves > 0).any() and (moves < 0).any()) or not judge.scene.noise:
        yield f"{claim}, but not up and down"


def _claim_turns_back(judge: Judge, claim: TurnsBack, verdict: Verdict, n: int) -> Iterator[str]:
    if judge.turns(claim.step, n) <= 0.5:
        yield f"{claim}, but {judge.turns(claim.step, n)} of them"


def _claim_theory(judge: Judge, claim: Theory, verdict: Verdict, n: int) -> Iterator[str]:
    rate = judge.rates[claim.step]
    if claim.step >= n or not (_close(rate, claim.rate) and rate > claim.limit):
        yield f"{claim}, but the rate was {rate}"
    below, above = (judge.growth(claim, factor) for factor in (0.98, 1.02))
    if not below < 1 < above:
        yield f"{claim}, but a step grows by {below} below and by {above} above"
    if claim.plain:
        top = judge.curvatures(np.array(judge.problem.start))[-1]
        if not _close(claim.limit, 2 / (top + claim.decay), 1e-4):
            yield f"{claim} is not 2 over {top} + {claim.decay}"


def _growth(judge: Judge, claim: Theory, factor: float) -> float:
    """Return by how much the distance from rest grows in a step, in the long run, at a rate near the limit."""
    scene = judge.scene
    inner = np.array([[float(max(claim.step - scene.run.warmup, 0))]])
    length = np.array(float(max(scene.steps - scene.run.warmup, 1)))
    cycled = scene.run.schedule.momentum(inner, length)
    rule = scene.run.optimizer if cycled is None else scene.run.optimizer.replace(momentum=float(np.ravel(cycled)[0]))
    bends = judge.bends(np.array(scene.problem.start))
    plain = Plain(scene)
    w, state = np.linspace(1.0, 0.7, len(bends))[:, None], rule.init(plain)
    plain.lr, plain.momentum, size, steps = np.array([claim.limit * factor]), None, 0.0, 1500
    for n in range(2 * steps):
        g = bends @ w
        for option in scene.run.options:
            g = option.gradient(g, w)
        move, state = rule.update(g, state, plain)
        for option in scene.run.options:
            move = option.displacement(move, w, plain.lr)
        w = w - move
        scale = max(float(np.abs(w).max()), max((float(np.abs(v).max()) for v in state.values()), default=0.0), 1e-300)
        w, state = w / scale, {name: value / scale for name, value in state.items()}
        size += np.log(scale) if n >= steps else 0.0
    return float(np.exp(size / steps))


_CLAIMS: dict[type[Claim], Callable[..., Iterator[str]]] = {
    Ended: _claim_ended, Settled: _claim_settled, Rose: _claim_rose, Flattened: _claim_flattened, Held: _claim_held,
    Flat: _claim_flat, Unchanged: _claim_unchanged, Trend: _claim_trend, NothingLower: _claim_nothing_lower,
    UpAndDown: _claim_up_and_down, TurnsBack: _claim_turns_back, Theory: _claim_theory,
}  # fmt: skip
