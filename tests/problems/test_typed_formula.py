"""The visitor's own formula: what it accepts, what it refuses and how, where it starts."""

from __future__ import annotations

import contextlib
import time

import numpy as np
import pytest

import lrviz
from lrviz import FormulaError, Scene
from lrviz.formula import MAX_CHARACTERS
from lrviz.optimizers import SGD
from lrviz.problems import Formula

RUNS = (lrviz.Run(SGD(), 0.1),)
LINE = ((-2.0, 2.0),)


def refusal(text: str, domain: tuple[tuple[float, float], ...] = ((-2.0, 2.0), (-2.0, 2.0))) -> FormulaError:
    with pytest.raises(FormulaError) as caught:
        Formula(text, domain=domain)
    return caught.value


def test_two_variables() -> None:
    problem = Formula("x**2 + 3*y**2", domain=((-2, 2), (-1, 1)))
    assert problem.variables == ("x", "y")
    assert problem.dimension == 2
    assert problem.loss(np.array([1.0, 2.0])) == 13.0
    assert problem.grad(np.array([1.0, 2.0])).tolist() == [2.0, 12.0]
    assert problem.hessian(np.array([1.0, 2.0])).tolist() == [[2.0, 0.0], [0.0, 6.0]]
    assert problem.latex == "x^{2} + 3 y^{2}"
    assert problem.minima.tolist() == [[0.0], [0.0]]
    assert problem.infimum == 0.0
    assert problem.infimum_is == "attained"


@pytest.mark.parametrize(("text", "name"), [("w^2", "w"), ("x^2", "x"), ("exp(w)", "w"), ("max(x, 1)", "x")])
def test_one_variable_is_x_or_w(text: str, name: str) -> None:
    problem = Formula(text, domain=LINE)
    assert problem.variables == (name,)
    assert problem.grad(np.zeros((1, 4))).shape == (1, 4)
    assert lrviz.simulate(problem, RUNS, steps=3).positions.shape == (4, 1, 1)


def test_a_formula_in_x_alone_is_a_trough_over_a_plane() -> None:
    problem = Formula("x^2")
    assert problem.dimension == 2
    assert problem.grad(np.array([1.0, 1.0])).tolist() == [2.0, 0.0]


@pytest.mark.parametrize(
    ("text", "domain", "other", "expected"),
    [
        ("x*y", ((-2, 2), (-1, 3)), "w^4 - w^2", ((-2, 2),)),
        ("2xy", ((-2, 2), (-1, 3)), "2w\u00b2 - sinw", ((-2, 2),)),
        ("w", ((-2, 2),), "xy", ((-2, 2), (-2, 2))),
        ("x*y", ((-2, 2), (-1, 3)), "sin(x)", ((-2, 2),)),
        ("x*y", ((-2, 2), (-1, 3)), "x + y", ((-2, 2), (-1, 3))),
        ("x^2", ((-2, 2), (-1, 3)), "x^4", ((-2, 2), (-1, 3))),  # a trough stays one
        ("w^2", ((-1, 4),), "x^2", ((-1, 4),)),
        ("w^2", ((-1, 4),), "x^2 + y^2", ((-1, 4), (-1, 4))),
    ],
)
def test_another_text_takes_as_many_intervals_as_it_has_variables(
    text: str, domain: tuple[tuple[float, float], ...], other: str, expected: tuple[tuple[float, float], ...]
) -> None:
    assert Formula(text, domain=domain).replace(text=other) == Formula(other, domain=expected)


def test_another_text_with_a_domain_keeps_it() -> None:
    line = Formula("x*y").replace(text="x^2", domain=((-1, 1), (-1, 1)))
    assert line == Formula("x^2", domain=((-1, 1), (-1, 1)))
    with pytest.raises(FormulaError, match="no variable"):
        Formula("x*y").replace(text="3")
    with pytest.raises(FormulaError, match="w stands alone"):
        Formula("x*y").replace(text="w + y")


@pytest.mark.parametrize(
    ("text", "domain", "place", "remedy"),
    [
        ("x*y", LINE, (2, 3), "for two write x and y"),
        ("y^2", LINE, (0, 1), "for two write x and y"),
        ("x + w", LINE, (4, 5), "has one variable, x or w"),
        ("1 + w^2", ((-2, 2), (-2, 2)), (4, 5), "w stands alone, with one interval"),
        ("z^2", ((-2, 2), (-2, 2)), (0, 1), "unknown name 'z'. The names that may be used are x, y, pi, e"),
        ("z^2", LINE, (0, 1), "The names that may be used are x, y, pi, e, or w alone"),
        ("1/2x", ((-2, 2), (-2, 2)), (0, 4), r"this can mean \(1/2\)x or 1/\(2x\)"),
        ("2 w y", ((-2, 2), (-2, 2)), (2, 3), "w stands alone, with one interval"),
        ("1/2wx", LINE, (0, 5), "this can mean"),
        ("3 + 4", ((-2, 2), (-2, 2)), (0, 5), r"has no variable; write for example x\^2"),
        ("pi", LINE, (0, 2), r"has no variable; write for example w\^2"),
        ("sqrt(-1 - x^2)", ((-2, 2), (-2, 2)), (0, 14), "no finite value anywhere in the domain"),
        ("log(w - 9)", LINE, (0, 10), "no finite value anywhere in the domain"),
        ("", LINE, (0, 0), "the formula is empty"),
        ("__import__('os')", LINE, (11, 12), "this character has no meaning here"),
        ("x" * (MAX_CHARACTERS + 1), LINE, (500, 501), "at most 500 characters, this has 501"),
    ],
)
def test_what_is_refused_has_its_place_and_remedy(
    text: str, domain: tuple[tuple[float, float], ...], place: tuple[int, int], remedy: str
) -> None:
    error = refusal(text, domain)
    assert error.text == text
    assert (error.start, error.end) == place
    with pytest.raises(FormulaError, match=remedy):
        raise error


