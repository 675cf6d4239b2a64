"""Curvatures that vanish, and losses of any size: a step is finite wherever it has a finite answer."""

import numpy as np
import pytest

from lrviz import Run, simulate
from lrviz.optimizers import (
    BFGS,
    SAM,
    SGD,
    Armijo,
    BarzilaiBorwein,
    ClipNorm,
    DoG,
    ExactLineSearch,
    Hypergradient,
    Newton,
    NonlinearCG,
    Optimizer,
    Polyak,
    SaddleFreeNewton,
)
from lrviz.problems import Bowl, Formula, Ravine, Rosenbrock
from lrviz.simulation.loop import Position
from lrviz.simulation.result import Result

PLANE = ((-3.0, 3.0), (-3.0, 3.0))
SCALES = ("1e-300", "1e-150", "1e150", "1e290")


def run(text: str, rule: Optimizer, start: tuple[float, ...], steps: int = 40, lr: float = 1.0) -> Result:
    return simulate(Formula(text, domain=PLANE), [Run(rule, lr)], steps=steps, start=start)


@pytest.mark.parametrize("rule", [Newton(), SaddleFreeNewton(damping=0.0)])
@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("x^2 + 0*y", (0.0, 2.0)),
        ("abs(x) + y^2", (1.0, 0.0)),
        ("(x + y)^2", (-0.5, 0.5)),
        ("(0.1*x + 0.3*y)^2", (0.3, -0.1)),
        ("x + y", (1.0, 2.0)),
        ("exp(-x^2) * 0 + y^2", (1.0, 0.0)),
    ],
)
def test_newton_does_not_move_along_directions_without_curvature(
    rule: Optimizer, text: str, end: tuple[float, float]
) -> None:
    result = run(text, rule, (1.0, 2.0), steps=3)
    assert result.diverged_at[0] == -1
    np.testing.assert_allclose(result.final[:, 0], end, atol=1e-12)


@pytest.mark.parametrize("rule", [Newton(), SaddleFreeNewton(damping=0.0)])
def test_newton_on_a_line_without_curvature_stays(rule: Optimizer) -> None:
    curve = Formula("abs(w)", domain=((-2, 2),))
    result = simulate(curve, [Run(rule, 1.0)], steps=3, start=(1.5,))
    np.testing.assert_array_equal(result.positions[:, 0, 0], 1.5)


@pytest.mark.parametrize(("a", "b"), [("1e155", "1e155"), ("1e-170", "1e-170"), ("1e155", "1e-170")])
def test_newton_arrives_in_one_step_whatever_the_curvatures(a: str, b: str) -> None:
    for text in (f"{a}*x^2 + {b}*y^2", f"{a}*(x^2 + x*y + y^2)"):
        result = run(text, Newton(), (1.0, 2.0), steps=1)
        np.testing.assert_allclose(result.final[:, 0], 0.0, atol=1e-12)


SEARCHES = [BFGS(), NonlinearCG(), ExactLineSearch(), Newton(), SaddleFreeNewton(damping=0.0)]


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("rule", SEARCHES)
def test_a_search_arrives_at_the_minimum_of_a_loss_of_any_size(rule: Optimizer, scale: str) -> None:
    result = run(f"{scale}*(x^2 + 10*y^2 + x*y)", rule, (-1.2, 1.0))
    assert result.diverged_at[0] == -1
    assert result.final_loss[0] <= 1e-15 * float(scale)
    assert result.evaluations[0] < 40 * 2 * 41
    assert (np.diff(result.loss[:, 0]) <= 1e-14 * result.loss[:-1, 0]).all()


@pytest.mark.parametrize("rule", [BFGS(), NonlinearCG()])
@pytest.mark.parametrize("scale", SCALES)
def test_a_search_follows_a_curved_valley_of_any_size(rule: Optimizer, scale: str) -> None:
    result = run(f"{scale}*(100*(y - x^2)^2 + (1 - x)^2)", rule, (-1.2, 1.0), steps=60)
    np.testing.assert_allclose(result.final[:, 0], 1.0, atol=1e-6)


@pytest.mark.parametrize("rule", [BFGS(), NonlinearCG(), ExactLineSearch()])
@pytest.mark.parametrize("scale", SCALES)
def test_a_search_finds_its_way_from_far_away(rule: Optimizer, scale: str) -> None:
    wide = Formula(f"{scale}*(x^2 + 10*y^2)", domain=((-1e6, 1e6), (-1e6, 1e6)))
    result = simulate(wide, [Run(rule, 1.0)], steps=60, start=(-1e11, 1e11) if scale != "1e290" else (-1e6, 1e6))
    assert result.final_loss[0] < 1e-15 * result.loss[0, 0]


def test_armijo_halves_its_way_down_to_a_rate_of_any_size_and_stays_until_then() -> None:
    result = run("1e150*(x^2 + y^2)", Armijo(shrink=0.5), (1.0, -0.5))
    assert result.final_loss[0] < 1e-3 * result.loss[0, 0]
    loss = result.loss[:, 0]
    assert (np.diff(loss) <= 0).all()
    assert (np.diff(loss) == 0).any()  # 60 halvings do not reach 1e-150
    assert result.lr[0, 0] == pytest.approx(0.5**60)


