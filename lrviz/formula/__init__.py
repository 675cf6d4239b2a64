"""Formulas as text: loss, gradient and Hessian as NumPy programs, and LaTeX."""

from lrviz.formula.compiled import Compiled, Workspace, compile_formula
from lrviz.formula.error import FormulaError
from lrviz.formula.mathml import mathml
from lrviz.formula.syntax import MAX_CHARACTERS, MAX_DEPTH, MAX_NODES, parse
from lrviz.formula.tokens import CONSTANTS, FUNCTIONS

__all__ = [
    "CONSTANTS",
    "FUNCTIONS",
    "MAX_CHARACTERS",
    "MAX_DEPTH",
    "MAX_NODES",
    "Compiled",
    "FormulaError",
    "Workspace",
    "compile_formula",
    "mathml",
    "parse",
]
