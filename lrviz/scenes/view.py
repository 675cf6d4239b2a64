"""What is shown of a scene, as one frozen value, and the address that holds both."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal, Self, get_args

from lrviz.catalog import SEPARATOR, Milestones, Number, Numbers, Whole
from lrviz.scenes.address import Reader, encode
from lrviz.scenes.scene import Scene, read_scene
from lrviz.simulation import LONGEST, SLOTS

Panes = Literal["map", "surface", "both"]
Layout = Literal["overlay", "split"]
Axis = Literal["log", "linear"]
Axes = Literal["auto", "equal", "fill"]
Rate = Literal["given", "effective", "sharpness"]
_SLOT = Whole("The run whose numbers are shown.", 1, SLOTS)
_HIDDEN = Milestones("Runs that are not drawn.", 1, SLOTS)
_STEP = Whole("Where the playhead stands.", 0, LONGEST)
_SPEED = Number("How fast it plays.", 0.1, 10)
_FLAG = Whole("1 or 0.", 0, 1)
_SEEN = Numbers("The part of the plane that is seen: x from, x to, y from, y to.", -1e9, 1e9, 4)
_CAMERA = Numbers("From where the surface is looked at: degrees around it, and above the horizon.", -360, 360, 2)
RESTING = frozenset({"step", "seen", "camera"})
"""What moves without an end: the player writes it into the address where it comes to rest, without an entry in the
history."""


@dataclass(frozen=True)
class View:
    """Which panes, which axes, which runs, and where the playhead stands (None: at the end)."""

    panes: Panes = "both"
    layout: Layout = "overlay"
    loss_axis: Axis = "log"
    rate: Rate = "given"
    """The rate that was given, the multiplier of the gradient in each coordinate, or the sharpness and its limit."""
    chosen: int | None = None
    """The slot of the run whose numbers are shown; None: the first."""
    hidden: tuple[int, ...] = ()
    """The slots of the runs that are not drawn."""
    step: int | None = None
    speed: float = 1.0
    loop: bool = False
    numbers: bool = False
    """Whether the step in numbers is open."""
    unstable: bool = False
    """Whether the map shows where the rate is unstable."""
    axes: Axes = "auto"
    """Whether a unit is as long in x as in y; auto: where the picture does not become thin by it."""
    seen: tuple[float, ...] | None = None
    """The part of the plane that map and surface show, as x from, x to, y from, y to; None: the problem's domain. In
    one variable the last two are shares of the heights."""
    camera: tuple[float, ...] | None = None
    """From where the surface is looked at, in degrees around it and above the horizon; None: where it shows most."""

    def replace(self, **changes: object) -> Self:
        """Return a copy with some fields changed."""
        return replace(self, **changes)  # type: ignore[arg-type]

    def fitted(self, scene: Scene) -> View:
        """Return the view with what `scene` does not have left out: removed runs, steps beyond the end."""
        slots = {run.slot for run in scene.runs}
        return self.replace(
            chosen=self.chosen if self.chosen in slots else None,
            hidden=tuple(sorted(slot for slot in self.hidden if slot in slots)),
            step=None if self.step is None or self.step >= scene.steps else self.step,
        )

    def pairs(self) -> list[tuple[str, str]]:
        """Return the query's pairs; what is at its default is left out."""
        default = View()
        texts = {
            "panes": self.panes,
            "layout": self.layout,
            "loss": self.loss_axis,
            "rate": self.rate,
            "chosen": None if self.chosen is None else str(self.chosen + 1),
            "hide": SEPARATOR.join(str(slot + 1) for slot in self.hidden) or None,
            "step": None if self.step is None else str(self.step),
            "speed": repr(self.speed),
            "loop": str(int(self.loop)),
            "numbers": str(int(self.numbers)),
            "unstable": str(int(self.unstable)),
            "axes": self.axes,
            "seen": None if self.seen is None else _SEEN.write(self.seen),
            "camera": None if self.camera is None else _CAMERA.write(self.camera),
        }
        usual = {
            "panes": default.panes,
            "layout": default.layout,
            "loss": default.loss_axis,
            "rate": default.rate,
            "speed": "1.0",
            "loop": "0",
            "numbers": "0",
            "unstable": "0",
            "axes": default.axes,
        }
        return [(k, t) for k, t in texts.items() if t is not None and t != usual.get(k)]


def read_view(reader: Reader, scene: Scene) -> View:
    """Take a view out of a query."""
    default = View()
    chosen = reader.value("chosen", _SLOT, None)
    return View(
        panes=reader.choice("panes", get_args(Panes), default.panes),  # type: ignore[arg-type]
        layout=reader.choice("layout", get_args(Layout), default.layout),  # type: ignore[arg-type]
        rate=reader.choice("rate", get_args(Rate), default.rate),  # type: ignore[arg-type]
        loss_axis=reader.choice("loss", get_args(Axis), default.loss_axis),  # type: ignore[arg-type]
        chosen=None if chosen is None else chosen - 1,
        hidden=tuple(slot - 1 for slot in reader.value("hide", _HIDDEN, ())),
        axes=reader.choice("axes", get_args(Axes), default.axes),  # type: ignore[arg-type]
        speed=reader.value("speed", _SPEED, default.speed),
        loop=bool(reader.value("loop", _FLAG, 0)),
        numbers=bool(reader.value("numbers", _FLAG, 0)),
        unstable=bool(reader.value("unstable", _FLAG, 0)),
        **read_resting(reader),
    ).fitted(scene)


def read_resting(reader: Reader) -> dict[str, Any]:
    """Take the fields of a view that rest out of a query."""
    seen = reader.value("seen", _SEEN, None)
    if seen is not None and not (seen[0] < seen[1] and seen[2] < seen[3]):
        reader.notice(ValueError(f"seen must be from low to high in x and in y, got {_SEEN.write(seen)}."))
        seen = None
    return {"step": reader.value("step", _STEP, None), "seen": seen, "camera": reader.value("camera", _CAMERA, None)}


def write_address(scene: Scene, view: View) -> str:
    """Return the query that holds the scene and the view."""
    return encode([*scene.pairs(), *view.pairs()])


def read_address(text: str) -> tuple[Scene, View, list[str]]:
    """Return the scene and the view that an address stands for, and notices; never raises."""
    reader = Reader(text)
    scene = read_scene(reader)
    view = read_view(reader, scene)
    reader.leftovers(frozenset())
    return scene, view, reader.notices