@pytest.mark.parametrize("scale", SCALES)
def test_rules_that_measure_lengths_take_the_same_path_at_any_size(scale: str) -> None:
    c = float(scale)
    bowl, plain = f"{scale}*(x^2 + 3*y^2)", "x^2 + 3*y^2"
    cases: list[tuple[Optimizer, float, Optimizer, float]] = [
        (SAM(rho=0.3), 0.1 / c, SAM(rho=0.3), 0.1),
        (Hypergradient(), 0.1 / c, Hypergradient(), 0.1),
        (BarzilaiBorwein(), 0.1 / c, BarzilaiBorwein(), 0.1),
    ]
    for scaled, lr, usual, plain_lr in cases:
        at = [Position(Formula(text, domain=PLANE), np.array([[1.0], [-0.5]])) for text in (bowl, plain)]
        moves = []
        for place, rule, rate in zip(at, (scaled, usual), (lr, plain_lr), strict=True):
            place.lr = np.array([rate])
            state = rule.init(place)
            with np.errstate(all="ignore"):
                for t in range(1, 12):
                    place.move_to(t, place.w, place.lr, None, None)
                    move, state = rule.update(place.grad(), state, place)
                    place.w = place.w - move
            moves.append(place.w)
        np.testing.assert_allclose(moves[0], moves[1], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("scale", ["1e150", "1e290"])
def test_dog_and_the_polyak_step_divide_by_a_slope_of_any_size(scale: str) -> None:
    polyak = run(f"{scale}*(x^2 + 3*y^2)", Polyak(), (1.0, -0.5))
    assert polyak.final_loss[0] < 1e-4 * polyak.loss[0, 0]
    dog = run(f"{scale}*(x^2 + 3*y^2)", DoG(r_eps=0.1), (1.0, -0.5))
    expected = run("x^2 + 3*y^2", DoG(r_eps=0.1), (1.0, -0.5))
    np.testing.assert_allclose(dog.positions, expected.positions, rtol=1e-6)


@pytest.mark.parametrize("size", [1e-200, 1e-160, 1.0, 1e160, 1e300])
def test_a_clipped_gradient_is_as_long_as_the_limit_however_long_it_was(size: float) -> None:
    g = size * np.array([[3.0, 0.0], [4.0, 0.0]])
    limit = 0.5 * size if size < 1e-6 else 2.0
    clipped = ClipNorm(limit=max(limit, 1e-6)).gradient(g, np.zeros_like(g))
    expected = np.minimum(5 * size, max(limit, 1e-6))
    assert np.linalg.norm(clipped[:, 0] / expected) == pytest.approx(1.0, rel=1e-5)
    np.testing.assert_array_equal(clipped[:, 1], 0.0)


def test_below_the_value_that_is_taken_for_the_lowest_the_polyak_step_stays() -> None:
    result = simulate(Ravine(), [Run(Polyak(f_min=2.0), 0.1)], steps=200)
    assert (np.diff(result.loss[:, 0]) <= 0).all()
    assert result.final_loss[0] <= 2.0
    valley = run("x^2 + y^2 - 5", Polyak(), (1.0, 1.0))
    np.testing.assert_array_equal(valley.positions[:, :, 0], [[1.0, 1.0]] * 41)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("abs(x)^0.5 + y^2", (1e-310, 0.0)),
        ("1e300*(x^2 + y^2)", (1.0, 1.0)),
        ("x^2 + y^2", (1e-310, 1e-310)),
        ("x^2 + y^2", (1e200, 1.0)),
        ("log(x) + 1/y", (1e-310, 1e-310)),
        ("sqrt(x) + y", (5e-324, 0.0)),
    ],
)
def test_what_is_read_off_a_result_never_warns(text: str, start: tuple[float, float]) -> None:
    runs = [Run(SGD(), 1e-9), Run(SGD(), 1e-9, options=(ClipNorm(),)), Run(BFGS(), 1.0)]
    result = simulate(Formula(text, domain=PLANE), runs, steps=4, start=start, noise=0.1)
    ended = np.isnan(result.loss)
    assert len(result.to_frame()) == 15
    assert result.gradients.shape == result.effective_lr.shape == (4, 2, 3)
    assert np.isnan(result.averages).all()
    assert np.isnan(result.grad_norm[ended]).all()
    assert not (result.grad_norm < 0).any()


def test_the_length_of_a_gradient_is_right_at_the_ends_of_the_numbers() -> None:
    for scale in (1e-308, 1e-200, 1e200, 1e300):
        result = simulate(Formula(f"{scale!r}*(3*x + 4*y)", domain=PLANE), [Run(SGD(), 1e-12)], steps=1)
        assert result.grad_norm[0, 0] == pytest.approx(5 * scale, rel=1e-12)


@pytest.mark.parametrize("rule", [BFGS(), NonlinearCG(), ExactLineSearch()])
def test_a_search_at_its_end_does_not_try_the_same_points_for_ever(rule: Optimizer) -> None:
    for problem in (Bowl(), Formula("x^2 + 10*y^2 + x*y", domain=PLANE), Rosenbrock()):
        first, last = (simulate(problem, [Run(rule, 1.0)], steps=n) for n in (60, 160))
        if first.final_loss[0] < 1e-20:
            assert last.evaluations[0] - first.evaluations[0] < 100 * 9
