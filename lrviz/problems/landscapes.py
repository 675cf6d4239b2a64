"""Landscapes with many minima: where the rate decides which one is found."""

from lrviz.catalog import hyper
from lrviz.problems.problem import Surface, points


class Landscape(Surface, abstract=True):
    """A test function with several minima."""

    family = "Many minima"


class Himmelblau(Landscape):
    r"""Four equal minima: $(x^2 + y - 11)^2 + (x + y^2 - 7)^2$.

    Himmelblau, Applied Nonlinear Programming, 1972.
    """

    label = "Himmelblau"
    summary = "Four minima of the same depth: start, rate and momentum decide in which basin the run ends."
    formula = "(x^2 + y - 11)^2 + (x + y^2 - 7)^2"
    domain = ((-6.0, 6.0), (-6.0, 6.0))
    start = (0.0, 0.0)
    minima = points(
        (3.0, 2.0),
        (-2.805118086952745, 3.131312518250573),
        (-3.779310253377747, -3.2831859912861696),
        (3.5844283403304917, -1.8481265269644036),
    )
    infimum = 0.0


class FlatSharp(Landscape):
    r"""A wide well and a narrow one, slightly deeper.

    $1 - 0.95 e^{-|p - (-1.5, 0)|^2/2} - e^{-|p - (1.5, 0)|^2/(2 s^2)} + 0.02 |p|^2$ with the width $s$. The sharp
    minimum's curvature is about $1/s^2$, so that gradient descent cannot stay in it above lr = $2s^2$. Hochreiter and
    Schmidhuber, Flat Minima, 1997; Keskar et al. 2017, https://arxiv.org/abs/1609.04836.
    """

    label = "Flat and sharp"
    summary = "The lowest point is too sharp for a high rate, which therefore ends in the flat well."
    formula = "1 - 0.95*exp(-((x + 1.5)^2 + y^2)/2) - exp(-((x - 1.5)^2 + y^2)/(2*width^2)) + 0.02*(x^2 + y^2)"
    domain = ((-4.0, 4.0), (-3.0, 3.0))
    start = (1.9, 0.3)
    guesses = ((1.5, 0.0), (-1.5, 0.0))
    width: float = hyper(
        0.18, 0.08, 0.8, "Width of the narrow well; halving it quarters the rate it bears.", scale="log"
    )


class ThreeHumpCamel(Landscape):
    r"""A camel's back upside down: $2x^2 - 1.05x^4 + x^6/6 + xy + y^2$.

    One deep valley between two shallow ones. Branin, IBM Journal of Research and Development 16, 1972;
    https://www.sfu.ca/~ssurjano/camel3.html.
    """

    label = "Three-hump camel"
    summary = "Plain descent ends in the outer valley; momentum rolls over the low hump, a large first step leaps it."
    formula = "2*x^2 - 1.05*x^4 + x^6/6 + x*y + y^2"
    domain = ((-2.2, 2.2), (-2.2, 2.2))
    start = (-2.1, -1.0)
    minima = points((0.0, 0.0))
    infimum = 0.0


class SixHumpCamel(Landscape):
    r"""Six minima in three mirrored pairs: $(4 - 2.1x^2 + x^4/3) x^2 + xy + (4y^2 - 4) y^2$.

    Branin, IBM Journal of Research and Development 16, 1972; https://www.sfu.ca/~ssurjano/camel6.html.
    """

    label = "Six-hump camel"
    summary = "Six minima of three depths: with momentum a slight change of the rate changes which one is found."
    formula = "(4 - 2.1*x^2 + x^4/3)*x^2 + x*y + (4*y^2 - 4)*y^2"
    domain = ((-2.0, 2.0), (-1.0, 1.0))
    start = (-1.2, -0.2)
    minima = points((0.08984201310031806, -0.7126564030207396), (-0.08984201310031806, 0.7126564030207396))
    infimum = -1.0316284534898774


class StyblinskiTang(Landscape):
    r"""Four wells, one deepest: $\tfrac12 \sum_i (x_i^4 - 16x_i^2 + 5x_i)$ in two coordinates.

    Styblinski and Tang, Experiments in Nonconvex Optimization, Neural Networks 3, 1990.
    """

    label = "Styblinski-Tang"
    summary = "Four wells: small steps end in the nearest, the shallowest; momentum, or a leap, reaches the deepest."
    formula = "(x^4 - 16*x^2 + 5*x + y^4 - 16*y^2 + 5*y)/2"
    domain = ((-5.0, 5.0), (-5.0, 5.0))
    start = (4.8, 4.8)
    minima = points((-2.903534027771177, -2.903534027771177))
    infimum = -78.33233140754282


