"""What is minimised: test curves and surfaces, each given by one formula, and the visitor's own."""

from lrviz.problems.bottom import Bottom, InfimumIs, bottom
from lrviz.problems.curves import AbsoluteValue, Cliff1D, DoubleWell, Plateau, Quadratic1D, Quartic1D, Ripples1D
from lrviz.problems.kinks import Bukin6, Cliff, CrossInTray, L1Kink
from lrviz.problems.landscapes import (
    Ackley,
    Bohachevsky,
    FlatSharp,
    Griewank,
    Himmelblau,
    Levy,
    Rastrigin,
    Ripples,
    SixHumpCamel,
    StyblinskiTang,
    ThreeHumpCamel,
)
from lrviz.problems.neurons import Product, SigmoidNeuron
from lrviz.problems.problem import Problem, Surface, points
from lrviz.problems.quadratics import Booth, Bowl, Matyas, Ravine
from lrviz.problems.saddles import MonkeySaddle, Saddle, UnboundedMonkeySaddle, UnboundedSaddle
from lrviz.problems.typed import Formula
from lrviz.problems.valleys import Beale, DixonPrice, Easom, GoldsteinPrice, McCormick, QuarticValley, Rosenbrock

__all__ = [
    "AbsoluteValue",
    "Ackley",
    "Beale",
    "Bohachevsky",
    "Booth",
    "Bottom",
    "Bowl",
    "Bukin6",
    "Cliff",
    "Cliff1D",
    "CrossInTray",
    "DixonPrice",
    "DoubleWell",
    "Easom",
    "FlatSharp",
    "Formula",
    "GoldsteinPrice",
    "Griewank",
    "Himmelblau",
    "InfimumIs",
    "L1Kink",
    "Levy",
    "Matyas",
    "McCormick",
    "MonkeySaddle",
    "Plateau",
    "Problem",
    "Product",
    "Quadratic1D",
    "Quartic1D",
    "QuarticValley",
    "Rastrigin",
    "Ravine",
    "Ripples",
    "Ripples1D",
    "Rosenbrock",
    "Saddle",
    "SigmoidNeuron",
    "SixHumpCamel",
    "StyblinskiTang",
    "Surface",
    "ThreeHumpCamel",
    "UnboundedMonkeySaddle",
    "UnboundedSaddle",
    "bottom",
    "points",
]
