"""lrviz shows what a learning rate does."""

from lrviz.analysis import RangeTest, Stability, Sweep, Verdict, range_test, stability, sweep, verdict, verdict_changes
from lrviz.formula import FormulaError
from lrviz.scenes import Scene
from lrviz.simulation import Result, Run, simulate

__all__ = [
    "FormulaError",
    "RangeTest",
    "Result",
    "Run",
    "Scene",
    "Stability",
    "Sweep",
    "Verdict",
    "range_test",
    "simulate",
    "stability",
    "sweep",
    "verdict",
    "verdict_changes",
]
