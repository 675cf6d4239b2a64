"""One-click comparisons: scenes made from a scene and one of its runs."""

from __future__ import annotations

import numpy as np

from lrviz.optimizers import SGD, Adam, Momentum, Nesterov, Optimizer, RMSprop
from lrviz.scenes.defaults import SLIDER_HIGH, SLIDER_LOW, default_rate
from lrviz.scenes.scene import Scene
from lrviz.schedules import Constant, Cosine, Exponential, OneCycle, Schedule, StepDecay
from lrviz.simulation import SLOTS, Run, simulate

_TRIED, _TRIED_STEPS = 49, 500
_FIVE: tuple[Optimizer, ...] = (SGD(), Momentum(), Nesterov(), RMSprop(), Adam())


def five_rates(scene: Scene, run: Run) -> Scene:
    """Return `run` at five rates in equal ratios, its own among them: from too low to too high.

    Each is four times the one before, and its own in the middle, where the rate that ends lowest is among them. Else
    its own is at one end, and the other end is on the far side of that rate.
    """
    own = float(np.clip(run.lr, SLIDER_LOW, SLIDER_HIGH))
    best = _lowest_ending(scene, run)
    if best is None or own / 16 <= best <= own * 16:
        first, ratio = float(np.clip(own, 16 * SLIDER_LOW, SLIDER_HIGH / 16)) / 16, 4.0
    else:
        other = float(np.clip(best * 4 if best > own else best / 4, SLIDER_LOW, SLIDER_HIGH))
        first, ratio = min(own, other), (max(own, other) / min(own, other)) ** 0.25
    rates = [float(f"{first * ratio**k:.2g}") for k in range(5)]
    return _of(scene, [run.replace(lr=run.lr if rate == float(f"{run.lr:.2g}") else rate) for rate in rates])


def _lowest_ending(scene: Scene, run: Run) -> float | None:
    """Return the rate, of those of the slider, at which `run` ends lowest; None where all are lost."""
    rates = np.geomspace(SLIDER_LOW, SLIDER_HIGH, _TRIED)
    runs = [run.replace(slot=None, lr=float(rate)) for rate in rates]
    steps = min(scene.steps, _TRIED_STEPS)
    result = simulate(
        scene.problem, runs, steps=steps, start=scene.start, noise=scene.noise, seed=scene.seed, keep="final"
    )
    loss = np.where(np.isfinite(result.final_loss), result.final_loss, np.inf)
    return float(rates[loss.argmin()]) if np.isfinite(loss).any() else None


def five_optimizers(scene: Scene, run: Run) -> Scene:
    """Return five optimizers at the rate of `run`: one rate does not suit them all."""
    return _of(scene, [_with(run, optimizer, run.lr) for optimizer in _FIVE])


def own_rates(scene: Scene, run: Run) -> Scene:
    """Return five optimizers, each at its own default rate on this problem."""
    start = scene.origin
    return _of(scene, [_with(run, o, default_rate(scene.problem, o, start)) for o in _FIVE])


def five_schedules(scene: Scene, run: Run) -> Scene:
    """Return `run` under five schedules, stretched to the length of the scene."""
    steps = scene.steps
    schedules: tuple[Schedule, ...] = (
        Constant(),
        StepDecay(every=max(1, steps // 4)),
        Exponential(decay=min(10.0, float(f"{5 / steps:.1g}"))),
        Cosine(),
        OneCycle(),
    )
    return _of(scene, [run.replace(schedule=schedule) for schedule in schedules])


def added(scene: Scene) -> Scene:
    """Return the scene with one more run, Adam at its default rate; Momentum or SGD where that stands there already."""
    present = {(run.optimizer, run.lr) for run in scene.runs}
    for optimizer in (Adam(), Momentum(), SGD(), RMSprop()):
        rate = default_rate(scene.problem, optimizer, scene.origin)
        if (optimizer, rate) not in present:
            return scene.replace(runs=(*scene.runs, Run(optimizer, rate)))
    return scene.replace(runs=(*scene.runs, Run(Adam(), rate)))


def duplicated(scene: Scene, slot: int) -> Scene:
    """Return the scene with a copy of the run in `slot`, at twice its rate, so that the copy can be seen."""
    run = next(run for run in scene.runs if run.slot == slot)
    return scene.replace(runs=(*scene.runs, run.replace(slot=None, lr=min(2 * run.lr, SLIDER_HIGH))))


def removed(scene: Scene, slot: int) -> Scene:
    """Return the scene without the run in `slot`; the last run stays."""
    rest = tuple(run for run in scene.runs if run.slot != slot)
    return scene.replace(runs=rest) if rest else scene


def is_full(scene: Scene) -> bool:
    """Whether no further run has a place."""
    return len(scene.runs) >= SLOTS


def _with(run: Run, optimizer: Optimizer, lr: float) -> Run:
    """Return the run with another optimizer, and without the options that this one owns."""
    options = tuple(option for option in run.options if option.takes not in optimizer.owns)
    return run.replace(optimizer=optimizer, lr=lr, options=options)


def _of(scene: Scene, runs: list[Run]) -> Scene:
    return scene.replace(runs=tuple(run.replace(slot=slot) for slot, run in enumerate(runs)))
