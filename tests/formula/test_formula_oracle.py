"""Value, gradient and Hessian against SymPy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import sympy

from lrviz.formula import compile_formula
from tests.formula.surfaces import SURFACES

Array = npt.NDArray[np.float64]
X, Y = sympy.symbols("x y", real=True)
NAMES: dict[str, Any] = {
    "x": X,
    "y": Y,
    "e": sympy.E,
    "sigmoid": lambda u: 1 / (1 + sympy.exp(-u)),
    "softplus": lambda u: sympy.log(1 + sympy.exp(u)),
    "hypot": lambda u, v: sympy.sqrt(u**2 + v**2),
    "log10": lambda u: sympy.log(u) / sympy.log(10),
    "log2": lambda u: sympy.log(u) / sympy.log(2),
}


def oracle(expressions: Sequence[sympy.Expr], w: Array) -> Array:
    """Evaluate by lambdify; off the kinks, where the points are, Dirac's delta is 0."""
    smooth = [e.replace(sympy.DiracDelta, lambda *_: sympy.Integer(0)) for e in expressions]
    values = sympy.lambdify((X, Y), smooth, "numpy", cse=True)(*w)
    return np.array([np.broadcast_to(v, w.shape[1:]) for v in values], dtype=np.float64)


def error(ours: Array, theirs: Array) -> float:
    """Measure the error relative to the largest component at each point."""
    return float(np.max(np.abs(ours - theirs) / (1e-300 + np.max(np.abs(theirs), axis=0))))


@pytest.mark.parametrize("name", SURFACES)
def test_surface_agrees_with_sympy(name: str) -> None:
    text, size = SURFACES[name]
    expression = sympy.sympify(text.replace("^", "**"), locals=NAMES)
    slopes = [sympy.diff(expression, v) for v in (X, Y)]
    curvatures = [sympy.diff(s, v) for s in slopes for v in (X, Y)]
    w = np.random.default_rng(1).uniform(-size, size, (2, 200))
    compiled = compile_formula(text, ("x", "y"))
    value, hessian = compiled.value(w), compiled.hessian(w)
    scale = 1 + np.abs(value)
    assert np.max(np.abs(value - oracle([expression], w)[0]) / scale) < 1e-12
    assert error(compiled.gradient(w), oracle(slopes, w)) < 1e-11
    assert error(hessian.reshape(4, 200), oracle(curvatures, w)) < 1e-11
    np.testing.assert_array_equal(hessian, hessian.swapaxes(0, 1))
