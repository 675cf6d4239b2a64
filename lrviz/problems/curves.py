"""Losses of one weight: the learning rate on a number line."""

from lrviz.catalog import hyper
from lrviz.problems.problem import Surface, points


class Curve(Surface, abstract=True):
    """A function of one weight."""

    family = "One weight"
    variables = ("w",)


class Quadratic1D(Curve):
    r"""The parabola $a w^2$, with curvature $2a$ everywhere.

    Gradient descent multiplies $w$ by $1 - 2a \cdot lr$ at each step: one step reaches the minimum at $1/(2a)$, and
    from $1/a$ on it no longer converges. Nesterov, Introductory Lectures on Convex Optimization, 2004, section 1.2.3.
    """

    quadratic = True
    label = "Parabola"
    summary = "The first lesson: the step against the curvature, with 2/λ where convergence ends."
    formula = "a*w^2"
    domain = ((-4.0, 4.0),)
    start = (3.5,)
    minima = points((0.0,))
    infimum = 0.0
    a: float = hyper(1.0, 0.01, 100, "How steep the parabola is; the curvature is 2a.", scale="log")


class Quartic1D(Curve):
    r"""A bottom without curvature: $w^4/4$.

    The curvature $3w^2$ dies away together with the gradient, so that no rate is right for long: plain descent slows
    down to $w \approx 1/\sqrt{2 \cdot lr \cdot n}$ after $n$ steps. Nesterov, Introductory Lectures on Convex
    Optimization, 2004, section 2.1.
    """

    label = "Quartic"
    summary = "The flatter it gets, the slower it goes: what diverges far out crawls near the minimum."
    formula = "w^4/4"
    domain = ((-2.0, 2.0),)
    start = (1.8,)
    minima = points((0.0,))
    infimum = 0.0


class DoubleWell(Curve):
    r"""A quartic with a global minimum on the left, a local one on the right and a barrier between them.

    $w^4/4 - w^2/2 + t w$ with the tilt $t$; from $t = 2/\sqrt{27} \approx 0.385$ on, the right well is gone. The
    tilted double well of bifurcation theory: Strogatz, Nonlinear Dynamics and Chaos, 1994, section 3.6.
    """

    label = "Double well"
    summary = "A small rate stays in the nearest minimum; a larger one, or momentum, gets over the barrier."
    formula = "w^4/4 - w^2/2 + tilt*w"
    domain = ((-2.0, 2.0),)
    start = (1.8,)
    guesses = ((-1.1,), (1.1,))
    tilt: float = hyper(0.1, 0, 0.5, "How much lower the left well lies; at 0 both are equally deep.", step=0.01)


class Ripples1D(Curve):
    r"""A parabola with ripples: $w^2/2 + h (1 - \cos 8w)$.

    The ripples' curvature, $64h$, is many times that of the parabola, but their height is bounded: a long step does
    not see them. Kleinberg, Li and Yuan 2018, https://arxiv.org/abs/1802.06175.
    """

    label = "Rippled parabola"
    summary = "A small rate is caught by the first dent; one too large for the dents feels only the parabola."
    formula = "w^2/2 + height*(1 - cos(8*w))"
    domain = ((-4.0, 4.0),)
    start = (3.5,)
    minima = points((0.0,))
    infimum = 0.0
    height: float = hyper(0.15, 0, 1, "Half the height of the ripples; their curvature is 64 times as much.", step=0.01)


class AbsoluteValue(Curve):
    r"""The simplest kink: $|w|$, a slope of 1 however near the minimum is.

    A constant rate never arrives, it ends in steps to and fro across 0; a rate that decays does. Shor, Minimization
    Methods for Non-Differentiable Functions, 1985.
    """

    label = "Absolute value"
    summary = "The slope does not fade at the minimum: a constant rate bounces for ever, a decaying one arrives."
    formula = "abs(w)"
    domain = ((-4.0, 4.0),)
    start = (3.3,)
    minima = points((0.0,))
    infimum = 0.0
    kinks = "At w = 0, where the slope jumps from −1 to 1; 0 is taken there."


class Plateau(Curve):
    r"""One sigmoid neuron with one example: $(\sigma(w) - t)^2$ with the target $t$.

    Where the sigmoid is saturated the slope is of the order $e^{-|w|}$. LeCun et al., Efficient BackProp, 1998,
    section 4.4; Glorot and Bengio 2010, https://proceedings.mlr.press/v9/glorot10a.html.
    """

    label = "Sigmoid plateau"
    summary = "A plateau on both sides: a rate that soon gets off the left one overshoots to the right one."
    formula = "(sigmoid(w) - target)^2"
    domain = ((-8.0, 8.0),)
    start = (-4.0,)
    guesses = ((0.0,),)
    infimum = 0.0
    target: float = hyper(
        0.8, 0.5, 0.99, "What the neuron should answer; the minimum lies at ln(t/(1 − t)).", step=0.01
    )


class Cliff1D(Curve):
    r"""A shallow parabola with a cliff: $w^2/20 + 2\sigma(k(w - 1))$.

    On the way down the run meets a slope of $k/2$ where all others are below 0.5. Pascanu, Mikolov and Bengio 2013,
    https://arxiv.org/abs/1211.5063.
    """

    label = "Cliff (one weight)"
    summary = "One step on the cliff's face throws the run far out: why gradients are clipped."
    formula = "w^2/20 + 2*sigmoid(steepness*(w - 1))"
    domain = ((-5.0, 5.0),)
    start = (4.2,)
    guesses = ((0.0,),)
    steepness: float = hyper(8.0, 1, 50, "How steep the cliff is; its largest slope is half of this.", scale="log")
