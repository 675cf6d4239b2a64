"""LaTeX is the formula as it was typed."""

from __future__ import annotations

import pytest

from lrviz.formula import compile_formula

TABLE = [
    ("x^2", "x^{2}"),
    ("x**2.0", "x^{2.0}"),
    ("x^2/2 + k*y**2", r"\frac{x^{2}}{2} + k y^{2}"),
    ("-x^2", "-x^{2}"),
    ("(-x)^2", r"(-x)^{2}"),
    ("2^-x", "2^{-x}"),
    ("x^y^2", "x^{y^{2}}"),
    ("(x^y)^2", r"(x^{y})^{2}"),
    ("x-(y-1)", r"x - (y - 1)"),
    ("x-y-1", "x - y - 1"),
    ("x+-y", r"x + (-y)"),
    ("(x+1)*y", r"(x + 1) y"),
    ("2*3", r"2 \cdot 3"),
    ("x*2^y", r"x \cdot 2^{y}"),
    ("2*(1/3)", r"2 \cdot \frac{1}{3}"),
    ("-x*y", "-x y"),
    ("x*-y", r"x (-y)"),
    ("(x+y)/(x-y)", r"\frac{x + y}{x - y}"),
    ("(x/y)^2", r"\left(\frac{x}{y}\right)^{2}"),
    ("1e-3*x", r"1 \cdot 10^{-3} x"),
    ("sin(x)^2", r"\sin^{2}(x)"),
    ("sin(x^2)", r"\sin(x^{2})"),
    ("sqrt(x+1)", r"\sqrt{x + 1}"),
    ("abs(x)", r"\left|x\right|"),
    ("exp(-x)", "e^{-x}"),
    ("exp(x)^2", r"(e^{x})^{2}"),
    ("log(x)+log10(x)", r"\ln(x) + \log_{10}(x)"),
    ("max(x, y)", r"\max(x, y)"),
    ("relu(x)", r"\operatorname{relu}(x)"),
    ("theta*pi*e", r"\theta \pi e"),
    ("w1 + w_2", "w_{1} + w_{2}"),
    ("rate", r"\mathrm{rate}"),
    ("learn_rate", r"\mathrm{learn\_rate}"),
    ("atan(floor(x))", r"\arctan\left(\left\lfloor x \right\rfloor\right)"),
]


@pytest.mark.parametrize(("text", "expected"), TABLE)
def test_latex(text: str, expected: str) -> None:
    assert compile_formula(text, ("x", "y", "w1", "w_2"), ("k", "theta", "rate", "learn_rate")).latex == expected
