"""Formulas as text: loss, gradient and Hessian as NumPy programs, and LaTeX."""

from lrviz.formula.compiled import Compiled, Workspace, compile_formula
from lrviz.formula.error import FormulaError
from lrviz.formula.syntax import CONSTANTS, FUNCTIONS, MAX_CHARACTERS, MAX_DEPTH, MAX_NODES

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
]
