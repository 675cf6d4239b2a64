"""Verdicts: known outcomes, near the borders too; numbers and sentences that agree; changes on the way."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lrviz
from lrviz import Run, simulate
from lrviz.analysis.classify import KINDS, NEAR, REST
from lrviz.analysis.landmarks import landmarks
from lrviz.catalog import registered
from lrviz.optimizers import SGD, Adadelta, Adagrad, Adam, AdamW, Momentum, Nesterov, Newton, Optimizer, RMSprop
from lrviz.problems import (
    AbsoluteValue,
    Beale,
    Bowl,
    DixonPrice,
    DoubleWell,
    Easom,
    FlatSharp,
    Formula,
    Griewank,
    Himmelblau,
    L1Kink,
    McCormick,
    Plateau,
    Problem,
    Product,
    Quadratic1D,
    Quartic1D,
    Rastrigin,
    Ravine,
    Rosenbrock,
    Saddle,
    SigmoidNeuron,
    StyblinskiTang,
    ThreeHumpCamel,
    UnboundedMonkeySaddle,
    UnboundedSaddle,
)
from lrviz.schedules import Cosine, Exponential

SHARPNESS = float(np.square(Product().start).sum())
CASES: list[tuple[Problem, Optimizer, float, int, str]] = [
    (Bowl(), SGD(), 1e-3, 300, "descending"),
    (Bowl(), SGD(), 0.1, 300, "converged"),
    (Bowl(), SGD(), 1.0, 5, "converged"),
    (Bowl(), SGD(), 1.95, 300, "converged"),
    (Bowl(), SGD(), 1.99, 300, "oscillating"),
    (Bowl(), SGD(), 2.0, 300, "oscillating"),
    (Bowl(), SGD(), 2.01, 300, "oscillating"),
    (Bowl(), SGD(), 2.1, 300, "diverged"),
    (Bowl(), Momentum(), 3.7, 300, "converged"),
    (Bowl(), Momentum(), 3.81, 300, "diverged"),
    (Bowl(), Nesterov(), 1.3, 300, "converged"),
    (Bowl(), Nesterov(), 1.37, 600, "diverged"),
    (Bowl(), Adagrad(), 0.01, 300, "descending"),
    (Bowl(), Adadelta(), 1.0, 300, "descending"),
    (Bowl(), AdamW(weight_decay=0.5), 0.1, 400, "converged"),
    (Quadratic1D(a=1.0), SGD(), 0.99, 1000, "converged"),
    (Quadratic1D(a=1.0), SGD(), 1.01, 1000, "diverged"),
    (Ravine(kappa=100.0), SGD(), 0.001, 300, "descending"),
    (Ravine(kappa=100.0), SGD(), 0.0199, 300, "oscillating"),
    (Ravine(kappa=100.0), SGD(), 0.0199, 3000, "converged"),
    (Ravine(kappa=100.0), SGD(), 0.0201, 300, "oscillating"),
    (Ravine(kappa=100.0), SGD(), 0.021, 300, "diverged"),
    (Rosenbrock(), SGD(), 1e-4, 500, "descending"),
    (Rosenbrock(), SGD(), 0.004, 500, "oscillating"),
    (Rosenbrock(), Momentum(), 0.01, 500, "diverged"),
    (Rosenbrock(), Adam(), 0.01, 500, "descending"),
    (Rosenbrock(), Newton(), 1.0, 60, "converged"),
    (Product(), SGD(), 1.0 / SHARPNESS, 400, "converged"),
    (Product(), SGD(), 1.95 / SHARPNESS, 400, "converged"),
    (Product(), SGD(), 2.09 / SHARPNESS, 400, "catapulted"),
    (Product(), SGD(), 2.44 / SHARPNESS, 400, "catapulted"),
    (Product(), SGD(), 3.83 / SHARPNESS, 400, "catapulted"),
    (Product(), SGD(), 4.18 / SHARPNESS, 400, "diverged"),
    (DoubleWell(), SGD(), 0.1, 300, "trapped"),
    (DoubleWell(), SGD(), 0.5, 300, "converged"),
    (DoubleWell(), SGD(), 0.9, 300, "diverged"),
    (FlatSharp(), SGD(), 0.05, 600, "converged"),
    (FlatSharp(), SGD(), 0.5, 600, "trapped"),
    (FlatSharp(), SGD(), 2.5, 600, "oscillating"),
    (ThreeHumpCamel(), SGD(), 0.02, 600, "trapped"),
    (ThreeHumpCamel(), Momentum(), 0.01, 600, "converged"),
    (StyblinskiTang(), SGD(), 0.01, 300, "trapped"),
    (StyblinskiTang(), SGD(), 0.04, 300, "converged"),
    (Rastrigin(), SGD(), 0.003, 300, "trapped"),
    (Rastrigin(), SGD(), 0.0051, 300, "oscillating"),
    (Griewank(), SGD(), 1.9, 300, "trapped"),
    (Griewank(), SGD(), 2.2, 300, "oscillating"),
    (Himmelblau(), SGD(), 0.02, 300, "converged"),
    (Himmelblau(), SGD(), 0.03, 300, "oscillating"),
    (Beale(), SGD(), 0.1, 300, "diverged"),
    (Beale(), Adam(), 6.2, 200, "descending"),  # on the floor of a valley whose walls curve at 44,000
    (Beale(), Adam(), 6.6, 1000, "descending"),
    (Quartic1D(), SGD(), 0.1, 300, "descending"),
    (Saddle(), SGD(), 0.1, 40, "saddle"),
    (Saddle(), SGD(), 0.1, 300, "converged"),
    (DixonPrice(), SGD(), 0.004, 200, "saddle"),
    (UnboundedMonkeySaddle(), Newton(), 1.0, 30, "saddle"),
    (UnboundedSaddle(), SGD(), 0.1, 80, "left"),
    (McCormick(), SGD(), 0.05, 300, "converged"),
    (McCormick(), Momentum(), 0.1, 300, "left"),
    (Formula("x + y"), SGD(), 0.1, 100, "left"),
    (Formula("log(x) + y^2", ((0.1, 3), (-2, 2))), SGD(), 0.1, 100, "diverged"),
    (Easom(), SGD(), 0.5, 300, "converged"),
    (Easom(), SGD(), 5.0, 300, "plateau"),
    (Plateau(), SGD(), 1.0, 300, "converged"),
    (Plateau(), SGD(), 100.0, 300, "plateau"),
    (SigmoidNeuron(), SGD(), 0.1, 1000, "plateau"),
    (AbsoluteValue(), SGD(), 0.1, 300, "bouncing"),
    (L1Kink(), SGD(), 0.01, 300, "bouncing"),
    (Ravine(), RMSprop(alpha=0.5), 0.1, 300, "bouncing"),
]


@pytest.mark.parametrize(("problem", "rule", "lr", "steps", "kind"), CASES, ids=lambda v: str(getattr(v, "name", v)))
def test_known_outcomes(problem: Problem, rule: Optimizer, lr: float, steps: int, kind: str) -> None:
    (found,) = lrviz.verdict(problem, simulate(problem, [Run(rule, lr)], steps=steps))
    assert found.kind == kind, found.sentence


def test_every_kind_is_in_the_table() -> None:
    assert {case[-1] for case in CASES} == set(KINDS)


def test_with_noise_a_constant_rate_bounces_and_a_small_one_still_descends() -> None:
    runs = [Run(SGD(), lr) for lr in (1e-3, 0.1, 0.5, 1.5)]
    found = lrviz.verdict(Bowl(), simulate(Bowl(), runs, steps=300, noise=0.5))
    assert [v.kind for v in found] == ["descending", "bouncing", "bouncing", "bouncing"]
    assert "noise floor" in found[2].sentence


def test_a_decaying_rate_arrives_where_a_constant_one_bounces() -> None:
    runs = [Run(SGD(), 0.1), Run(SGD(), 0.1, Cosine())]
    found = lrviz.verdict(AbsoluteValue(), simulate(AbsoluteValue(), runs, steps=300))
    assert [v.kind for v in found] == ["bouncing", "converged"]
    assert "kink" in found[0].sentence


def test_a_rate_that_decays_too_soon_is_named() -> None:
    runs = [Run(SGD(), 0.001, Exponential(decay=0.05))]
    (found,) = lrviz.verdict(Rosenbrock(), simulate(Rosenbrock(), runs, steps=300))
    assert found.kind == "descending"
    assert found.sentence.startswith("Stopped by its schedule at a loss of 4")


def test_exactly_on_the_ridge_nothing_leads_off_it() -> None:
    (found,) = lrviz.verdict(Saddle(), simulate(Saddle(), [Run(SGD(), 0.1)], steps=2000, start=(-1.6, 0.0)))
    assert found.kind == "saddle"


def test_the_limit_of_an_adaptive_rule_is_that_of_its_scaling_at_the_step() -> None:
    result = simulate(Rosenbrock(), [Run(RMSprop(), lr=0.5)], steps=300)
    verdict = lrviz.verdict(Rosenbrock(), result)[0]
    limit = lrviz.stability(Rosenbrock(), result).limit[-1, 0]
    assert verdict.kind == "oscillating"
    assert verdict.limit == pytest.approx(limit, rel=1e-12)
    assert verdict.rate > limit
    assert f"the limit for RMSprop as it scales the coordinates there, {limit:.3g}" in verdict.sentence


@pytest.mark.parametrize("rule", [Adam(), RMSprop(), Adagrad()])
def test_a_run_that_its_first_steps_threw_far_off_is_not_told_to_raise_the_rate(rule: Optimizer) -> None:
    thrown, slow = (
        lrviz.verdict(Rosenbrock(), simulate(Rosenbrock(), [Run(rule, lr=lr)], steps=300))[0] for lr in (5.0, 1e-3)
    )
    assert thrown.kind == slow.kind == "descending"
    assert thrown.peak > 1000
    assert "threw it up to" in thrown.sentence
    assert thrown.sentence.endswith("Lower the rate, or warm up.")
    assert "Raise the rate" in slow.sentence


def test_a_rate_that_is_to_be_raised_is_given_the_limit_of_the_whole_path() -> None:
    """Where Beale's path has come to, Momentum bears 0.26; where it began, 0.0135, and above that it diverges."""
    slow = lrviz.verdict(Beale(), simulate(Beale(), [Run(Momentum(), 1.1e-4)], steps=300))[0]
    path = Beale().hessian(simulate(Beale(), [Run(Momentum(), 1.1e-4)], steps=300).positions[:, :, 0].T)
    bears = Momentum().stable_below(float(np.linalg.eigvalsh(np.moveaxis(path, -1, 0)).max()))
    assert bears is not None
    assert slow.kind == "descending"
    assert slow.limit is not None
    assert slow.limit > 10 * bears
    assert slow.sentence.endswith(f"it is stable below {bears:.3g} where its path was steepest.")
    assert simulate(Beale(), [Run(Momentum(), 2 * bears)], steps=300).diverged_at[0] > 0


