"""Networks with two weights: what is said of deep ones, on a plot with two axes."""

from lrviz.problems.problem import Surface


class Neurons(Surface, abstract=True):
    """The loss of a network with two weights."""

    family = "Two-weight networks"


class Product(Neurons):
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


class SigmoidNeuron(Neurons):
    r"""A sigmoid neuron that must tell 1 from −1: $\left((\sigma(x + y) - 1)^2 + \sigma(x - y)^2\right)/2$.

    $x$ is the bias, $y$ the weight. The loss approaches 0 as $y$ grows, and has no minimum. Saturation: Glorot and
    Bengio 2010, https://proceedings.mlr.press/v9/glorot10a.html.
    """

    label = "Sigmoid neuron"
    summary = "A saturated start is a plateau: at a small rate the run waits there for thousands of steps."
    formula = "((sigmoid(x + y) - 1)^2 + sigmoid(x - y)^2)/2"
    domain = ((-6.0, 6.0), (-8.0, 8.0))
    start = (-2.0, -4.0)
    infimum = 0.0
