"""lrviz shows what a learning rate does."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lrviz import optimizers as optimizers
    from lrviz import problems as problems
    from lrviz import schedules as schedules
    from lrviz.analysis import (
        BasinMap,
        Comparison,
        Family,
        OutcomeMap,
        Processes,
        RangeTest,
        Stability,
        Sweep,
        Trials,
        Verdict,
        advise,
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
    "Trials",
    "Verdict",
    "advise",
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

_PARTS = ("optimizers", "problems", "schedules")
_HOMES = ("lrviz.analysis", "lrviz.formula", "lrviz.scenes", "lrviz.simulation")


def __getattr__(name: str) -> object:
    """Import what is asked for: the command must listen before the catalog is read, and the browser needs its time."""
    if name in __all__:
        home = next(module for module in map(import_module, reversed(_HOMES)) if name in module.__all__)
        return globals().setdefault(name, getattr(home, name))
    if name in _PARTS:
        return import_module(f"lrviz.{name}")
    raise AttributeError(f"module 'lrviz' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_PARTS})
