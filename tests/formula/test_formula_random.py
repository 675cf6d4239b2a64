"""Random formulas against central differences, and garbage against the one exception type."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lrviz.formula import FUNCTIONS, Compiled, FormulaError, compile_formula
from tests.timing import within

Array = npt.NDArray[np.float64]

LEAVES = st.sampled_from(["x", "y", "k", "pi", "2", "0.5", "1e-1", "3."])
SMOOTH = [name for name in FUNCTIONS if name not in ("floor", "ceil", "sign")]


def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Combine texts to a larger one."""
    unary = [name for name in SMOOTH if FUNCTIONS[name] == 1]
    binary = [name for name in SMOOTH if FUNCTIONS[name] == 2]
    return st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*/"), inner),
        st.builds("{}({})".format, st.sampled_from(unary), inner),
        st.builds("{}({}, {})".format, st.sampled_from(binary), inner, inner),
        st.builds("({})^{}".format, inner, st.sampled_from(["2", "3", "-1", "1.5", "0.3", "-2", "(y/2)", "k"])),
        st.builds("-{}".format, inner),
    )


FORMULAS = st.recursive(LEAVES, grown, max_leaves=10)
SOUP = st.lists(
    st.sampled_from([*"xyk()+-*/^,.|= ", "**", "2", "1e9", "1e300", "0", "sin(", "max(", "sqrt(", "\x00", "é"]),
    max_size=60,
).map("".join)


def differences(f: npt.NDArray[np.float64], h: float) -> Array:
    """Return central differences from values at w + h and w - h."""
    return np.asarray((f[0] - f[1]) / (2.0 * h))


def check(ours: Array, values_at: list[list[Array]], steps: tuple[float, float]) -> None:
    """Compare where two step sizes agree, that is, where the difference can be trusted."""
    rough, fine = (differences(np.array(values), h) for values, h in zip(values_at, steps, strict=True))
    size = 1.0 + np.abs(fine)
    trusted = np.isfinite(rough) & np.isfinite(fine) & (np.abs(rough - fine) < 1e-6 * size)
    trusted &= np.max(np.abs(np.array(values_at)), axis=(0, 1)) < 1e4
    assert np.all(np.abs(ours - fine)[trusted] <= (1e-4 * size)[trusted])


@settings(derandomize=True, max_examples=400, deadline=None)
@given(FORMULAS)
def test_derivatives_agree_with_central_differences(text: str) -> None:
    compiled = attempt(text)
    if isinstance(compiled, FormulaError):
        return
    w, steps = np.random.default_rng(3).uniform(0.2, 2.0, (2, 40)), (2e-4, 1e-4)
    with np.errstate(all="ignore"):
        for i in range(2):
            unit = np.eye(2)[:, i, None]
            around = [[w + h * unit, w - h * unit] for h in steps]
            check(
                compiled.gradient(w, (1.3,))[i], [[compiled.value(p, (1.3,)) for p in pair] for pair in around], steps
            )
            slopes = [[compiled.gradient(p, (1.3,)) for p in pair] for pair in around]
            check(compiled.hessian(w, (1.3,))[i], slopes, steps)


def attempt(text: str) -> Compiled | FormulaError:
    """Compile, or return the one exception that is allowed."""
    try:
        return compile_formula(text, ("x", "y"), ("k",))
    except FormulaError as failure:
        return failure


def read(text: str) -> None:
    """Compile and evaluate everything; a FormulaError must lie inside the text."""
    w = np.array([[0.0, -1.0, 1e200, np.nan, 0.3], [0.0, 2.0, -1e300, 1.0, np.inf]])
    result = attempt(text)
    assert result.text == text
    if isinstance(result, FormulaError):
        assert 0 <= result.start <= result.end <= len(text)
        assert str(result).isascii()
        assert str(result).isprintable()
        return
    assert result.value(w, (2.0,)).shape == (5,)
    assert result.gradient(w, (2.0,)).shape == (2, 5)
    assert result.hessian(w, (2.0,)).shape == (2, 2, 5)


@settings(derandomize=True, max_examples=600, deadline=None)
@given(st.one_of(SOUP, st.text(max_size=520), FORMULAS))
@example("\ud800")
def test_any_text_is_a_formula_or_a_formula_error(text: str) -> None:
    read(text)


ATTACKS = [
    "__import__('os').getpid()",
    "().__class__.__bases__[0]",
    "lambda: 0",
    "[x for x in y]",
    "x.real",
    "9**9**9",
    "9^9^9^9^9",
    "sin(9.0**9.0**9.0)",
    "sin(exp(exp(30.)))",
    "x^(9^9^9)",
    "x^1e300",
    "(x^1e300)^1e300",
    "x^-1e308",
    "1e999",
    "9" * 500,
    "0." + "0" * 400 + "1*x",
    "0/0",
    "x/0",
    "x/(1-1)",
    "x*1e308*1e308",
    "1e308*10",
    "0^-1",
    "(-8)^(1/3)",
    "log(0)",
    "sqrt(-1)",
    "(" * 500,
    "(" * 200 + "x" + ")" * 200,
    ")" * 500,
    "-" * 499 + "x",
    "+-" * 249 + "x",
    "sin(" * 120 + "x",
    "sin(" * 59 + "x" + ")" * 59,
    "^".join("x" * 250),
    "^".join("x" * 55),
    "exp(" * 55 + "x" + ")" * 55,
    "*".join("x" * 190),
    "*".join(f"(x+{i})" for i in range(75)),
    "*".join("xy" * 50),
    "*".join(["x", "y", "k", "e"] * 45),
    "/".join("xyk" * 60),
    "+".join(["x*y"] * 120),
    "x" * 500,
    "x" * 501,
    "a" * 10**6,
    " " * 500,
    "\x00",
    "x\x00y",
    "x²+π",
    "\N{SNOWMAN}",
    "\ud800",
    "１+２",
    "x\u00a0+y",
    "1_000",
    "0x10",
    "1j*x",
    "inf",
    "nan*x",
    "True",
    "x if y else k",
    "x;y",
    "x\ny",
    "'" * 499,
    "max(" * 58 + "x" + ",y)" * 58,
    "hypot(x,hypot(y,hypot(x,hypot(y,x))))^0.3^0.3^0.3",
    "tan(" * 40 + "x" + ")" * 40,
    "(x^y)^(y^x)^(x^y)^(y^x)^(x^y)^(y^x)",
]


@pytest.mark.parametrize("text", ATTACKS, ids=range(len(ATTACKS)))
def test_attacks_are_harmless_and_fast(text: str) -> None:
    with within(0.5, text):  # about 50 ms on a quiet machine; ten times that still catches any blow-up
        read(text)


def test_the_slowest_text_is_refused_or_compiled_quickly() -> None:
    for text in ATTACKS:
        with within(0.25, text):  # 50 ms is the promise; the margin is for a slow processor
            attempt(text + " ")  # not yet in the cache
