"""Where a function is flat, or a branch is not taken, what lies below may overflow: derivatives stay true."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lrviz.formula import FormulaError, compile_formula
from lrviz.formula.syntax import Tree, parse

mp = mpmath.MPContext()
mp.dps = 80
H = mp.mpf(10) ** -20
EXTREME = [0.0, 0.0, 1.0, -1.0, 7.3, -8.0, 31.5, -45.0, 800.0, -800.0, 2e5]

# inner functions that overflow or have poles
STEEP = [
    "exp(-100*{})",
    "exp({})",
    "exp(exp({}))",
    "{}^-2",
    "1/{}",
    "log({}^2)",
    "sinh({})",
    "({})^20",
    "cosh(3*{})",
    "1/({})^3",
]
# outer functions that are flat where their argument is infinite, or do not take it
FLAT = [
    *("sigmoid({})", "tanh({})", "atan({})", "1/(1+{})", "exp(-({})^2)", "exp(-abs({}))", "(2+abs({}))^-0.7"),
    *("min({}, 3+x)", "max(y^2-4, -abs({}))", "atan2(y, 1+({})^2)", "0.5^abs({})", "x/(1+({})^2)", "relu(2-{})"),
    *("(1+({})^2)^(-y/9)", "softplus(-abs({}))", "1/hypot(1,{})", "floor(atan({}))*x"),
]
INNER = st.sampled_from(["x", "y", "(x+y)", "(x*y)", "(x-1)", "(x^2+y^2)", "x^3"])
PARTS = st.builds(
    lambda flat, steep, inner: flat.format(steep.format(inner)), *map(st.sampled_from, (FLAT, STEEP)), INNER
)
FORMULAS = st.one_of(
    PARTS,
    st.builds("x^2+y^2+{}".format, PARTS),
    st.builds("{}*({})".format, st.sampled_from(["x", "y^2", "3"]), PARTS),
    st.builds("{} - {}".format, PARTS, PARTS),
    st.builds(lambda flat, part: flat.format(f"({part})"), st.sampled_from(FLAT), PARTS),
)  # fmt: skip
POINTS = st.tuples(*[st.sampled_from(EXTREME) | st.floats(-9.0, 9.0)] * 2)


def exp(u: Any) -> Any:
    """Return infinity, or 0, where the exponent has more than 20 binary digits."""
    if mp.isinf(u) or (u and mp.mag(u) > 20):
        return mp.inf if u > 0 else mp.mpf(0)
    return mp.exp(u)


def apart(u: Any, v: Any) -> tuple[Any, Any]:
    """Return the smaller and the larger one; at a kink, or next to it, raise a `ValueError`."""
    if abs(u - v) < 1e-9:
        raise ValueError("a kink")
    return (u, v) if u < v else (v, u)


OPERATIONS: dict[str, Callable[..., Any]] = {
    **{name: getattr(mp, name) for name in ("atan", "floor", "hypot", "atan2", "log")},
    "exp": exp, "abs": lambda u: apart(u, -u)[1], "relu": lambda u: apart(u, mp.mpf(0))[1],
    "min": lambda u, v: apart(u, v)[0], "max": lambda u, v: apart(u, v)[1],
    "sinh": lambda u: (exp(u) - exp(-u)) / 2, "cosh": lambda u: (exp(u) + exp(-u)) / 2,
    "tanh": lambda u: 1 - 2 / (1 + exp(2 * u)), "sigmoid": lambda u: 1 / (1 + exp(-u)),
    "softplus": lambda u: mp.log(1 + exp(u)),
    "+": lambda u, v: u + v, "-": lambda u, v: u - v, "*": lambda u, v: u * v, "/": lambda u, v: u / v,
    "^": lambda u, v: mp.power(u, v) if mp.isint(v) else exp(v * mp.log(u)),
}  # fmt: skip


def exact(tree: Tree, x: Any, y: Any) -> Any:
    """Evaluate in 80 digits, in which what is not infinite has room."""
    values: list[Any] = []
    for node in tree.nodes:
        a = [values[i] for i in node.arguments]
        if node.kind == "number":
            values.append(mp.mpf(node.text))
        elif node.kind == "name":
            values.append({"x": x, "y": y}[node.text])
        elif node.kind == "sign":
            values.append(-a[0])
        else:
            values.append(clipped(OPERATIONS[node.text](*a)))
    return values[-1]


def clipped(value: Any) -> Any:
    """Return infinity, or 0, for what has millions of binary digits before, or zeros behind, its point."""
    if not value or mp.isinf(value) or mp.isnan(value) or abs(size := mp.mag(value)) < 4e6:
        return value
    return mp.sign(value) * mp.inf if size > 0 else mp.mpf(0)


def around(tree: Tree, x: float, y: float, shift: Any) -> tuple[Any, Any] | None:
    """Return gradient and Hessian by differences in 80 digits; None where they depend on the side or the distance."""
    x, y = mp.mpf(x) + shift, mp.mpf(y) + 2 * shift
    found = []
    for h in (H, -H * 3):
        f = [[exact(tree, x + i * h, y + j * h) for j in (0, 1, 2)] for i in (0, 1, 2)]
        if any(isinstance(value, mp.mpc) for row in f for value in row):
            return None
        slopes = [(-3 * f[0][0] + 4 * f[1][0] - f[2][0]) / (2 * h), (-3 * f[0][0] + 4 * f[0][1] - f[0][2]) / (2 * h)]
        xx, yy = (f[2][0] - 2 * f[1][0] + f[0][0]) / h**2, (f[0][2] - 2 * f[0][1] + f[0][0]) / h**2
        xy = (f[1][1] - f[1][0] - f[0][1] + f[0][0]) / h**2
        found.append((f[0][0], [*slopes, xx, xy, xy, yy]))
    (value, one), (_, other) = found
    if any(abs(u - v) > 1e-9 * (1 + abs(u)) for u, v in zip(one, other, strict=True)):
        return None
    return value, one


def truth(text: str, x: float, y: float) -> tuple[float, list[float]] | None:
    """Return value, gradient and Hessian of a smooth point; None where the formula is not smooth, or cannot be told."""
    tree = parse(text, ("x", "y"))
    try:
        near = around(tree, x, y, mp.mpf(10) ** -14)  # beside a pole that lies at the point itself
        other = around(tree, x, y, -(mp.mpf(10) ** -12))
    except (ZeroDivisionError, OverflowError, ValueError, MemoryError):
        return None
    if near is None or other is None:
        return None
    if any(abs(u - v) > 1e-6 * (1 + abs(u)) for u, v in zip((near[0], *near[1]), (other[0], *other[1]), strict=True)):
        return None
    return float(near[0]), [float(part) for part in near[1]]


def neighbours(x: float, y: float) -> np.ndarray:
    return np.array([[x + i * 1e-6, y + j * 1e-6] for i in (-1, 0, 1) for j in (-1, 0, 1)]).T


KNOWN = [
    ("x^2+y^2+1/(1+exp(-100*x))", (-8, 1), [-16, 2, 2, 0, 0, 2]),
    ("max(x^2+y^2, log(x))", (0, 1), [0, 2, 2, 0, 0, 2]),
    ("max(x^2+y^2, y/x)", (0, -1), [0, -2, 2, 0, 0, 2]),
    ("min(x^2, 1/y)", (2, 0), [4, 0, 2, 0, 0, 0]),
    ("exp(-1/(x^2+y^2))", (0, 0), [0, 0, 0, 0, 0, 0]),
    ("1/(1/x) + y", (0, 1), [1, 1, 0, 0, 0, 0]),
    ("1/(1+1/x^2)", (0, 1), [0, 0, 2, 0, 0, 0]),
    ("1/(1+1/x) + y", (0, 1), [1, 1, -2, 0, 0, 0]),
    ("1/hypot(1, (x-1)^-2)", (1, 1), [0, 0, 2, 0, 0, 0]),
    ("(1/x)^-2", (0, 1), [0, 0, 2, 0, 0, 0]),
    ("exp(log(x^2)) + y^2", (0, 1), [0, 2, 2, 0, 0, 2]),
    ("atan(1/x^2)", (0, 1), [0, 0, -2, 0, 0, 0]),
    ("exp(-exp(-x)) + y", (-800, 1), [0, 1, 0, 0, 0, 0]),
    ("tanh(exp(exp(x)))*y", (9, 1), [0, 1, 0, 0, 0, 0]),
    ("abs(x)^2 + relu(x)*0", (0, 1), [0, 0, 2, 0, 0, 0]),
]


@pytest.mark.parametrize(("text", "point", "expected"), KNOWN)
def test_known_points_where_infinities_meet_zero(text: str, point: tuple[float, float], expected: list[float]) -> None:
    compiled, w = compile_formula(text, ("x", "y")), np.array(point, float)
    assert np.isfinite(compiled.value(w))
    ours = [*compiled.gradient(w), *compiled.hessian(w).ravel()]
    np.testing.assert_allclose(ours, expected, atol=1e-6)
    both = np.array([[point[0], 0.3], [point[1], 0.7]])
    workspace = compiled.workspace((2,))
    with np.errstate(all="ignore"):  # the same among other points, and in the buffers of a loop
        np.testing.assert_allclose(workspace.descent(both)[1][:, 0], expected[:2], atol=1e-12)


@settings(derandomize=True, max_examples=400, deadline=None)
@given(FORMULAS, POINTS)
def test_derivatives_are_finite_and_true_wherever_the_loss_is_smooth(text: str, point: tuple[float, float]) -> None:
    try:
        compiled = compile_formula(text, ("x", "y"))
    except FormulaError:
        return
    values, w = compiled.value(neighbours(*point)), np.array(point)
    if not np.isfinite(values).all() or abs(values[4]) > 1e100 or np.ptp(values) > 1e-3 * (1 + abs(values[4])):
        return
    known = truth(text, *point)
    if known is None or abs(known[0] - values[4]) > 1e-7 * (1 + abs(values[4])):
        return  # not smooth, or the floats round so much that the loss itself is another
    ours = [*compiled.gradient(w), *compiled.hessian(w).ravel()]
    np.testing.assert_allclose(ours, known[1], rtol=1e-4, atol=1e-5 * (1 + abs(known[0])), err_msg=f"{text} at {point}")
