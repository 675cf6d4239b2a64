"""lrviz shows what a learning rate does."""

from lrviz.analysis import Verdict, verdict, verdict_changes
from lrviz.formula import FormulaError
from lrviz.scenes import Scene
from lrviz.simulation import Result, Run, simulate

__all__ = ["FormulaError", "Result", "Run", "Scene", "Verdict", "simulate", "verdict", "verdict_changes"]
