"""A page that shows the player without the rest of lrviz: messages from plain NumPy, and a small server for them.

`python tests/player/harness.py` prints the address; `?sample=duel` chooses the messages.
"""

from __future__ import annotations

import http.server
import json
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path

import numpy as np
import plotly

from lrviz.player.message import pack

HERE = Path(__file__).parent
PLAYER = HERE.parents[1] / "lrviz" / "player"
PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html"}

LIGHT = ["#0072b2", "#c44e00", "#00805a", "#b0307f", "#8a6a00", "#2f7fc1", "#a03c3c", "#555555"]
DARK = ["#56b4e9", "#ff8c42", "#2fc79a", "#f08cc8", "#f0e442", "#9cc9ff", "#ff9c9c", "#cccccc"]
DASHES = [[], [9, 4], [2, 3], [10, 3, 2, 3], [14, 4], [5, 3], [12, 3, 2, 3, 2, 3], [1, 4]]
HEADS = ["circle", "square", "diamond", "triangle", "cross", "star", "pentagon", "down"]

VIEW = {
    "panes": "both",
    "layout": "overlay",
    "step": None,
    "speed": 1,
    "loop": False,
    "numbers": False,
}

Array = np.ndarray
Gradient = Callable[[Array], Array]
Rule = Callable[[Gradient, Array, int, float], tuple[Array, Array, Array]]


def rosenbrock(w: Array) -> Array:
    return (1 - w[0]) ** 2 + 100 * (w[1] - w[0] ** 2) ** 2


def rosenbrock_grad(w: Array) -> Array:
    slope = w[1] - w[0] ** 2
    return np.array([-2 * (1 - w[0]) - 400 * w[0] * slope, 200 * slope])


def well(w: Array) -> Array:
    return (w[0] ** 2 - 1) ** 2 + 0.2 * w[0]


def well_grad(w: Array) -> Array:
    return np.array([4 * w[0] * (w[0] ** 2 - 1) + 0.2])


def bowl(w: Array) -> Array:
    return (w[0] ** 2 + w[1] ** 2) / 2


def bowl_grad(w: Array) -> Array:
    return w.copy()


def sgd(grad: Gradient, start: Array, steps: int, lr: float) -> tuple[Array, Array, Array]:
    return momentum(grad, start, steps, lr, 0.0)


def momentum(grad: Gradient, start: Array, steps: int, lr: float, beta: float = 0.9) -> tuple[Array, Array, Array]:
    w, buffer = start.copy(), np.zeros_like(start)
    path, grads, buffers = [w.copy()], [], [buffer.copy()]
    for _ in range(steps):
        g = grad(w)
        buffer = beta * buffer + g
        w = w - lr * buffer
        path.append(w.copy())
        grads.append(g)
        buffers.append(buffer.copy())
    return np.array(path), np.array(grads), np.array(buffers)[None]


def adam(grad: Gradient, start: Array, steps: int, lr: float) -> tuple[Array, Array, Array]:
    w, m, v = start.copy(), np.zeros_like(start), np.zeros_like(start)
    path, grads, buffers = [w.copy()], [], [[m.copy(), v.copy()]]
    for n in range(1, steps + 1):
        g = grad(w)
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        w = w - lr * (m / (1 - 0.9**n)) / (np.sqrt(v / (1 - 0.999**n)) + 1e-8)
        path.append(w.copy())
        grads.append(g)
        buffers.append([m.copy(), v.copy()])
    return np.array(path), np.array(grads), np.array(buffers).swapaxes(0, 1)


def scenery_2d() -> bytes:
    x = np.linspace(-2.6, 2.6, 120)
    y = np.linspace(-1.8, 3.8, 120)
    c = np.log10(rosenbrock(np.stack(np.meshgrid(x, y))) + 0.01)
    meta = {
        "key": "rosenbrock",
        "dimension": 2,
        "variables": ["x", "y"],
        "label": "Rosenbrock",
        "domain": [[-2, 2], [-1, 3]],
        "scale": {"kind": "log", "floor": 0, "offset": 0.01, "unit": 1},
        "digits": 4,
        "ticks": [
            {"at": float(np.log10(v + 0.01)), "text": t}
            for v, t in [(0, "0"), (0.1, "0.1"), (1, "1"), (10, "10"), (100, "100"), (1000, "1000")]
        ],
        "levels": {"start": -1.75, "end": 3.25, "size": 0.25},
        "minima": [[1, 1]],
        "minimum_loss": 0,
    }
    return pack(meta, {"x": x.astype("f4"), "y": y.astype("f4"), "c": c.astype("f4")})


