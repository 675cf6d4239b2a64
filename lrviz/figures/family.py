"""A family of runs for the player's knob: one message that holds what the eye sees of every member."""

from __future__ import annotations

import hashlib
import json
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from lrviz.analysis.families import COUNT, Family
from lrviz.analysis.knobs import knobs, positions_of
from lrviz.analysis.verdicts import Change
from lrviz.catalog import Array, plain
from lrviz.figures.names import short_label
from lrviz.figures.paths import loss_base, middle_of, ranges
from lrviz.figures.theme import KIND_STYLES
from lrviz.figures.thinning import Mask, extremes, kept
from lrviz.player.message import Single, Table, pack
from lrviz.scenes import Scene
from lrviz.simulation import Run

LIMIT = 400_000
"""The bytes of a message, whatever the scene."""
PIXEL = 1 / 1800
"""Half a pixel of a picture of 900, as a share of the domain's width: what a path may be off."""
_LOSS = 1 / 600
"""Half a pixel of a chart of 300, as a share of the loss at the start."""
_SHARE = 0.01
"""What a loss or a rate may be off as a share of itself: half a pixel on a logarithmic axis of two or three decades."""
_COARSER = (1.0, 2.0, 4.0, 8.0)
"""How much more a path may be off where the message would be too long."""
_RATES = 0.15
"""The share of the message that the rates may take."""
_CHANGES = 6
"""The latest verdicts of a member are sent, at most so many."""
_VERTEX, _RATE = 2 + 4, 2 + 4


class Thinned(NamedTuple):
    """The vertices that are sent, and how true they are."""

    mask: Mask
    """`(steps + 1, members)`."""
    tolerance: Array
    """How far a line between two vertices may be off at a step, in half pixels, `(members,)`; inf where the vertices
    are the extremes of stretches of steps."""


