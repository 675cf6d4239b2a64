"""What is minimised: test curves and surfaces, each given by one formula, and the visitor's own."""

from lrviz.problems.curves import DoubleWell, Quadratic1D
from lrviz.problems.landscapes import Ackley, Himmelblau, Rastrigin
from lrviz.problems.problem import Problem, Surface, points
from lrviz.problems.quadratics import Bowl, Ravine
from lrviz.problems.typed import Formula
from lrviz.problems.valleys import Beale, Easom, Product, Rosenbrock, Saddle

__all__ = [
    "Ackley",
    "Beale",
    "Bowl",
    "DoubleWell",
    "Easom",
    "Formula",
    "Himmelblau",
    "Problem",
    "Product",
    "Quadratic1D",
    "Rastrigin",
    "Ravine",
    "Rosenbrock",
    "Saddle",
    "Surface",
    "points",
]