def scenery_1d() -> bytes:
    x = np.linspace(-2.4, 2.4, 400)
    meta = {
        "key": "well",
        "dimension": 1,
        "variables": ["w"],
        "label": "Double well",
        "domain": [[-1.8, 1.8]],
        "scale": {"kind": "linear", "floor": 0, "offset": 1, "unit": 1},
        "digits": 4,
        "ticks": [{"at": v, "text": str(v)} for v in range(6)],
        "levels": {"start": 0, "end": 5, "size": 0.5},
        "minima": [[-1.0241]],
        "minimum_loss": -0.2030,
    }
    return pack(meta, {"x": x.astype("f4"), "loss": well(x[None])})


def scenery_bowl() -> bytes:
    x = np.linspace(-2.6, 2.6, 120)
    c = bowl(np.stack(np.meshgrid(x, x)))
    meta = {
        "key": "bowl",
        "dimension": 2,
        "variables": ["x", "y"],
        "label": "Bowl",
        "domain": [[-2, 2], [-2, 2]],
        "scale": {"kind": "linear", "floor": 0, "offset": 1, "unit": 1},
        "digits": 4,
        "ticks": [{"at": v, "text": str(v)} for v in range(5)],
        "levels": {"start": 0.25, "end": 4, "size": 0.25},
        "minima": [[0, 0]],
        "minimum_loss": 0,
    }
    return pack(meta, {"x": x.astype("f4"), "y": x.astype("f4"), "c": c.astype("f4")})


LOSSES = {"rosenbrock": (rosenbrock, rosenbrock_grad), "well": (well, well_grad), "bowl": (bowl, bowl_grad)}


class Sample:
    """The runs of one picture, recorded as the simulation will record them."""

    def __init__(
        self, runs: list[tuple[str, str, Rule, float]], steps: int, start: list[float], key: str = "rosenbrock"
    ) -> None:
        self.runs, self.steps, self.start = runs, steps, np.array(start, dtype=float)
        self.key = key
        self.loss, self.grad = LOSSES[key]
        self.width = 1e6 * 4

    def record(self, r: int) -> dict[str, Array]:
        """Return the columns of run `r`, NaN from where it diverges."""
        n, (_, _, rule, rate) = self.steps, self.runs[r]
        with np.errstate(all="ignore"):
            path, grads, own = rule(self.grad, self.start, n, rate)
            loss, full = self.loss(path.T), self.grad(path.T)
            norm = np.linalg.norm(full, axis=0)
        bad = ~np.isfinite(loss) | ~np.isfinite(path).all(1) | (np.abs(path).max(1) > self.width)
        end = int(np.argmax(bad)) if bad.any() else n + 1
        fade = 0.5 + 0.5 * np.cos(np.pi * np.arange(n) / n) if r % 2 else np.ones(n)
        columns = {"w": path, "loss": loss, "grad_norm": norm, "slope": full[0], "grad": grads, "lr": rate * fade}
        for name, column in columns.items():
            columns[name] = np.where(np.arange(len(column)).reshape(-1, *[1] * (column.ndim - 1)) < end, column, np.nan)
        for name in ("grad", "lr"):
            columns[name][end - 1 :] = np.nan
        return {**columns, "buffers": own}

    def run_meta(self, r: int, diverged_at: int) -> dict[str, object]:
        label, optimizer, _, _ = self.runs[r]
        said = f"Diverged at step {diverged_at}: each step overshoots by more than it gains."
        return {
            "slot": r,
            "label": label,
            "short": label,
            "hidden": False,
            "diverged_at": diverged_at,
            "style": {"light": LIGHT[r], "dark": DARK[r], "dash": DASHES[r], "head": HEADS[r]},
            "sentence": said if diverged_at >= 0 else "",
            "buffers": {"Adam": ["m", "v"], "Momentum": ["v"]}.get(optimizer, []),
            "optimizer": optimizer,
        }

    def message(self) -> bytes:
        records = [self.record(r) for r in range(len(self.runs))]
        tables = {name: np.stack([record[name] for record in records]) for name in records[0] if name != "buffers"}
        loss, lr = tables["loss"], tables["lr"]
        ends = [int(np.argmax(gone)) if (gone := np.isnan(row)).any() else -1 for row in loss]
        good = loss[[end < 0 for end in ends]]
        log = self.key == "rosenbrock"
        floor = 0.0 if log else -0.2030
        low, high = float(np.nanmin(good - floor)), float(np.nanmax(good))
        meta = {
            "scenery": self.key,
            "steps": self.steps,
            "start": self.start.tolist(),
            "chosen": 0,
            "runs": [self.run_meta(r, end) for r, end in enumerate(ends)],
            "headline": "Adam reaches the valley floor; SGD at 0.01 overshoots and diverges, at 1e-4 it crawls.",
            "view": {**VIEW, "loss_axis": "log" if log else "linear"},
            "loss_range": [max(low, 1e-8) / 2, high * 2] if log else [low + floor - 0.2, high + 0.1],
            "loss_shift": 0,
            "loss_log_range": [max(low, 1e-8) / 2, (high - floor) * 2],
            "loss_floor": floor,
            "rate_range": [float(np.nanmin(lr[lr > 0])) / 2, float(np.nanmax(lr)) * 2],
            "rate_axis": "log",
            "autoplay": False,
        }
        tables["move"] = tables["w"][:1, :-1] - tables["w"][:1, 1:]
        tables["grad"] = tables["grad"][:1]
        tables["buffers"] = records[0]["buffers"] if self.runs[0][1] != "SGD" else np.zeros((0, *tables["w"].shape[1:]))
        return pack(meta, {k: v if k in {"loss", "lr"} else v.astype("f4") for k, v in tables.items()})


