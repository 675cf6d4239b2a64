"""What a mistake is told, and where it is underlined."""

from __future__ import annotations

import pickle
import re
from pathlib import Path
from typing import Any, cast

import pytest

import lrviz.formula
from lrviz.formula import MAX_CHARACTERS, MAX_DEPTH, MAX_NODES, FormulaError, compile_formula

# text, what is underlined, a part of the message
MISTAKES = [
    ("1/2x", "1/2x", "at 0-4: this can mean (1/2)x or 1/(2x); write the one you mean."),
    ("  e^2x", "e^2x", "at 2-6: this can mean (e^2)x or e^(2x)"),
    ("y + sin^-1(x)", "sin^-1(x)", "this can mean asin(x) or sin(x)^(-1)"),
    ("x2", "x2", "did you mean x*2 or x^2? The names that may be used are x, y, k, pi, e."),
    ("sin^y(x)", "sin^", "sin(...)^2"),
    ("|x", "|", "never closed"),
    ("||", "||", "between the bars"),
    ("x + y|", "|", "ends after '|'"),
    ("\u221ax\u00b2", "\u221ax\u00b2", "can mean"),
    ("\u0445^2", "\u0445", "looks like x; write x."),
    ("x = 2", "=", "right-hand side"),
    ("1.2.3", "1.2.3", "one decimal point"),
    ("1 2", "1 2", "operator"),
    ("sine(x)", "sine", "unknown name 'sine'; did you mean sin?"),
    ("x + Sin(y)", "Sin", "did you mean sin?"),
    ("arcsin(x)", "arcsin", "did you mean asin?"),
    ("z + x", "z", "names that may be used are x, y, k, pi, e."),
    ("q(x)", "q", "functions are sin, cos"),
    ("sin", "sin", "parentheses"),
    ("sin(x, y)", "sin(x, y)", "sin takes 1 argument, got 2."),
    ("sin()", "sin()", "got 0"),
    ("max(x)", "max(x)", "max takes 2 arguments, got 1."),
    ("x + sin(1,5)", "sin(1,5)", "write 1.5"),
    ("x + 1,5", "1,5", "1.5"),
    ("x, y", ",", "arguments of a function"),
    ("max(x,)", ")", "value"),
    ("max(,x)", ",", "value"),
    ("", "", "empty"),
    (" \t\n", " \t\n", "empty"),
    ("()", "()", "between the parentheses"),
    ("(x", "(", "never closed"),
    ("x + (y * (2 - x)", "(", "never closed"),
    ("sin(x", "(", "never closed"),
    ("x)", ")", "closes nothing"),
    (")x", ")", "closes nothing"),
    ("x +", "+", "value on its right"),
    ("x + * y", "*", "value on its left"),
    ("*x", "*", "value on its left"),
    ("(x - )", "-", "value on its right"),
    ("x ** ** y", "**", "value on its left"),
    ("x = 2", "=", "right-hand side"),
    ("[x]", "[", "round parentheses"),
    ("\\sin x", "\\", "LaTeX"),
    ("x\0", "\0", "no meaning"),
    ("x + 1e999", "1e999", "too large"),
    ("1 + 9**9**9", "9**9**9", "too large"),
    ("x/0", "x/0", "divisor is zero"),
    ("1 + (x/(2-2))", "(x/(2-2))", "divisor is zero"),
    ("0/0", "0/0", "divisor is zero"),
    ("x + log(0)", "log(0)", "infinite"),
    ("sqrt(-1)*x", "sqrt(-1)", "no real value"),
    ("(-8)^(1/3)", "(-8)^(1/3)", "no real value"),
    ("sin(exp(exp(30)))", "exp(exp(30))", "too large"),
]


@pytest.mark.parametrize(("text", "part", "message"), MISTAKES)
def test_a_mistake_is_underlined_and_explained(text: str, part: str, message: str) -> None:
    with pytest.raises(FormulaError) as caught:
        compile_formula(text, ("x", "y"), ("k",))
    error = caught.value
    assert error.text == text
    assert text[error.start : error.end] == part
    assert message in str(error)
    assert f" at {error.start}-{error.end}: " in str(error)
    assert str(error).endswith((".", "?"))


def test_the_message_has_the_form_of_the_house() -> None:
    with pytest.raises(FormulaError, match=re.escape("'1/2x' at 0-4: this can mean (1/2)x or 1/(2x); write")):
        compile_formula("1/2x", ("x",))


def test_an_error_survives_pickling() -> None:
    error = FormulaError("write 2*x.", "2x", 0, 2, ("2*x",))
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.text, again.start, again.end, again.readings) == (str(error), "2x", 0, 2, ("2*x",))


@pytest.mark.parametrize("text", [None, 3, b"x", ["x"]])
def test_a_text_that_is_not_str_is_a_type_error(text: object) -> None:
    with pytest.raises(TypeError, match=f"got {type(text).__name__}"):
        compile_formula(cast(Any, text), ("x",))


@pytest.mark.parametrize("names", [("x", "x"), ("sin",), ("pi",), ("2",), ("x y",), ("",)])
def test_names_that_cannot_be_read_are_refused(names: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="variable"):
        compile_formula("1", names)


def test_limits_are_sharp() -> None:
    assert compile_formula("x" + " " * (MAX_CHARACTERS - 1), ("x",)).text
    with pytest.raises(FormulaError, match="500 characters, this has 501"):
        compile_formula("x" + " " * MAX_CHARACTERS, ("x",))
    assert compile_formula("(" * MAX_DEPTH + "x" + ")" * MAX_DEPTH, ("x",)).text
    with pytest.raises(FormulaError, match="60 levels") as caught:
        compile_formula("(" * (MAX_DEPTH + 1) + "x" + ")" * (MAX_DEPTH + 1), ("x",))
    assert (caught.value.start, caught.value.end) == (60, 61)
    assert compile_formula("+".join("x" * (MAX_NODES // 2)), ("x",)).text
    with pytest.raises(FormulaError, match="400 numbers"):
        compile_formula("+".join("x" * (MAX_NODES // 2 + 1)), ("x",))


def test_the_package_runs_no_code_from_strings() -> None:
    for path in Path(lrviz.formula.__path__[0]).glob("*.py"):
        source = path.read_text(encoding="utf-8")
        assert not re.search(r"\b(eval|exec|compile|getattr|__import__)\(", source), path.name
        imported = set(re.findall(r"^(?:from|import) (\w+)", source, re.MULTILINE))
        assert imported <= {
            *(
                "__future__",
                "collections",
                "difflib",
                "xml",
                "functools",
                "lrviz",
                "math",
                "numpy",
                "re",
                "threading",
                "typing",
            ),
            "unicodedata",
        }
