"""Update rules, by family."""

from lrviz.optimizers.momentum import SGD, Momentum, Nesterov  # isort: skip (the order of families in the menus)
from lrviz.optimizers.adaptive import Adadelta, Adagrad, CenteredRMSprop, RMSprop
from lrviz.optimizers.averaging import ASGD, ScheduleFreeAdamW, ScheduleFreeSGD
from lrviz.optimizers.curvature import BFGS, LBFGS, Newton, SaddleFreeNewton
from lrviz.optimizers.learning_rate_free import DAdaptation, DoG, Prodigy
from lrviz.optimizers.line_search import Armijo, ExactLineSearch, NonlinearCG
from lrviz.optimizers.moments import AdaBelief, Adam, Adamax, AdamW, Adan, AMSGrad, NAdam, RAdam, Yogi
from lrviz.optimizers.optimizer import At, Mask, Optimizer, Owned, State
from lrviz.optimizers.options import (
    ClipNorm,
    ClipValue,
    DecoupledWeightDecay,
    ExponentialAveraging,
    Option,
    PolyakAveraging,
    WeightDecay,
)
from lrviz.optimizers.self_tuned import BarzilaiBorwein, Hypergradient, Polyak
from lrviz.optimizers.sharpness import SAM
from lrviz.optimizers.sign import Lion, Rprop, SignSGD

__all__ = [
    "ASGD",
    "BFGS",
    "LBFGS",
    "SAM",
    "SGD",
    "AMSGrad",
    "AdaBelief",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Adan",
    "Armijo",
    "At",
    "BarzilaiBorwein",
    "CenteredRMSprop",
    "ClipNorm",
    "ClipValue",
    "DAdaptation",
    "DecoupledWeightDecay",
    "DoG",
    "ExactLineSearch",
    "ExponentialAveraging",
    "Hypergradient",
    "Lion",
    "Mask",
    "Momentum",
    "NAdam",
    "Nesterov",
    "Newton",
    "NonlinearCG",
    "Optimizer",
    "Option",
    "Owned",
    "Polyak",
    "PolyakAveraging",
    "Prodigy",
    "RAdam",
    "RMSprop",
    "Rprop",
    "SaddleFreeNewton",
    "ScheduleFreeAdamW",
    "ScheduleFreeSGD",
    "SignSGD",
    "State",
    "WeightDecay",
    "Yogi",
]
