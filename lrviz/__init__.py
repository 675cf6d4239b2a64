"""lrviz shows what a learning rate does."""

from lrviz.formula import FormulaError
from lrviz.scenes import Scene
from lrviz.simulation import Result, Run, simulate

__all__ = ["FormulaError", "Result", "Run", "Scene", "simulate"]
