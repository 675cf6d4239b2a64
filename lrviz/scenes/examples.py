"""Scenes that show what is said about learning rates, each ready to play."""

from __future__ import annotations

from dataclasses import dataclass

from lrviz.optimizers import SGD, Adagrad, Adam, Momentum, RMSprop
from lrviz.problems import Bowl, DoubleWell, Formula, Product, Quadratic1D, Ravine, Rosenbrock
from lrviz.scenes.scene import Scene, first_scene
from lrviz.scenes.view import View
from lrviz.schedules import InverseTime
from lrviz.simulation import Run


@dataclass(frozen=True)
class Example:
    """A scene with a title and a sentence on what to look for."""

    title: str
    look: str
    scene: Scene
    view: View = View()  # noqa: RUF009 (a View is frozen)


def _rates(*rates: float) -> tuple[Run, ...]:
    return tuple(Run(SGD(), rate) for rate in rates)


EXAMPLES = (
    Example("Three rates in a curved valley", "Too slow, good, and diverging, from the same start.", first_scene()),
    Example(
        "One step by hand",
        "From w = 0.5 with gradient 0.1, a rate of 0.8 leads to 0.42 and one of 0.01 to 0.499.",
        Scene(Formula("x^2/10", ((-1.0, 1.0),)), _rates(0.8, 0.01), steps=20, start=(0.5,)),
        View(step=0, numbers=True),
    ),
    Example(
        "On both sides of 2/λ",
        "The parabola has curvature 2: one step at 0.5, overshooting above it, divergence above 1.",
        Scene(Quadratic1D(), _rates(0.05, 0.5, 0.9, 1.05), steps=40),
    ),
    Example(
        "Momentum in a ravine",
        "Plain descent zigzags or crawls; a heavy ball runs along the floor.",
        Scene(
            Ravine(kappa=50.0),
            (Run(SGD(), 0.02), Run(SGD(), 0.038), Run(Momentum(), 0.02), Run(Adam(), 0.5)),
            steps=150,
        ),
    ),
    Example(
        "Trapped in a local minimum",
        "A small rate stays in the right well; momentum rolls over the barrier to the deeper one.",
        Scene(DoubleWell(), (Run(SGD(), 0.05), Run(Momentum(), 0.05)), steps=120),
    ),
    Example(
        "Noise needs a falling rate",
        "Under noise a constant rate bounces for ever; one that falls like 1/t settles.",
        Scene(Bowl(), (Run(SGD(), 0.4), Run(SGD(), 0.4, InverseTime(decay=0.1))), steps=300, noise=1.0),
    ),
    Example(
        "The catapult",
        "Above 2/λ, in the hatched region, the loss first rises; then the run settles where the valley is flatter.",
        Scene(Product(), _rates(0.25, 0.35, 0.5), steps=80),
        View(rate="sharpness", chosen=1, unstable=True),
    ),
    Example(
        "A rate for each coordinate",
        "Adagrad's rates only ever fall, the steeper coordinate's most; RMSprop's can rise again.",
        Scene(Ravine(), (Run(Adagrad(), 1.0), Run(RMSprop(), 0.1)), noise=0.5),
        View(rate="effective"),
    ),
    Example(
        "One rate, two optimizers",
        "The same number means something else to SGD, which diverges, and to Adam, which arrives.",
        Scene(Rosenbrock(), (Run(SGD(), 0.02), Run(Adam(), 0.02), Run(Adam(), 0.2)), steps=500),
    ),
)
