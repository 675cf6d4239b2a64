"""Formulas as people write them: one meaning, or both of them to choose from."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lrviz.formula import FormulaError, compile_formula
from lrviz.formula.syntax import parse
from tests.timing import within

NAMES = ("x", "y")
W = np.random.default_rng(5).uniform(0.3, 1.7, (2, 20))

WRITTEN = [
    *(("x^2+3y^2", "x^2+3*y^2"), ("2x", "2*x"), ("sin x + y", "sin(x)+y"), ("3sin(x)", "3*sin(x)"), ("|x|", "abs(x)")),
    *(("ln x", "ln(x)"), ("x\u00b2", "x^2"), ("x\u00b7y", "x*y"), ("\u221ax", "sqrt(x)"), ("\u03c0x", "pi*x")),
    *(
        ("x\u2212y", "x-y"),
        ("x\u00d7y\u00f72", "x*y/2"),
        ("x\u00b3+y\u207b\u00b2", "x^3+y^-2"),
        ("\uff12\uff58\uff0b\uff59", "2*x+y"),
    ),
    *(
        ("x\u00a0y", "x*y"),
        ("xy", "x*y"),
        ("2xy", "2*x*y"),
        ("sinx", "sin(x)"),
        ("sin 2x", "sin(2*x)"),
        ("-x^2", "-(x^2)"),
    ),
    *(
        ("sin 2\u03c0x", "sin(2*pi*x)"),
        ("2x^2", "2*(x^2)"),
        ("-2x", "-2*x"),
        ("x\u207b\u00b9", "x^-1"),
        ("x\u00b9\u2070", "x^10"),
    ),
    *(
        ("(x+1)(y-1)", "(x+1)*(y-1)"),
        ("x(y+1)", "x*(y+1)"),
        ("(x+1)y", "(x+1)*y"),
        ("2e", "2*e"),
        ("x\u00b2y", "x^2*y"),
    ),
    *(
        ("|x|+|y|", "abs(x)+abs(y)"),
        ("|x|-2|y|", "abs(x)-2*abs(y)"),
        ("|x-|y||", "abs(x-abs(y))"),
        ("2|-x|", "2*abs(-x)"),
    ),
    *(("|x|\u00b2", "abs(x)^2"), ("||x|-1|", "abs(abs(x)-1)"), ("|x||y|", "abs(x)*abs(y)"), ("sin|x|", "sin(abs(x))")),
    *(("sin^2(x)", "sin(x)^2"), ("sin\u00b2x", "sin(x)^2"), ("ln\u00b2 y", "ln(y)^2"), ("sin -x", "sin(-x)")),
    *(("e^(-x)y", "e^(-x)*y"), ("x^(2)y", "x^2*y"), ("e^-x^2", "e^(-(x^2))"), ("xe^y", "x*e^y"), ("1/2*x", "x/2")),
    *(("\u221a(x+1)y", "sqrt(x+1)*y"), ("2\u221ax", "2*sqrt(x)"), ("\u221a|x|", "sqrt(abs(x))"), ("2x/3", "2*x/3")),
    *(("sin(x)cos(y)", "sin(x)*cos(y)"), ("ln sin x", "ln(sin(x))"), ("2 sin x - cos y", "2*sin(x)-cos(y)")),
    *(
        ("\U0001d465\u00b2", "x^2"),
        ("pix", "pi*x"),
        ("x^2^3", "x^(2^3)"),
        ("max(2x, 3y)", "max(2*x, 3*y)"),
        ("x\u2062y", "x*y"),
    ),
]


@pytest.mark.parametrize(("written", "plain"), WRITTEN)
def test_what_has_one_meaning_is_read_in_it(written: str, plain: str) -> None:
    ours, theirs = compile_formula(written, NAMES), compile_formula(plain, NAMES)
    np.testing.assert_allclose(ours.value(W), theirs.value(W), rtol=1e-14)
    np.testing.assert_allclose(ours.gradient(W), theirs.gradient(W), rtol=1e-12, atol=1e-14)
    assert ours.text == written


TWICE = [
    *(
        ("1/2x", "x/2", "1/(2*x)"),
        ("e^2x", "e^2*x", "e^(2*x)"),
        ("2^3x", "8*x", "2^(3*x)"),
        ("x^2y", "x^2*y", "x^(2*y)"),
    ),
    *(("sin^-1(x/2)", "asin(x/2)", "1/sin(x/2)"), ("cos\u207b\u00b9(x/2)", "acos(x/2)", "1/cos(x/2)")),
    *(("sin x y", "sin(x)*y", "sin(x*y)"), ("sin x^2", "sin(x)^2", "sin(x^2)"), ("sin x/2", "sin(x)/2", "sin(x/2)")),
    *(("1+|x|y|x|", "1+abs(x)*y*abs(x)", "1+abs(x*abs(y)*x)"), ("\u221a2x", "sqrt(2)*x", "sqrt(2*x)")),
    *(
        ("2e-3x", "0.002*x", "2*e-3*x"),
        ("x2", "2*x", "x^2"),
        ("(x+1)2", "(x+1)*2", "(x+1)^2"),
        ("e^-x y", "e^(-x)*y", "e^(-x*y)"),
    ),
    *(("2x/3y", "2*x/3*y", "2*x/(3*y)"), ("x^2(y+1)", "x^2*(y+1)", "x^(2*(y+1))"), ("e^xy", "e^x*y", "e^(x*y)")),
    *(("y + 1/2 sin(x)", "y+sin(x)/2", "y+1/(2*sin(x))"), ("sin 2(x+1)", "sin(2)*(x+1)", "sin(2*(x+1))")),
]


@pytest.mark.parametrize(("text", "one", "other"), TWICE)
def test_what_has_two_meanings_is_refused_with_both(text: str, one: str, other: str) -> None:
    with pytest.raises(FormulaError) as caught:
        compile_formula(text, NAMES)
    assert 0 <= caught.value.start < caught.value.end <= len(text)
    found = [compile_formula(reading, NAMES).value(W) for reading in caught.value.readings]
    expected = [compile_formula(plain, NAMES).value(W) for plain in (one, other)]
    np.testing.assert_allclose(found, expected, rtol=1e-14)


ONCE = [
    *(("1,5x", "1.5*x"), ("x + 1,5", "x+1.5"), ("sin(1,5)x", "sin(1.5)*x"), ("y = x^2", "x^2"), ("f(x,y)=x+y", "x+y")),
    *(
        ("[x]+{y}", "(x)+(y)"),
        ("x^{2}", "x^2"),
        ("arcsin(x/2)", "asin(x/2)"),
        ("sine(x)", "sin(x)"),
        ("exp^2(x)", "exp(x)^2"),
    ),
    *(("\u0445^2", "x^2"), ("sgn(x)", "sign(x)"), ("sinh^-1(x)", "1/sinh(x)")),
]


@pytest.mark.parametrize(("text", "plain"), ONCE)
def test_a_slip_is_refused_with_what_was_meant(text: str, plain: str) -> None:
    with pytest.raises(FormulaError) as caught:
        compile_formula(text, NAMES)
    (reading,) = caught.value.readings
    np.testing.assert_allclose(compile_formula(reading, NAMES).value(W), compile_formula(plain, NAMES).value(W))


RAISED = dict(zip("0123456789-", "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079\u207b", strict=True))


def written(rng: random.Random, depth: int) -> tuple[str, str]:
    """Return a random formula as a person might write it, and in full."""
    if depth == 0 or rng.random() < 0.15:
        return rng.choice([("x", "x"), ("y", "y"), ("2", "2"), ("\u03c0", "pi"), ("0.5", "0.5")])
    (a, plain_a), (b, plain_b) = written(rng, depth - 1), written(rng, depth - 1)
    power = rng.choice(["2", "3", "-1", "12"])
    function = rng.choice(["sin", "cos", "exp", "ln", "sqrt"])
    return rng.choice(
        [
            (f"{a} \u2212 ({b})", f"({plain_a})-({plain_b})"),
            (f"{a} + {b}", f"({plain_a})+({plain_b})"),
            (f"({a})({b})", f"({plain_a})*({plain_b})"),
            (f"3 ({a})", f"3*({plain_a})"),
            (f"({a})\u00b7({b})", f"({plain_a})*({plain_b})"),
            (f"({a})\u00f7({b})", f"({plain_a})/({plain_b})"),
            (f"({a}){''.join(RAISED[digit] for digit in power)}", f"({plain_a})^({power})"),
            (f"{function}({a})y", f"{function}({plain_a})*y"),
            (f"2 {function} x", f"2*{function}(x)"),
            (f"\u221a({a})", f"sqrt({plain_a})"),
            (
                f"abs({a})|{b}|" if "|" not in a + b else a,
                f"abs({plain_a})*abs({plain_b})" if "|" not in a + b else plain_a,
            ),
        ]
    )


@pytest.mark.parametrize("seed", range(300))
def test_a_random_formula_means_what_it_means_in_full(seed: int) -> None:
    text, plain = written(random.Random(seed), 4)
    try:
        expected = compile_formula(plain, NAMES).value(W)
    except FormulaError:  # a constant without a value
        return
    np.testing.assert_allclose(compile_formula(text, NAMES).value(W), expected, rtol=1e-9, err_msg=text)


PIECES = [
    "\u00b2",
    "\u207b\u00b9",
    "\u221a",
    "\u03c0",
    "\u2212",
    "\u00b7",
    "sin",
    "ln ",
    "sin^-1",
    "max(",
    "e",
    "1,5",
    "2e-3",
]
SOUP = st.lists(st.sampled_from([*"xy2()+-*/^,.|= |||", *PIECES]), max_size=90).map("".join)


def refusal_of(text: str) -> FormulaError | None:
    try:
        parse(text, NAMES)
    except FormulaError as refusal:
        return refusal
    return None


@settings(derandomize=True, max_examples=1500, deadline=None)
@given(st.one_of(SOUP, st.text("|xy2+- ", max_size=60), st.text("\u221asinx^2 ", max_size=80)))
def test_any_text_is_answered_soon_and_every_reading_is_a_step_on(text: str) -> None:
    with within(0.2, text):
        refusal = refusal_of(text)
    if refusal is not None:
        assert 0 <= refusal.start <= refusal.end <= len(text)
        assert str(refusal).isascii()
        assert text not in refusal.readings
        assert len(set(refusal.readings)) == len(refusal.readings)


@pytest.mark.parametrize(
    "text", ["|" * 500, "|x" * 250, "|x|" * 166, "|x|y" * 125, "x|" * 250, "|" * 250 + "x" * 250, "(|x|" * 100]
)
def test_bars_without_end_are_answered_soon(text: str) -> None:
    with within(0.2), pytest.raises(FormulaError):
        parse(text, NAMES)


def test_a_long_refusal_can_be_followed_to_a_formula() -> None:
    text = "1/2x^2y + sin x y - |x|y|x|"
    for _ in range(8):
        try:
            compile_formula(text, NAMES)
            break
        except FormulaError as refusal:
            text = refusal.readings[0]
    assert compile_formula(text, NAMES).used == {"x", "y"}