def duel(steps: int = 300) -> Sample:
    runs: list[tuple[str, str, Rule, float]] = [
        ("Adam 0.1", "Adam", adam, 0.1),
        ("SGD 0.01", "SGD", sgd, 0.01),
        ("SGD 1e-4", "SGD", sgd, 1e-4),
        ("Momentum 5e-4", "Momentum", momentum, 5e-4),
    ]
    return Sample(runs, steps, [-1.2, 1.0])


def crowd() -> Sample:
    rules: list[tuple[str, Rule, float]] = [
        ("Adam", adam, 0.3),
        ("Adam", adam, 0.03),
        ("Adam", adam, 0.003),
        ("SGD", sgd, 1e-3),
        ("SGD", sgd, 2e-4),
        ("Momentum", momentum, 2e-4),
        ("Momentum", momentum, 3e-5),
        ("SGD", sgd, 0.02),
    ]
    return Sample([(f"{name} {rate:g}", name, rule, rate) for name, rule, rate in rules], 5000, [-1.5, 2.5])


def double_well() -> Sample:
    runs: list[tuple[str, str, Rule, float]] = [
        ("SGD 0.05", "SGD", sgd, 0.05),
        ("SGD 0.22", "SGD", sgd, 0.22),
        ("Momentum 0.05", "Momentum", momentum, 0.05),
        ("SGD 0.6", "SGD", sgd, 0.6),
    ]
    return Sample(runs, 40, [1.6], "well")


def straight() -> Sample:
    """One run without a name that goes straight towards the middle."""
    return Sample([("", "SGD", sgd, 0.05)], 40, [-1.7, 1.4], "bowl")


SAMPLES: dict[str, tuple[Callable[[], bytes], Callable[[], Sample]]] = {
    "duel": (scenery_2d, duel),
    "short": (scenery_2d, partial(duel, 20)),
    "bench": (scenery_2d, partial(duel, 500)),
    "crowd": (scenery_2d, crowd),
    "well": (scenery_1d, double_well),
    "straight": (scenery_bowl, straight),
}


@cache
def message(name: str, part: str) -> bytes:
    scenery, sample = SAMPLES[name]
    return scenery() if part == "scenery" else sample().message()


class Handler(http.server.BaseHTTPRequestHandler):
    """The harness page, the player's modules, Plotly, and the samples."""

    def do_GET(self) -> None:
        body, kind = self._find(self.path.split("?")[0].strip("/") or "harness.html")
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _find(self, path: str) -> tuple[bytes, str]:
        parts = path.split("/")
        if parts[0] == "sample" and len(parts) == 3 and parts[1] in SAMPLES:
            return message(parts[1], parts[2]), "application/octet-stream"
        file = {"harness.html": HERE / "harness.html", "player/plotly.min.js": PLOTLY}.get(path)
        file = file or PLAYER / parts[-1]
        kind = TYPES.get(file.suffix, "application/octet-stream")
        return (file.read_bytes(), kind) if file.is_file() else (b"", "text/plain")

    def log_message(self, format: str, *args: object) -> None:
        return


@contextmanager
def serve(port: int = 0) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


if __name__ == "__main__":
    with serve(int(sys.argv[1]) if len(sys.argv) > 1 else 0) as address:
        print(json.dumps({"address": address, "samples": list(SAMPLES)}), flush=True)
        threading.Event().wait()
