"""What a learning rate did, and which one is right: verdicts, stability, families, sweeps, maps, comparison."""

from lrviz.analysis.basins import BasinMap, basin_map
from lrviz.analysis.claims import DEFINITIONS, KINDS, Kind
from lrviz.analysis.comparison import Comparison, Standing, compare
from lrviz.analysis.families import Family, family
from lrviz.analysis.knobs import Knob, knobs
from lrviz.analysis.maps import OutcomeMap, outcome_map, outcome_maps
from lrviz.analysis.processes import Processes
from lrviz.analysis.range_tests import RangeTest, Suggestion, range_test
from lrviz.analysis.stability import Stability, StrainMap, bearable, stability, strain_map
from lrviz.analysis.sweeps import Sweep, sweep
from lrviz.analysis.trials import Trials, advise
from lrviz.analysis.verdicts import Change, Verdict, verdict, verdict_changes

__all__ = [
    "DEFINITIONS",
    "KINDS",
    "BasinMap",
    "Change",
    "Comparison",
    "Family",
    "Kind",
    "Knob",
    "OutcomeMap",
    "Processes",
    "RangeTest",
    "Stability",
    "Standing",
    "StrainMap",
    "Suggestion",
    "Sweep",
    "Trials",
    "Verdict",
    "advise",
    "basin_map",
    "bearable",
    "compare",
    "family",
    "knobs",
    "outcome_map",
    "outcome_maps",
    "range_test",
    "stability",
    "strain_map",
    "sweep",
    "verdict",
    "verdict_changes",
]
