"""lrviz shows what a learning rate does."""

from lrviz.analysis import Sweep, Verdict, sweep, verdict, verdict_changes
from lrviz.formula import FormulaError
from lrviz.scenes import Scene
from lrviz.simulation import Result, Run, simulate

__all__ = [
    "FormulaError",
    "Result",
    "Run",
    "Scene",
    "Sweep",
    "Verdict",
    "simulate",
    "sweep",
    "verdict",
    "verdict_changes",
]
