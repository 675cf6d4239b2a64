"""Time the page in headless Chromium: `python -m tests.benchmarks.page`.

* A slider: from the key event to the animation frame after the 2-D views were drawn anew, and the bytes of the
  WebSocket's messages meanwhile, which Streamlit does not compress. With the 3-D view open the clock stops at the end
  of the task that drew, so that the drawing by software GL does not count.
* Playing: processor time of the page's main thread (Chromium's `TaskDuration`: script, style, layout, painting) per
  frame that the player drew. What the GL process does is not in it.
* The start: from the command to the first picture in a browser that runs already, with an empty cache; and a reload.
  The clock stops when the 2-D views are drawn, the drawing by software GL aside as above.
  Without a graphics card most of it is a matter of the processor: two cores are busy all the time.

The alternative is the same view as `st.plotly_chart` with Plotly's frames (`alternative.py`), timed in the same way up
to the frame after its last change.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import sin
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import monotonic, time

from playwright.sync_api import Browser, Page, sync_playwright

from tests.benchmarks.table import Row, print_table
from tests.browser import chromium as installed
from tests.browser.conftest import FLAGS
from tests.browser.waiting import settled, until
from tests.servers import STREAMLIT, Server, serving

WATCH = Path(__file__).with_name("watch.js")
ALTERNATIVE = Path(__file__).with_name("alternative.py")
SCENE = "v=1&problem=Rosenbrock&problem.b=1.0&noise=0.001&steps=500&step=400&" + "&".join(
    f"run{i}=Adam&run{i}.lr={lr}" for i, lr in enumerate(("1e-05", "0.02", "0.05", "0.2"), 1)
)
COMMAND = [sys.executable, "-m", "lrviz", "--port", "{port}"]
OTHER = [*STREAMLIT[:2], str(ALTERNATIVE), *STREAMLIT[3:]]
DRAWN, CHARTED = "window.bench?.first > 0", "document.querySelector('.js-plotly-plot .main-svg') !== null"
AT_REST = "document.querySelector('.lrviz-player')?.dataset.playing !== 'true'"
QUIET, CALM = 400, 3000  # ms: after a change, and after a page was opened


@dataclass
class Samples:
    """What was measured of one slider: milliseconds from the key, and bytes received."""

    milliseconds: list[float] = field(default_factory=list)
    received: list[int] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)
    """Milliseconds of the main thread's processor time, until all was quiet."""

    @property
    def p95(self) -> float:
        """The 95th percentile."""
        return quantiles(self.milliseconds, n=20)[-1]


class Session:
    """A page that is watched from its first script on."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.received = 0
        page.add_init_script(path=WATCH)
        self._client = page.context.new_cdp_session(page)
        self._client.send("Performance.enable", {"timeDomain": "threadTicks"})
        page.on("websocket", lambda socket: socket.on("framereceived", self._receive))

    def _receive(self, payload: str | bytes) -> None:
        self.received += len(payload)

    def value(self, name: str) -> float:
        """Return a number that the page noted."""
        return float(self.page.evaluate(f"window.bench.{name}"))

    def busy(self) -> float:
        """Return the milliseconds of processor time that the page's main thread has used."""
        metrics = self._client.send("Performance.getMetrics")["metrics"]
        return 1000 * float(next(m["value"] for m in metrics if m["name"] == "TaskDuration"))

    def press(self, slider: str, key: str) -> None:
        """Move a slider by one stop."""
        self.page.evaluate("Object.assign(window.bench, { key: 0, drawn: 0, frame: 0, charted: 0 })")
        thumb = self.page.locator(f"{slider} input[type=range]").first
        thumb.focus()
        thumb.press(key)
        until(self.page, "window.bench.key > 0")

    def open_player(self, server: Server, query: str) -> None:
        """Open the page and wait for its picture."""
        self.page.goto(f"{server.url}/?{query}")
        self.wait_for_picture()

    def wait_for_picture(self) -> None:
        """Wait until the 2-D views have been drawn and the script has ended."""
        until(self.page, DRAWN, 120)
        settled(self.page)

    def player_sample(self, slider: str, clock: str, samples: Samples) -> None:
        """Add one change of the player; `clock` is the mark that stops it."""
        self.received, before = 0, self.busy()
        self.press(slider, "ArrowRight")
        until(self.page, "window.bench.frame > 0", 60)
        settled(self.page)
        self.page.wait_for_timeout(QUIET)
        samples.milliseconds.append(self.value(clock) - self.value("key"))
        samples.received.append(self.received)
        samples.busy.append(self.busy() - before)

    def chart_sample(self, slider: str, samples: Samples) -> None:
        """Add one change of the alternative."""
        self.received, before = 0, self.busy()
        self.press(slider, "ArrowRight")
        until(self.page, "window.bench.charted > 0", 120)
        last, quiet_since = 0.0, monotonic()
        while monotonic() - quiet_since < 2.0:
            now = self.value("charted")
            if now != last:
                last, quiet_since = now, monotonic()
            self.page.wait_for_timeout(100)
        samples.milliseconds.append(last - self.value("key"))
        samples.received.append(self.received)
        samples.busy.append(self.busy() - before)


