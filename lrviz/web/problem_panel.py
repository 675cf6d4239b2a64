"""The sidebar's upper part: the problem, its parameters, the start, the steps and the noise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from lrviz.catalog import DIGITS, Text, Whole, hypers, registered, show_number
from lrviz.problems import Problem
from lrviz.scenes import NOISE, SEED, STEPS, Scene, View, first_scene, rescaled
from lrviz.scenes.examples import EXAMPLES
from lrviz.scenes.scene import COORDINATE
from lrviz.simulation import LONGEST, Run
from lrviz.web.controls import counter, edited, in_field, menu, slider_and_number, typed
from lrviz.web.state import Put, change, current, show

_STEPS = Whole(STEPS.help, 10, LONGEST)
_EXAMPLES = "examples"
_WIDE = 100
"""Characters of LaTeX that, in one piece, are wider than the sidebar."""


def header() -> None:
    """Draw the title, the examples and the button that starts over."""
    row = st.container(horizontal=True, vertical_alignment="center", gap="small")
    row.markdown("### lrviz")
    with row.popover("Examples", key=_EXAMPLES, on_change="rerun"):
        for index, example in enumerate(EXAMPLES):
            st.button(
                example.title, key=f"example{index}", on_click=_show, args=(index,), help=example.look, width="stretch"
            )
    row.button("Reset", on_click=_reset, help="Everything back to the first picture. The browser's Back undoes it.")


def draw(scene: Scene) -> Scene:
    """Draw the controls of `scene`; return the scene they stand for."""
    name = menu("problem", "Problem", "problem", scene.problem.name, "What is minimised: type to search.", _on_another)
    if name != scene.problem.name:
        scene = _on_another(scene, name)
    formula = st.container(gap="xsmall")
    scene = _with_problem(scene, edited(scene.problem, f"problem.{scene.problem.name}", _with_problem))
    if not any(isinstance(spec, Text) for spec in hypers(type(scene.problem)).values()):  # its field shows it
        # As inline text a long formula is broken into lines, which a displayed one is not.
        text = scene.problem.latex
        small = r"\footnotesize" if len(text) > _WIDE and r"\left" in text else ""  # high brackets cannot be broken
        formula.markdown(rf"$\displaystyle{small} {text}$")
    formula.caption(scene.problem.summary)
    scene = scene.replace(start=_start(scene))
    return _length_and_noise(scene)


def _start(scene: Scene) -> tuple[float, ...] | None:
    """Draw the start's coordinates; the problem's own start is None."""
    columns = st.columns([*[1.0] * scene.problem.dimension, 0.44, 0.44], vertical_alignment="bottom", gap="small")
    values, below = [], st.container()
    for i, (name, value) in enumerate(zip(scene.problem.variables, scene.origin, strict=True)):
        with columns[i]:
            label = f"start {name}"
            key = f"start.{scene.problem.dimension}.{i}"
            values.append(typed(COORDINATE, label, key, value, in_field(value), place=below))
    columns[-2].button(
        "⟲", on_click=_own_start, help="The problem's own start", disabled=scene.start is None, key="own_start"
    )
    columns[-1].button("⚄", on_click=_random_start, help="A random start", key="random_start")
    start = tuple(values)
    return scene.start if start == scene.origin else start


def _length_and_noise(scene: Scene) -> Scene:
    length, chance = st.columns(2, vertical_alignment="bottom", gap="small")
    with length:
        steps = counter(_STEPS, "steps", "steps", scene.steps, 10, _field("steps"))
    with chance.popover(f"Noise {show_number(scene.noise, DIGITS)}" if scene.noise else "Noise", width="stretch"):
        st.caption("Every gradient is off by a random amount, the same for all runs: what minibatches do to training.")
        noise = slider_and_number(_NOISE, "gradient noise", "noise", scene.noise, put=_field("noise"))
        seeded = counter(SEED, "seed", "seed", scene.seed, put=_field("seed"))
    return scene.replace(steps=steps, seed=seeded, noise=noise)


def _field(name: str) -> Put:
    return lambda scene, value: scene.replace(**{name: value})


def _with_problem(scene: Scene, problem: Problem) -> Scene:
    """Return the scene on the same problem with other parameters; a formula may have lost or gained a variable."""
    start = scene.start if problem.dimension == scene.problem.dimension else None
    return scene.replace(problem=problem, start=start)


_NOISE = type(NOISE)(NOISE.help, NOISE.low, NOISE.high, "log", slider_low=1e-3)


def _on_another(scene: Scene, name: str) -> Scene:
    """Return the scene on another problem, with rates as far from its defaults as they were before."""
    problem = registered("problem")[name]()
    assert isinstance(problem, Problem)
    runs = tuple(rescaled(run, scene.problem, problem) for run in scene.runs)
    current().news = news_of(scene.runs, runs, problem)
    return scene.replace(problem=problem, start=None, runs=runs)


def news_of(before: Sequence[Run], after: Sequence[Run], problem: Problem) -> list[str]:
    """Return in a sentence which rates another problem has scaled; nothing where none was."""
    changed = [
        f"{new.optimizer.label} from {show_number(old.lr, DIGITS)} to {show_number(new.lr, DIGITS)}"
        for old, new in zip(before, after, strict=True)
        if new.lr != old.lr
    ]
    if not changed:
        return []
    return [f"Rates scaled to {problem.label}: {', '.join(changed)}. The browser's Back undoes it."]


def _own_start() -> None:
    change(current().scene.replace(start=None))


def _random_start() -> None:
    """Begin somewhere in the picture; chance needs no seed here, for the start itself is in the address."""
    scene = current().scene
    chance = np.random.default_rng()
    start = tuple(float(f"{chance.uniform(low, high):.3g}") for low, high in scene.problem.domain)
    change(scene.replace(start=start))


def _show(index: int) -> None:
    st.session_state[_EXAMPLES] = False
    show(EXAMPLES[index].scene, EXAMPLES[index].view)


def _reset() -> None:
    show(first_scene(), View())
