"""What the knob is told: how true, how long, and what belongs to what."""

import numpy as np
import pytest

import lrviz
from lrviz.analysis.families import Family
from lrviz.figures.family import LIMIT, PIXEL, family_key, family_message, thinned
from lrviz.figures.paths import loss_base
from lrviz.figures.thinning import extremes, kept
from lrviz.optimizers import SGD, Adam, Momentum, SignSGD
from lrviz.problems import Bowl, DoubleWell, Rastrigin, Ravine, Rosenbrock
from lrviz.scenes import Scene, first_scene
from lrviz.schedules import Cosine, ReduceOnPlateau, Triangular, WarmRestarts
from lrviz.simulation import LONGEST, Run
from tests.figures.test_messages import unpacked

EASY = [
    lrviz.family(first_scene(), 1),
    lrviz.family(first_scene(), 1, "momentum"),
    lrviz.family(Scene(DoubleWell(), (Run(SGD(), 0.1, Cosine(), 9),), steps=150, noise=0.3)),
    lrviz.family(Scene(Bowl(), (Run(SGD(), 1.99),), steps=500)),
]
HARD = {
    "noise": (Scene(Rosenbrock(), (Run(Adam(), 0.3),), steps=LONGEST, noise=30.0), "lr"),
    "signs": (Scene(Ravine(), (Run(SignSGD(), 0.5, WarmRestarts(period=7)),), steps=LONGEST), "lr"),
    "cycles": (Scene(Rastrigin(), (Run(Momentum(), 0.01, Triangular(half=2)),), steps=LONGEST), "momentum"),
    "feedback": (Scene(Rastrigin(), (Run(SGD(), 0.02, ReduceOnPlateau()),), steps=LONGEST, noise=5.0), "warmup"),
}


def drawn(family: Family) -> tuple[dict, list[dict[str, np.ndarray]]]:
    """Return the message's header, and the curves of each member as the player draws them, at every step."""
    meta, arrays = unpacked(family_message(family))
    vertices = np.split(np.arange(len(arrays["step"])), np.cumsum(arrays["count"])[:-1])
    rates = np.split(np.arange(len(arrays["rate_step"])), np.cumsum(arrays["rate_count"])[:-1])
    members = []
    for mine, own in zip(vertices, rates, strict=True):
        steps = np.arange(arrays["step"][mine[-1]] + 1)
        through = [np.interp(steps, arrays["step"][mine], column[mine]) for column in (*arrays["w"], arrays["loss"])]
        lr = np.interp(np.arange(arrays["rate_step"][own[-1]] + 1), arrays["rate_step"][own], arrays["rate"][own])
        members.append({"w": np.array(through[:-1]), "loss": through[-1], "lr": lr, "step": arrays["step"][mine]})
    return meta, members


@pytest.mark.parametrize("family", EASY)
def test_no_path_is_off_by_more_than_half_a_pixel_at_any_step(family: Family) -> None:
    meta, members = drawn(family)
    widths = np.diff(np.array(family.scene.problem.domain), axis=1)
    above = family.losses - loss_base(family.result)
    assert meta["tolerance"] == [1.0] * len(members)
    for member, curve in enumerate(members):
        steps = curve["w"].shape[1]
        true = family.positions[:steps, :, member].T
        inside = (np.abs(true - np.array(family.scene.problem.domain).mean(axis=1)[:, None]) < widths).all(axis=0)
        assert (np.abs(curve["w"] - true) / widths)[:, inside].max() <= PIXEL * 1.001
        seen = above[:steps, member] < above[0, 0]
        off = np.abs(curve["loss"] - family.losses[:steps, member])
        assert (off / above[0, 0])[seen].max(initial=0) <= 1 / 599
        assert (off <= 0.0101 * np.maximum(above[:steps, member], 1e-16) + 1e-12)[seen].all()
        lr = family.result.lr[: len(curve["lr"]), member]
        assert curve["lr"] == pytest.approx(lr, rel=0.0101)


@pytest.mark.parametrize("name", HARD)
def test_the_hardest_message_is_short_enough(name: str) -> None:
    scene, knob = HARD[name]
    family = lrviz.family(scene, 0, knob)
    assert 50_000 < len(family_message(family)) <= LIMIT