@contextmanager
def session(browser: Browser) -> Iterator[Session]:
    """Give a page with an empty cache."""
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        yield Session(context.new_page())


def changes(browser: Browser, server: Server, slider: str, panes: str, count: int) -> Samples:
    """Measure a slider of the page: every value is new, so that nothing is found in a cache."""
    samples = Samples()
    with session(browser) as opened:
        opened.open_player(server, f"{SCENE}&panes={panes}")
        if "noise" in slider:
            opened.page.locator("[data-testid=stPopover] button", has_text="Noise").click()
        clock = "frame" if panes == "map" else "drawn"
        for _ in range(2):
            opened.player_sample(slider, clock, Samples())
        for _ in range(count):
            opened.player_sample(slider, clock, samples)
    return samples


def alternative_changes(browser: Browser, folder: Path, solid: bool, count: int) -> Samples:
    """Measure the same slider over `st.plotly_chart`."""
    samples = Samples()
    command = [*OTHER, "--", *(["surface"] if solid else [])]
    with serving(command, folder) as server, session(browser) as opened:
        opened.page.goto(server.url)
        until(opened.page, CHARTED, 120)
        settled(opened.page)
        opened.page.wait_for_timeout(CALM)
        for _ in range(count):
            opened.chart_sample(".st-key-rate", samples)
    return samples


def playing(browser: Browser, server: Server, panes: str, seconds: float) -> float:
    """Return the main thread's milliseconds per frame while it plays."""
    with session(browser) as opened:
        opened.open_player(server, SCENE.replace("step=400", "step=0") + f"&panes={panes}&loop=1")
        opened.page.get_by_role("button", name="Play", exact=True).click()
        opened.page.wait_for_timeout(1000)
        began, frames = opened.busy(), opened.value("frames")
        opened.page.wait_for_timeout(1000 * seconds)
        return (opened.busy() - began) / (opened.value("frames") - frames)


def turning(browser: Browser, server: Server, panes: str, seconds: float) -> tuple[float, float, float]:
    """Return the main thread's milliseconds per frame while the knob is dragged, the bytes and the seconds before."""
    with session(browser) as opened:
        opened.open_player(server, f"{SCENE}&panes={panes}&chosen=3")
        page, knob = opened.page, opened.page.locator(".lr-turn")
        box = knob.bounding_box()
        assert box is not None
        page.wait_for_timeout(QUIET)
        opened.received, asked = 0, monotonic()
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        until(page, "document.querySelector('.lr-kinds span') !== null")
        waited, received = monotonic() - asked, opened.received
        page.mouse.down()
        began, frames, since, n = opened.busy(), opened.value("frames"), monotonic(), 0
        while monotonic() - since < seconds:
            n += 1
            part = 0.5 + 0.45 * sin(n / 15)
            page.mouse.move(box["x"] + part * box["width"], box["y"] + box["height"] / 2)
            page.wait_for_timeout(12)
        frames = opened.value("frames") - frames
        busy = opened.busy() - began
        page.keyboard.press("Escape")
        page.mouse.up()
        return busy / frames, received, waited


