"""Verdicts: known outcomes, near the borders too; numbers and sentences that agree; changes on the way."""

import numpy as np
import pytest

import lrviz
from lrviz import Run, simulate
from lrviz.analysis.claims import DEFINITIONS, KINDS, Ended
from lrviz.analysis.theory import exact_limit
from lrviz.optimizers import (
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    AdamW,
    ClipNorm,
    DecoupledWeightDecay,
    Momentum,
    Nesterov,
    Newton,
    Optimizer,
    Option,
    RMSprop,
    WeightDecay,
)
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
from lrviz.schedules import Cosine, Exponential, OneCycle, StepFormula

SHARPNESS = float(np.square(Product().start).sum())
CASES: list[tuple[Problem, Optimizer, float, int, str]] = [
    (Bowl(), SGD(), 1e-3, 300, "descending"),
    (Bowl(), SGD(), 0.1, 300, "converged"),
    (Bowl(), SGD(), 1.0, 5, "converged"),
    (Bowl(), SGD(), 1.95, 300, "converged"),
    (Bowl(), SGD(), 1.99, 300, "oscillating"),
    (Bowl(), SGD(), 2.0, 300, "oscillating"),
    (Bowl(), SGD(), 2.01, 300, "rising"),
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
    (Ravine(kappa=100.0), SGD(), 0.0201, 300, "rising"),
    (Ravine(kappa=100.0), SGD(), 0.021, 300, "diverged"),
    (Rosenbrock(), SGD(), 1e-4, 500, "descending"),
    (Rosenbrock(), SGD(), 0.004, 500, "oscillating"),
    (Rosenbrock(), Momentum(), 0.01, 500, "diverged"),
    (Rosenbrock(), Adam(), 0.01, 500, "descending"),
    (Rosenbrock(), Newton(), 1.0, 60, "catapulted"),
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
    (Formula("x + y"), SGD(), 0.1, 100, "descending"),
    (Formula("x + y"), SGD(), 1e5, 100, "left"),
    (Formula("log(x) + y^2", ((0.1, 3), (-2, 2))), SGD(), 0.1, 100, "diverged"),
    (Easom(), SGD(), 0.5, 300, "converged"),
    (Easom(), SGD(), 5.0, 300, "plateau"),
    (Plateau(), SGD(), 1.0, 300, "converged"),
    (Plateau(), SGD(), 100.0, 300, "plateau"),
    (SigmoidNeuron(), SGD(), 0.1, 1000, "descending"),
    (AbsoluteValue(), SGD(), 0.1, 300, "oscillating"),
    (L1Kink(), SGD(), 0.01, 300, "oscillating"),
    (Ravine(), RMSprop(alpha=0.5), 0.1, 300, "oscillating"),
]


@pytest.mark.parametrize(("problem", "rule", "lr", "steps", "kind"), CASES, ids=lambda v: str(getattr(v, "name", v)))
def test_known_outcomes(problem: Problem, rule: Optimizer, lr: float, steps: int, kind: str) -> None:
    (found,) = lrviz.verdict(problem, simulate(problem, [Run(rule, lr)], steps=steps))
    assert found.kind == kind, found.sentence


def test_every_kind_is_in_the_table_and_has_a_definition() -> None:
    assert {case[-1] for case in CASES} | {"stalled", "still"} == set(KINDS)  # those have tests of their own
    assert tuple(DEFINITIONS) == KINDS


def test_with_noise_a_constant_rate_goes_up_and_down_and_a_small_one_still_descends() -> None:
    runs = [Run(SGD(), lr) for lr in (1e-3, 0.1, 0.5)]
    found = lrviz.verdict(Bowl(), simulate(Bowl(), runs, steps=300, noise=0.5))
    assert [v.kind for v in found] == ["descending", "stalled", "stalled"]
    assert "its loss goes up and down" in found[2].sentence


def test_a_decaying_rate_gets_lower_where_a_constant_one_turns_back() -> None:
    runs = [Run(SGD(), 0.1), Run(SGD(), 0.1, Cosine())]
    found = lrviz.verdict(AbsoluteValue(), simulate(AbsoluteValue(), runs, steps=300))
    assert [v.kind for v in found] == ["oscillating", "descending"]


@pytest.mark.parametrize("rule", [SGD(), Newton(), Momentum(), Adam()])
@pytest.mark.parametrize(
    ("text", "place"), [("x*y", "saddle"), ("-x^2 - 2*y^2", "maximum"), ("x^2 - y^4/4 - y^2", "saddle")]
)
def test_a_run_that_rests_at_a_saddle_or_a_maximum_is_held_there(rule: Optimizer, text: str, place: str) -> None:
    (found,) = lrviz.verdict(Formula(text), simulate(Formula(text), [Run(rule, 0.1)], steps=50, start=(0.0, 0.0)))
    assert found.kind == "saddle"
    assert found.sentence.startswith(f"Held at a {place} since step")


def test_a_run_whose_rate_decays_too_soon_gets_no_further() -> None:
    runs = [Run(SGD(), 0.001, Exponential(decay=0.05))]
    (found,) = lrviz.verdict(Rosenbrock(), simulate(Rosenbrock(), runs, steps=500))
    assert found.kind == "still"
    assert found.sentence.startswith("Gets no further: since step ")


def test_exactly_on_the_ridge_nothing_leads_off_it() -> None:
    (found,) = lrviz.verdict(Saddle(), simulate(Saddle(), [Run(SGD(), 0.1)], steps=2000, start=(-1.6, 0.0)))
    assert found.kind == "saddle"