def family_message(family: Family) -> bytes:
    """Return a family for the player, at most 400 kB: values, verdicts, and the vertices of each member's curves."""
    header = _header(family)
    room = LIMIT - len(json.dumps(header)) - 2_000 - 40 * len(family.values)
    rates = _thinned_rates(family, int(_RATES * room) // _RATE)
    paths = thinned(family, (room - _RATE * int(rates.sum())) // (_VERTEX + 4 * family.positions.shape[1]))
    tolerance = [None if np.isinf(level) else level for level in paths.tolerance.tolist()]
    return pack({**header, "tolerance": tolerance}, _arrays(family, paths.mask, rates))


def knob_meta(scene: Scene, run: Run) -> list[dict[str, object]]:
    """Return what of a run can be turned, for the player: each with what its family is known by.

    `at` is where the value stands among those of the family, from 0 to 1.
    """
    found: list[dict[str, object]] = []
    for one in knobs(run):
        values = positions_of(one, scene.steps, COUNT)
        at = values.index(one.value) / (len(values) - 1)
        key = family_key(scene, run, one.name)
        found.append({"name": one.name, "label": one.label, "value": one.value, "at": round(at, 3), "key": key})
    return found


def family_key(scene: Scene, run: Run, name: str) -> str:
    """Return what a family is known by: everything but the value that is turned, and the other runs."""
    fields: dict[str, Any] = {
        "lr": run.lr,
        "warmup": run.warmup,
        **plain(run.optimizer),
        "schedule": plain(run.schedule),
    }
    place = fields = {**fields, **{option.place: plain(option) for option in run.options}}
    *path, leaf = name.split(".")
    for part in path:
        place = place[part]
    del place[leaf]
    around = (scene.problem, scene.steps, scene.origin, scene.noise, scene.seed)
    return hashlib.sha256(repr((name, fields, around)).encode()).hexdigest()[:16]


def thinned(family: Family, most: int) -> Thinned:
    """Return the vertices of the paths and losses, about `most` in all.

    Each member is as true as half a pixel where that fits. Members that need more than their share are up to 8 times
    coarser; those that turn at every step, too often for any tolerance, keep the extremes of each stretch of steps.
    """
    channels, off = _channels(family)
    last = _last(family)
    count, members = len(_COARSER), channels.shape[2]
    levels = np.repeat(np.array(_COARSER), members)
    tiled = kept(np.tile(channels, count), np.tile(off, count) * levels, np.tile(last, count))
    options = tiled.reshape(len(tiled), count, members)
    counts = options.sum(axis=0)
    share = _share(counts[0], most)
    mask, tolerance = np.zeros((len(tiled), members), dtype=bool), np.full(members, np.inf)
    for member in range(members):
        fits = np.flatnonzero(counts[:, member] <= share)
        if fits.size:
            mask[:, member], tolerance[member] = options[:, fits[0], member], _COARSER[fits[0]]
        else:
            mask[:, member] = extremes(channels[:, :, member], int(last[member]), share)
    return Thinned(mask, tolerance)


def _share(counts: npt.NDArray[np.int64], most: int) -> int:
    """Return how many vertices a member may have at most, so that all have `most`: what one spares is another's."""
    low, high = 2, int(counts.max(initial=2))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if np.minimum(counts, middle).sum() <= most else (low, middle - 1)
    return low


def _channels(family: Family) -> tuple[Array, Array]:
    """Return what is seen at each step, `(C, steps + 1, members)`, and what it may be off."""
    above, spans = family.losses - loss_base(family.result), ranges(family.result)
    lowest, highest = spans.above or (0.0, spans.loss[1] - spans.loss[0])
    first = float(above[0, 0]) if above[0, 0] > 0 else highest
    channels, off = [], []
    with np.errstate(all="ignore"):
        for k, (low, high) in enumerate(family.scene.problem.domain):
            column = family.positions[:, k] / (high - low)
            outside = np.abs(column - (low + high) / 2 / (high - low)) - 0.5
            channels.append(column)
            off.append(PIXEL * np.maximum(1.0, outside))
        channels.append(above)
        off.append(np.minimum(_SHARE * np.maximum(above, lowest), _LOSS * first * np.maximum(1.0, above / first)))
    return _finite(np.stack(channels)), _finite(np.stack(off), 1.0)


def _thinned_rates(family: Family, most: int) -> Mask:
    rates = _finite(family.result.lr)[None]
    last = np.maximum(_last(family) - 1, 0)
    last = np.where(family.diverged_at > 0, np.minimum(last, family.diverged_at - 1), last)
    off = np.maximum(np.minimum(rates.max(axis=1, keepdims=True) * PIXEL, _SHARE * rates), 1e-300)
    mask = kept(rates, off, last)
    share = _share(mask.sum(axis=0), most)
    for member in np.flatnonzero(mask.sum(axis=0) > share):
        mask[:, member] = extremes(rates[:, :, member], int(last[member]), share)
    return mask


def _last(family: Family) -> npt.NDArray[np.int64]:
    """Return the last step of each member at which everything is finite; 0 where there is none."""
    ends = np.where(family.diverged_at < 0, family.result.steps, family.diverged_at - 1)
    return np.maximum(ends, 0)


def _finite(array: Array, instead: float = 0.0) -> Array:
    return np.where(np.isfinite(array), array, instead)


def _header(family: Family) -> dict[str, object]:
    run = family.scene.runs[family.run]
    kinds = list(dict.fromkeys(family.kinds))
    styles = {kind: {f: getattr(KIND_STYLES[kind], f) for f in ("light", "dark", "name")} for kind in kinds}
    return {
        "key": family_key(family.scene, run, family.name),
        "name": family.name,
        "label": family.knob.label,
        "steps": family.result.steps,
        "current": family.current,
        "best": family.best,
        "labels": [member.label for member in family.result.runs],
        "shorts": [short_label(member) for member in family.result.runs],
        "kinds": list(family.kinds),
        "styles": styles,
        "verdicts": [_judgements(changes) for changes in family.changes],
    }


def _judgements(changes: tuple[Change, ...]) -> list[dict[str, object]]:
    latest = changes[-_CHANGES:]
    return [{"step": step, "kind": verdict.kind, "sentence": verdict.sentence} for step, verdict in latest]


def _arrays(family: Family, paths: Mask, rates: Mask) -> dict[str, Table]:
    member, step = np.nonzero(paths.T)
    rate_member, rate_step = np.nonzero(rates.T)
    return {
        "values": family.values,
        "diverged_at": family.diverged_at.astype(np.int32),
        "count": paths.sum(axis=0).astype(np.int32),
        "step": step.astype(np.uint16),
        "w": Single(np.moveaxis(family.positions, 1, 0)[:, step, member], middle_of(family.scene.problem)[:, None]),
        "loss": Single(family.losses[step, member], loss_base(family.result)),
        "rate_count": rates.sum(axis=0).astype(np.int32),
        "rate_step": rate_step.astype(np.uint16),
        "rate": Single(family.result.lr[rate_step, rate_member]),
    }
