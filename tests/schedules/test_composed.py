"""Schedules made of schedules, that watch the loss, that are typed, or that come from elsewhere."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lrviz import FormulaError, Run, Scene, simulate
from lrviz.optimizers import SGD, Adam, Momentum
from lrviz.problems import Bowl, Formula, Rosenbrock
from lrviz.schedules import (
    Clipped,
    Constant,
    Cosine,
    Exponential,
    Linear,
    OneCycle,
    ReduceOnPlateau,
    Scaled,
    Sequential,
    StepFormula,
    from_torch,
)
from tests.reference.record import recorded
from tests.reference.special import PLATEAUS, our_plateau


def rates(schedule: object, steps: int = 100, warmup: int = 0) -> np.ndarray:
    return simulate(Bowl(), [Run(SGD(), 1.0, schedule, warmup)], steps=steps).lr[:, 0]  # type: ignore[arg-type]


def test_a_sequence_gives_each_part_its_own_beginning_and_length() -> None:
    values = rates(Sequential(first=Linear(), second=Cosine(), at=40))
    np.testing.assert_allclose(values[:40], 1 - np.arange(40) / 40)
    np.testing.assert_allclose(values[40:], (1 + np.cos(np.pi * np.arange(60) / 60)) / 2)


def test_scaling_and_clipping() -> None:
    plain = rates(Exponential(decay=0.05))
    np.testing.assert_allclose(rates(Scaled(inner=Exponential(decay=0.05), by=0.3)), 0.3 * plain)
    np.testing.assert_allclose(
        rates(Clipped(inner=Exponential(decay=0.05), low=0.1, high=0.5)), np.clip(plain, 0.1, 0.5)
    )


def test_a_scaled_one_cycle_still_cycles_the_momentum_and_a_scaled_cosine_does_not() -> None:
    runs = [Run(Momentum(), 0.01, s) for s in (Scaled(inner=OneCycle(), by=1.0), OneCycle(), Scaled(by=1.0), Cosine())]
    result = simulate(Rosenbrock(), runs, steps=50)
    np.testing.assert_allclose(result.positions[:, :, 0], result.positions[:, :, 1], rtol=1e-12)
    np.testing.assert_allclose(result.positions[:, :, 2], result.positions[:, :, 3], rtol=1e-12)


def test_composed_schedules_travel_in_address_and_json() -> None:
    schedule = Sequential(first=Scaled(inner=Cosine(floor=0.1), by=0.30000000000000004), second=Linear(), at=7)
    scene = Scene(Bowl(), (Run(SGD(), 0.1, schedule),))
    assert Scene.from_query(scene.to_query()) == (scene, [])
    assert Scene.from_json(scene.to_json()) == scene
    assert "run1.schedule.first=Scaled&run1.schedule.first.inner=Cosine&" in scene.to_query()


def test_too_deep_is_refused_and_named() -> None:
    three = Scaled(inner=Scaled(inner=Cosine()))
    assert Scaled(inner=three).inner == three
    with pytest.raises(ValueError, match=r"Scaled\.inner must hold schedules at most 3 deep, got 4"):
        Scaled(inner=Scaled(inner=three))
    text = "problem=Bowl&run1=SGD&run1.lr=1&run1.schedule=Scaled" + "".join(
        f"&run1.schedule{'.inner' * i}=Scaled" for i in range(1, 30)
    )
    scene, notices = Scene.from_query(text)
    assert isinstance(scene.runs[0].schedule, Constant | Scaled)
    assert notices


def test_what_cannot_stand_in_a_composition_is_refused() -> None:
    with pytest.raises(ValueError, match=r"Sequential\.first must be known before the run"):
        Sequential(first=ReduceOnPlateau())
    with pytest.raises(TypeError, match=r"Scaled\.inner must be a schedule, got SGD"):
        Scaled(inner=SGD())


@pytest.mark.parametrize("i", range(len(PLATEAUS)))
def test_a_plateau_is_found_when_torch_finds_it(i: int) -> None:
    np.testing.assert_array_equal(our_plateau(PLATEAUS[i]), recorded("torch")[f"plateau/{i}"])


@settings(deadline=None, derandomize=True)
@given(
    st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=60),
    st.floats(0, 1),
    st.integers(0, 4),
    st.integers(0, 3),
    st.sampled_from([0.0, 0.05]),
)
def test_a_plateau_is_measured_by_the_size_of_the_best_loss_whatever_its_sign(
    losses: list[float], threshold: float, patience: int, cooldown: int, floor: float
) -> None:
    schedule = ReduceOnPlateau(gamma=0.5, threshold=threshold, patience=patience, cooldown=cooldown, floor=floor)
    state = schedule.begin(1)
    factor, best, bad, rest = 1.0, None, 0, 0
    for loss in losses:
        assert state["factor"][0] == factor
        state = schedule.observe(np.array([loss]), state)
        if best is None or loss < best - threshold * abs(best):
            best, bad = loss, 0
        else:
            bad = 0 if rest else bad + 1
        rest = max(rest - 1, 0)
        if bad > patience:
            factor, bad, rest = max(factor * 0.5, floor), 0, cooldown


@pytest.mark.parametrize("offset", [0.0, -50.0, 3.0])
def test_a_run_that_stands_below_0_has_its_rate_reduced_as_one_above(offset: float) -> None:
    schedule = ReduceOnPlateau(gamma=0.5, patience=5, threshold=1e-3)
    surface = Formula(f"x^2 + y^2 + {offset}")
    result = simulate(surface, [Run(SGD(), 1.0, schedule)], steps=60, start=(1.0, 1.0))
    assert result.lr[20, 0] < 1.0
    assert result.final_loss[0] == pytest.approx(offset, abs=1e-3)


def test_the_rates_of_a_run_that_watches_its_loss_follow_from_its_losses() -> None:
    schedule = ReduceOnPlateau(gamma=0.5, patience=3)
    runs = [Run(SGD(), 1.2, schedule, warmup=w) for w in (0, 8)]
    result = simulate(Bowl(), runs, steps=120, noise=0.3, seed=2)
    for i, run in enumerate(runs):
        state, expected = schedule.begin(1), []
        for n in range(120):
            expected.append(1.2 * min(1.0, (n + 1) / (run.warmup + 1)) * state["factor"][0])
            if n >= run.warmup:
                state = schedule.observe(result.loss[n, i : i + 1], state)
        np.testing.assert_allclose(result.lr[:, i], expected, rtol=1e-12)
        assert result.lr[-1, i] < 0.2
        alone = simulate(Bowl(), [run], steps=120, noise=0.3, seed=2)
        np.testing.assert_array_equal(alone.lr[:, 0], result.lr[:, i])


def test_a_formula_of_the_step_and_the_length() -> None:
    np.testing.assert_allclose(rates(StepFormula(formula="0.5^(n/10)")), 0.5 ** (np.arange(100) / 10))
    np.testing.assert_allclose(
        rates(StepFormula(formula="max(1 - n/N, 0.1)")), np.maximum(1 - np.arange(100) / 100, 0.1)
    )
    np.testing.assert_allclose(rates(StepFormula(formula="0.25")), 0.25)
    with pytest.raises(FormulaError):
        StepFormula(formula="1 - n/M")
    scene, notices = Scene.from_query(
        "problem=Bowl&run1=SGD&run1.lr=1&run1.schedule=StepFormula&run1.schedule.formula=n("
    )
    assert scene.runs[0].schedule in (Constant(), StepFormula())
    assert len(notices) == 1


def test_any_callable_of_the_step_is_a_schedule() -> None:
    def halves(step: int) -> float:
        return 0.5**step

    run = Run(SGD(), 1.0, halves)  # type: ignore[arg-type]
    np.testing.assert_allclose(simulate(Bowl(), [run], steps=20).lr[:, 0], 0.5 ** np.arange(20))
    warm = simulate(Bowl(), [run.replace(warmup=5)], steps=20).lr[:, 0]
    np.testing.assert_allclose(warm[5:], 0.5 ** np.arange(15))
    with pytest.raises(ValueError, match="no schedule named 'Curve'"):
        Scene(Bowl(), (run,))
    with pytest.raises(TypeError, match="must return a number for step 0"):
        Run(SGD(), 1.0, lambda step: "fast")  # type: ignore[arg-type]


class HandMade:
    """What `from_torch` needs of a PyTorch scheduler."""

    def __init__(self, lr: float) -> None:
        self.optimizer = type("Optimizer", (), {})()
        self.optimizer.param_groups = [{"lr": lr}]

    def step(self) -> None:
        self.optimizer.param_groups[0]["lr"] *= 0.9


def test_the_curve_of_a_pytorch_scheduler_leaves_the_scheduler_alone() -> None:
    scheduler = HandMade(0.3)
    schedule = from_torch(scheduler)
    np.testing.assert_allclose(rates(schedule, 50), 0.3 * 0.9 ** np.arange(50))
    assert scheduler.optimizer.param_groups[0]["lr"] == 0.3
    with pytest.raises(TypeError, match="must be given a PyTorch scheduler"):
        from_torch(Adam())