def test_sentences_say_what_happened_and_where_theory_is_exact_why() -> None:
    result = simulate(Ravine(), [Run(SGD(), 0.25), Run(Momentum(), 0.5)], steps=300)
    first, second = lrviz.verdict(Ravine(), result)
    assert first.sentence == (
        f"Diverged at step {result.diverged_at[0]}: above 2/λ = 0.2 each step overshoots by more than it gains."
    )
    assert "above the limit of theory, 0.38" in second.sentence
    (trapped,) = lrviz.verdict(DoubleWell(), simulate(DoubleWell(), [Run(SGD(), 0.1)], steps=300))
    assert trapped.sentence.endswith("at a loss of −0.15; the lowest known is 0.2 lower.")
    logarithm = Formula("log(x) + y^2", ((0.1, 3), (-2, 2)))
    (outside,) = lrviz.verdict(logarithm, simulate(logarithm, [Run(SGD(), 0.1)], steps=100))
    assert "stepped to where the loss has no value" in outside.sentence


@pytest.mark.parametrize("option", [WeightDecay(rate=10.0), DecoupledWeightDecay(rate=10.0)])
def test_the_limit_counts_the_weight_decay(option: Option) -> None:
    runs = [Run(SGD(), lr, options=(option,)) for lr in (0.099, 0.101)]
    below, above = lrviz.verdict(Ravine(), simulate(Ravine(), runs, steps=5000))
    assert below.kind not in ("diverged", "rising")
    assert "2/(λ + decay) = 0.1 " in above.sentence


def test_the_limit_counts_a_momentum_that_the_schedule_cycles() -> None:
    schedule = OneCycle(low=0.5, high=0.95)
    (limit,) = [exact_limit(Ravine(), Run(Momentum(), 0.1, schedule), 101)]
    assert limit is not None
    assert limit.rates[0] == pytest.approx(2 * 1.95 / 10)
    assert limit.rates.min() == pytest.approx(2 * 1.5 / 10, rel=1e-3)


def test_a_cause_is_only_said_where_theory_is_exact() -> None:
    for problem, run in [
        (Rosenbrock(), Run(SGD(), 0.1)),
        (Ravine(), Run(Adam(), 0.1)),
        (Ravine(), Run(SGD(), 0.3, options=(ClipNorm(),))),
        (Ravine(), Run(Momentum(), 0.1, options=(DecoupledWeightDecay(),))),
    ]:
        assert exact_limit(problem, run, 100) is None


def test_what_ended_says_how() -> None:
    factor = StepFormula(formula="1/(n - 3)")
    cases: list[tuple[Problem, Run, str, str]] = [
        (Bowl(), Run(SGD(), 0.1, factor), "diverged", "rate"),
        (Formula("log(x) + y^2", ((0.1, 3), (-2, 2))), Run(SGD(), 0.5), "diverged", "loss"),
        (Beale(), Run(SGD(), 0.1), "diverged", "far"),
        (Formula("-exp(x) + y^2"), Run(SGD(), 1.0), "left", "far"),
        (McCormick(), Run(Momentum(), 0.1), "left", "far"),
    ]
    for problem, run, kind, cause in cases:
        (found,) = lrviz.verdict(problem, simulate(problem, [run], steps=300))
        (ended,) = found.claims[:1]
        assert isinstance(ended, Ended)
        assert (found.kind, ended.cause) == (kind, cause), found


def test_a_later_step_does_not_change_an_earlier_verdict() -> None:
    runs = [Run(SGD(), lr) for lr in (0.01, 0.1, 1.9, 2.2)]
    long = simulate(Bowl(), runs, steps=200)
    for n in (0, 1, 2, 17, 90, 200):
        short = lrviz.verdict(Bowl(), simulate(Bowl(), runs, steps=max(n, 1)), at=n)
        assert repr(lrviz.verdict(Bowl(), long, at=n)) == repr(short)  # NaN is not equal to itself


def test_changes_end_with_the_verdict_and_hold_what_holds_at_each_step() -> None:
    problem, runs = Saddle(), [Run(SGD(), 0.1), Run(SGD(), 3.0), Run(SGD(), 1e-4)]
    result = simulate(problem, runs, steps=400)
    changes = lrviz.verdict_changes(problem, result)
    assert [change.verdict.kind for change in changes[0]] == [
        "still",
        "descending",
        "saddle",
        "descending",
        "converged",
    ]
    for found, final in zip(changes, lrviz.verdict(problem, result), strict=True):
        assert found[0].step == 0
        assert found[-1].verdict == final
        assert all(change.step == change.verdict.since for change in found)
    assert changes[1][-1].step == result.diverged_at[1]


def test_a_run_of_a_map_has_the_kind_that_it_has_alone() -> None:
    for problem, rule in [(Rosenbrock(), Adam()), (DoubleWell(), Momentum()), (Rastrigin(), SGD()), (Beale(), SGD())]:
        for steps in (1, 7, 60, 300):
            for noise in (0.0, 0.3):
                (found,) = lrviz.sweep(problem, rule, rates=np.geomspace(1e-4, 1, 40), steps=steps, noise=noise)
                runs = [Run(rule, lr) for lr in found.rates]
                alone = lrviz.verdict(problem, simulate(problem, runs, steps=steps, noise=noise))
                assert list(found.kinds) == [verdict.kind for verdict in alone]


def test_at_must_be_a_step_of_the_result() -> None:
    result = simulate(Bowl(), [Run(SGD(), 0.1)], steps=10)
    with pytest.raises(ValueError, match=r"at must be in \[0, 10\], got 11"):
        lrviz.verdict(Bowl(), result, at=11)
