"""The range test: one run whose rate rises at every step, and what can be read off it, beside the truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lrviz.analysis.batches import as_run, checked_start
from lrviz.analysis.blocks import Cancelled, Progress, go_on, part
from lrviz.analysis.landmarks import Landmarks, landmarks, lowest_of
from lrviz.analysis.suggestions import RULES, smoothed, suggested
from lrviz.analysis.sweeps import Sweep, sweep_of
from lrviz.catalog import EXACT, Array, Number, Whole, hyper, short
from lrviz.optimizers import Optimizer
from lrviz.problems import Problem
from lrviz.schedules import Schedule
from lrviz.simulation import NOISE, RATE, Run, simulate

_STEPS = Whole("Steps from the lowest rate to the highest.", 10, 10_000)
_REPEATS = Whole("How often the test is repeated with other noise.", 1, 1000)
_BETA = Number("How much of the smoothed loss is kept.", 0, 0.9999)
_STOP = Number("How many times the lowest smoothed loss ends the test.", 1, 1e6)
_EPS = float(np.finfo(np.float64).eps)
NEAR = 1.5
"""A suggestion is as good as right within this factor of the best rate."""


class Rising(Schedule, abstract=True):
    """From the rate to `ratio` times the rate, by the same factor at each step."""

    label = "Rising"
    ratio: float = hyper(10.0, 1, 1e18, "The last rate over the first.", scale="log")

    def factor(self, n: Array, length: Array) -> Array:
        """Return the ratio to the power n/N."""
        return np.power(self.ratio, n / length)


@dataclass(frozen=True)
class Suggestion:
    """The rate that a rule reads off the test, and how it compares with the truth."""

    rule: str
    """A key of `lrviz.analysis.suggestions.RULES`."""
    label: str
    rate: float | None
    """What the first test suggests; None where too few points are left."""
    repeats: tuple[float, ...]
    """What each repetition suggests."""
    off: float | None
    """The suggestion over the best rate of the sweep."""
    sentence: str


@dataclass(frozen=True, eq=False)
class RangeTest:
    """A range test, its suggestions, and the sweep that knows the truth; arrays are `(steps taken,)`."""

    problem: Problem
    run: Run
    """What is tested: without its schedule and its warm-up, for the test itself sets the rate of every step."""
    rates: Array
    loss: Array
    """What the test sees at each step before it: with noise tilted by the step's own draw."""
    smooth: Array
    """The same, smoothed as fastai does."""
    stopped: bool
    """Whether the loss blew up before the highest rate."""
    suggestions: tuple[Suggestion, ...]
    truth: Sweep


