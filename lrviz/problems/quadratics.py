"""Quadratic bowls: where the theory of the learning rate is exact."""

from lrviz.catalog import hyper
from lrviz.problems.problem import Surface, points


class Quadratic(Surface, abstract=True):
    """A quadratic, with its minimum at the origin unless it says otherwise."""

    family = "Quadratics"
    quadratic = True
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
    latex = r"\tfrac{1}{2}\left(u^2 + \kappa v^2\right)"
    """In the coordinates along and across the valley: written out in x and y it says less."""
    domain = ((-12.0, 12.0), (-4.0, 4.0))
    start = (-10.0, 1.5)
    kappa: float = hyper(10.0, 1, 1000, "Condition number: how much steeper the walls are than the floor.", scale="log")
    rotation: float = hyper(
        0.0, -1.6, 1.6, "Turns the valley, in radians; adaptive rates per coordinate help only near 0.", step=0.05
    )


class Matyas(Quadratic):
    r"""A bowl that is 25 times flatter along one diagonal: $0.26 (x^2 + y^2) - 0.48 xy$.

    Curvatures 1 and 0.04, turned by 45 degrees against the axes. Jamil and Yang 2013,
    https://arxiv.org/abs/1308.4008.
    """

    label = "Matyas"
    summary = "The flat direction is a diagonal, so a rate for each coordinate cannot make up for it."
    formula = "0.26*(x^2 + y^2) - 0.48*x*y"
    domain = ((-10.0, 10.0), (-10.0, 10.0))
    start = (9.0, -4.0)


class Booth(Quadratic):
    r"""Two linear equations as a loss: $(x + 2y - 7)^2 + (2x + y - 5)^2$.

    Curvatures 18 and 2 along the diagonals: the best constant rate is 0.1, the limit 1/9. Jamil and Yang 2013,
    https://arxiv.org/abs/1308.4008.
    """

    label = "Booth"
    summary = "A turned bowl with round numbers: gradient descent is best at 0.1 and diverges above 1/9."
    formula = "(x + 2*y - 7)^2 + (2*x + y - 5)^2"
    domain = ((-10.0, 10.0), (-10.0, 10.0))
    start = (-8.0, 8.0)
    minima = points((1.0, 3.0))
