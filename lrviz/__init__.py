"""lrviz shows what a learning rate does."""

from lrviz.analysis import (
    BasinMap,
    Comparison,
    Family,
    OutcomeMap,
    Processes,
    RangeTest,
    Stability,
    Sweep,
    Verdict,
    basin_map,
    compare,
    family,
    outcome_map,
    range_test,
    stability,
    sweep,
    verdict,
    verdict_changes,
)
from lrviz.formula import FormulaError
from lrviz.scenes import Scene
from lrviz.simulation import Result, Run, simulate

__all__ = [
    "BasinMap",
    "Comparison",
    "Family",
    "FormulaError",
    "OutcomeMap",
    "Processes",
    "RangeTest",
    "Result",
    "Run",
    "Scene",
    "Stability",
    "Sweep",
    "Verdict",
    "basin_map",
    "compare",
    "family",
    "outcome_map",
    "range_test",
    "simulate",
    "stability",
    "sweep",
    "verdict",
    "verdict_changes",
]
