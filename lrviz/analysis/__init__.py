"""What a learning rate did, and which one is right: verdicts, stability, sweeps, range test, maps, comparison."""

from lrviz.analysis.classify import KINDS, Kind
from lrviz.analysis.range_tests import RangeTest, Suggestion, range_test
from lrviz.analysis.stability import Stability, StrainMap, bearable, stability, strain_map
from lrviz.analysis.sweeps import Sweep, sweep
from lrviz.analysis.verdicts import Change, Verdict, verdict, verdict_changes

__all__ = [
    "KINDS",
    "Change",
    "Kind",
    "RangeTest",
    "Stability",
    "StrainMap",
    "Suggestion",
    "Sweep",
    "Verdict",
    "bearable",
    "range_test",
    "stability",
    "strain_map",
    "sweep",
    "verdict",
    "verdict_changes",
]
