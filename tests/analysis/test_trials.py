"""What is advised was tried: every claim of a trial is simulated again, run by run, and held against the sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import CancelledError
from functools import cache

import numpy as np
import pytest

import lrviz
from lrviz import Run, Scene, simulate
from lrviz.analysis.claims import Claim, Draws, GoesOn, Limit, Stable, Tried
from lrviz.analysis.trials import Trials, advise
from lrviz.catalog import show_number
from lrviz.optimizers import SGD, Adam, Momentum, Nesterov, Optimizer, Option, WeightDecay
from lrviz.problems import Beale, Bowl, Formula, Ravine, Rosenbrock
from lrviz.schedules import Cosine
from lrviz.simulation import Result
from tests.analysis.drawn_scenes import Drawn, drawn

SCENES = 80


def simulated(scene: Drawn, run: Run, steps: int | None = None, seed: int | None = None) -> Result:
    return simulate(
        scene.problem, [run], steps=steps or scene.steps, start=scene.start, noise=scene.noise,
        seed=scene.seed if seed is None else seed,
    )  # fmt: skip


def arrival(scene: Drawn, result: Result) -> int:
    """Return the step from which on the loss is next to the lowest, in this test's own words."""
    lowest, loss = scene.problem.infimum, result.loss[:, 0]
    if lowest is None or not np.isfinite(loss[0]) or result.diverged_at[0] >= 0:
        return -1
    near = loss - lowest <= 1e-4 * (loss[0] - lowest)
    away = np.flatnonzero(~near)
    first = int(away[-1]) + 1 if away.size else 0
    return first if first <= result.steps - result.steps // 20 else -1


