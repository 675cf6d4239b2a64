"""Options of a run: clipping, weight decay, averaging; and what a result tells of rates that were found."""

import numpy as np
import pytest

from lrviz import Run, Scene, simulate
from lrviz.catalog import registered
from lrviz.optimizers import (
    SGD,
    Adam,
    AdamW,
    BarzilaiBorwein,
    ClipNorm,
    ClipValue,
    DecoupledWeightDecay,
    ExponentialAveraging,
    Hypergradient,
    Newton,
    Option,
    PolyakAveraging,
    Prodigy,
    ScheduleFreeSGD,
    WeightDecay,
)
from lrviz.problems import Bowl, Ravine, Rosenbrock
from lrviz.schedules import Cosine

PLAIN = Run(SGD(), 0.1)


def path(*options: Option, run: Run = PLAIN, steps: int = 30) -> np.ndarray:
    return simulate(Ravine(), [run.replace(options=options)], steps=steps).positions[:, :, 0]


def by_hand(gradient, shrink: float = 0.0, steps: int = 30) -> np.ndarray:  # noqa: ANN001
    w = np.array(Ravine().start)
    points = [w]
    for _ in range(steps):
        w = (1 - 0.1 * shrink) * w - 0.1 * gradient(Ravine().grad(w), w)
        points.append(w)
    return np.array(points)


def test_clipping_by_norm_keeps_the_direction() -> None:
    expected = by_hand(lambda g, w: g * min(1.0, 2.0 / (np.linalg.norm(g) + 1e-6)))
    np.testing.assert_allclose(path(ClipNorm(limit=2.0)), expected, rtol=1e-12)


def test_clipping_by_value_bounds_each_component() -> None:
    expected = by_hand(lambda g, w: np.clip(g, -2.0, 2.0))
    np.testing.assert_allclose(path(ClipValue(limit=2.0)), expected, rtol=1e-12)


def test_decay_in_the_gradient_or_beside_it() -> None:
    np.testing.assert_allclose(path(WeightDecay(rate=0.3)), by_hand(lambda g, w: g + 0.3 * w), rtol=1e-12)
    np.testing.assert_allclose(path(DecoupledWeightDecay(rate=0.3)), by_hand(lambda g, w: g, 0.3), rtol=1e-12)


def test_decoupled_decay_makes_adam_into_adamw() -> None:
    run = Run(Adam(), 0.1, Cosine())
    adamw = simulate(Ravine(), [Run(AdamW(weight_decay=0.2), 0.1, Cosine())], steps=30).positions[:, :, 0]
    np.testing.assert_allclose(path(DecoupledWeightDecay(rate=0.2), run=run), adamw, rtol=1e-12)


def test_clipping_comes_before_decay_whatever_the_order() -> None:
    expected = by_hand(lambda g, w: np.clip(g, -1.0, 1.0) + 0.3 * w)
    np.testing.assert_allclose(path(WeightDecay(rate=0.3), ClipValue(limit=1.0)), expected, rtol=1e-12)


def test_averages_are_beside_the_path_and_change_no_step() -> None:
    options = [(), (PolyakAveraging(first=10),), (ExponentialAveraging(decay=0.9),)]
    result = simulate(Bowl(), [Run(SGD(), 0.5, options=o) for o in options], steps=40, noise=0.5, seed=1)
    w = result.positions
    np.testing.assert_array_equal(w[:, :, 0], w[:, :, 1])
    assert np.isnan(result.averages[:, :, 0]).all()
    np.testing.assert_allclose(result.averages[25, :, 1], w[10:26, :, 1].mean(axis=0))
    np.testing.assert_array_equal(result.averages[:10, :, 1], w[:10, :, 1])
    weights = 0.1 * 0.9 ** np.arange(39, -1, -1)
    expected = 0.9**40 * w[0, :, 2] + (weights[:, None] * w[1:, :, 2]).sum(axis=0)
    np.testing.assert_allclose(result.averages[-1, :, 2], expected)


def test_the_gradients_of_a_result_are_those_that_the_optimizer_saw() -> None:
    run = Run(SGD(), 0.1, options=(ClipNorm(limit=0.5), WeightDecay(rate=0.1)))
    result = simulate(Ravine(), [run, Run(SGD(), 0.1)], steps=20, noise=0.2)
    moved = result.positions[:-1] - 0.1 * result.gradients
    np.testing.assert_allclose(result.positions[1:], moved, rtol=1e-12)


def test_options_batch_and_do_not_mix() -> None:
    limits = (0.1, 1.0, 10.0)
    runs = [*(Run(SGD(), 0.1, options=(ClipNorm(limit=c),)) for c in limits), Run(SGD(), 0.1), Run(Adam(), 0.1)]
    together = simulate(Ravine(), runs, steps=30)
    for i, run in enumerate(runs):
        alone = simulate(Ravine(), [run], steps=30)
        np.testing.assert_allclose(together.positions[:, :, i], alone.positions[:, :, 0], rtol=1e-12)