def starting(browser: Browser, folder: Path, command: Sequence[str], reloads: int) -> list[float]:
    """Return the seconds from the command to the first picture, and then from each reload to the picture."""
    with session(browser) as opened:
        began = time()
        with serving(command, folder) as server:
            opened.page.goto(server.url)
            until(opened.page, DRAWN, 120)
            # By the page's own clock: while it draws the rest, it answers nobody.
            found = [opened.page.evaluate("performance.timeOrigin + window.bench.first") / 1000 - began]
            for _ in range(reloads):
                settled(opened.page)
                until(opened.page, AT_REST, 60)
                opened.page.wait_for_timeout(CALM)
                opened.page.reload()
                until(opened.page, DRAWN, 120)
                found.append(opened.value("first") / 1000)
    return found


SLIDERS = {
    "learning rate": "[class*=st-key-run0-lr-slider]",
    "parameter of the problem": "[class*=st-key-problem-Rosenbrock-b-slider]",
    "noise": "[class*=st-key-noise-slider]",
}


def change_rows(browser: Browser, server: Server, folder: Path, count: int) -> Iterator[Row]:
    """Yield the rows of the sliders, each beside the alternative's learning rate."""
    for panes, title in (("map", "2-D"), ("both", "2-D, with 3-D open")):
        other = alternative_changes(browser, folder, panes == "both", max(3, count // 5))
        for name, slider in SLIDERS.items():
            ours = changes(browser, server, slider, panes, min(count, 26))
            yield Row(f"{name} to {title}", "ms", median(ours.milliseconds), median(other.milliseconds), 5.0, 150.0)
            yield Row("  95th percentile", "ms", ours.p95)
            yield Row("  fastest", "ms", min(ours.milliseconds), min(other.milliseconds))
            size, theirs = (median(s.received) / 1000 for s in (ours, other))
            yield Row("  received", "kB", size, theirs, None, 150.0)
            yield Row("  main thread, processor time", "ms", median(ours.busy), median(other.busy))


def play_rows(browser: Browser, server: Server, seconds: float, repeats: int) -> Iterator[Row]:
    """Yield the rows of playing."""
    flat = min(playing(browser, server, "map", seconds) for _ in range(repeats))
    both = min(playing(browser, server, "both", seconds) for _ in range(repeats))
    yield Row("playing, all 2-D views", "ms/frame", flat, None, None, 20.0)
    yield Row("  the 3-D view on top", "ms/frame", both - flat, None, None, 20.0)


def turn_rows(browser: Browser, server: Server, seconds: float, repeats: int) -> Iterator[Row]:
    """Yield the rows of the knob: dragging it, and the family that it needs."""
    found = [turning(browser, server, "map", seconds) for _ in range(repeats)]
    both = min(turning(browser, server, "both", seconds)[0] for _ in range(repeats))
    yield Row("dragging the knob, all 2-D views", "ms/frame", min(found)[0], None, None, 20.0)
    yield Row("  with 3-D open", "ms/frame", both)
    yield Row("  its family, received", "kB", median(size for _, size, _ in found) / 1000, None, None, 400.0)
    yield Row("  from the pointer to the family", "s", min(waited for *_, waited in found))


def start_rows(browser: Browser, folder: Path, repeats: int) -> Iterator[Row]:
    """Yield the rows of starting, in turns with the alternative."""
    found = [(starting(browser, folder, COMMAND, 3), starting(browser, folder, OTHER, 3)) for _ in range(repeats)]
    ours, other = (list(side) for side in zip(*found, strict=True))
    first, theirs = (min(side[0] for side in sides) for sides in (ours, other))
    yield Row("command to first picture", "s", first, theirs, 1.0, 6.0)
    again, reloads = ([value for side in sides for value in side[1:]] for sides in (ours, other))
    yield Row("reload to picture, median", "s", median(again), median(reloads), 1.0, 3.0)
    yield Row("  fastest", "s", min(again), min(reloads))


def rows(count: int = 30) -> Iterator[Row]:
    """Yield every row of the table."""
    with sync_playwright() as playwright, TemporaryDirectory() as temporary:
        folder = Path(temporary)
        browser = playwright.chromium.launch(executable_path=installed.find(), args=FLAGS)
        with serving(STREAMLIT, folder) as server:
            yield from change_rows(browser, server, folder, count)
            yield from play_rows(browser, server, 4.0, 3)
            yield from turn_rows(browser, server, 4.0, 3)
        yield from start_rows(browser, folder, 4)
        browser.close()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=30, help="changes of each slider")
    print_table(rows(parser.parse_args().count))


if __name__ == "__main__":
    main()
