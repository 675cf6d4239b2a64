"""What the player is told: the problem's picture in one message, the runs in another."""

from __future__ import annotations

import hashlib
from functools import lru_cache

import numpy as np

from lrviz.analysis.outcomes import headline, outcomes, sentence
from lrviz.catalog import show_number
from lrviz.figures.paths import Ranges, ranges, run_arrays, shown_buffers
from lrviz.figures.scenery import scenery
from lrviz.figures.theme import RUN_STYLES
from lrviz.player.message import pack
from lrviz.problems import Problem
from lrviz.scenes import Scene, View
from lrviz.simulation import Result, Run


@lru_cache(maxsize=64)
def scenery_message(problem: Problem) -> bytes:
    """Return the problem's picture for the player; it changes with the problem alone."""
    picture = scenery(problem)
    scale = picture.scale
    meta = {
        "key": scenery_key(problem),
        "dimension": problem.dimension,
        "variables": list(problem.variables),
        "label": problem.label,
        "domain": [list(interval) for interval in problem.domain],
        "scale": {"kind": "log", "floor": scale.floor, "offset": scale.offset} if scale.log else {"kind": "linear"},
        "ticks": [tick._asdict() for tick in picture.ticks],
        "levels": dict(zip(("start", "end", "size"), picture.lines, strict=True)),
        "minima": problem.minima.T.tolist(),
        "minimum_loss": problem.infimum,
    }
    axes = {name: axis.astype(np.float32) for name, axis in zip("xy", picture.axes, strict=False)}
    if problem.dimension == 1:
        return pack(meta, {**axes, "loss": picture.loss})
    return pack(meta, {**axes, "c": scale(picture.loss).astype(np.float32)})


def scenery_key(problem: Problem) -> str:
    """Return what a problem's picture is known by."""
    return hashlib.sha256(repr(problem).encode()).hexdigest()[:16]


def paths_message(scene: Scene, view: View, result: Result, *, autoplay: bool, epoch: int = 0) -> bytes:
    """Return the runs for the player, with the view of them; in a new `epoch` it takes its playhead from the view."""
    chosen = next((i for i, run in enumerate(scene.runs) if run.slot == view.chosen), 0)
    spans, ends = ranges(result), outcomes(scene.problem, result)
    meta = {
        "scenery": scenery_key(scene.problem),
        "steps": scene.steps,
        "start": list(scene.origin),
        "chosen": scene.runs[chosen].slot,
        "runs": [
            {
                **_run_meta(run, list(shown_buffers(result, i)), run.slot in view.hidden),
                "diverged_at": end.diverged_at,
                "sentence": sentence(scene.problem, run, end),
            }
            for i, (run, end) in enumerate(zip(scene.runs, ends, strict=True))
        ],
        "headline": headline(scene.problem, list(scene.runs), ends),
        "view": _view_meta(view),
        **_range_meta(spans),
        "autoplay": autoplay,
        "epoch": epoch,
    }
    return pack(meta, run_arrays(result, chosen))


def _run_meta(run: Run, buffers: list[str], hidden: bool) -> dict[str, object]:
    style = RUN_STYLES[run.slot or 0]
    return {
        "slot": run.slot,
        "label": run.label,
        "short": f"{run.optimizer.label} {show_number(run.lr)}",
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
        "step": view.step,
        "speed": view.speed,
        "loop": view.loop,
        "numbers": view.numbers,
    }


def _range_meta(spans: Ranges) -> dict[str, object]:
    return {
        "loss_range": list(spans.loss),
        "loss_log_range": list(spans.above),
        "loss_floor": spans.floor,
        "rate_range": list(spans.rate),
        "rate_axis": "log" if spans.rate_log else "linear",
    }
