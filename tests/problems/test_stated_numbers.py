"""What docstrings and summaries of problems state in numbers is so; a new number needs a check of its own."""

import re
from collections.abc import Callable

import numpy as np
import pytest

from lrviz import Run, simulate
from lrviz.catalog import Array, description
from lrviz.optimizers import SGD
from lrviz.problems import Formula, Problem, Surface
from tests.problems.drawing import CLASSES

NAMED = {cls.__name__: cls for cls in CLASSES}


def curvatures(problem: Problem, *w: float) -> Array:
    return np.linalg.eigvalsh(problem.hessian(np.array(w)))


def steepness(problem: Problem, w: Array) -> Array:
    return np.linalg.norm(problem.grad(w), axis=0)


def across(problem: Problem, count: int = 801) -> Array:
    """Return a grid over the domain, `(d, points)`."""
    axes = [np.linspace(low, high, count) for low, high in problem.domain]
    return np.stack(np.meshgrid(*axes, indexing="ij")).reshape(problem.dimension, -1)


def factors(problem: Problem, lr: float) -> Array:
    """Return by how much a step of gradient descent multiplies each coordinate of a position off the minimum."""
    w = np.full((problem.dimension, 1), 0.5)
    return ((w - lr * problem.grad(w)) / w)[:, 0]


def survives(problem: Problem, lr: float, steps: int = 400) -> bool:
    result = simulate(problem, [Run(SGD(), lr)], steps=steps)
    return bool(result.final_loss[0] < result.loss[0, 0])


def wells(cls: type[Surface], **fields: float) -> int:
    """Return how many minima a curve has in the picture."""
    problem = cls(**fields)
    values = problem.loss(np.linspace(*problem.domain[0], 20_001)[None])
    return int(((values[1:-1] < values[:-2]) & (values[1:-1] < values[2:])).sum())


def deep(name: str) -> int:
    """Return how many global minima a problem states, all of them as low as it says."""
    problem = NAMED[name]()
    np.testing.assert_allclose(problem.loss(problem.minima), problem.infimum, atol=1e-12)
    return problem.minima.shape[1]


def local_minima(name: str) -> int:
    problem = NAMED[name]()
    axes = [np.linspace(low, high, 601) for low, high in problem.domain]
    values = problem.loss(np.stack(np.meshgrid(*axes, indexing="ij")))
    middle = values[1:-1, 1:-1]
    around = [values[1 + i : 600 + i, 1 + j : 600 + j] for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j]
    return int(np.all([middle < other for other in around], axis=0).sum())


def _flat_sharp() -> bool:
    problem = NAMED["FlatSharp"]()
    s, (x, y) = 0.18, problem.minima[:, 0]
    sharp, wide = curvatures(problem, x, y)[-1], curvatures(problem, -1.439, 0.0)[-1]
    limit = [survives_at(problem, (x + 0.01, y), lr) for lr in (1.9 * s**2, 2.3 * s**2)]
    return 0.8 < sharp * s**2 < 1.1 and wide < 2 and limit == [True, False]


def survives_at(problem: Problem, start: tuple[float, float], lr: float) -> bool:
    end = simulate(problem, [Run(SGD(), lr)], steps=300, start=start).final[:, 0]
    return bool(np.linalg.norm(end - problem.minima[:, 0]) < 0.02)


def _cliff() -> bool:
    problem = NAMED["Cliff"]()
    face, plain = steepness(problem, np.array([[1.0], [0.0]])), steepness(problem, np.array([[2.0], [0.0]]))
    return 15 < face[0] / plain[0] < 25


def _cliff_1d() -> bool:
    cls = NAMED["Cliff1D"]
    for k in (4.0, 8.0, 16.0):
        problem = cls(**{next(iter(cls.declared_hypers)): k})
        w = np.linspace(problem.minima[0, 0], problem.start[0], 4001)  # the way down
        slopes = np.abs(problem.grad(w[None])[0])
        if not 0.95 < slopes.max() / (k / 2) < 1.1 or slopes[np.abs(w - 1) > 12 / k].max() > 0.5:
            return False
    return True


def _cross_in_tray() -> bool:
    problem = NAMED["CrossInTray"]()
    ray = np.pi / 2 + np.pi * np.arange(0, 300)
    r = ray * np.sqrt(2)
    values = problem.loss(np.stack([ray, ray]))
    falls = r[1:][np.diff(values) < 0]
    lower = r[values < problem.infimum]
    return bool(
        abs(falls.min() - 100 * np.pi) < 5 and abs(lower.min() - 200 * np.pi) < 5 and (np.diff(falls) < 5).all()
    )


def _double_well() -> bool:
    cls, edge = NAMED["DoubleWell"], 2 / np.sqrt(27)
    (tilt,) = cls.declared_hypers
    return wells(cls, **{tilt: edge - 0.02}) == 2 and wells(cls, **{tilt: edge + 0.02}) == 1


