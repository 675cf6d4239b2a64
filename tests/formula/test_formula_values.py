"""What a formula computes: precedence, kinks, parameters, buffers, threads, overflow."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt
import pytest

from lrviz.formula import FUNCTIONS, compile_formula
from lrviz.formula.compiled import Compiled
from tests.formula.surfaces import SURFACES

Array = npt.NDArray[np.float64]


def at(text: str, *w: float) -> tuple[Array, Array, Array]:
    """Return value, gradient and Hessian at one point."""
    compiled = compile_formula(text, ("x", "y", "z")[: len(w)])
    point = np.array(w)
    return compiled.value(point), compiled.gradient(point), compiled.hessian(point)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-x^2", -9.0),
        ("2^-x", 0.125),
        ("2^3^2", 512.0),
        ("x-1-1", 1.0),
        ("x/3/2", 0.5),
        ("8/2*x", 12.0),
        ("--x", 3.0),
        ("+x", 3.0),
        ("x^0", 1.0),
        ("x^1", 3.0),
        ("-x*-x", 9.0),
        ("x**2", 9.0),
        ("x^-2", 1 / 9),
        ("2*-x^2", -18.0),
        (".5 + 1. + 1e1 + 1E-1", 11.6),
        ("ln(e^x)", 3.0),
        ("x^100", 3.0**100),
        ("x^-2.5", 3.0**-2.5),
        ("atan2(x, 3)", np.pi / 4),
        ("relu(-x) + relu(x)", 3.0),
        ("floor(x/2) + ceil(x/2)", 3.0),
        ("softplus(1000*x)", 3000.0),
        ("sigmoid(-1000*x)", 0.0),
    ],
)
def test_value(text: str, expected: float) -> None:
    assert at(text, 3.0)[0] == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize(
    ("text", "w", "slope"),
    [
        ("abs(x)", (0.0,), [0.0]),
        ("sign(x)", (0.0,), [0.0]),
        ("relu(x)", (0.0,), [0.0]),
        ("relu(-x)", (0.0,), [0.0]),
        ("sqrt(x)", (0.0,), [0.0]),
        ("x^0.5", (0.0,), [0.0]),
        ("abs(x)^0.3", (0.0,), [0.0]),
        ("abs(x)^(1/3) + y^2", (0.0, 1.0), [0.0, 2.0]),
        ("x^1.5", (0.0,), [0.0]),
        ("sqrt(x^2+y^2)", (0.0, 0.0), [0.0, 0.0]),
        ("hypot(x,y)", (0.0, 0.0), [0.0, 0.0]),
        ("atan2(y,x)", (0.0, 0.0), [0.0, 0.0]),
        ("max(x,y)", (1.0, 1.0), [1.0, 0.0]),
        ("max(y,x)", (1.0, 1.0), [0.0, 1.0]),
        ("min(x,y)", (1.0, 1.0), [1.0, 0.0]),
        ("max(x,y)", (1.0, 2.0), [0.0, 1.0]),
        ("min(x,y)", (1.0, 2.0), [1.0, 0.0]),
        ("floor(x)*y", (1.5, 2.0), [0.0, 1.0]),
        ("asin(x)", (1.0,), [0.0]),
        ("x^y", (0.0, 2.0), [0.0, 0.0]),
        ("x^y", (0.0, 1.0), [1.0, 0.0]),
        (SURFACES["ackley"][0], (0.0, 0.0), [0.0, 0.0]),
        (SURFACES["bukin"][0], (-10.0, 1.0), [0.0, 0.0]),
        (SURFACES["L1"][0], (0.0, 0.0), [0.0, 0.0]),
    ],
)
def test_kinks_have_the_stated_slope_and_a_finite_hessian(text: str, w: tuple[float, ...], slope: list[float]) -> None:
    value, gradient, hessian = at(text, *w)
    assert np.isfinite(value)
    np.testing.assert_array_equal(gradient, slope)
    assert np.all(np.isfinite(hessian))


def test_a_negative_base_harms_only_the_share_of_a_varying_exponent() -> None:
    value, gradient, _ = at("x^y", -2.0, 3.0)
    assert (value, gradient[0]) == pytest.approx((-8.0, 12.0), rel=1e-14)
    assert np.isnan(gradient[1])
    power = compile_formula("x^k", ("x",), ("k",))
    assert power.gradient(np.array([-2.0]), (3.0,)) == pytest.approx(12.0, rel=1e-14)
    assert power.hessian(np.array([-2.0]), (3.0,)) == pytest.approx(-12.0, rel=1e-14)
    assert power.hessian(np.array([0.0]), (1.0,)) == 0.0
    assert np.isnan(at("x^0.5", -1.0)[0])


def test_a_steep_tail_keeps_its_relative_precision() -> None:
    assert at("sigmoid(x)", 40.0)[1] == pytest.approx(np.exp(-40.0), rel=1e-14)
    assert at("tanh(x)", 30.0)[1] == pytest.approx(4 * np.exp(-60.0), rel=1e-14)


@pytest.mark.parametrize("name", SURFACES)
@pytest.mark.parametrize("shape", [(), (1,), (7,), (3, 4)])
def test_a_workspace_agrees_with_the_plain_methods(name: str, shape: tuple[int, ...]) -> None:
    text, size = SURFACES[name]
    compiled = compile_formula(text, ("x", "y"))
    workspace = compiled.workspace(shape)
    rng = np.random.default_rng(2)
    for _ in range(2):
        w = rng.uniform(-size, size, (2, *shape))
        with np.errstate(all="ignore"):
            np.testing.assert_array_equal(workspace.value(w), compiled.value(w))
            np.testing.assert_array_equal(workspace.gradient(w), compiled.gradient(w))
            np.testing.assert_array_equal(workspace.hessian(w), compiled.hessian(w))
    assert workspace.gradient(w).shape == (2, *shape)
    assert workspace.gradient(w) is workspace.gradient(w)


def test_a_workspace_follows_positions_and_parameters_that_change_in_place() -> None:
    workspace = compile_formula("k*x^2", ("x",), ("k",)).workspace((2,))
    w, k = np.array([[1.0, 2.0]]), np.array([1.0, 10.0])
    params = (k,)
    assert workspace.gradient(w, params).tolist() == [[2.0, 40.0]]
    w += 1.0
    k *= 2.0
    assert workspace.gradient(w, params).tolist() == [[8.0, 120.0]]
    assert workspace.gradient(w, (1.0,)).tolist() == [[4.0, 6.0]]
    whole = np.array([[1, 2]])
    assert workspace.gradient(whole, (1.0,)).tolist() == [[2.0, 4.0]]  # type: ignore[arg-type]
    whole += 1
    assert workspace.gradient(whole, (1.0,)).tolist() == [[4.0, 6.0]]  # type: ignore[arg-type]


def test_a_caller_may_change_what_a_workspace_returned() -> None:
    workspace = compile_formula("x + y", ("x", "y")).workspace((3,))
    w = np.zeros((2, 3))
    gradient = workspace.gradient(w)
    gradient += 5.0
    np.testing.assert_array_equal(workspace.gradient(w), 1.0)


@pytest.mark.parametrize("text", ["exp(k)*x^2 + k*y", "k", "k*c^2", "x^k + y*sin(k*c)", "max(k, x)*c"])
def test_stacked_parameters_are_one_per_run(text: str) -> None:
    compiled = compile_formula(text, ("x", "y"), ("k", "c"))
    rng = np.random.default_rng(4)
    w, k, c = rng.uniform(0.5, 2, (2, 5)), rng.uniform(0.5, 2, 5), 1.5
    for method in (compiled.value, compiled.gradient, compiled.hessian):
        single = [method(w[:, i], (float(k[i]), c)) for i in range(5)]
        # Vectorised functions may differ from scalar ones in the last digit.
        np.testing.assert_allclose(method(w, (k, c)), np.stack(single, axis=-1), rtol=1e-14)
    workspace = compiled.workspace((5,))
    np.testing.assert_array_equal(workspace.value(w, (k, c)), compiled.value(w, (k, c)))
    np.testing.assert_array_equal(workspace.value(w, (2.0, c)), compiled.value(w, (2.0, c)))


def test_what_depends_on_parameters_alone_is_computed_at_their_shape() -> None:
    program = compile_formula("x*exp(sin(k)) + exp(sin(k))", ("x",), ("k",)).evaluation("value", (1000,))._program
    assert (len(program.prelude), len(program.body)) == (2, 2)


def test_buffers_are_reused() -> None:
    text = "+".join(f"sin(x+{i})^2" for i in range(30))
    program = compile_formula(text, ("x",)).evaluation("value", (4,))._program
    assert program.buffers <= 2 < len(program.body)


def test_a_constant_formula_fills_the_shape() -> None:
    compiled = compile_formula("2*pi", ("x", "y"))
    w = np.zeros((2, 3))
    np.testing.assert_array_equal(compiled.value(w), np.full(3, 2 * np.pi))
    np.testing.assert_array_equal(compiled.gradient(w), np.zeros((2, 3)))
    np.testing.assert_array_equal(compiled.hessian(w), np.zeros((2, 2, 3)))
    assert compiled.used == frozenset()


def test_any_number_of_variables() -> None:
    names = tuple(f"w{i}" for i in range(6))
    compiled = compile_formula("+".join(f"{n}^2*{i + 1}" for i, n in enumerate(names)), names)
    w = np.arange(6.0)
    assert compiled.value(w) == np.sum(w**2 * (w + 1))
    np.testing.assert_array_equal(compiled.gradient(w), 2 * w * (w + 1))
    np.testing.assert_array_equal(compiled.hessian(w), np.diag(2 * (w + 1)))


def test_attributes_cache_and_pickle() -> None:
    compiled = compile_formula("x^2/2 + k", ("x", "y"), ("k",))
    assert (compiled.text, compiled.variables, compiled.parameters) == ("x^2/2 + k", ("x", "y"), ("k",))
    assert compiled.used == {"x"}
    assert compile_formula("x^2/2 + k", ["x", "y"], ["k"]) is compiled
    assert pickle.loads(pickle.dumps(compiled)) is compiled


def test_wrong_shapes_and_counts_are_named() -> None:
    compiled = compile_formula("k*x*y", ("x", "y"), ("k",))
    with pytest.raises(ValueError, match=r"shape \(2, ...\), got \(3, 4\)"):
        compiled.value(np.zeros((3, 4)), (1.0,))
    with pytest.raises(ValueError, match="1 parameters, got 0"):
        compiled.value(np.zeros((2, 4)))
    with pytest.raises(ValueError, match=r"shape \(2, 5\), got \(2, 4\)"):
        compiled.workspace((5,)).value(np.zeros((2, 4)), (1.0,))


@pytest.mark.parametrize("name", SURFACES)
def test_huge_values_give_inf_or_nan_without_warnings(name: str) -> None:
    compiled = compile_formula(SURFACES[name][0], ("x", "y"))
    w = np.array([[1e308, -1e308, np.inf, np.nan, 0.0, 1e-320], [1e308, 1e200, -np.inf, 0.0, 0.0, 0.0]])
    for method in (compiled.value, compiled.gradient, compiled.hessian):
        assert method(w).shape[-1] == 6


def test_a_workspace_leaves_warnings_to_the_loop_around_it() -> None:
    workspace = compile_formula("exp(x)", ("x",)).workspace((1,))
    with pytest.warns(RuntimeWarning, match="overflow"):
        assert workspace.value(np.array([[1e4]])) == np.inf


@pytest.mark.parametrize("name", [n for n in FUNCTIONS if FUNCTIONS[n] == 1])
def test_a_constant_argument_is_folded_to_what_an_array_gives(name: str) -> None:
    folded = compile_formula(f"x + {name}(0.3)", ("x",)).value(np.zeros(1))
    computed = compile_formula(f"{name}(x)", ("x",)).value(np.array([0.3]))
    assert folded == pytest.approx(float(computed), rel=1e-15)


def test_threads_share_a_formula() -> None:
    text, size = SURFACES["levy"]
    points = np.random.default_rng(5).uniform(-size, size, (64, 2, 50))
    expected = [Compiled(text, ("x", "y"), ()).hessian(w) for w in points[:1]]
    shared = Compiled(text, ("x", "y"), ())
    with ThreadPoolExecutor(8) as pool:
        values = list(pool.map(shared.value, points))
        hessians = list(pool.map(shared.hessian, points))
        gradients = list(pool.map(shared.gradient, points))
    np.testing.assert_array_equal(hessians[0], expected[0])
    for i, w in enumerate(points):
        np.testing.assert_array_equal(values[i], shared.value(w))
        np.testing.assert_array_equal(gradients[i], shared.gradient(w))
        np.testing.assert_array_equal(hessians[i], shared.hessian(w))
