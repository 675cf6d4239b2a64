"""What every problem of the catalog promises: its description, its shapes, its batches."""

from __future__ import annotations

import pickle
import re

import numpy as np
import pytest

import lrviz
from lrviz.catalog import Number, description, hypers, stack
from lrviz.optimizers import SGD
from lrviz.problems import Formula, Problem, Surface
from lrviz.scenes import Scene
from tests.problems.drawing import CLASSES, TYPED, drawn, inside, shown, varied

PROBLEMS = varied()
DOCUMENTED = [cls for cls in CLASSES if cls is not Formula]
every_problem = pytest.mark.parametrize("problem", PROBLEMS, ids=shown)
every_class = pytest.mark.parametrize("cls", DOCUMENTED, ids=lambda cls: cls.__name__)
stacked_class = pytest.mark.parametrize(
    "cls", [c for c in CLASSES if any(isinstance(s, Number) for s in hypers(c).values())], ids=lambda cls: cls.__name__
)
SHELF = {"Quadratic1D", "DoubleWell", "Quartic1D", "Ripples1D", "AbsoluteValue", "Plateau", "Cliff1D"}


def test_the_catalog_is_complete() -> None:
    assert {cls.__name__ for cls in CLASSES if cls().dimension == 1} == SHELF
    assert len(CLASSES) == 40
    assert len({cls.label for cls in CLASSES}) == len(CLASSES)


@every_class
def test_the_docstring_says_what_it_is_with_formula_and_reference(cls: type[Surface]) -> None:
    text = description(cls)
    assert text.splitlines()[0].endswith((".", ":"))
    assert text.count("$") >= 2
    assert text.count("$") % 2 == 0
    assert text.count("{") == text.count("}")
    assert re.search(r"\b(19|20)\d\d\b", text), "a year"


@every_class
def test_label_and_summary_are_short(cls: type[Surface]) -> None:
    assert 0 < len(cls.label) <= 24
    assert cls.family
    assert len(cls.summary) <= 120
    assert cls.summary.endswith(".")
    assert ". " not in cls.summary


@every_class
def test_every_parameter_is_explained_and_used(cls: type[Surface]) -> None:
    for name, spec in hypers(cls).items():
        assert spec.help.endswith(".")
        assert re.search(rf"\b{name}\b", cls.formula), name


@every_class
def test_a_formula_with_an_absolute_value_states_its_kinks(cls: type[Surface]) -> None:
    assert bool(cls.kinks) == ("abs(" in cls.formula or "sqrt(x" in cls.formula or "sqrt((x" in cls.formula)
    assert not cls.kinks or cls.kinks.endswith(".")


@every_problem
def test_latex_is_balanced(problem: Surface) -> None:
    text = problem.latex
    assert text
    assert text.count("{") == text.count("}")
    assert len(re.findall(r"\\left(?![a-z])", text)) == len(re.findall(r"\\right(?![a-z])", text))


@every_problem
@pytest.mark.parametrize("shape", [(), (5,), (3, 4)])
def test_shapes_follow_the_positions(problem: Problem, shape: tuple[int, ...]) -> None:
    d = problem.dimension
    w = inside(problem, int(np.prod(shape))).reshape(d, *shape)
    loss, grad, hessian = problem.loss(w), problem.grad(w), problem.hessian(w)
    assert loss.shape == shape
    assert grad.shape == (d, *shape)
    assert hessian.shape == (d, d, *shape)
    for index in np.ndindex(shape):
        at = w[(slice(None), *index)]
        np.testing.assert_allclose(loss[index], problem.loss(at), rtol=1e-11, atol=1e-11)
        np.testing.assert_allclose(grad[(slice(None), *index)], problem.grad(at), rtol=1e-9, atol=1e-9)
        here = hessian[(slice(None), slice(None), *index)]
        np.testing.assert_allclose(here, problem.hessian(at), rtol=1e-8, atol=1e-8)


@every_problem
def test_evaluator_equals_the_methods(problem: Problem) -> None:
    w = inside(problem, 7)
    evaluator = problem.evaluator((7,))
    for other in (w, w[:, ::-1].copy(), w):
        assert np.array_equal(evaluator.value(other), problem.loss(other))
        assert np.array_equal(evaluator.gradient(other), problem.grad(other))
        assert np.array_equal(evaluator.hessian(other), problem.hessian(other))


@stacked_class
def test_stacked_parameters_give_the_same_as_one_by_one(cls: type[Surface]) -> None:
    members = [cls(), *drawn(cls, 4)]
    batch = stack(members)
    paths = np.stack([inside(members[0], 5, seed) for seed in range(3)], axis=1)
    for w in (paths[:, 0], paths):
        loss, grad, hessian = batch.loss(w), batch.grad(w), batch.hessian(w)
        for i, member in enumerate(members):
            np.testing.assert_allclose(loss[..., i], member.loss(w[..., i]), rtol=1e-11, atol=1e-11)
            np.testing.assert_allclose(grad[..., i], member.grad(w[..., i]), rtol=1e-9, atol=1e-9)
            np.testing.assert_allclose(hessian[..., i], member.hessian(w[..., i]), rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(batch.evaluator((5,)).gradient(paths[:, 0]), batch.grad(paths[:, 0]), rtol=1e-12)


@every_problem
def test_positions_of_a_wrong_shape_are_named(problem: Problem) -> None:
    d = problem.dimension
    rule = rf"Positions for {problem.name} must have {d} rows \(component first\), got shape"
    for w in (np.zeros(d + 1), np.zeros((d + 1, 3)), np.array(1.0)):
        for method in (problem.loss, problem.grad, problem.hessian):
            with pytest.raises(ValueError, match=rule):
                method(w)


@every_problem
def test_pickle_hash_and_equality_are_those_of_the_fields(problem: Problem) -> None:
    _ = problem.minima
    twin = pickle.loads(pickle.dumps(problem))
    assert twin == problem
    assert hash(twin) == hash(problem)
    assert np.array_equal(twin.loss(inside(problem, 5)), problem.loss(inside(problem, 5)))
    assert np.array_equal(twin.minima, problem.minima)


@stacked_class
def test_entries_that_differ_in_a_parameter_differ(cls: type[Surface]) -> None:
    first, second = drawn(cls, 2)
    assert first != second
    assert len({first, second, first.replace()}) == 2


@stacked_class
def test_a_parameter_out_of_range_is_named_with_rule_and_value(cls: type[Surface]) -> None:
    for name, spec in hypers(cls).items():
        assert isinstance(spec, Number)
        with pytest.raises(ValueError, match=rf"^{cls.__name__}\.{name} must be in \[.*\], got "):
            cls(**{name: spec.high * 1.5 + 1})
        with pytest.raises(TypeError, match=rf"^{cls.__name__}\.{name} must be a number, got 'much'"):
            cls(**{name: "much"})


@every_problem
def test_address_and_json_give_the_problem_back(problem: Problem) -> None:
    scene = Scene(problem, (lrviz.Run(SGD(), 0.1),))
    assert Scene.from_query(scene.to_query()) == (scene, [])
    assert Scene.from_json(scene.to_json()) == scene


@every_problem
def test_nothing_is_undefined_in_the_picture(problem: Problem) -> None:
    axes = [np.unique([*np.linspace(low, high, 41), 0.0, 1.0]) for low, high in problem.domain]
    w = np.stack(np.meshgrid(*axes))
    for array in (problem.loss(w), problem.grad(w), problem.hessian(w)):
        assert np.isfinite(array).all()


def test_typed_problems_are_among_the_varied() -> None:
    assert set(TYPED) < set(PROBLEMS)