def test_swings_under_which_the_loss_falls_are_not_called_wider() -> None:
    """At rates 8 to 126 times below what their whole paths bear."""
    runs = [Run(Momentum(), 2e-5), Run(Momentum(), 8e-5), Run(Momentum(), 3.2e-4)]
    result = simulate(Rosenbrock(), runs, steps=150)
    found = [verdict for n in range(20, 151, 2) for verdict in lrviz.verdict(Rosenbrock(), result, at=n)]
    swinging = [verdict.sentence for verdict in found if verdict.kind == "oscillating"]
    assert sum("on its way down" in sentence for sentence in swinging) > 3
    assert not any("wider" in sentence for sentence in swinging)


def test_sentences_give_cause_and_remedy() -> None:
    result = simulate(Ravine(), [Run(SGD(), 0.25), Run(Momentum(), 0.5)], steps=300)
    first, second = lrviz.verdict(Ravine(), result)
    assert first.sentence == (
        f"Diverged at step {result.diverged_at[0]}: above 2/λ = 0.2 each step overshoots by more than it gains. "
        "Lower the rate."
    )
    assert "above the limit for Momentum, 0.38," in second.sentence
    (trapped,) = lrviz.verdict(DoubleWell(), simulate(DoubleWell(), [Run(SGD(), 0.1)], steps=300))
    assert "the best known is 0.2 lower" in trapped.sentence
    assert trapped.above == pytest.approx(-0.152639 + 0.352386, abs=1e-5)
    logarithm = Formula("log(x) + y^2", ((0.1, 3), (-2, 2)))
    (outside,) = lrviz.verdict(logarithm, simulate(logarithm, [Run(SGD(), 0.1)], steps=100))
    assert "stepped to where the loss has no value" in outside.sentence


