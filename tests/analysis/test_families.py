"""A run under every value of one number: the values, the members, where the outcome changes kind."""

import numpy as np
import pytest

import lrviz
from lrviz.analysis.knobs import knobs, positions_of, turned
from lrviz.catalog import Number, hypers, isolated, registered
from lrviz.optimizers import LBFGS, SGD, Adam, ClipNorm, Momentum, PolyakAveraging
from lrviz.problems import Ackley, Bowl, Ravine, Rosenbrock
from lrviz.scenes import Scene
from lrviz.schedules import Cosine, Sequential, StepDecay
from lrviz.simulation import RATE, Run

ROUNDING = {"rtol": 1e-9, "atol": 1e-12}
"""What the same run may differ by in another company: its numbers then stand elsewhere in their registers."""
BOWL = Scene(Bowl(), (Run(SGD(), 0.1), Run(Momentum(), 0.5)), steps=100)


def test_a_rate_is_turned_over_three_decades_around_its_own() -> None:
    family = lrviz.family(BOWL)
    assert len(family.values) == 61
    assert family.current == 30
    assert family.values[30] == 0.1
    assert family.values[-1] / family.values[0] == pytest.approx(1000, rel=0.01)
    ratios = family.values[1:] / family.values[:-1]
    assert ratios == pytest.approx(np.full(60, 10**0.05), rel=0.02)


@pytest.mark.parametrize("seed", range(12))
def test_a_rate_is_turned_on_to_where_the_outcome_changes(seed: int) -> None:
    chance = np.random.default_rng(seed)
    problem = (Bowl(), Rosenbrock(), Ackley(), Ravine())[seed % 4]
    lr = float(f"{10 ** chance.uniform(-6, 3):.3g}")
    scene = Scene(problem, (Run((SGD(), Adam(), Momentum())[seed % 3], lr),), steps=60)
    family = lrviz.family(scene)
    assert 61 <= len(family.values) <= 62
    assert (np.diff(family.values) > 0).all()
    assert family.values[family.current] == lr
    for side, seen in ((-1, family.kinds[: family.current + 1]), (1, family.kinds[family.current :])):
        rates = np.clip(lr * 10.0 ** (side * np.arange(1.5, 4.6, 0.25)), RATE.low, RATE.high)
        tried = {kind_at(scene, float(rate)) for rate in rates}
        assert len(set(seen)) > 1 or len(tried) == 1


def kind_at(scene: Scene, rate: float) -> str:
    turned_to = scene.replace(runs=(turned(scene.runs[0], "lr", rate),))
    return lrviz.verdict(scene.problem, turned_to.simulate("states"))[0].kind


@pytest.mark.parametrize("lr", [50.0, 1e3])
def test_from_far_above_the_limit_the_knob_reaches_down_to_it(lr: float) -> None:
    family = lrviz.family(BOWL.replace(runs=(Run(SGD(), lr),)))
    assert family.stretches[-1][2] == "diverged"
    low, high = family.borders[-1]
    assert low <= 2 <= high


def test_a_rate_with_no_change_in_reach_is_turned_over_three_decades() -> None:
    family = lrviz.family(Scene(Bowl(), (Run(SGD(), 1e-9),), steps=5))
    assert len(family.values) == 61
    assert len(set(family.kinds)) == 1


def test_values_are_short_enough_to_be_read() -> None:
    family = lrviz.family(BOWL.replace(runs=(Run(SGD(), 0.012345678),)))
    assert family.values[family.current] == 0.012345678
    assert all(float(f"{value:.3g}") == value for value in np.delete(family.values, family.current))


@pytest.mark.parametrize("lr", [RATE.low, 3e-12, 4e5, RATE.high])
def test_a_rate_is_turned_no_further_than_a_rate_may_be(lr: float) -> None:
    family = lrviz.family(BOWL.replace(runs=(Run(SGD(), lr),), steps=5))
    assert family.values.min() >= RATE.low
    assert family.values.max() <= RATE.high
    assert family.values[family.current] == lr


@pytest.mark.parametrize("run", [0, 1])
def test_the_member_at_the_own_value_is_the_run_of_the_scene(run: int) -> None:
    scene = Scene(
        Ackley(),
        (Run(Adam(b1=0.85), 0.3, Cosine(), 7), Run(Momentum(), 0.05, StepDecay(), options=(PolyakAveraging(),))),
        steps=40,
        start=(1.5, -0.5),
        noise=0.1,
        seed=4,
    )
    result = scene.simulate()
    for one in knobs(scene.runs[run]):
        family = lrviz.family(scene, run, one.name, count=9)
        np.testing.assert_allclose(family.positions[:, :, family.current], result.positions[:, :, run], **ROUNDING)
        np.testing.assert_allclose(family.losses[:, family.current], result.loss[:, run], **ROUNDING)
        assert family.verdicts[family.current].kind == lrviz.verdict(scene.problem, result)[run].kind


