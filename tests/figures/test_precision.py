"""What the player is told is true relative to what differs in it, not to what all of it has in common."""

from __future__ import annotations

import numpy as np
import pytest

import lrviz
from lrviz.figures.family import family_message
from lrviz.figures.messages import paths_message, scenery_message
from lrviz.figures.scenery import scenery
from lrviz.optimizers import Adam, Momentum, SignSGD
from lrviz.problems import Formula
from lrviz.scenes import Scene, View
from lrviz.simulation import Run
from tests.figures.test_messages import inflated, unpacked

NEAR = 2e-7
"""What single precision makes of a difference."""
BOWL = "(x - {x})^2 + 3*(y - {y})^2 + (x - {x})*(y - {y})"
STEEP = "(x - {x})^2 + 100*((y - {y}) - (x - {x})^2)^2"


def drawn(seed: int) -> tuple[Scene, float]:
    """Return a random scene with a large offset, or far from the origin, or at an extreme scale; and its scale."""
    rng = np.random.default_rng(seed)
    scale = float(10.0 ** rng.choice([0, 0, 0, -150, 150, -12, 12]))
    offset = float(rng.choice([0.0, 1.0, -1.0]) * 10.0 ** rng.uniform(0, 12) * scale)
    x, y = rng.choice([0.0, 0.3, 1e3, -1e5], 2).tolist()
    text = str(rng.choice([BOWL, STEEP])).format(x=x, y=f"({y})").replace("x - -", "x + ")
    problem = Formula(f"({scale!r})*({text}) + ({offset!r})", domain=((x - 2.0, x + 2.5), (y - 1.0, y + 3.0)))
    runs = (
        Run(SignSGD(), 0.03, slot=0),
        Run(Adam(), 0.1, slot=1),
        Run(Momentum(), min(max(0.01 / scale, 1e-12), 1.0), slot=2),
    )
    return Scene(problem, runs, steps=40, start=(x + 1.5, y + 1.0)), scale


def spread(values: np.ndarray) -> float:
    return float(np.ptp(values[np.isfinite(values)])) or 1e-300


scenes = pytest.mark.parametrize("seed", range(40))


@scenes
def test_heights(seed: int) -> None:
    scene, _ = drawn(seed)
    problem = scene.problem
    meta, arrays = unpacked(scenery_message(problem))
    picture = scenery(problem)
    (low, high), scale = meta["heights"], meta["scale"]
    heights = low + inflated(arrays["packed"], len(arrays["x"])) / 16382 * (high - low)
    if scale["kind"] == "linear":
        loss = scale["floor"] + scale["unit"] * heights
        assert np.abs(loss - picture.loss).max() <= spread(picture.loss) / 16382 + 2e-16 * abs(scale["floor"])
    else:
        np.testing.assert_allclose(heights, picture.scale(picture.loss), atol=(high - low) / 16382)
    assert np.abs(heights).max() < 1e4
    for name, axis in zip("xy", picture.axes, strict=True):
        assert np.abs(arrays[name] - axis).max() <= NEAR * np.ptp(axis)


@scenes
def test_marks_differ_and_are_true(seed: int) -> None:
    scene, _ = drawn(seed)
    picture = scenery(scene.problem)
    texts = [tick.text.replace("\u2212", "-") for tick in picture.ticks]
    assert len(texts) >= 3
    assert len(set(texts)) == len(texts)
    values = [float(text.removeprefix("\u2248")) for text in texts]
    relative = [text.startswith("+") for text in texts]
    assert not relative[0]
    span = spread(picture.loss)
    for tick, value, plus in zip(picture.ticks, values, relative, strict=True):
        height = tick.at if picture.scale.log else tick.at - picture.ticks[0].at
        true = 10.0**height - picture.scale.offset if picture.scale.log else height * picture.scale.unit
        first = 0.0 if plus else values[0]
        assert abs(value - first - true) <= 2e-2 * abs(true) + 1e-4 * span * (not plus) + 4e-16 * abs(values[0])


@scenes
def test_runs(seed: int) -> None:
    scene, _ = drawn(seed)
    result = scene.simulate("states")
    meta, arrays = unpacked(paths_message(scene, View(chosen=1), result, autoplay=False))
    widths = np.ptp(np.array(scene.problem.domain), axis=1)
    np.testing.assert_array_equal(arrays["loss"], result.loss.T)
    away = np.abs(arrays["w"] - np.moveaxis(result.positions, 2, 0))
    assert np.nanmax(away[:2] / widths) <= NEAR
    truths = {"grad": result.gradients, "move": result.positions[:-1] - result.positions[1:]}
    for name, truth in truths.items():
        np.testing.assert_allclose(arrays[name][0], truth[:, :, 1], rtol=NEAR, err_msg=name)
    np.testing.assert_allclose(arrays["grad_norm"][:2], result.grad_norm.T[:2], rtol=NEAR)
    for k, name in enumerate(("m", "v")):
        size = np.abs(result.states[1][name]).max()
        np.testing.assert_allclose(arrays["buffers"][k], result.states[1][name], rtol=NEAR, atol=1e-60 * size)
    low, high = meta["loss_range"]
    assert high > low
    assert max(abs(low), abs(high)) <= 2e4 * (high - low)
    assert meta["loss_log_range"][0] > 0


@scenes
def test_a_family(seed: int) -> None:
    scene, _ = drawn(seed)
    family = lrviz.family(scene, 0, "lr")
    _, arrays = unpacked(family_message(family))
    member = np.repeat(np.arange(len(family.values)), arrays["count"])
    loss = family.losses[arrays["step"], member]
    assert np.abs(arrays["loss"] - loss).max() <= NEAR * np.abs(loss - family.losses.min()).max()
    w = family.positions[arrays["step"], :, member]
    widths = np.ptp(np.array(scene.problem.domain), axis=1)
    middle = np.array(scene.problem.domain).mean(axis=1)
    off = np.abs(arrays["w"].T - w)
    assert (off <= NEAR * np.maximum(np.abs(w - middle), widths)).all()