@pytest.mark.parametrize(("problem", "lr"), [(Ravine(kappa=100.0), 1e-3), (Bowl(), 0.01), (Himmelblau(), 1e-3)])
def test_the_steps_it_still_needs_are_those_it_needs(problem: Problem, lr: float) -> None:
    runs = [Run(SGD(), lr)]
    (early,) = lrviz.verdict(problem, simulate(problem, runs, steps=120))
    (late,) = lrviz.verdict(problem, simulate(problem, runs, steps=8_000))
    assert early.kind == "descending"
    assert late.kind == "converged"
    assert early.remaining == pytest.approx(late.step - 120, rel=0.25)


def test_a_later_step_does_not_change_an_earlier_verdict() -> None:
    runs = [Run(SGD(), lr) for lr in (0.01, 0.1, 1.9, 2.2)]
    long = simulate(Bowl(), runs, steps=200)
    for n in (0, 1, 2, 17, 90, 200):
        short = lrviz.verdict(Bowl(), simulate(Bowl(), runs, steps=max(n, 1)), at=n)
        assert repr(lrviz.verdict(Bowl(), long, at=n)) == repr(short)  # NaN is not equal to itself


def test_changes_are_where_the_verdict_changes_and_end_with_the_verdict() -> None:
    problem, runs = Saddle(), [Run(SGD(), 0.1), Run(SGD(), 3.0), Run(SGD(), 1e-4)]
    result = simulate(problem, runs, steps=400)
    changes = lrviz.verdict_changes(problem, result)
    assert [change.verdict.kind for change in changes[0]] == ["descending", "saddle", "descending", "converged"]
    for run, found, final in zip(range(3), changes, lrviz.verdict(problem, result), strict=True):
        assert found[0].step == 0
        assert found[-1].verdict == final or repr(found[-1].verdict) == repr(final)
        for change in found[1:]:
            assert lrviz.verdict(problem, result, at=change.step)[run].kind == change.verdict.kind
            assert lrviz.verdict(problem, result, at=change.step - 1)[run].kind != change.verdict.kind
    assert changes[1][-1].step == result.diverged_at[1]


