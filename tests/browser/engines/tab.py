"""What the tests ask of a browser, whichever engine it has."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

SETTLED = "document.querySelector(\"[data-testid='stApp']\")?.dataset.testScriptState === 'notRunning'"


class Tab(Protocol):
    """One page of a browser that remembers nothing; places are in CSS pixels of the window."""

    @property
    def troubles(self) -> list[str]:
        """What the browser reported as an error; WebKit's driver reports nothing."""

    def go(self, url: str) -> None: ...

    def evaluate(self, expression: str) -> Any: ...

    def move(self, x: float, y: float) -> None: ...

    def down(self) -> None: ...

    def up(self) -> None: ...

    def press(self, key: str) -> None: ...

    def resize(self, width: int, height: int) -> None: ...

    def picture(self) -> bytes: ...


Opens = Callable[[int, int], AbstractContextManager[Tab]]


@dataclass(frozen=True)
class Engine:
    """A browser that may be installed: `find` says where, `missing` how to get it, `running` starts it."""

    find: Callable[[], str | None]
    missing: str
    running: Callable[[str], AbstractContextManager[Opens]]


class Box(NamedTuple):
    """Where an element lies in the window."""

    left: float
    top: float
    width: float
    height: float

    def at(self, across: float, down: float = 0.5) -> tuple[float, float]:
        """Return the point at these parts of the width and of the height."""
        return self.left + across * self.width, self.top + down * self.height


KEYS = {
    "End": "\ue010",
    "Home": "\ue011",
    "ArrowLeft": "\ue012",
    "ArrowUp": "\ue013",
    "ArrowRight": "\ue014",
    "ArrowDown": "\ue015",
    "Tab": "\ue004",
    "Enter": "\ue007",
    "Escape": "\ue00c",
}
"""What WebDriver calls the keys that write nothing."""


def until(tab: Tab, expression: str, seconds: float = 60) -> None:
    """Wait until the JavaScript `expression` is true in the page."""
    deadline = time.monotonic() + seconds
    while not tab.evaluate(expression):
        if time.monotonic() > deadline:
            raise TimeoutError(f"Not true after {seconds:g} s: {expression}")
        time.sleep(0.05)


def box(tab: Tab, selector: str) -> Box:
    """Scroll to an element and return where it lies."""
    found = tab.evaluate(
        f"""(() => {{
          const element = document.querySelector({json.dumps(selector)});
          element.scrollIntoView({{ block: "nearest" }});
          const {{ left, top, width, height }} = element.getBoundingClientRect();
          return [left, top, width, height];
        }})()"""
    )
    return Box(*found)


def click(tab: Tab, place: tuple[float, float]) -> None:
    tab.move(*place)
    tab.down()
    tab.up()


def drag(tab: Tab, places: Sequence[tuple[float, float]]) -> None:
    """Press at the first place, move over the others, and let go at the last."""
    tab.move(*places[0])
    tab.down()
    for place in places[1:]:
        tab.move(*place)
    tab.up()