@pytest.mark.parametrize("name", registered("optimizer"))
def test_every_optimizer_is_the_same_in_its_family_as_alone(name: str) -> None:
    scene = Scene(Rosenbrock(), (Run(registered("optimizer")[name](), 1e-3), Run(SGD(), 1e-4)), steps=40)
    family = lrviz.family(scene)
    np.testing.assert_allclose(family.positions[:, :, family.current], scene.simulate().positions[:, :, 0], **ROUNDING)
    alone = scene.replace(runs=scene.runs[:1]).simulate()
    np.testing.assert_allclose(family.positions[:, :, family.current], alone.positions[:, :, 0], **ROUNDING)


@pytest.mark.parametrize("name", ["lr", "momentum", "schedule.floor", "warmup", "clip.limit"])
def test_every_member_is_the_run_with_its_value_set(name: str) -> None:
    run = Run(Momentum(), 0.02, Cosine(floor=0.1), 5, options=(ClipNorm(),))
    scene = Scene(Ravine(), (run, Run(SGD(), 0.01)), steps=50, noise=0.05)
    family = lrviz.family(scene, 0, name, count=7)
    for member, value in enumerate(family.values):
        alone = scene.replace(runs=(turned(scene.runs[0], name, value), scene.runs[1])).simulate()
        np.testing.assert_allclose(family.positions[:, :, member], alone.positions[:, :, 0], **ROUNDING)
        assert family.diverged_at[member] == alone.diverged_at[0]


def test_the_outcome_changes_kind_where_theory_says() -> None:
    family = lrviz.family(BOWL.replace(runs=(Run(SGD(), 0.5),), steps=150))
    (low, high) = family.borders[-1]
    assert low <= 2 <= high
    assert family.stretches[-1][2] == "diverged"
    assert family.stretches[0][2] == "descending"
    assert "2/λ = 2" in family.verdicts[-1].sentence
    assert family.best is not None
    assert family.values[family.best] == pytest.approx(1.0, rel=0.07)


def test_a_family_without_survivors_has_no_best() -> None:
    assert lrviz.family(BOWL.replace(runs=(Run(SGD(), 1e6),), steps=300)).best is None


@pytest.mark.parametrize("kind", ["optimizer", "schedule", "option"])
def test_every_number_of_every_entry_can_be_turned(kind: str) -> None:
    for cls in registered(kind).values():
        entry = cls()
        run = {
            "optimizer": lambda e=entry: Run(e, 0.1),
            "schedule": lambda e=entry: Run(SGD(), 0.1, e),
            "option": lambda e=entry: Run(SGD(), 0.1, options=(e,)),
        }[kind]()
        own = {name for name, spec in hypers(cls).items() if isinstance(spec, Number)}
        assert len([one for one in knobs(run) if one.name.rpartition(".")[2] in own]) >= len(own)
        for one in knobs(run):
            values = positions_of(one, 200, 61)
            assert one.value in values
            assert list(values) == sorted(set(values))
            assert len(values) <= 125
            for value in values:
                one.spec.check(one.name, value)


def test_whole_numbers_come_once_each() -> None:
    family = lrviz.family(Scene(Bowl(), (Run(LBFGS(history=3), 0.1),), steps=12), 0, "history")
    assert family.values.tolist() == list(range(1, 13))


def test_a_memory_is_turned_in_equal_ratios_of_what_is_missing_from_one() -> None:
    scene = Scene(Bowl(), (Run(Adam(b2=0.995), 0.1),), steps=5)
    values = lrviz.family(scene, 0, "b2").values
    assert (values[0], values[-1]) == (0, 0.99999)
    assert 0.995 in values
    missing = (1 - values)[1:] / (1 - values)[:-1]
    assert missing.min() > 0.6
    assert missing.max() < 0.95
    assert (values > 0.99).sum() > len(values) / 2


def test_values_that_the_entry_refuses_are_left_out() -> None:
    with isolated():

        class Even(Momentum):
            """Momentum that allows no more than half: nobody's method."""

            label = "Even"

            def __post_init__(self) -> None:
                super().__post_init__()
                if self.momentum > 0.5:
                    raise ValueError("Even.momentum must be at most a half.")

        scene = Scene(Bowl(), (Run(Even(momentum=0.3), 0.1),), steps=20)
        family = lrviz.family(scene, 0, "momentum")
        assert 0.4 < family.values.max() <= 0.5
        assert family.values[family.current] == 0.3


def test_numbers_of_a_composed_schedule_are_turned_where_they_stand() -> None:
    schedule = Sequential(first=StepDecay(), second=Cosine(), at=20)
    run = turned(Run(SGD(), 0.1, schedule), "schedule.second.floor", 0.25)
    assert run.schedule == Sequential(first=StepDecay(), second=Cosine(floor=0.25), at=20)


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"run": 2}, r"run must be in \[0, 1\], got 2"),
        ({"name": "b1"}, r"name must be one of lr, warmup for 'SGD lr 0.1', got 'b1'"),
        ({"count": 2}, r"count must be in \[3, 401\], got 2"),
    ],
)
def test_errors_name_the_argument_the_rule_and_the_value(choices: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        lrviz.family(BOWL, **choices)
