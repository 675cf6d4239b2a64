"""Landscapes with many minima: where the rate decides which one is found."""

from lrviz.problems.problem import Surface, points


class Landscape(Surface, abstract=True):
    """A test function with several minima."""

    family = "Many minima"


class Himmelblau(Landscape):
    r"""Four equal minima: $(x^2 + y - 11)^2 + (x + y^2 - 7)^2$.

    Himmelblau, Applied Nonlinear Programming, 1972.
    """

    label = "Himmelblau"
    summary = "Four minima of the same depth: the rate decides in which basin the run ends."
    formula = "(x^2 + y - 11)^2 + (x + y^2 - 7)^2"
    domain = ((-6.0, 6.0), (-6.0, 6.0))
    start = (0.0, 0.0)
    minima = points(
        (3.0, 2.0),
        (-2.805118086952745, 3.131312518250573),
        (-3.779310253377747, -3.283185991286170),
        (3.584428340330492, -1.848126526964404),
    )
    infimum = 0.0


class Rastrigin(Landscape):
    r"""A bowl full of dents: $20 + x^2 - 10\cos 2\pi x + y^2 - 10\cos 2\pi y$.

    Rastrigin, Systems of Extremal Control, 1974.
    """

    label = "Rastrigin"
    summary = "A regular grid of local minima: a low rate is caught by the nearest one, a high one hops."
    formula = "20 + x^2 - 10*cos(2*pi*x) + y^2 - 10*cos(2*pi*y)"
    domain = ((-5.12, 5.12), (-5.12, 5.12))
    start = (3.3, 2.7)
    minima = points((0.0, 0.0))
    infimum = 0.0


class Ackley(Landscape):
    r"""A dented plain around a deep funnel.

    $-20 e^{-0.2\sqrt{(x^2+y^2)/2}} - e^{(\cos 2\pi x + \cos 2\pi y)/2} + e + 20$. Ackley, A Connectionist Machine for
    Genetic Hillclimbing, 1987.
    """

    label = "Ackley"
    summary = "Far out the dents are as steep as the slope towards the middle; the minimum itself is a kink."
    formula = "-20*exp(-0.2*sqrt((x^2 + y^2)/2)) - exp((cos(2*pi*x) + cos(2*pi*y))/2) + e + 20"
    domain = ((-5.0, 5.0), (-5.0, 5.0))
    start = (2.7, 1.8)
    minima = points((0.0, 0.0))
    infimum = 0.0
    kinks = "At the minimum, where the gradient has no limit; 0 is taken there."
