"""Kinks and cliffs: where the gradient jumps, or is far larger than anywhere else."""

from lrviz.catalog import hyper
from lrviz.problems.problem import Surface, points


class Edge(Surface, abstract=True):
    """A surface with a kink or a cliff."""

    family = "Kinks and cliffs"


class Cliff(Edge):
    r"""A shallow bowl with a cliff through it: $(x^2 + y^2)/20 + 2\sigma(k(x - 1))$.

    The face of the cliff is about 20 times steeper than the slope above it, as in recurrent networks. Pascanu, Mikolov
    and Bengio 2013, https://arxiv.org/abs/1211.5063.
    """

    label = "Cliff"
    summary = "One step on the cliff's face throws the run out of the picture: why gradients are clipped."
    formula = "(x^2 + y^2)/20 + 2*sigmoid(steepness*(x - 1))"
    domain = ((-4.0, 4.0), (-3.0, 3.0))
    start = (2.1, 2.0)
    guesses = ((0.0, 0.0),)
    steepness: float = hyper(8.0, 1, 50, "How steep the cliff is; its largest slope is half of this.", scale="log")


class L1Kink(Edge):
    r"""A valley with sharp edges: $|x| + r |y|$.

    The gradient keeps its length up to the minimum, so that a constant rate ends in steps to and fro of that size.
    Shor, Minimization Methods for Non-Differentiable Functions, 1985.
    """

    label = "L1 kink"
    summary = "No rate is small enough to stand still on a kink: the run bounces until the rate decays."
    formula = "abs(x) + ratio*abs(y)"
    domain = ((-3.0, 3.0), (-2.0, 2.0))
    start = (-2.5, 1.3)
    minima = points((0.0, 0.0))
    infimum = 0.0
    kinks = "Where x = 0 or y = 0, where that slope changes its sign; 0 is taken there."
    ratio: float = hyper(10.0, 1, 100, "How much steeper it is across the valley than along.", scale="log")


class Bukin6(Edge):
    r"""A ridge as sharp as a knife: $100\sqrt{|y - 0.01x^2|} + 0.01|x + 10|$.

    Near the parabola $y = x^2/100$ the gradient grows without bound, and the way to the minimum leads along it. Bukin,
    Preprint BUDKER-INP-1997-79, Novosibirsk, 1997; https://www.sfu.ca/~ssurjano/bukin6.html.
    """

    label = "Bukin 6"
    summary = "The nearer the valley's floor, the larger the gradient: every constant rate is thrown out of it again."
    formula = "100*sqrt(abs(y - 0.01*x^2)) + 0.01*abs(x + 10)"
    domain = ((-15.0, -5.0), (-3.0, 3.0))
    start = (-6.0, 2.0)
    minima = points((-10.0, 1.0))
    infimum = 0.0
    kinks = "On the parabola y = x²/100, where the slope is infinite, and at x = −10; 0 is taken in both places."


class CrossInTray(Edge):
    r"""A cross of sharp ridges with four equal hollows.

    $-10^{-4} \left(\left|\sin x \sin y \, e^{|100 - \sqrt{x^2 + y^2}/\pi|}\right| + 1\right)^{0.1}$. Mishra, Some New
    Test Functions for Global Optimization, 2006, https://mpra.ub.uni-muenchen.de/2718. From a radius of $100\pi$ on
    the exponent grows again: there the function falls for ever, beyond $200\pi$ below its hollows, so that a run which
    comes that far has left for good.
    """

    label = "Cross-in-tray"
    summary = "Sharp ridges part the hollows: a run stays in the one where it starts, unless a long step jumps a ridge."
    formula = "-0.0001*(abs(sin(x)*sin(y)*exp(abs(100 - sqrt(x^2 + y^2)/pi))) + 1)^0.1"
    domain = ((-10.0, 10.0), (-10.0, 10.0))
    stops = ((-300.0, 300.0), (-300.0, 300.0))
    start = (3.5, 5.8)
    minima = points(
        (1.3494066171539107, 1.3494066171539107),
        (-1.3494066171539107, 1.3494066171539107),
        (1.3494066171539107, -1.3494066171539107),
        (-1.3494066171539107, -1.3494066171539107),
    )
    infimum = -2.062611870822737
    kinks = "Where x or y is a multiple of π, where the slope is next to infinite; 0 is taken for the slope of |0|."