def _waits() -> bool:
    problem, lr, y = NAMED["UnboundedSaddle"](), 0.05, 1e-3
    path = simulate(problem, [Run(SGD(), lr)], steps=200, start=(0.0, y)).positions[:, 1, 0]
    return int((path >= 1).argmax()) == int(np.ceil(np.log(1 / y) / np.log(1 + 2 * lr)))


def _dixon_price() -> bool:
    problem, root = NAMED["DixonPrice"](), np.sqrt(0.5)
    saddle = curvatures(problem, 1 / 3, 0.0)
    flat = np.abs(problem.grad(np.array([1 / 3, 0.0]))).max()
    return bool(
        np.allclose(np.abs(problem.minima), [[1, 1], [root, root]]) and flat < 1e-12 and saddle[0] < 0 < saddle[1]
    )


def _tells_one_from_minus_one() -> bool:
    """Written out: the neuron with bias x and weight y shall answer 1 to the input 1 and 0 to the input −1."""
    w = np.random.default_rng(0).uniform(-4, 4, (2, 50))
    answers = [1 / (1 + np.exp(-(w[0] + w[1] * value))) for value in (1.0, -1.0)]
    return np.allclose(NAMED["SigmoidNeuron"]().loss(w), ((answers[0] - 1) ** 2 + answers[1] ** 2) / 2)


def _best_of_booth() -> bool:
    rates, curved = np.linspace(0.02, 0.12, 101), curvatures(NAMED["Booth"](), 1.0, 3.0)
    kept = np.abs(1 - rates[:, None] * curved).max(axis=1)
    return bool(np.isclose(rates[kept.argmin()], 0.1) and np.isclose(rates[kept <= 1].max(), 0.111))