def last_loss(scene: Drawn, result: Result) -> float:
    tail = max(1, result.steps // 10) if scene.noise else 1
    return float(result.loss[-tail:, 0].mean())


def close(a: float, b: float) -> bool:
    return bool(a == b or abs(a - b) <= 1e-6 * max(abs(a), abs(b)))


def wrong(scene: Drawn, one: Trials, claim: Claim) -> Iterator[str]:
    """Yield what is not true of a claim."""
    run = scene.run
    if isinstance(claim, Tried):
        yield from wrong_trial(scene, claim, scene.seed)
    elif isinstance(claim, Limit):
        ends = {rate: simulated(scene, run.replace(lr=rate)) for rate in (claim.below, claim.rate, claim.highest)}
        if ends[claim.below].diverged_at[0] >= 0 or ends[claim.rate].diverged_at[0] != claim.step:
            yield f"{claim}, but it ends at {ends[claim.below].diverged_at}, {ends[claim.rate].diverged_at}"
        if claim.always and ends[claim.highest].diverged_at[0] < 0:
            yield f"{claim}, but not at the highest"
    elif isinstance(claim, GoesOn):
        yield from wrong_going_on(scene, claim)
    elif isinstance(claim, Draws) and one.best is not None:
        best = run.replace(lr=one.best.rate)
        others = [simulated(scene, best, seed=scene.seed + k) for k in range(1, claim.count + 1)]
        losses, arrivals = [last_loss(scene, other) for other in others], [arrival(scene, other) for other in others]
        latest = max(arrivals) if min(arrivals) >= 0 else -1
        lost = sum(int(other.diverged_at[0] >= 0) for other in others)
        if (latest, lost) != (claim.latest, claim.ended):
            yield f"{claim}, but {arrivals}, {lost} lost"
        elif not lost and not (close(min(losses), claim.lowest) and close(max(losses), claim.highest)):
            yield f"{claim}, but {losses}"
    elif isinstance(claim, Stable):
        for rate, stable in ((0.99 * claim.limit, True), (1.01 * claim.limit, False)):
            loss = simulate(scene.problem, [run.replace(lr=rate, warmup=0)], steps=20_000, start=(3.0, -2.0)).loss[:, 0]
            if stable != bool(loss[-1] < loss[0]):
                yield f"{claim}, but at {rate} {loss[-1]}"


def wrong_trial(scene: Drawn, claim: Tried, seed: int) -> Iterator[str]:
    run = scene.run.replace(lr=claim.rate, warmup=claim.warmup)
    if claim.momentum is not None:
        run = run.replace(optimizer=run.optimizer.replace(momentum=claim.momentum))
    result = simulated(scene, run, seed=seed)
    found = (arrival(scene, result), int(result.diverged_at[0]))
    if found != (claim.arrives, claim.ended):
        yield f"{claim}, but {found}"
    elif claim.ended < 0 and not close(last_loss(scene, result), claim.loss):
        yield f"{claim}, but a loss of {last_loss(scene, result)}"


def wrong_going_on(scene: Drawn, claim: GoesOn) -> Iterator[str]:
    result = simulated(scene, scene.run, 10 * scene.steps)
    loss = result.loss[: claim.steps + 1, 0]
    if claim.arrives >= 0:
        lowest = scene.problem.infimum or 0.0
        near = loss - lowest <= 1e-4 * (loss[0] - lowest) * (1 + 1e-9)
        if not near[claim.arrives :].all() or near[claim.arrives - 1]:
            yield f"{claim}, but not so"
    elif result.diverged_at[0] != claim.ended:
        yield f"{claim}, but it ended at {result.diverged_at[0]}"
    elif claim.ended < 0 and arrival(scene, result) >= 0:
        yield f"{claim}, but it arrives at {arrival(scene, result)}"
    shorter = simulated(scene, scene.run).loss
    if claim.same and not np.array_equal(shorter, result.loss[: scene.steps + 1], equal_nan=True):
        yield f"{claim}, but another run"


@cache
def tried(seed: int) -> tuple[Drawn, Trials]:
    scene = drawn(seed)
    alone = Scene(scene.problem, (scene.run,), scene.steps, scene.start, scene.noise, scene.seed)
    return scene, advise(alone)[0]


@pytest.mark.parametrize("first", range(0, SCENES, 20))
def test_no_advice_on_scenes_that_nobody_wrote_down_is_false(first: int) -> None:
    found = []
    for seed in range(first, first + 20):
        scene, one = tried(seed)
        for claim in (one.own, *one.advice):
            found += [f"{seed}: {words}" for words in wrong(scene, one, claim)]
        if "nan" in one.sentence or "no number" in one.sentence:
            found.append(f"{seed}: {one.sentence}")
    assert not found, "\n".join(found)


def test_every_claim_of_every_kind_is_among_them() -> None:
    kinds = {type(claim) for seed in range(SCENES) for claim in tried(seed)[1].advice}
    assert kinds == {Tried, Limit, GoesOn, Draws}


@pytest.mark.parametrize("rule", [SGD(), Momentum(), Nesterov()])
@pytest.mark.parametrize("options", [(), (WeightDecay(rate=3.0),)])
def test_the_limit_of_theory_is_where_runs_begin_to_grow(rule: Optimizer, options: tuple[Option, ...]) -> None:
    scene = Drawn(Ravine(), Run(rule, 0.01, options=options), 60, (3.0, -2.0), 0.0, 0)
    (one,) = advise(Scene(scene.problem, (scene.run,), scene.steps, scene.start))
    assert one.theory is not None
    assert not list(wrong(scene, one, one.theory))


def test_a_rate_that_is_printed_and_typed_gives_the_result_that_is_printed() -> None:
    for seed in range(SCENES):
        scene, one = tried(seed)
        for rate, step in re.findall(r"[Aa]t ([\d.e-]+) it arrives at step ([\d,]+)", one.sentence):
            run = scene.run.replace(lr=float(rate))
            assert arrival(scene, simulated(scene, run)) == int(step.replace(",", ""))


def advised(scene: Scene) -> str:
    return advise(scene)[0].sentence


def test_a_run_that_diverges_is_told_what_does_not() -> None:
    scene = Scene(Rosenbrock(), (Run(Momentum(), 5e-3),))
    (one,) = advise(scene)
    assert one.best is not None
    assert one.limit is not None
    assert one.limit.below < one.limit.rate < 5e-3
    assert one.limit.rate / one.limit.below < 1.01
    assert one.sentence.startswith(f"At {show_number(one.best.rate)} it arrives at step {one.best.arrives}; ")


def test_a_slow_run_is_told_a_rate_that_arrives_and_when_it_would_by_itself() -> None:
    said = advised(Scene(Ravine(kappa=50.0), (Run(SGD(), 0.02),), steps=150))
    assert re.fullmatch(
        r"At 0\.03\d+ it arrives at step 1\d\d; going on, it arrives at step 210; in theory it is stable below 0\.04\.",
        said,
    )


def test_where_no_rate_helps_none_is_named() -> None:
    trap = Formula("(x^2 + y^2)/2", domain=((-2, 2), (-2, 2)))
    assert not re.search(r"[Aa]t [\d.]+ it", advised(Scene(trap, (Run(SGD(), 1.0),), steps=40)))


def test_theory_counts_the_weight_decay_and_is_silent_under_a_schedule() -> None:
    decayed, scheduled = advise(
        Scene(Ravine(), (Run(SGD(), 0.01, options=(WeightDecay(rate=10.0),)), Run(SGD(), 0.01, Cosine())), steps=60)
    )
    assert decayed.theory == Stable(pytest.approx(0.1))
    assert scheduled.theory is None


def test_the_best_is_not_a_lucky_hit() -> None:
    """Beale under plain descent arrives at single rates between two that diverge."""
    (one,) = advise(Scene(Beale(), (Run(SGD(), 0.02),), steps=400))
    assert one.best is not None
    index = one.rates.index(one.best)
    assert all(beside.ended < 0 for beside in one.rates[max(index - 1, 0) : index + 2])


def test_trials_are_given_up_when_nobody_waits() -> None:
    with pytest.raises(CancelledError):
        advise(Scene(Bowl(), (Run(Adam(), 0.1),)), cancelled=lambda: True)


def test_the_public_name() -> None:
    scene = Scene(Bowl(), (Run(SGD(), 0.1),), steps=20)
    assert [one.sentence for one in lrviz.advise(scene)] == [one.sentence for one in advise(scene)]