def test_changes_of_a_long_run_are_located_to_the_step() -> None:
    result = simulate(Bowl(), [Run(SGD(), 0.005)], steps=5000)
    (found,) = lrviz.verdict_changes(Bowl(), result)
    first, last = (change.step for change in found)
    assert first == 0
    assert [lrviz.verdict(Bowl(), result, at=n)[0].kind for n in (last - 1, last)] == ["descending", "converged"]


def test_at_must_be_a_step_of_the_result() -> None:
    result = simulate(Bowl(), [Run(SGD(), 0.1)], steps=10)
    with pytest.raises(ValueError, match=r"at must be in \[0, 10\], got 11"):
        lrviz.verdict(Bowl(), result, at=11)


RULES = [SGD(), Momentum(), Nesterov(), Adam(), RMSprop(), Adagrad(), AdamW(), Newton()]
NAMES = sorted(set(registered("problem")) - {"Formula"})


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(NAMES),
    rule=st.sampled_from(RULES),
    exponent=st.floats(-5, 1),
    steps=st.integers(1, 300),
    noise=st.sampled_from([0.0, 0.0, 0.1, 1.0]),
    place=st.tuples(st.floats(0, 1), st.floats(0, 1)),
)
def test_a_verdict_never_contradicts_the_numbers(
    name: str, rule: Optimizer, exponent: float, steps: int, noise: float, place: tuple[float, float]
) -> None:
    problem = registered("problem")[name]()
    start = [low + share * (high - low) for (low, high), share in zip(problem.domain, place, strict=False)]
    result = simulate(problem, [Run(rule, 10.0**exponent)], steps=steps, start=start, noise=noise)
    (found,) = lrviz.verdict(problem, result)
    widths, path = landmarks(problem).widths, result.positions[:, :, 0]
    assert found.sentence.endswith(".")
    assert "nan" not in found.sentence
    ended = found.kind == "diverged" or (found.kind == "left" and problem.stops is not None)
    assert ended == (result.diverged_at[0] >= 0)
    if ended:
        assert found.step == result.diverged_at[0]
        return
    assert found.loss == result.final_loss[0]
    assert found.peak == result.loss.max()
    if found.kind in ("converged", "trapped", "catapulted"):
        assert found.distance <= REST or rule.name == "AdamW"
        assert (np.linalg.norm((path[found.step :] - path[-1]) / widths, axis=1) <= REST).all()
    if found.kind == "catapulted":
        assert found.peak > result.loss[0, 0]
    if found.kind == "trapped":
        assert found.above is not None
        assert found.above > 0
    if found.kind == "left":
        low, high = np.array(problem.domain).T
        assert not ((path[found.step :] >= low) & (path[found.step :] <= high)).all(axis=1).any()
    if found.kind in ("oscillating", "bouncing"):
        assert np.linalg.norm((path - path[-1]) / widths, axis=1).max() > REST
    if found.kind in ("saddle", "plateau"):
        assert np.linalg.norm((path[-2:] - path[-1]) / widths, axis=1).max() <= NEAR
    if found.kind == "descending" and found.remaining is not None:
        assert found.remaining >= 0


def test_the_first_steps_show_no_pace() -> None:
    result = simulate(Ravine(), [Run(SGD(), 1e-3)], steps=200)
    (changes,) = lrviz.verdict_changes(Ravine(), result)
    assert "at this pace" in changes[-1].verdict.sentence
    (early,) = lrviz.verdict(Ravine(), simulate(Ravine(), [Run(SGD(), 1e-3)], steps=8))
    assert "at this pace" not in early.sentence
    assert early.sentence.startswith("Still descending, from ")


@pytest.mark.parametrize(("share", "remedy"), [(0.01, "Raise the rate"), (0.9, "Give it more steps")])
def test_a_rate_close_to_its_limit_is_not_to_be_raised(share: float, remedy: str) -> None:
    ravine = Ravine(kappa=1000.0)
    limit = 2 / float(np.linalg.eigvalsh(ravine.hessian(np.array(ravine.start))).max())
    (found,) = lrviz.verdict(ravine, simulate(ravine, [Run(SGD(), share * limit)], steps=400))
    assert found.kind == "descending"
    assert remedy in found.sentence