@pytest.mark.parametrize(
    ("optimizer", "option", "message"),
    [
        (AdamW(), WeightDecay(), "Run.options must not hold WeightDecay: AdamW does its weight decay itself."),
        (Newton(), ClipNorm(), "Run.options must not hold ClipNorm: Newton does its clipping itself."),
        (ScheduleFreeSGD(), PolyakAveraging(), "ScheduleFreeSGD does its averaging itself."),
    ],
)
def test_what_an_optimizer_owns_is_refused(optimizer, option, message: str) -> None:  # noqa: ANN001
    with pytest.raises(ValueError, match=r"Run\.options") as error:
        Run(optimizer, 0.1, options=(option,))
    assert message in str(error.value)


def test_one_option_in_each_place() -> None:
    with pytest.raises(ValueError, match=r"Run\.options must hold at most one option of a family"):
        Run(SGD(), 0.1, options=(ClipNorm(), ClipValue()))
    with pytest.raises(TypeError, match=r"Run\.options must be a sequence of options"):
        Run(SGD(), 0.1, options=ClipNorm())


def test_options_travel_in_address_and_json_and_stand_in_the_label() -> None:
    options = (PolyakAveraging(first=3), ClipNorm(limit=0.30000000000000004), WeightDecay())
    scene = Scene(Bowl(), (Run(SGD(), 0.1, options=options),))
    assert Scene.from_query(scene.to_query()) == (scene, [])
    assert Scene.from_json(scene.to_json()) == scene
    assert "run1.clip=ClipNorm&run1.clip.limit=0.30000000000000004&run1.decay=WeightDecay" in scene.to_query()
    assert Run(SGD(), 0.1, options=(ClipNorm(limit=0.5),)).label == "SGD lr 0.1, clip by norm 0.5"


def test_a_bad_option_in_an_address_is_named_and_left_out() -> None:
    text = "problem=Bowl&run1=AdamW&run1.lr=0.1&run1.decay=WeightDecay&run1.clip=PolyakAveraging&run1.average=No"
    scene, notices = Scene.from_query(text)
    assert scene.runs[0].options == ()
    assert len(notices) == 3
    bad = Scene(Bowl(), (PLAIN,)).to_json().replace('"options": []', '"options": [{"name": "ClipNorm", "limit": 0}]')
    with pytest.raises(ValueError, match=r"runs\[0\]\.options\[0\]: ClipNorm\.limit must be in"):
        Scene.from_json(bad)


def test_the_effective_rate_of_plain_descent_is_the_rate_and_adams_is_per_coordinate() -> None:
    runs = [Run(SGD(), 0.1, Cosine()), Run(Adam(), 0.1), Run(Newton(), 1.0)]
    result = simulate(Ravine(), runs, steps=25)
    kept = simulate(Ravine(), runs, steps=25, keep="states")
    np.testing.assert_array_equal(result.effective_lr, kept.effective_lr)
    np.testing.assert_allclose(result.effective_lr[:, :, 0], result.lr[:, [0, 0]])
    assert np.isnan(result.effective_lr[:, :, 2]).all()
    m = kept.states[1]["m"][1:] / (1 - 0.9 ** np.arange(1, 26))[:, None]
    moved = result.positions[:-1, :, 1] - result.positions[1:, :, 1]
    np.testing.assert_allclose(result.effective_lr[:, :, 1] * m, moved, rtol=1e-9)


@pytest.mark.parametrize(
    "name", ["SGD", "Adagrad", "Adadelta", "RMSprop", "CenteredRMSprop", "DoG", "Polyak", "Armijo", "ExactLineSearch",
             "BarzilaiBorwein", "Hypergradient"]
)  # fmt: skip
def test_the_effective_rate_is_what_multiplies_the_gradient(name: str) -> None:
    result = simulate(Ravine(), [Run(registered("optimizer")[name](), 0.05)], steps=15)
    moved = result.points[:-1] - result.points[1:]
    np.testing.assert_allclose(result.effective_lr * result.gradients, moved, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("name", list(registered("optimizer")))
def test_the_effective_rate_has_its_shape_and_ends_with_a_divergence(name: str) -> None:
    rule = registered("optimizer")[name]()
    result = simulate(Rosenbrock(), [Run(rule, 1e-4), Run(rule, 50.0)], steps=12)
    assert result.effective_lr.shape == (12, 2, 2)
    assert np.isnan(result.effective_lr[np.isnan(result.lr[:, 1]), :, 1]).all()
    if not np.isnan(result.effective_lr[:, :, 0]).all():
        assert (result.effective_lr[:, :, 0] >= 0).all()


def test_the_rate_of_a_result_is_the_one_that_was_found() -> None:
    result = simulate(Ravine(), [Run(Hypergradient(), 0.02), Run(Prodigy(), 1.0), Run(SGD(), 0.1)], steps=40)
    assert result.lr[-1, 0] > result.lr[0, 0] == 0.02
    assert result.lr[0, 1] == 1e-6
    assert (np.diff(result.lr[:, 1]) >= 0).all()
    assert (result.lr[:, 2] == 0.1).all()
    final = simulate(Ravine(), [Run(BarzilaiBorwein(), 0.05)], steps=20, keep="final")
    assert final.final_loss[0] < 1e-3