def test_a_text_that_is_none_is_named() -> None:
    with pytest.raises(TypeError, match=r"^Formula\.text must be a text, got 3\.$"):
        Formula(3)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("domain", "error", "message"),
    [
        ((-2, 2), ValueError, r"must be one or two pairs \(low, high\), got \(-2, 2\)"),
        ((), ValueError, "must be one or two pairs"),
        (((),), ValueError, "must be one or two pairs"),
        (((0, 1),) * 3, ValueError, "must be one or two pairs"),
        (((0, 1, 2),), ValueError, "must be one or two pairs"),
        ("abc", TypeError, "must be one or two pairs"),
        (("ab",), ValueError, "must be one or two pairs"),
        (None, TypeError, "must be one or two pairs"),
        (((2, -2),), ValueError, "must have low < high in every coordinate"),
        (((1, 1),), ValueError, "must have low < high in every coordinate"),
        (((1e5, 1e5 + 1e-3),), ValueError, "must have low < high in every coordinate"),
        (((0, float("nan")),), ValueError, r"must be in \[-1000000, 1000000\], got nan"),
        (((0, 2e6),), ValueError, r"must be in \[-1000000, 1000000\], got 2000000.0"),
        (((0, "1"),), TypeError, "must be a number, got '1'"),
    ],
)
def test_a_wrong_domain_is_named_with_rule_and_value(domain: object, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=rf"^Formula\.domain {message}"):
        Formula("x^2", domain=domain)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "domain", [[[-2, 2], [-1, 1]], np.array([[-2, 2], [-1, 1]]), [np.array([-2, 2]), np.array([-1, 1])]]
)
def test_any_pairs_will_do_for_a_domain(domain: object) -> None:
    assert Formula("x*y", domain=domain) == Formula("x*y", domain=((-2, 2), (-1, 1)))  # type: ignore[arg-type]
    assert Formula("x*y", domain=domain).domain == ((-2.0, 2.0), (-1.0, 1.0))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "domain", "start"),
    [
        ("x^2 + 3*y^2", ((-2, 2), (-2, 2)), (1.0, 1.0)),
        ("w^2", ((0, 4),), (3.0,)),
        ("log(x - 1.9) + y", ((-2, 2), (-2, 2)), (2.0, 1.0)),
        ("(x - 1)^2 + (y - 1)^2", ((-2, 2), (-2, 2)), (1.0, 0.875)),
        ("floor(x)", ((-2, 2), (-2, 2)), (1.0, 1.0)),
    ],
)
def test_the_start_is_near_the_upper_corner_and_can_move(
    text: str, domain: tuple[tuple[float, float], ...], start: tuple[float, ...]
) -> None:
    problem = Formula(text, domain=domain)
    assert problem.start == start
    assert np.isfinite(problem.loss(np.array(start)))
    assert problem.grad(np.array(start)).any() == (text != "floor(x)")


@pytest.mark.parametrize(
    "problem",
    [
        Formula(),
        Formula("x**2 + 3*y**2 + sin(x) / 2", domain=((-2.5, 1 / 3), (0.1, 0.2))),
        Formula("w^2 - 1e-3*w", domain=((-1, 4),)),
        Formula("1 + x^2*(y - 1)  ", domain=((-1, 4), (-1e-3, 7))),
        Formula(" 2x\u00b2\u22123 |y|\u00b7\u221a(x+3) + sin \u03c0x\u00a0", domain=((-1, 4), (-1, 7))),
    ],
)
def test_address_and_json_give_it_back(problem: Formula) -> None:
    scene = Scene(problem, RUNS, start=problem.start)
    assert Scene.from_query(scene.to_query()) == (scene, [])
    assert Scene.from_json(scene.to_json()) == scene


@pytest.mark.parametrize("text", ["x +", "3", "w", "sqrt(-1-x^2)"])
def test_an_address_with_a_wrong_formula_falls_back_with_a_notice(text: str) -> None:
    scene, notices = Scene.from_query(f"problem=Formula&problem.text={text.replace('+', '%2B')}")
    assert scene.problem != Formula()
    assert len(notices) == 1


def test_whatever_is_typed_is_answered_within_fifty_milliseconds() -> None:
    texts = [
        "+".join(f"sin({i}*x*y)" for i in range(38)),
        "sqrt(-1-x^2)" + "".join(f"+sin({i}*x*y)" for i in range(36)),
        "*".join(f"tan(x+{i})^y" for i in range(39)),
        "exp(" * 50 + "x" + ")" * 50,
    ]
    for text in texts:
        best = np.inf
        for attempt in range(5):
            begin = time.process_time()
            with contextlib.suppress(FormulaError):
                Formula(text + " " * attempt)  # a text of its own, so that it is compiled afresh
            best = min(best, time.process_time() - begin)
        assert best < 0.05, text