def range_test(
    problem: Problem,
    run: Run | Optimizer,
    *,
    low: float = 1e-7,
    high: float = 10.0,
    steps: int = 100,
    start: Sequence[float] | Array | None = None,
    noise: float = 0.0,
    seed: int = 0,
    repeats: int = 1,
    beta: float = 0.98,
    stop: float = 4.0,
    truth: Sweep | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> RangeTest:
    r"""Raise the rate from `low` to `high` in one run, and read rates off it as fastai, Lightning and others do.

    Smith 2015, https://arxiv.org/abs/1506.01186. At step t the rate is $low \cdot (high/low)^{t/steps}$: the run's own
    schedule and warm-up have no part in the test, its options do, and the sweep beside it is of the run as it is. The
    loss that is shown is smoothed by a mean that forgets at `beta`, corrected for its start; it ends where the smoothed
    loss, above the problem's lowest value, is `stop` times its least. Each rule smooths, ends and cuts all the losses
    as its library does. With noise the loss of a step is tilted by the draw that its gradient sees, as a minibatch's
    is.

    Args:
        problem: What is minimised.
        run: The run under test; a bare optimizer is one at a constant rate.
        low: The first rate.
        high: The last one; above `low`.
        steps: 10 to 10,000.
        start: `(d,)`; None is the problem's own.
        noise: Standard deviation of the noise on each gradient component.
        seed: Of the first test; each repetition takes the next.
        repeats: How often the test is done in all; more than once makes sense with noise.
        beta: fastai and Lightning take 0.98.
        stop: fastai and Lightning take 4.
        truth: A sweep of this run from this start; None computes one, of 200 steps.
        progress: Called with the share that is done, after each repetition and during the sweep; a repetition of 100
            steps takes some milliseconds, one of 10,000 a second.
        cancelled: Asked between the repetitions, and every few steps of the sweep.

    Raises:
        TypeError, ValueError: naming the argument, the rule and the value.
        concurrent.futures.CancelledError: `cancelled` answered True.
    """
    low, high = RATE.check("low", low), RATE.check("high", high)
    if not low < high:
        raise ValueError(f"low must be below high, got {low!r} and {high!r}.")
    steps, repeats = _STEPS.check("steps", steps), _REPEATS.check("repeats", repeats)
    noise, beta, stop = NOISE.check("noise", noise), _BETA.check("beta", beta), _STOP.check("stop", stop)
    first = checked_start(problem, start)
    own = as_run(problem, run)
    rising = own.replace(lr=low, schedule=Rising(ratio=high / low), warmup=0)
    tests = []
    parts = repeats + (truth is None)
    for k in range(repeats):
        go_on(cancelled)
        tests.append(_test(problem, rising, steps, first, noise, seed + k))
        if progress is not None:
            progress((k + 1) / parts)
    if truth is None:
        truth = sweep_of(problem, own, start=first, noise=noise, seed=seed, cancelled=cancelled,
                         progress=part(progress, repeats, parts))  # fmt: skip
    rates, smooth = tests[0].rates, smoothed(tests[0].loss, beta)
    count = until(smooth, landmarks(problem), stop)
    gone = _gone(problem, truth, rates[:count], smooth[:count])
    suggestions = tuple(
        _suggestion(name, [suggested(rule, *test) for test in _above_lowest(problem, tests)], truth, gone)
        for name, rule in RULES.items()
    )
    rates, loss, smooth = rates[:count], tests[0].loss[:count], smooth[:count]
    return RangeTest(problem, own, rates, loss, smooth, len(rates) < steps, suggestions, truth)


class _Test(NamedTuple):
    """A rate and a loss for every step of one test."""

    rates: Array
    loss: Array


def _above_lowest(problem: Problem, tests: Sequence[_Test]) -> list[_Test]:
    """Return the losses above the lowest value, if it is known: the libraries' ratios are meant for losses from 0."""
    lowest = lowest_of(problem) or 0.0
    return [test._replace(loss=test.loss - lowest) for test in tests]


def _test(problem: Problem, run: Run, steps: int, start: Array, noise: float, seed: int) -> _Test:
    result = simulate(problem, [run], steps=steps, start=start, noise=noise, seed=seed)
    loss = np.array(result.loss[:-1, 0])
    if noise:
        draws = np.random.default_rng(seed).standard_normal((steps, problem.dimension)) * noise
        loss += (draws * (result.positions[:-1, :, 0] - start)).sum(axis=1)
    rates = run.lr * run.schedule.factor(np.arange(float(steps))[:, None], np.array(float(steps)))[:, 0]
    return _Test(rates, loss)


def until(smooth: Array, known: Landmarks, stop: float) -> int:
    """Return how many points there are up to the one that ends the test.

    It ends where the loss is `stop` times its least so far, both above the lowest value; next to that, rounding is no
    rise. Where no lowest value is known, the most that there can have been to gain takes its place: what was gained so
    far, or the spread of the loss in the domain.
    """
    least = np.minimum.accumulate(np.where(np.isfinite(smooth), smooth, np.inf))
    rounding = 1e-12 * known.spread + 8 * _EPS * np.abs(least)
    height = np.maximum(smooth[0] - least, known.spread) if known.lowest is None else least - known.lowest
    blown = (smooth - least > (stop - 1) * np.maximum(height, rounding)) | ~np.isfinite(smooth)
    return int(np.argmax(blown)) + 1 if blown.any() else len(smooth)


def _gone(problem: Problem, truth: Sweep, rates: Array, smooth: Array) -> float | None:
    """Return which share of the loss was gone when the test came to the best rate; None where it did not."""
    lowest, best = lowest_of(problem), truth.best_rate
    if lowest is None or best is None or not rates[0] <= best <= rates[-1] or smooth[0] <= lowest:
        return None
    return float((smooth[0] - smooth[np.searchsorted(rates, best)]) / (smooth[0] - lowest))


def _suggestion(name: str, found: list[float | None], truth: Sweep, gone: float | None) -> Suggestion:
    rate, repeats = found[0], tuple(value for value in found if value is not None)
    off = None if rate is None or truth.best_rate is None else rate / truth.best_rate
    return Suggestion(name, RULES[name].label, rate, repeats, off, _sentence(name, rate, repeats, truth, gone))


def _sentence(name: str, rate: float | None, repeats: tuple[float, ...], truth: Sweep, gone: float | None) -> str:
    if rate is None:
        return "Its library's test ends too early for this rule."
    takes = f"Suggests {short(rate, 3)}: it takes {RULES[name].reads}."
    if truth.best_rate is None:
        return f"{takes} The sweep finds no rate that works."
    return " ".join(filter(None, (takes, _compared(rate, truth), _why(name, rate, truth, gone), _spread(repeats))))


def _compared(rate: float, truth: Sweep) -> str:
    best, kind = truth.best_rate or np.nan, truth.kinds[_nearest(truth.rates, rate)]
    off = rate / best
    if 1 / NEAR <= off <= NEAR:
        return f"That is within {max(off, 1 / off):.2g} times of the best, {short(best, EXACT)}."
    side = f"{_times(off)} times above" if off > 1 else f"{_times(1 / off)} times below"
    end = ", and there the run diverges" if kind == "diverged" else ""
    good = truth.good is not None and truth.good[0] <= rate <= truth.good[1]
    return f"That is {side} the best, {short(best, EXACT)}{end}{', yet among the good rates' if good else ''}."


def _why(name: str, rate: float, truth: Sweep, gone: float | None) -> str:
    off = rate / (truth.best_rate or np.nan)
    if off < 1 / NEAR:
        if name == "lightning":
            return "On a linear axis the lowest rates have the steepest slope, whatever the loss does."
        if gone is not None and gone > 0.5:
            return f"When the test came to the best rate, {min(gone, 1):.0%} of the loss was gone already."
        return "The smoothed loss lags behind, and low rates have had most of the steps."
    if off > NEAR:
        return "The test passes a high rate in a few steps, before what it does to the loss can be seen."
    return ""


def _spread(repeats: tuple[float, ...]) -> str:
    if len(repeats) < 2:
        return ""
    low, high = min(repeats), max(repeats)
    return (
        f"With other noise it suggests between {short(low, 3)} and {short(high, 3)}, {_times(high / low)} times apart."
    )


def _times(factor: float) -> str:
    return f"{float(f'{factor:.2g}'):,.10g}"


def _nearest(rates: npt.NDArray[np.float64], rate: float) -> int:
    return int(np.argmin(np.abs(np.log(rates / rate))))
