"""What goes with any run whose optimizer does not do it itself: clipping, weight decay, averaging."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from lrviz.catalog import Array, Entry, Twin, hyper, whole
from lrviz.linear import norm
from lrviz.optimizers.optimizer import Owned

Place = Literal["clip", "decay", "average"]


class Option(Entry, kind="option"):
    """A change of the gradient, of the displacement, or of what is read off the path; a run has one in each place.

    Arrays are `(d, R)`, fields 0-d or `(R,)`. The order is clipping, then decay, as in a PyTorch training loop.
    """

    place: ClassVar[Place]
    """Its key in the address, and what it excludes: a second option in the same place."""
    takes: ClassVar[Owned]
    """What an optimizer that owns it does itself."""
    torch: ClassVar[Twin | None] = None
    optax: ClassVar[Twin | None] = None
    keras: ClassVar[Twin | None] = None

    def gradient(self, g: Array, w: Array) -> Array:
        """Return the gradient that the optimizer sees."""
        return g

    def displacement(self, move: Array, w: Array, lr: Array) -> Array:
        """Return the displacement that the loop subtracts."""
        return move

    def stiffness(self, memory: bool) -> float | None:
        """Return what the option adds to every curvature of a quadratic; None if that does not say what it does.

        `memory` is whether the rule keeps something of earlier steps.
        """
        return 0.0

    def average(self, positions: Array) -> Array | None:
        """Return averages along the first axis of `positions` `(steps + 1, …)`; None where the option takes none."""
        return None


class Clipping(Option, abstract=True):
    """Bounds on the gradient."""

    family = "Gradient clipping"
    place = "clip"
    takes = "clipping"

    def stiffness(self, memory: bool) -> float | None:
        """Return None: how far a gradient is shortened depends on where it is taken."""
        return None


class ClipNorm(Clipping):
    r"""Shorten a gradient that is too long: $g \leftarrow g \cdot \min(1, \; c / (|g| + 10^{-6}))$.

    Pascanu, Mikolov and Bengio 2013, https://arxiv.org/abs/1211.5063. As PyTorch's, but for lengths whose square
    overflows, where it gives 0; Optax and Keras without the 1e-6.
    """

    label = "Clip by norm"
    summary = "Keeps the direction and bounds the length: a cliff can no longer throw the run away."
    torch = Twin("torch.nn.utils.clip_grad_norm_", {"limit": "max_norm"})
    optax = Twin("clip_by_global_norm", {"limit": "max_norm"}, "Without the 1e-6.", True)
    keras = Twin("global_clipnorm", {"limit": "global_clipnorm"}, "Without the 1e-6.", True)
    limit: float = hyper(1.0, 1e-6, 1e6, "The longest gradient. Lower: shorter steps on steep ground.", scale="log")

    def gradient(self, g: Array, w: Array) -> Array:
        """Return the gradient, at most `limit` long."""
        return np.asarray(g * np.minimum(1.0, self.limit / (norm(g) + 1e-6)))


class ClipValue(Clipping):
    r"""Bound each component of the gradient: $g_i \leftarrow \max(-c, \min(c, g_i))$.

    Pascanu, Mikolov and Bengio 2013, https://arxiv.org/abs/1211.5063. The same in PyTorch, Optax and Keras.
    """

    label = "Clip by value"
    summary = "Bounds each coordinate by itself, and so turns the direction of steep gradients."
    torch = Twin("torch.nn.utils.clip_grad_value_", {"limit": "clip_value"})
    optax = Twin("clip", {"limit": "max_delta"})
    keras = Twin("clipvalue", {"limit": "clipvalue"})
    limit: float = hyper(1.0, 1e-6, 1e6, "The largest component. Lower: shorter steps on steep ground.", scale="log")

    def gradient(self, g: Array, w: Array) -> Array:
        """Return the gradient with every component in `[-limit, limit]`."""
        return np.asarray(np.minimum(np.maximum(g, -self.limit), self.limit))


class Decay(Option, abstract=True):
    """A pull towards the origin."""

    family = "Weight decay"
    place = "decay"
    takes = "weight_decay"


class WeightDecay(Decay):
    r"""A penalty in the gradient (L2): $g \leftarrow g + \lambda w$.

    Krogh and Hertz 1991, https://proceedings.neurips.cc/paper/1991/hash/8eefcfdf5990e441f0fb6f3fad709e21. Adaptive
    optimizers divide it like the rest of the gradient. `weight_decay` of PyTorch's optimizers other than AdamW.
    """

    label = "Weight decay (L2)"
    summary = "Adds the slope of a bowl around the origin: the minimum that is found lies nearer to it."
    torch = Twin("weight_decay", {"rate": "weight_decay"})
    optax = Twin("add_decayed_weights", {"rate": "weight_decay"}, "Chained before the optimizer.")
    rate: float = hyper(0.01, 0, 10, "Strength of the pull.", scale="log", slider_low=1e-6)

    def gradient(self, g: Array, w: Array) -> Array:
        r"""Return $g + \lambda w$."""
        return g + self.rate * w

    def stiffness(self, memory: bool) -> float | None:
        r"""Return $\lambda$: the gradient is that of the loss with $\lambda |w|^2 / 2$."""
        return self.rate


class DecoupledWeightDecay(Decay):
    r"""Shrink the weights beside the step: $w \leftarrow (1 - lr \cdot \lambda) w$.

    Loshchilov and Hutter 2019, https://arxiv.org/abs/1711.05101. Keras decays every optimizer like this, PyTorch AdamW.
    """

    label = "Weight decay (decoupled)"
    summary = "The same pull for every coordinate, whatever the optimizer makes of the gradient."
    optax = Twin("add_decayed_weights", {"rate": "weight_decay"}, "Chained after the optimizer.")
    keras = Twin("weight_decay", {"rate": "weight_decay"})
    rate: float = hyper(0.01, 0, 10, "Strength of the pull, as a share of the rate.", scale="log", slider_low=1e-6)

    def displacement(self, move: Array, w: Array, lr: Array) -> Array:
        r"""Return the displacement and $lr \cdot \lambda \cdot w$."""
        return move + lr * self.rate * w

    def stiffness(self, memory: bool) -> float | None:
        r"""Return $\lambda$ for a rule without memory, whose step is the same with the pull in the gradient."""
        return None if memory else self.rate


class Average(Option, abstract=True):
    """A second path beside the first: what averaging would answer. It changes no step."""

    family = "Averaging"
    place = "average"
    takes = "averaging"


class PolyakAveraging(Average):
    r"""The mean of the positions from a step on: $\bar w_n = \frac{1}{n - m + 1} \sum_{k=m}^{n} w_k$.

    Polyak and Juditsky 1992, https://doi.org/10.1137/0330046; weights of networks: Izmailov et al. 2018,
    https://arxiv.org/abs/1803.05407. Before step m it is the position itself.
    """

    label = "Polyak averaging"
    summary = "Where a run bounces around a minimum, the mean of its positions lies in it."
    torch = Twin("torch.optim.swa_utils.AveragedModel")
    first: int = whole(0, 0, 5000, "The step from which positions are averaged.")

    def average(self, positions: Array) -> Array:
        """Return the running means."""
        late = positions[self.first :]
        count = np.arange(1, len(late) + 1).reshape(-1, *[1] * (positions.ndim - 1))
        return np.concatenate([positions[: self.first], np.cumsum(late, axis=0) / count])


class ExponentialAveraging(Average):
    r"""A moving average of the positions: $\bar w_n = \delta \bar w_{n-1} + (1 - \delta) w_n$.

    Polyak and Juditsky 1992; for networks Tarvainen and Valpola 2017, https://arxiv.org/abs/1703.01780.
    """

    label = "Exponential averaging"
    summary = "Follows the run at a distance, without its noise."
    torch = Twin("torch.optim.swa_utils.get_ema_multi_avg_fn", {"decay": "decay"})
    optax = Twin("ema", {"decay": "decay"}, "Of the weights, without debiasing.")
    keras = Twin("use_ema", {"decay": "ema_momentum"})
    decay: float = hyper(0.95, 0, 0.9999, "Memory of the average. Higher: smoother and later.", scale="memory")

    def average(self, positions: Array) -> Array:
        """Return the moving averages."""
        averages = np.empty_like(positions)
        averages[0] = positions[0]
        for n in range(1, len(positions)):
            averages[n] = self.decay * averages[n - 1] + (1 - self.decay) * positions[n]
        return averages
