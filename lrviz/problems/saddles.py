"""Saddles: where the gradient vanishes and the descent is not over."""

from lrviz.problems.problem import Surface, points


class Pass(Surface, abstract=True):
    """A surface with a saddle in its middle."""

    family = "Saddles"


class Saddle(Pass):
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


class UnboundedSaddle(Pass):
    r"""The plain saddle $x^2 - y^2$, which falls for ever.

    Gradient descent multiplies $y$ by $1 + 2 \cdot lr$ at each step: it needs $\ln(1/|y_0|)/\ln(1 + 2 \cdot lr)$
    steps to come from $y_0$ to 1. Dauphin et al. 2014, https://arxiv.org/abs/1406.2572.
    """

    label = "Saddle, unbounded"
    summary = "How long a run waits at a saddle, exactly: the logarithm of its distance from the ridge, over the rate."
    formula = "x^2 - y^2"
    domain = ((-2.0, 2.0), (-2.0, 2.0))
    stops = ((-4.0, 4.0), (-4.0, 4.0))
    start = (-1.6, 1e-3)


class MonkeySaddle(Pass):
    r"""Three valleys leave a saddle and end in three minima: $x^3 - 3xy^2 + (x^2 + y^2)^2$.

    In the middle gradient and Hessian both vanish. Hilbert and Cohn-Vossen, Geometry and the Imagination, 1952,
    section 29 (the saddle; the quartic closes it).
    """

    label = "Monkey saddle"
    summary = "A fork with three ways out: rate and momentum decide which one a run from the ridge takes."
    formula = "x^3 - 3*x*y^2 + (x^2 + y^2)^2"
    domain = ((-1.4, 1.4), (-1.4, 1.4))
    start = (0.9, 0.02)
    minima = points((-0.75, 0.0), (0.375, 0.649519052838329), (0.375, -0.649519052838329))
    infimum = -0.10546875


class UnboundedMonkeySaddle(Pass):
    r"""A saddle for a monkey, with a place for the tail: $x^3 - 3xy^2$, which falls for ever.

    At the origin the Hessian is zero, so that Newton's method halves its distance at each step and stays. Hilbert and
    Cohn-Vossen, Geometry and the Imagination, 1952, section 29.
    """

    label = "Monkey saddle, unbounded"
    summary = "Newton's method is drawn into the saddle, where there is no curvature; plain descent gets past it."
    formula = "x^3 - 3*x*y^2"
    domain = ((-1.5, 1.5), (-1.5, 1.5))
    stops = ((-3.0, 3.0), (-3.0, 3.0))
    start = (0.9, 0.02)
