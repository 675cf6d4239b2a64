"""What the player is told: the problem's picture in one message, the runs in another."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from lrviz.analysis import verdict_changes
from lrviz.analysis.blocks import Told, go_on
from lrviz.analysis.headlines import headline
from lrviz.analysis.hollows import local_minima
from lrviz.analysis.trials import Trials
from lrviz.analysis.verdicts import ended
from lrviz.catalog import Array
from lrviz.figures.family import knob_meta
from lrviz.figures.limits import limits
from lrviz.figures.names import short_labels
from lrviz.figures.paths import Ranges, ranges, run_arrays, shown_buffers
from lrviz.figures.scenery import scenery
from lrviz.figures.theme import RUN_STYLES
from lrviz.figures.working import working
from lrviz.player.message import Single, pack
from lrviz.problems import Problem
from lrviz.scenes import Scene, View
from lrviz.simulation import Result, Run

_NOTHING = 2**14 - 1


@lru_cache(maxsize=64)
def scenery_message(problem: Problem) -> bytes:
    """Return the problem's picture for the player; it changes with the problem alone."""
    picture = scenery(problem)
    scale = picture.scale
    hollows = local_minima(problem, picture.axes, picture.loss)
    meta = {
        "key": scenery_key(problem),
        "dimension": problem.dimension,
        "variables": list(problem.variables),
        "label": problem.label,
        "domain": [list(interval) for interval in problem.domain],
        "scale": {
            "kind": "log" if scale.log else "linear",
            **{f: getattr(scale, f) for f in ("floor", "offset", "unit")},
        },
        "digits": picture.digits,
        "ticks": [tick._asdict() for tick in picture.ticks],
        "levels": dict(zip(("start", "end", "size"), picture.lines, strict=True)),
        "minima": problem.minima.T.tolist(),
        "local_minima": hollows.T.tolist(),
        "local_losses": problem.loss(hollows).tolist(),
        "minimum_loss": problem.infimum,
    }
    axes = {name: Single(axis, float(axis.mean())) for name, axis in zip("xy", picture.axes, strict=False)}
    if problem.dimension == 1:
        return pack(meta, {**axes, "loss": picture.loss})
    levels, heights = as_levels(scale(picture.loss))
    return pack({**meta, "heights": heights}, {**axes, "packed": deflated(levels)})


