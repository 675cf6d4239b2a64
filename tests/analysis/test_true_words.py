"""Every sentence is true: what is claimed of runs that nobody wrote down is judged by code that shares nothing."""

from __future__ import annotations

from collections import Counter
from functools import cache

import numpy as np
import pytest

import lrviz
from lrviz.analysis.claims import KINDS
from tests.analysis.drawn_scenes import drawn
from tests.analysis.judge import Judge


def false_claims(seed: int) -> tuple[list[str], str, int]:
    """Return what is not true of a drawn scene's verdicts, the last kind, and how often the verdict changes."""
    scene = drawn(seed)
    result = scene.simulate()
    judge = Judge(scene, result)
    (changes,) = lrviz.verdict_changes(scene.problem, result)
    (last,) = lrviz.verdict(scene.problem, result)
    found = []
    ends = [change.step for change in changes[1:]] + [scene.steps + 1]
    for change, end in zip(changes, ends, strict=True):
        for n in sorted({change.step, (change.step + end) // 2, end - 1}):
            found += [
                f"{seed} at {n}: {change.verdict.sentence} – {words}" for words in judge.complaints(change.verdict, n)
            ]
    found += [f"{seed} at the end: {last.sentence} – {words}" for words in judge.complaints(last, scene.steps)]
    if repr(changes[-1].verdict) != repr(last):
        found.append(f"{seed}: {changes[-1].verdict} and {last}")
    return found, last.kind, len(changes)


@cache
def trial(first: int) -> tuple[list[str], Counter[str], list[int]]:
    """Judge fifty scenes."""
    found, kinds, changes = [], Counter[str](), []
    for seed in range(first, first + 50):
        false, kind, count = false_claims(seed)
        found += false
        kinds[kind] += 1
        changes.append(count)
    return found, kinds, changes


PARTS = range(0, 300, 50)


@pytest.mark.parametrize("first", PARTS)
def test_no_claim_of_300_scenes_is_false(first: int) -> None:
    found, *_ = trial(first)
    assert not found, "\n".join(found[:20])


def test_every_kind_of_outcome_is_seen_and_few_runs_get_a_bare_description() -> None:
    kinds = sum((trial(first)[1] for first in PARTS), Counter[str]())
    assert set(kinds) == set(KINDS)
    assert kinds["stalled"] + kinds["still"] <= 0.25 * 300, kinds


def test_a_verdict_does_not_flicker() -> None:
    changes = [count for first in PARTS for count in trial(first)[2]]
    assert np.mean(changes) <= 4
    assert max(changes) <= 15


@pytest.mark.thorough
@pytest.mark.parametrize("first", range(300, 10_300, 50))
def test_no_claim_of_10_000_scenes_is_false(first: int) -> None:
    found, *_ = trial(first)
    assert not found, "\n".join(found[:20])