class Rastrigin(Landscape):
    r"""A bowl full of dents: $2A + x^2 - A\cos 2\pi x + y^2 - A\cos 2\pi y$, by custom with $A = 10$.

    Rastrigin, Systems of Extremal Control, 1974.
    """

    label = "Rastrigin"
    summary = "A regular grid of local minima: a low rate is caught by the nearest one, a high one hops."
    formula = "2*depth + x^2 - depth*cos(2*pi*x) + y^2 - depth*cos(2*pi*y)"
    domain = ((-5.12, 5.12), (-5.12, 5.12))
    start = (3.3, 2.7)
    minima = points((0.0, 0.0))
    infimum = 0.0
    depth: float = hyper(10.0, 0, 20, "The amplitude A of the dents; at 0 a plain bowl is left.", step=0.5)


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


class Griewank(Landscape):
    r"""Waves on an almost flat bowl: $1 + (x^2 + y^2)/4000 - \cos x \cos(y/\sqrt 2)$.

    Griewank, Generalized Descent for Global Optimization, Journal of Optimization Theory and Applications 34, 1981.
    """

    label = "Griewank"
    summary = "Waves on a bowl too faint to feel: at every stable rate the run ends in the trough at hand."
    formula = "1 + (x^2 + y^2)/4000 - cos(x)*cos(y/sqrt(2))"
    domain = ((-10.0, 10.0), (-10.0, 10.0))
    start = (5.6, 5.6)
    minima = points((0.0, 0.0))
    infimum = 0.0


class Levy(Landscape):
    r"""Ridges across a bowl.

    $\sin^2 \pi u + (u - 1)^2 (1 + 10\sin^2(\pi u + 1)) + (v - 1)^2 (1 + \sin^2 2\pi v)$ with $u = 1 + (x - 1)/4$ and
    $v = 1 + (y - 1)/4$. Levy and Montalvo, SIAM Journal on Scientific and Statistical Computing 6, 1985;
    https://www.sfu.ca/~ssurjano/levy.html.
    """

    label = "Levy"
    summary = "Rows of ridges across a bowl: small steps stay between two of them; momentum, or a leap, crosses."
    formula = (
        "sin(pi*(1 + (x - 1)/4))^2 + ((x - 1)/4)^2*(1 + 10*sin(pi*(1 + (x - 1)/4) + 1)^2)"
        " + ((y - 1)/4)^2*(1 + sin(2*pi*(1 + (y - 1)/4))^2)"
    )
    domain = ((-10.0, 10.0), (-10.0, 10.0))
    start = (5.5, 8.0)
    minima = points((1.0, 1.0))
    infimum = 0.0


class Bohachevsky(Landscape):
    r"""A bowl with fine waves: $x^2 + 2y^2 - 0.3\cos 3\pi x - 0.4\cos 4\pi y + 0.7$.

    Bohachevsky, Johnson and Stein, Generalized Simulated Annealing for Function Optimization, Technometrics 28, 1986.
    """

    label = "Bohachevsky"
    summary = "Fine waves on a bowl: small steps end in the first trough, larger ones smooth them over."
    formula = "x^2 + 2*y^2 - 0.3*cos(3*pi*x) - 0.4*cos(4*pi*y) + 0.7"
    domain = ((-2.0, 2.0), (-2.0, 2.0))
    start = (-1.6, 1.3)
    minima = points((0.0, 0.0))
    infimum = 0.0


class Ripples(Landscape):
    r"""A bowl with ripples: $(x^2 + 4y^2)/2 + h \sin 9x \sin 7y$.

    Plain descent with long steps behaves as on a smoothed surface: the rate is a filter. Kleinberg, Li and Yuan 2018,
    https://arxiv.org/abs/1802.06175.
    """

    label = "Ripples"
    summary = "The rate as a filter: steps longer than the ripples see only the bowl beneath them."
    formula = "(x^2 + 4*y^2)/2 + height*sin(9*x)*sin(7*y)"
    domain = ((-3.0, 3.0), (-2.0, 2.0))
    start = (-2.6, 1.5)
    guesses = ((-0.16, 0.14), (0.16, -0.14), (0.0, 0.0))
    height: float = hyper(0.15, 0, 0.5, "Height of the ripples; at 0 the bowl is smooth.", step=0.01)
