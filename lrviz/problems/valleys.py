"""Curved valleys and plateaus: where no single rate suits the whole way."""

from lrviz.problems.problem import Surface, points


class Valley(Surface, abstract=True):
    """A test function with one minimum at the end of a difficult way."""

    family = "Valleys and plateaus"


class Rosenbrock(Valley):
    r"""The banana valley $(1 - x)^2 + 100 (y - x^2)^2$.

    The curvature across the valley is about 1000 times the one along it. Rosenbrock, The Computer Journal 3, 1960.
    """

    label = "Rosenbrock valley"
    summary = "Easy to find the curved valley, hard to follow it: the rate that suits the walls crawls along the floor."
    formula = "(1 - x)^2 + 100*(y - x^2)^2"
    domain = ((-2.0, 2.0), (-1.0, 3.0))
    start = (-1.2, 1.0)
    minima = points((1.0, 1.0))
    infimum = 0.0


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


class Easom(Valley):
    r"""A plain with one narrow hole: $-\cos x \cos y \, e^{-(x - \pi)^2 - (y - \pi)^2}$.

    Easom, A Survey of Global Optimization Techniques, University of Louisville, 1990.
    """

    label = "Easom"
    summary = "On the plain the gradient vanishes: no rate helps a method whose step is proportional to it."
    formula = "-cos(x)*cos(y)*exp(-(x - pi)^2 - (y - pi)^2)"
    domain = ((-2.0, 8.0), (-2.0, 8.0))
    start = (1.4, 1.4)
    minima = points((3.141592653589793, 3.141592653589793))
    infimum = -1.0


class Saddle(Valley):
    r"""A saddle between two minima: $x^2/2 + y^4/4 - y^2/2$.

    Along the ridge the gradient dies away, and how long a run waits there depends on the logarithm of its distance
    from the ridge. Dauphin et al. 2014, https://arxiv.org/abs/1406.2572.
    """

    label = "Saddle"
    summary = "The descent first slows down at the saddle; rate and momentum decide how soon it leaves."
    formula = "x^2/2 + y^4/4 - y^2/2"
    domain = ((-2.0, 2.0), (-2.0, 2.0))
    start = (-1.6, 1e-3)
    minima = points((0.0, 1.0), (0.0, -1.0))
    infimum = -0.25


class Product(Valley):
    r"""Two weights that must multiply to one: $(xy - 1)^2/2$, a two-layer linear network.

    Its minima are the whole hyperbola $xy = 1$, with sharpness $x^2 + y^2$. A rate too high for the nearest of them
    catapults the run to a flatter one. Lewkowycz et al. 2020, https://arxiv.org/abs/2003.02218.
    """

    label = "Product"
    summary = "The catapult: above 2/λ the loss first rises, then settles where the valley is flat enough for the rate."
    formula = "(x*y - 1)^2/2"
    domain = ((-3.0, 3.0), (-3.0, 3.0))
    start = (2.6, 0.45)
    infimum = 0.0
