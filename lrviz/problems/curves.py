"""Losses of one weight: the learning rate on a number line."""

from lrviz.catalog import hyper
from lrviz.problems.problem import Surface, points


class Curve(Surface, abstract=True):
    """A function of one weight."""

    family = "Curves (one weight)"
    variables = ("w",)


class Quadratic1D(Curve):
    r"""The parabola $a w^2$, with curvature $2a$ everywhere.

    Gradient descent multiplies $w$ by $1 - 2a \cdot lr$ at each step: one step reaches the minimum at $1/(2a)$, and
    from $1/a$ on it no longer converges. Nesterov, Introductory Lectures on Convex Optimization, 2004, section 1.2.3.
    """

    label = "Parabola"
    summary = "The first lesson: the step against the curvature, with 2/λ where convergence ends."
    formula = "a*w^2"
    domain = ((-4.0, 4.0),)
    start = (3.5,)
    minima = points((0.0,))
    infimum = 0.0
    a: float = hyper(1.0, 0.01, 100, "How steep the parabola is; the curvature is 2a.", scale="log")


class DoubleWell(Curve):
    r"""A quartic with a global minimum on the left, a local one on the right and a barrier between them.

    $w^4/4 - w^2/2 + w/10$. The tilted double well of bifurcation theory: Strogatz, Nonlinear Dynamics and Chaos, 1994,
    section 3.6.
    """

    label = "Double well"
    summary = "A small rate stays in the nearest minimum; a larger one, or momentum, gets over the barrier."
    formula = "w^4/4 - w^2/2 + 0.1*w"
    domain = ((-2.0, 2.0),)
    start = (1.8,)
    minima = points((-1.0466805318046024,))
    infimum = -0.35238607380003645
