"""Scenes that nobody wrote down: every optimizer and problem, formulas of every kind, schedules, options, edges."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lrviz import Run, simulate
from lrviz.catalog import Entry, Number, hypers, registered
from lrviz.optimizers import SGD, Momentum, Optimizer, Option
from lrviz.problems import (
    DoubleWell,
    FlatSharp,
    Formula,
    Himmelblau,
    Problem,
    Product,
    SixHumpCamel,
    StyblinskiTang,
    ThreeHumpCamel,
)
from lrviz.scenes import default_rate
from lrviz.schedules import Constant, Schedule, StepFormula
from lrviz.simulation import Result

FORMULAS = (
    "x^2 + 3*y^2", "x^2 + y^2 + 1e9", "x^2 + y^2 - 100", "x*y", "x + y", "x - y^2", "-x^2 - y^2", "-exp(x) + y^2",
    "x^4 + y^4", "(x - y)^2", "(x*y - 1)^2", "abs(x) + y^2", "abs(x) + abs(y)", "max(x^2, y)", "sin(3*x) + y^2/4",
    "sin(5*x)*cos(5*y)", "x^2 - 0.3*x^4 + y^2", "log(x^2 + 0.01) + y^2", "exp(-x^2 - y^2)", "-exp(-x^2 - y^2)",
    "1/(1 + exp(-5*x)) + 0.01*y^2", "x^3 + y^2", "(1 - x)^2 + 100*(y - x^2)^2", "hypot(x, y - 1) + 0.1*x*y",
    "log(x) + y^2", "1/x + y^2", "sqrt(x^2 + y^2 + 1) - 10", "tanh(x) + tanh(y)", "x^2*y^2", "floor(x) + y^2",
    "1e150*(x^2 + 3*y^2)", "1e-150*(x^2 + 3*y^2)", "1e12*(x^4 - x^2) + y^2",
)  # fmt: skip
FACTORS = ("1/n", "0", "1 - n/N", "-1", "cos(n)", "0.5^n", "min(1, n/10)", "1/(n - 5)")
STEPS = (1, 2, 3, 10, 40, 120, 400)


@dataclass(frozen=True)
class Drawn:
    """A run on a problem."""

    problem: Problem
    run: Run
    steps: int
    start: tuple[float, ...]
    noise: float
    seed: int

    def simulate(self, steps: int | None = None) -> Result:
        return simulate(
            self.problem, [self.run], steps=steps or self.steps, start=self.start, noise=self.noise, seed=self.seed
        )


def drawn(seed: int) -> Drawn:
    """Return the scene of a number; of numbers in a row each takes the next optimizer and the next problem."""
    rng = np.random.default_rng([20, seed])
    rules = _ours("optimizer")
    rule = _varied(rules[seed % len(rules)], rng, 0.3)
    assert isinstance(rule, Optimizer)
    problem = _problem(seed, rng)
    steps = int(rng.choice(STEPS))
    start = _start(problem, rng)
    noise = float(10.0 ** rng.uniform(-3, 1)) if rng.random() < 0.25 else 0.0
    lr = float(np.clip(default_rate(problem, rule) * 10.0 ** rng.uniform(-3, 2), 1e-12, 1e6))
    if rng.random() < 0.12:
        return _sharp(seed, rng)
    warmup = int(rng.integers(1, 30)) if rng.random() < 0.2 else 0
    run = Run(rule, lr, _schedule(rng), warmup, options=_options(rule, rng))
    scene = Drawn(problem, run, steps, start, noise, seed)
    return _bordering(scene, rng) if rng.random() < 0.25 else scene


def _ours(kind: str) -> list[type[Entry]]:
    return [cls for cls in registered(kind).values() if cls.__module__.startswith("lrviz.")]


def _sharp(seed: int, rng: np.random.Generator) -> Drawn:
    """Return a run of plain descent or momentum at a rate around its limit where it starts, among several minima."""
    places = (Product(), FlatSharp(), DoubleWell(), StyblinskiTang(), Himmelblau(), ThreeHumpCamel(), SixHumpCamel())
    problem = places[rng.integers(len(places))]
    start = np.array(problem.start) + rng.normal(size=problem.dimension) * 0.1
    top = float(np.abs(np.linalg.eigvalsh(problem.hessian(start))).max())
    rule = SGD() if rng.random() < 0.7 else Momentum(momentum=0.5)
    run = Run(rule, float(rng.uniform(0.02, 2.2) * 2 / top))
    return Drawn(problem, run, int(rng.choice(STEPS[3:])), tuple(start.tolist()), 0.0, seed)


def _problem(seed: int, rng: np.random.Generator) -> Problem:
    classes = [cls for cls in _ours("problem") if cls is not Formula]
    if rng.random() < 0.4:
        size = 10.0 ** float(rng.integers(-2, 3))
        text = FORMULAS[seed % len(FORMULAS)]
        box = ((-2 * size, 2 * size), (-2 * size, 2 * size)) if rng.random() < 0.3 else ((-2.0, 2.0), (-2.0, 2.0))
        return Formula(text, box)
    problem = _varied(classes[seed % len(classes)], rng, 0.3)
    assert isinstance(problem, Problem)
    return problem


def _varied(cls: type[Entry], rng: np.random.Generator, often: float) -> Entry:
    """Return an entry, of which some numbers may be anywhere in their range."""
    changes = {}
    for name, spec in hypers(cls).items():
        if isinstance(spec, Number) and rng.random() < often:
            low = spec.low if spec.slider_low is None else spec.slider_low
            log = spec.scale == "log" and low > 0
            share = rng.random()
            changes[name] = float(low * (spec.high / low) ** share if log else low + share * (spec.high - low))
    try:
        return cls(**changes)
    except ValueError:  # two numbers of an entry may bound each other
        return cls()


def _start(problem: Problem, rng: np.random.Generator) -> tuple[float, ...]:
    low, high = np.array(problem.domain).T
    kind = rng.integers(5)
    if kind == 0 and problem.minima.size:
        return tuple(problem.minima[:, 0].tolist())
    if kind == 1:
        return (0.0,) * problem.dimension
    if kind == 2:
        return tuple((low + rng.random(len(low)) * (high - low)).tolist())
    return problem.start


def _schedule(rng: np.random.Generator) -> Schedule:
    if rng.random() < 0.6:
        return Constant()
    if rng.random() < 0.3:
        return StepFormula(formula=str(rng.choice(FACTORS)))
    classes = _ours("schedule")
    schedule = _varied(classes[rng.integers(len(classes))], rng, 0.2)
    assert isinstance(schedule, Schedule)
    return schedule


def _options(rule: Optimizer, rng: np.random.Generator) -> tuple[Option, ...]:
    if rng.random() < 0.75:
        return ()
    classes = [cls for cls in _ours("option") if getattr(cls, "takes", "") not in rule.owns]
    option = _varied(classes[rng.integers(len(classes))], rng, 0.5)
    assert isinstance(option, Option)
    return (option,)


def _bordering(scene: Drawn, rng: np.random.Generator) -> Drawn:
    """Return the scene at a rate next to one where the run ends, on either side."""
    low, high = scene.run.lr, min(scene.run.lr * 1e4, 1e6)

    def ends(lr: float) -> bool:
        run = scene.run.replace(lr=lr)
        return bool(simulate(scene.problem, [run], steps=scene.steps, start=scene.start, noise=scene.noise,
                             seed=scene.seed, keep="final").diverged_at[0] >= 0)  # fmt: skip

    if ends(low) or not ends(high):
        return scene
    for _ in range(20):
        middle = float(np.sqrt(low * high))
        low, high = (low, middle) if ends(middle) else (middle, high)
    lr = low if rng.random() < 0.5 else high
    return Drawn(scene.problem, scene.run.replace(lr=lr), scene.steps, scene.start, scene.noise, scene.seed)
