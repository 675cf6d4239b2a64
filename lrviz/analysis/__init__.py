"""What a learning rate did, and which one is right: verdicts, stability, sweeps, range test, maps, comparison."""

from lrviz.analysis.classify import KINDS, Kind
from lrviz.analysis.verdicts import Change, Verdict, verdict, verdict_changes

__all__ = ["KINDS", "Change", "Kind", "Verdict", "verdict", "verdict_changes"]
