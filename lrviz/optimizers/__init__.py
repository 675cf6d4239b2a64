"""Update rules, by family."""

from lrviz.optimizers.adaptive import Adadelta, Adagrad, Adam, AdamW, RMSprop
from lrviz.optimizers.curvature import Newton
from lrviz.optimizers.momentum import SGD, Momentum, Nesterov
from lrviz.optimizers.optimizer import At, Optimizer, State

__all__ = [
    "SGD",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "At",
    "Momentum",
    "Nesterov",
    "Newton",
    "Optimizer",
    "RMSprop",
    "State",
]
