"""What the player is told."""

import base64
import json
import re
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest

from lrviz.analysis.headlines import headline
from lrviz.figures.messages import as_levels, deflated, paths_message, scenery_key, scenery_message, verdicts_message
from lrviz.figures.names import short_labels
from lrviz.figures.paths import ranges
from lrviz.figures.scenery import scenery
from lrviz.figures.theme import RUN_STYLES, page_styles
from lrviz.optimizers import SGD, Adagrad, Adam, Momentum, PolyakAveraging, RMSprop
from lrviz.problems import Bowl, DoubleWell, Formula, Ravine, Rosenbrock
from lrviz.scenes import Scene, View, first_scene
from lrviz.schedules import Cosine
from lrviz.simulation import SLOTS, Run, simulate


def unpacked(message: bytes) -> tuple[dict, dict[str, np.ndarray]]:
    (length,) = struct.unpack("<I", message[:4])
    header = json.loads(message[4 : 4 + length])
    arrays = {}
    data = -(-(4 + length) // 8) * 8
    for name, table in header["arrays"].items():
        count = int(np.prod(table["shape"]))
        flat = np.frombuffer(message, dtype="<" + table["dtype"], count=count, offset=data + table["offset"])
        arrays[name] = flat.reshape(table["shape"])
        if "unit" in table:
            repeats = np.resize(np.repeat(table["reference"], table["every"]), count).reshape(table["shape"])
            arrays[name] = repeats + table["unit"] * arrays[name].astype(np.float64)
    return header["meta"], arrays


def told(scene: Scene, view: View | None = None) -> tuple[dict, dict[str, np.ndarray]]:
    return unpacked(paths_message(scene, view or View(), scene.simulate("states"), autoplay=False))


def test_the_picture_and_the_runs_name_the_same_problem() -> None:
    scene = first_scene()
    meta, arrays = told(scene)
    picture, grid = unpacked(scenery_message(scene.problem))
    assert meta["scenery"] == picture["key"] == scenery_key(scene.problem)
    levels = inflated(grid["packed"], len(grid["x"]))
    assert levels.shape == (len(grid["y"]), len(grid["x"]))
    low, high = picture["heights"]
    drawn = scenery(scene.problem)
    np.testing.assert_allclose(low + levels / 16382 * (high - low), drawn.scale(drawn.loss), atol=(high - low) / 16382)
    assert arrays["w"].shape == (3, 201, 2)


def inflated(packed: np.ndarray, width: int) -> np.ndarray:
    """Undo `deflated` by sums along rows and columns."""
    low, high = np.frombuffer(zlib.decompress(packed.tobytes()), np.uint8).reshape(2, -1, width).astype(np.uint16)
    signed = low | high << 8
    rest = (signed >> 1) ^ -(signed & 1).astype(np.int16).view(np.uint16).astype(np.int32)
    return np.cumsum(np.cumsum(rest, axis=0), axis=1) & 65535


def test_a_grid_is_packed_without_a_loss() -> None:
    chance = np.random.default_rng(0)
    for levels in (chance.integers(0, 16384, (7, 5)), np.zeros((2, 3), int), np.full((4, 1), 16383)):
        small = levels.astype(np.uint16)
        np.testing.assert_array_equal(inflated(deflated(small), small.shape[1]), small)


def test_the_bytes_that_the_test_of_the_player_reads() -> None:
    source = (Path(__file__).parents[1] / "player" / "packing.test.mjs").read_text("utf-8")
    found = re.search(r'"([A-Za-z0-9+/=]{40,})"', source)
    assert found is not None
    levels, heights = as_levels(np.array([[0, 1, np.nan, 4], [2, 2.5, 3, 3], [-1, 0, 7, 0.25]]))
    assert heights == [-1, 7]
    assert zlib.decompress(base64.b64decode(found[1])) == zlib.decompress(deflated(levels).tobytes())


def test_another_parameter_is_another_picture() -> None:
    assert scenery_key(Ravine(kappa=10.0)) != scenery_key(Ravine(kappa=10.5))


def test_the_numbers_are_those_of_the_run() -> None:
    scene = Scene(Rosenbrock(), (Run(SGD(), 1e-3), Run(Adam(b1=0.8), 0.1)), steps=30, noise=0.1)
    result = scene.simulate("states")
    meta, arrays = unpacked(paths_message(scene, View(chosen=1), result, autoplay=False))
    assert meta["chosen"] == 1
    assert meta["runs"][1]["buffers"] == ["m", "v"]
    np.testing.assert_array_equal(arrays["loss"], result.loss.T)
    np.testing.assert_allclose(arrays["w"][1], result.positions[:, :, 1], rtol=1e-6)
    np.testing.assert_allclose(arrays["grad"][0], result.gradients[:, :, 1], rtol=1e-6)
    np.testing.assert_allclose(arrays["buffers"][0], result.states[1]["m"], rtol=1e-6)
    np.testing.assert_allclose(arrays["move"], arrays["w"][1:, :-1] - arrays["w"][1:, 1:], atol=1e-6)
    assert len(arrays["grad"]) == 1


def test_the_worked_example_of_one_step() -> None:
    """w = 0.5 with gradient 0.1: a rate of 0.8 gives 0.42, one of 0.01 gives 0.499."""
    scene = Scene(Formula("x^2/10", ((-1.0, 1.0),)), (Run(SGD(), 0.8), Run(SGD(), 0.01)), steps=20, start=(0.5,))
    _, arrays = told(scene)
    assert arrays["grad"][:, 0, 0] == pytest.approx([0.1])
    assert arrays["w"][:, 1, 0] == pytest.approx([0.42, 0.499])


def test_a_diverging_run_does_not_stretch_the_chart_of_the_others() -> None:
    calm = Scene(Bowl(), (Run(SGD(), 0.1),), steps=100)
    both = Scene(Bowl(), (Run(SGD(), 0.1), Run(SGD(), 3.0)), steps=100)
    assert ranges(both.simulate()).loss[1] == pytest.approx(ranges(calm.simulate()).loss[1])
    assert ranges(both.simulate()).above == pytest.approx(ranges(calm.simulate()).above)


def test_a_catapult_stays_in_the_chart() -> None:
    result = Scene(Bowl(), (Run(Momentum(), 1.5),), steps=50).simulate()
    assert ranges(result).loss[1] >= result.loss.max()


def test_a_run_that_was_thrown_far_off_is_still_seen_where_it_arrives() -> None:
    result = Scene(Rosenbrock(), (Run(Adam(), 5.0), Run(SGD(), 1e-3)), steps=200).simulate()
    assert result.loss[:, 0].max() > 1000 * result.loss[0, 0]
    assert result.loss[-1, 0] < 0.1 * result.loss[-1, 1]
    low, high = ranges(result).above
    assert low < result.loss[:, 0].min()
    assert high < result.loss[:, 0].max()


def test_ranges_hold_where_every_run_diverges_or_nothing_moves() -> None:
    for runs in ((Run(SGD(), 1e6),), (Run(SGD(), 1e-12),)):
        span = ranges(Scene(Bowl(), runs, steps=20, start=(0.0, 0.0)).simulate())
        assert span.loss[0] < span.loss[1]
        assert 0 < span.above[0] < span.above[1]
        assert span.rate[0] < span.rate[1]


def test_the_message_holds_no_number_that_json_does_not_know() -> None:
    for scene in (
        Scene(Bowl(), (Run(SGD(), 1e6),), steps=30),
        Scene(Formula("log(x) + y"), (Run(SGD(), 5.0),), steps=30),
        Scene(DoubleWell(), (Run(SGD(), 100.0),), steps=10),
    ):
        meta, _ = told(scene)
        json.dumps(meta, allow_nan=False)


def test_a_run_that_ended_says_so_before_its_verdict_comes_and_in_the_same_words() -> None:
    scene = Scene(Bowl(), (Run(SGD(), 3.0), Run(SGD(), 0.5), Run(Momentum(), 5.0)), steps=100)
    result = scene.simulate("states")
    meta, _ = told(scene)
    later, _ = unpacked(verdicts_message(scene, result))
    says = [run["sentence"] for run in meta["runs"]]
    assert says[0].startswith(f"Diverged at step {result.diverged_at[0]}: above 2/λ = 2 ")
    assert says[1] == ""
    assert "the limit of theory, 3.8" in says[2]
    assert [says[0], says[2]] == [later["runs"][run][-1]["sentence"] for run in (0, 2)]
    assert f"SGD lr 3 diverges at step {result.diverged_at[0]}" in meta["headline"]


def test_a_run_that_falls_out_of_sight_is_not_said_to_diverge() -> None:
    scene = Scene(Formula("x + y"), (Run(SGD(), 1e5), Run(SGD(), 1e5, Cosine())), steps=100, start=(0.0, 0.0))
    meta, _ = told(scene)
    assert meta["headline"].count("leaves for good") == 2
    assert meta["runs"][0]["sentence"].startswith("Left for good at step ")


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(("background", "side"), [("#ffffff", "light"), ("#10161d", "dark")])
def test_every_run_has_its_own_look_with_contrast(background: str, side: str) -> None:
    assert len(RUN_STYLES) == SLOTS
    assert len({style.dash for style in RUN_STYLES}) == len({style.head for style in RUN_STYLES}) == SLOTS
    for style in RUN_STYLES:
        high, low = sorted((luminance(getattr(style, side)), luminance(background)), reverse=True)
        assert (high + 0.05) / (low + 0.05) >= 4.5, style
        assert getattr(style, side) in page_styles()


def test_rates_per_coordinate_and_averages_come_where_they_are_shown() -> None:
    averaged = Run(RMSprop(), 0.1, options=(PolyakAveraging(),))
    scene = Scene(Ravine(), (Run(Adagrad(), 1.0), averaged), steps=40)
    result = scene.simulate("states")
    _, arrays = told(scene, View(rate="effective"))
    np.testing.assert_allclose(arrays["effective"], np.moveaxis(result.effective_lr, 2, 0), rtol=1e-6)
    np.testing.assert_allclose(arrays["average"][1], result.averages[:, :, 1], rtol=1e-6)
    assert np.isnan(arrays["average"][0]).all()
    adagrad = arrays["effective"][0]
    assert (np.diff(adagrad, axis=0) <= 0).all()
    plain = Scene(Ravine(), (Run(Adagrad(), 1.0),), steps=40)
    assert not {"effective", "average"} & set(told(plain)[1])


def test_runs_that_get_equally_low_are_not_ranked_by_rounding() -> None:
    problem = Formula("x^2 + y^2 - 1", domain=((-2, 2), (-2, 2)))
    runs = [Run(SGD(), 0.1 + k / 100, slot=k) for k in range(5)]
    result = simulate(problem, runs, steps=300)
    said = headline(problem, result)
    assert said.endswith("5 of 5 runs get equally low, to a loss of \u22121.")
    few = simulate(problem, runs, steps=10)
    assert "rate 0.14 ends lowest" in headline(problem, few)


def test_labels_tell_runs_apart_by_what_differs() -> None:
    runs = [Run(Adam(), 0.1), Run(Adam(), 0.1, Cosine()), Run(Adam(), 0.1, Cosine(), warmup=20)]
    assert short_labels(runs) == ["constant", "cosine", "cosine, warm-up 20"]
    assert short_labels([*runs[:2], Run(SGD(), 0.1)]) == ["Adam 0.1 constant", "Adam 0.1 cosine", "SGD 0.1"]
    assert short_labels([Run(Momentum(), 0.1), Run(Momentum(momentum=0.5), 0.1)]) == [
        "Momentum 0.1",
        "Momentum 0.1 momentum 0.5",
    ]
    assert short_labels([runs[0], runs[0]]) == ["Adam 0.1", "Adam 0.1"]
