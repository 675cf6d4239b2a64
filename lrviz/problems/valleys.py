"""Curved valleys and plateaus: where no single rate suits the whole way."""

from lrviz.catalog import hyper
from lrviz.problems.problem import Surface, points


class Valley(Surface, abstract=True):
    """A test function whose minimum lies at the end of a difficult way."""

    family = "Valleys"


class Rosenbrock(Valley):
    r"""The banana valley $(1 - x)^2 + b (y - x^2)^2$, by custom with $b = 100$.

    At the minimum the curvature across the valley is then 2508 times the one along it. Rosenbrock, The Computer
    Journal 3, 1960, https://doi.org/10.1093/comjnl/3.3.175.
    """

    label = "Rosenbrock valley"
    summary = "Easy to find the curved valley, hard to follow it: the rate that suits the walls crawls along the floor."
    formula = "(1 - x)^2 + b*(y - x^2)^2"
    domain = ((-2.0, 2.0), (-1.0, 3.0))
    start = (-1.2, 1.0)
    minima = points((1.0, 1.0))
    infimum = 0.0
    b: float = hyper(100.0, 1, 1000, "How steep the walls are; raising it narrows the valley.", scale="log")


class Beale(Valley):
    r"""Beale's function: a flat cross with steep walls at the corners.

    $(1.5 - x + xy)^2 + (2.25 - x + xy^2)^2 + (2.625 - x + xy^3)^2$. Beale, On an Iterative Method for Finding a Local
    Minimum, Princeton Technical Report 25, 1958.
    """

    label = "Beale"
    summary = "Gradients from near 0 to 250,000: plain gradient descent must choose between the plateau and the walls."
    formula = "(1.5 - x + x*y)^2 + (2.25 - x + x*y^2)^2 + (2.625 - x + x*y^3)^2"
    domain = ((-4.5, 4.5), (-4.5, 4.5))
    start = (1.0, 1.5)
    minima = points((3.0, 0.5))
    infimum = 0.0


class GoldsteinPrice(Valley):
    r"""Six decades of loss in one small square.

    $[1 + (x + y + 1)^2 (19 - 14x + 3x^2 - 14y + 6xy + 3y^2)] \cdot [30 + (2x - 3y)^2 (18 - 32x + 12x^2 + 48y - 36xy +
    27y^2)]$. Goldstein and Price, On Descent from Local Minima, Mathematics of Computation 25, 1971.
    """

    label = "Goldstein-Price"
    summary = "The loss spans six powers of ten: plain descent needs a tiny rate, normalised steps do not care."
    formula = (
        "(1 + (x + y + 1)^2*(19 - 14*x + 3*x^2 - 14*y + 6*x*y + 3*y^2))"
        "*(30 + (2*x - 3*y)^2*(18 - 32*x + 12*x^2 + 48*y - 36*x*y + 27*y^2))"
    )
    domain = ((-2.0, 2.0), (-2.0, 2.0))
    start = (-0.5, 0.3)
    minima = points((0.0, -1.0))
    infimum = 3.0


class Easom(Valley):
    r"""A plain with one narrow hole: $-\cos x \cos y \, e^{-(x - \pi)^2 - (y - \pi)^2}$.

    Easom, A Survey of Global Optimization Techniques, University of Louisville, 1990.
    """

    label = "Easom"
    summary = (
        "The plain hardly slopes: a rate that suits the hole is slow there, a larger one is thrown out of the hole."
    )
    formula = "-cos(x)*cos(y)*exp(-(x - pi)^2 - (y - pi)^2)"
    domain = ((-2.0, 8.0), (-2.0, 8.0))
    start = (1.9, 1.8)
    minima = points((3.141592653589793, 3.141592653589793))
    infimum = -1.0


class DixonPrice(Valley):
    r"""A valley that forks: $(x - 1)^2 + 2 (2y^2 - x)^2$.

    Two minima mirror each other, at $(1, \pm\sqrt{1/2})$, with a saddle at $(1/3, 0)$ between them. Dixon and Price,
    Journal of Optimization Theory and Applications 60, 1989.
    """

    label = "Dixon-Price"
    summary = "A valley forks at a saddle: rate and momentum decide how long a run waits there and which way it takes."
    formula = "(x - 1)^2 + 2*(2*y^2 - x)^2"
    domain = ((-3.0, 5.0), (-3.0, 3.0))
    start = (-2.5, 0.05)
    minima = points((1.0, 0.7071067811865476), (1.0, -0.7071067811865476))
    infimum = 0.0


class McCormick(Valley):
    r"""A tilted wave: $\sin(x + y) + (x - y)^2 - 1.5x + 2.5y + 1$.

    In $u = x + y$ and $v = x - y$ it is $\sin u + u/2 + (v - 1)^2$: a staircase of minima that falls for ever as $u$
    does. The stated minimum is the one in the picture; a run that passes the saddle below it has left for good.
    McCormick, Mathematical Programming 10, 1976; Jamil and Yang 2013, https://arxiv.org/abs/1308.4008.
    """

    label = "McCormick"
    summary = "The next minimum is always lower: momentum overshoots the one in the picture and falls for ever."
    formula = "sin(x + y) + (x - y)^2 - 1.5*x + 2.5*y + 1"
    domain = ((-1.5, 4.0), (-3.0, 4.0))
    stops = ((-2.0, 5.0), (-3.1, 5.0))
    start = (1.5, 0.2)
    minima = points((-0.5471975511965977, -1.5471975511965979))
    infimum = -1.9132229549810364


class QuarticValley(Valley):
    r"""A valley whose floor has no curvature: $x^4/4 + y^2/2$.

    Across, the error shrinks by a factor at each step; along, only like $1/\sqrt{n}$. Nesterov, Introductory Lectures
    on Convex Optimization, 2004, section 2.1.
    """

    label = "Quartic valley"
    summary = "One direction converges at once, the other slows down for ever: progress without end, at any rate."
    formula = "x^4/4 + y^2/2"
    domain = ((-2.0, 2.0), (-2.0, 2.0))
    start = (1.8, 1.5)
    minima = points((0.0, 0.0))
    infimum = 0.0
