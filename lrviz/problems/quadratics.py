"""Quadratic bowls: where the theory of the learning rate is exact."""

from lrviz.catalog import hyper
from lrviz.problems.problem import Surface, points


class Quadratic(Surface, abstract=True):
    """A quadratic with its minimum at the origin."""

    family = "Quadratics"
    minima = points((0.0, 0.0))
    infimum = 0.0


class Bowl(Quadratic):
    r"""The round bowl $(x^2 + y^2)/2$, with curvature 1 in every direction.

    Gradient descent arrives in one step at lr = 1, circles at 2 and diverges above. Nesterov, Introductory Lectures on
    Convex Optimization, 2004, section 1.2.3.
    """

    label = "Bowl"
    summary = "The plainest case: one step at lr = 1, an orbit at 2, divergence above."
    formula = "(x^2 + y^2)/2"
    domain = ((-4.0, 4.0), (-4.0, 4.0))
    start = (3.2, 2.4)


class Ravine(Quadratic):
    r"""A long valley: $(u^2 + \kappa v^2)/2$, where $(u, v)$ is $(x, y)$ turned by the rotation.

    The condition number $\kappa$ says how much steeper it is across than along. Goh, Why Momentum Really Works, 2017,
    https://distill.pub/2017/momentum.
    """

    label = "Ravine"
    summary = "One rate for a steep and a flat direction: too high across is still too low along."
    formula = "((x*cos(rotation) + y*sin(rotation))^2 + kappa*(y*cos(rotation) - x*sin(rotation))^2)/2"
    domain = ((-12.0, 12.0), (-4.0, 4.0))
    start = (-10.0, 1.5)
    kappa: float = hyper(10.0, 1, 1000, "Condition number: how much steeper the walls are than the floor.", scale="log")
    rotation: float = hyper(
        0.0, -1.6, 1.6, "Turns the valley, in radians; adaptive rates per coordinate help only near 0.", step=0.05
    )