def as_levels(height: Array) -> tuple[npt.NDArray[np.uint16], list[float]]:
    """Return heights as levels of 14 bits, and what the lowest and the highest stand for.

    The highest of all, 16383, marks a place without a height.
    """
    finite = height[np.isfinite(height)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    share = (np.nan_to_num(height, nan=low) - low) / ((high - low) or 1.0)
    levels = np.rint(share * (_NOTHING - 1)).astype(np.uint16)
    return np.where(np.isfinite(height), levels, _NOTHING).astype(np.uint16), [low, high]


def deflated(levels: npt.NDArray[np.uint16]) -> npt.NDArray[np.uint8]:
    """Return a grid of levels in about a third of a byte each: what rows and columns do not foretell, deflated.

    Each level is foretold as left + above - left above; the rest is near 0 where the surface is smooth. It is written
    with its sign in the lowest bit, all low bytes before all high ones.
    """
    wide = np.pad(levels, ((1, 0), (1, 0)))
    rest = (wide[1:, 1:] - wide[1:, :-1] - wide[:-1, 1:] + wide[:-1, :-1]).view(np.int16)
    signed = ((rest << 1) ^ (rest >> 15)).view(np.uint16)
    halves = np.stack([signed & 255, signed >> 8]).astype(np.uint8)
    return np.frombuffer(zlib.compress(halves.tobytes(), 6), dtype=np.uint8)


def scenery_key(problem: Problem) -> str:
    """Return what a problem's picture is known by."""
    return hashlib.sha256(repr(problem).encode()).hexdigest()[:16]


def paths_message(
    scene: Scene,
    view: View,
    result: Result,
    *,
    autoplay: bool,
    epoch: int = 0,
    knobs: bool = False,
    word: str | None = None,
) -> bytes:
    """Return the runs for the player, with the view of them; in a new `epoch` it takes its playhead from the view.

    With `knobs` it learns what of each run can be turned, for which the page must answer its questions. `word` is what
    it is to say when they are drawn.
    """
    chosen = next((i for i, run in enumerate(scene.runs) if run.slot == view.chosen), 0)
    spans = ranges(result)
    ends = [ended(scene.problem, result, column) for column in range(len(scene.runs))]
    about, arrays = limits(result, chosen, view)
    names = short_labels(scene.runs)
    worked = working(result, chosen) if view.numbers else None
    meta = {
        "scenery": scenery_key(scene.problem),
        "steps": result.steps,
        "start": list(scene.origin),
        "chosen": scene.runs[chosen].slot,
        "runs": [
            {
                **_run_meta(run, names[i], list(shown_buffers(result, i)), run.slot in view.hidden),
                "diverged_at": -1 if end is None else end.since,
                "sentence": "" if end is None else end.sentence,
                "knobs": knob_meta(scene, run) if knobs else [],
            }
            for i, (run, end) in enumerate(zip(scene.runs, ends, strict=True))
        ],
        "headline": headline(scene.problem, result) + _so_far(result),
        "view": _view_meta(view),
        **_range_meta(spans),
        "autoplay": autoplay,
        "epoch": epoch,
        "word": word,
        "token": scene_token(scene, result.steps),
        "limits": about,
        "between": [] if worked is None else list(worked.values),
        "direction": "" if worked is None else worked.direction,
    }
    if worked is not None and worked.values:
        arrays = {**arrays, "between": np.stack(list(worked.values.values()))}
    return pack(meta, {**run_arrays(result, chosen, effective=view.rate == "effective"), **arrays})


def _so_far(result: Result) -> str:
    return "" if result.steps == result.length else f" Computed to step {result.steps:,} of {result.length:,}."


def scene_token(scene: Scene, steps: int) -> str:
    """Return what the runs of a scene up to a step, and the verdicts on them, are known by."""
    return hashlib.sha256(repr((scene, steps)).encode()).hexdigest()[:16]


def verdicts_message(scene: Scene, result: Result, told: Told | None = None) -> bytes:
    """Return what became of each run, and from which step on; it may follow the runs.

    `told` is told the share that is done. Raises `concurrent.futures.CancelledError` where it answers True.
    """
    go_on(None if told is None else lambda: told(0.0))
    changes = verdict_changes(scene.problem, result)
    runs = [
        [{"step": step, "kind": verdict.kind, "sentence": verdict.sentence} for step, verdict in run] for run in changes
    ]
    return pack({"token": scene_token(scene, result.steps), "runs": runs}, {})


def advice_message(scene: Scene, tried: Sequence[Trials]) -> bytes:
    """Return what was tried on each run of a scene, in words, and the rate at which it ends where that is drawn."""
    runs = [_advice_meta(run, one) for run, one in zip(scene.runs, tried, strict=True)]
    return pack({"token": scene_token(scene, scene.steps), "runs": runs}, {})


def _advice_meta(run: Run, tried: Trials) -> dict[str, object]:
    limit = None if tried.theory is not None or run.optimizer.rate_slot else tried.limit
    return {
        "sentence": tried.sentence,
        "limit": None if limit is None else limit.rate,
        "word": "" if limit is None else f"by trial: {'leaves' if limit.left else 'diverges'} from",
        "peak": run.lr,
    }


def _run_meta(run: Run, short: str, buffers: list[str], hidden: bool) -> dict[str, object]:
    style = RUN_STYLES[run.slot or 0]
    return {
        "slot": run.slot,
        "label": run.label,
        "short": short,
        "hidden": hidden,
        "style": {"light": style.light, "dark": style.dark, "dash": list(style.dash), "head": style.head},
        "buffers": buffers,
        "optimizer": run.optimizer.label,
    }


def _view_meta(view: View) -> dict[str, object]:
    return {
        "panes": view.panes,
        "layout": view.layout,
        "loss_axis": view.loss_axis,
        "rate": view.rate,
        "step": view.step,
        "speed": view.speed,
        "loop": view.loop,
        "numbers": view.numbers,
        "unstable": view.unstable,
        "axes": view.axes,
        "seen": view.seen,
        "camera": view.camera,
    }


def _range_meta(spans: Ranges) -> dict[str, object]:
    return {
        "loss_range": list(spans.loss),
        "loss_shift": spans.shift,
        "loss_log_range": None if spans.above is None else list(spans.above),
        "loss_floor": spans.floor,
        "rate_range": list(spans.rate),
        "rate_axis": "log" if spans.rate_log else "linear",
    }