Check = Callable[[], bool]
CLAIMS: list[tuple[str, str, Check]] = [
    (
        "Quadratic1D",
        "with 2/λ where convergence ends",
        lambda: np.isclose(*np.abs(factors(NAMED["Quadratic1D"](), 1 / NAMED["Quadratic1D"]().a)), 1.0),
    ),
    (
        "Quadratic1D",
        "one step reaches the minimum at $1/(2a)$",
        lambda: abs(factors(NAMED["Quadratic1D"](a=3.0), 1 / 6)[0]) < 1e-12,
    ),
    (
        "Quadratic1D",
        "multiplies $w$ by $1 - 2a \\cdot lr$",
        lambda: np.isclose(factors(NAMED["Quadratic1D"](a=3.0), 0.1)[0], 0.4),
    ),
    ("Quartic1D", "The curvature $3w^2$", lambda: np.isclose(curvatures(NAMED["Quartic1D"](), 1.5)[0], 6.75)),
    ("DoubleWell", "from $t = 2/\\sqrt{27} \\approx 0.385$ on, the right well is gone", _double_well),
    (
        "Ripples1D",
        "curvature, $64h$,",
        lambda: np.isclose(curvatures(NAMED["Ripples1D"](), 0.0)[0] - 1, 64 * NAMED["Ripples1D"]().height),
    ),
    (
        "AbsoluteValue",
        "a slope of 1 however near the minimum is",
        lambda: NAMED["AbsoluteValue"]().grad(np.array([1e-300]))[0] == 1,
    ),
    (
        "AbsoluteValue",
        "steps to and fro across 0",
        lambda: (
            set(np.sign(simulate(NAMED["AbsoluteValue"](), [Run(SGD(), 0.3)], steps=60).positions[-2:, 0, 0]))
            == {-1.0, 1.0}
        ),
    ),
    ("Cliff1D", "a slope of $k/2$ where all others are below 0.5", _cliff_1d),
    ("Cliff", "about 20 times steeper than the slope above it", _cliff),
    ("CrossInTray", "a radius of $100\\pi$", _cross_in_tray),
    ("CrossInTray", "beyond $200\\pi$", _cross_in_tray),
    ("CrossInTray", "four equal hollows", lambda: deep("CrossInTray") == 4),
    ("Himmelblau", "Four equal minima", lambda: deep("Himmelblau") == local_minima("Himmelblau") == 4),
    (
        "FlatSharp",
        "curvature is about $1/s^2$, so that gradient descent cannot stay in it above lr = $2s^2$",
        _flat_sharp,
    ),
    (
        "ThreeHumpCamel",
        "One deep valley between two shallow ones",
        lambda: deep("ThreeHumpCamel") == 1 and local_minima("ThreeHumpCamel") == 3,
    ),
    (
        "SixHumpCamel",
        "Six minima in three mirrored pairs",
        lambda: deep("SixHumpCamel") == 2 and local_minima("SixHumpCamel") == 6,
    ),
    (
        "StyblinskiTang",
        "Four wells, one deepest",
        lambda: deep("StyblinskiTang") == 1 and local_minima("StyblinskiTang") == 4,
    ),
    (
        "Product",
        "the whole hyperbola $xy = 1$, with sharpness $x^2 + y^2$",
        lambda: (
            np.isclose(curvatures(NAMED["Product"](), 4.0, 0.25)[-1], 16.0625)
            and NAMED["Product"]().loss(np.array([4.0, 0.25])) == 0
        ),
    ),
    (
        "Product",
        "above 2/λ the loss first rises",
        lambda: (
            np.diff(simulate(NAMED["Product"](), [Run(SGD(), 2.4 / 6.96)], steps=1, start=(2.6, 0.45)).loss[:, 0])[0]
            > 0
        ),
    ),
    ("SigmoidNeuron", "that must tell 1 from −1", _tells_one_from_minus_one),
    (
        "SigmoidNeuron",
        "approaches 0 as $y$ grows",
        lambda: 0 < NAMED["SigmoidNeuron"]().loss(np.array([0.0, 20.0])) < 1e-16,
    ),
    ("Bowl", "curvature 1 in every direction", lambda: np.allclose(curvatures(NAMED["Bowl"](), 3.0, -2.0), 1)),
    (
        "Bowl",
        "arrives in one step at lr = 1, circles at 2 and diverges above",
        lambda: np.allclose([factors(NAMED["Bowl"](), lr)[0] for lr in (1, 2, 2.5)], [0, -1, -1.5]),
    ),
    ("Bowl", "one step at lr = 1, an orbit at 2, divergence above", lambda: not survives(NAMED["Bowl"](), 2.01)),
    (
        "Matyas",
        "25 times flatter along one diagonal",
        lambda: np.isclose(np.divide(*curvatures(NAMED["Matyas"](), 0.0, 0.0)), 1 / 25),
    ),
    (
        "Matyas",
        "Curvatures 1 and 0.04, turned by 45 degrees",
        lambda: (
            np.allclose(curvatures(NAMED["Matyas"](), 0.0, 0.0), [0.04, 1])
            and np.allclose(np.abs(np.linalg.eigh(NAMED["Matyas"]().hessian(np.zeros(2)))[1]), np.sqrt(0.5))
        ),
    ),
    (
        "Booth",
        "Curvatures 18 and 2 along the diagonals: the best constant rate is 0.1, the limit 1/9",
        lambda: (
            np.allclose(curvatures(NAMED["Booth"](), 1.0, 3.0), [2, 18])
            and survives(NAMED["Booth"](), 0.99 / 9)
            and not survives(NAMED["Booth"](), 1.01 / 9)
        ),
    ),
    ("Booth", "gradient descent is best at 0.1 and diverges above 1/9", _best_of_booth),
    ("UnboundedSaddle", "$\\ln(1/|y_0|)/\\ln(1 + 2 \\cdot lr)$ steps to come from $y_0$ to 1", _waits),
    (
        "Rosenbrock",
        "2508 times the one along it",
        lambda: round(float(np.divide(*curvatures(NAMED["Rosenbrock"](), 1.0, 1.0)[::-1]))) == 2508,
    ),
    (
        "Beale",
        "Gradients from near 0 to 250,000",
        lambda: 225_000 < steepness(NAMED["Beale"](), across(NAMED["Beale"]())).max() < 275_000,
    ),
    (
        "GoldsteinPrice",
        "Six decades of loss",
        lambda: 5.3 < np.ptp(np.log10(NAMED["GoldsteinPrice"]().loss(across(NAMED["GoldsteinPrice"]())))) < 6.6,
    ),
    ("DixonPrice", "at $(1, \\pm\\sqrt{1/2})$, with a saddle at $(1/3, 0)$", _dixon_price),
    ("MonkeySaddle", "end in three minima", lambda: deep("MonkeySaddle") == 3),
]


def text_of(cls: type[Problem]) -> str:
    """Return summary and docstring in one line."""
    return " ".join(f"{cls.summary} {description(cls)}".split())


@pytest.mark.parametrize(("name", "phrase", "holds"), CLAIMS)
def test_it_is_said_and_so(name: str, phrase: str, holds: Check) -> None:
    assert phrase in text_of(NAMED[name])
    assert holds()


@pytest.mark.parametrize("cls", [cls for cls in CLASSES if cls is not Formula])
def test_no_number_stands_in_a_text_that_nothing_checks(cls: type[Surface]) -> None:
    text = text_of(cls)
    for name, phrase, _ in CLAIMS:
        if name == cls.__name__:
            text = text.replace(phrase, "")
    text = re.sub(r"\$[^$]*\$|https?://\S+|`[^`]*`|sections? [\d.]+|[A-Z]+-\d+-\d+", "", text)
    text = re.sub(r"\b(1[89]|20)\d\d\b|(?<=[a-z]) \d+(?=, (1[89]|20)?)", "", text)
    assert re.findall(r"[^.;:]*\d[^.;:]*", text) == []
