"""What a learning rate did, and which one is right: verdicts, stability, sweeps, range test, maps, comparison."""

from lrviz.analysis.classify import KINDS, Kind
from lrviz.analysis.sweeps import Sweep, sweep
from lrviz.analysis.verdicts import Change, Verdict, verdict, verdict_changes

__all__ = ["KINDS", "Change", "Kind", "Sweep", "Verdict", "sweep", "verdict", "verdict_changes"]