def test_an_oscillation_is_never_drawn_as_a_smooth_curve() -> None:
    """Where not every turn can be sent, each stretch of steps keeps its extremes: nothing lies outside their box."""
    scene, knob = HARD["noise"]
    family = lrviz.family(scene, 0, knob)
    found = thinned(family, 25_000)
    assert found.mask.sum() <= 25_000
    rough = np.flatnonzero(np.isinf(found.tolerance))
    assert rough.size
    for member in rough:
        (steps,) = np.nonzero(found.mask[:, member])
        path = family.positions[:, :, member]
        assert np.diff(steps).max() < LONGEST / 20
        np.testing.assert_array_equal(path[steps].min(axis=0), path.min(axis=0))
        np.testing.assert_array_equal(path[steps].max(axis=0), path.max(axis=0))
        for first in range(0, LONGEST, 1000):  # no step of any 1,000 is out of the box of what is drawn there
            near = path[steps[(steps > first - LONGEST / 20) & (steps < first + 1000 + LONGEST / 20)]]
            true = path[first : first + 1000]
            assert (near.min(axis=0) <= true.min(axis=0)).all()
            assert (near.max(axis=0) >= true.max(axis=0)).all()
            assert (np.ptp(near, axis=0) <= np.ptp(path[max(first - 500, 0) : first + 1500], axis=0)).all()


def test_lines_between_kept_steps_stay_within_the_tolerance() -> None:
    rng = np.random.default_rng(3)
    walk = rng.normal(size=(2, 400, 5)).cumsum(axis=1)
    last = np.array([399, 399, 17, 1, 0])
    mask = kept(walk, np.array([0.7, 1.5])[:, None, None], last)
    for member, end in enumerate(last):
        (steps,) = np.nonzero(mask[:, member])
        assert steps[0] == 0
        assert steps[-1] == end
        for channel, tolerance in ((0, 0.7), (1, 1.5)):
            column = walk[channel, :, member]
            line = np.interp(np.arange(end + 1), steps, column[steps])
            assert np.abs(line - column[: end + 1]).max() <= tolerance + 1e-12
    assert mask[:, 0].sum() < 250
    zigzag = np.where(np.arange(100) % 2, 1.0, -1.0)[None, :, None]
    assert kept(zigzag, np.array(0.5), np.array([99])).all()
    assert kept(np.arange(100.0)[None, :, None], np.array(1e-9), np.array([99])).sum() == 2


def test_extremes_of_every_stretch_are_kept() -> None:
    curve = np.random.default_rng(1).normal(size=(3, 1000))
    mask = extremes(curve, 899, 62)
    assert mask.sum() <= 62
    assert not mask[900:].any()
    for first in range(0, 900, 90):
        (steps,) = np.nonzero(mask[first : first + 90])
        part = curve[:, first : first + 90]
        np.testing.assert_array_equal(part[:, steps].max(axis=1), part.max(axis=1))


def test_the_header_says_what_each_member_is() -> None:
    family = EASY[0]
    meta, _ = drawn(family)
    _, arrays = unpacked(family_message(family))
    np.testing.assert_array_equal(arrays["values"], family.values)
    np.testing.assert_array_equal(arrays["diverged_at"], family.diverged_at)
    assert meta["kinds"] == list(family.kinds)
    assert [changes[-1]["sentence"] for changes in meta["verdicts"]] == [v.sentence for v in family.verdicts]
    assert set(meta["styles"]) == set(family.kinds)
    assert meta["labels"][meta["current"]] == family.scene.runs[1].label


def test_a_family_is_known_by_all_but_the_value_that_is_turned() -> None:
    scene = first_scene()
    run = scene.runs[1]
    key = family_key(scene, run, "lr")
    assert family_key(scene, run.replace(lr=0.5), "lr") == key
    assert family_key(scene.replace(runs=scene.runs[1:]), run, "lr") == key
    others = [
        family_key(scene, run, "momentum"),
        family_key(scene, run.replace(optimizer=Momentum(momentum=0.5)), "lr"),
        family_key(scene, run.replace(warmup=3), "lr"),
        family_key(scene, run.replace(schedule=Cosine()), "lr"),
        family_key(scene.replace(start=(0.0, 0.5)), run, "lr"),
        family_key(scene.replace(seed=1), run, "lr"),
        family_key(scene.replace(steps=201), run, "lr"),
        family_key(scene.replace(problem=Bowl()), run, "lr"),
    ]
    assert len({key, *others}) == 9
    assert family_key(scene, run.replace(schedule=Cosine(floor=0.2)), "schedule.floor") == family_key(
        scene, run.replace(schedule=Cosine(floor=0.4)), "schedule.floor"
    )
