"""MathML is the formula as it is read."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given, settings

from lrviz.formula import FormulaError, mathml, parse
from tests.formula.test_formula_random import FORMULAS

SPACE = "{http://www.w3.org/1998/Math/MathML}"
NAMES = ("x", "y", "k", "theta", "w1")
ALLOWED = {f"{SPACE}{tag}" for tag in ("math", "mrow", "mi", "mn", "mo", "msup", "msub", "mfrac", "msqrt")}


def shown(text: str) -> str:
    """Return the formula's MathML as plain characters, fractions and powers with their braces."""
    return _flat(ElementTree.fromstring(mathml(parse(text, NAMES)))).replace("\u2062", " ").replace("\u2061", "")


def _flat(element: ElementTree.Element) -> str:
    inside = [_flat(child) for child in element]
    name = element.tag.removeprefix(SPACE)
    if name in ("msup", "msub"):
        return f"{inside[0]}{'^' if name == 'msup' else '_'}{{{inside[1]}}}"
    if name == "mfrac":
        return f"{{{inside[0]}}}/{{{inside[1]}}}"
    return f"\u221a{{{''.join(inside)}}}" if name == "msqrt" else (element.text or "") + "".join(inside)


TABLE = [
    ("x^2+3y^2", "x^{2}+3 y^{2}"),
    ("2x", "2 x"),
    ("sin x + y", "sin(x)+y"),
    ("sin^2(x)", "sin^{2}(x)"),
    ("|x|", "|x|"),
    ("\u221a(x+1)", "\u221a{x+1}"),
    ("(x+1)(y-1)", "(x+1) (y\u22121)"),
    ("-x^2", "\u2212x^{2}"),
    ("(-x)^2", "(\u2212x)^{2}"),
    ("1/2*x", "{1}/{2} x"),
    ("x/(2y)", "{x}/{2 y}"),
    ("2*3", "2\u22c53"),
    ("2*(1/3)", "2\u22c5{1}/{3}"),
    ("x-(y-1)", "x\u2212(y\u22121)"),
    ("1e-3*x^2", "1\u22c510^{\u22123} x^{2}"),
    ("theta*pi*e", "\u03b8 \u03c0 e"),
    ("w1+k", "w_{1}+k"),
    ("exp(-x)", "e^{\u2212x}"),
    ("log10(x)", "log_{10}(x)"),
    ("ln x", "ln(x)"),
    ("floor(x)", "\u230ax\u230b"),
    ("max(x,y)", "max(x,y)"),
    ("x^y^2", "x^{y^{2}}"),
    ("(x^y)^2", "(x^{y})^{2}"),
    ("2^-x", "2^{\u2212x}"),
    ("x*-y", "x (\u2212y)"),
]


@pytest.mark.parametrize(("text", "expected"), TABLE)
def test_mathml_shows_the_reading(text: str, expected: str) -> None:
    assert shown(text) == expected


@settings(derandomize=True, max_examples=200, deadline=None)
@given(FORMULAS)
def test_mathml_is_well_formed_and_holds_elements_of_mathematics_only(text: str) -> None:
    try:
        root = ElementTree.fromstring(mathml(parse(text, NAMES)))
    except FormulaError:
        return
    assert {element.tag for element in root.iter()} <= ALLOWED
    assert {name for element in root.iter() for name in element.attrib} <= {"display", "form", "stretchy"}
