"""The same view as a Streamlit page would have it without the player: `st.plotly_chart` with Plotly's own frames.

`streamlit run tests/benchmarks/alternative.py -- surface` adds the 3-D view. A frame stands for `EVERY` steps, which
spares the alternative four fifths of its bytes and of its work.
"""

import sys

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from plotly.subplots import make_subplots

from lrviz import Run
from lrviz.figures.scenery import scenery
from lrviz.optimizers import Adam
from lrviz.problems import Rosenbrock
from lrviz.simulation import Result, simulate

STEPS, EVERY = 500, 5
RATES = [float(f"{m:g}e{k}") for k in range(-6, 2) for m in (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)]


def traces(result: Result, reached: int, solid: bool) -> list[go.Scatter | go.Scatter3d]:
    """Return the paths, losses and rates up to a step."""
    found: list[go.Scatter | go.Scatter3d] = []
    steps = np.arange(reached + 1)
    picture = scenery(result.problem)
    for run, label in enumerate(result.labels):
        x, y = result.positions[: reached + 1, :, run].astype(np.float32).T
        loss = result.loss[: reached + 1, run].astype(np.float32)
        lr = result.lr[:reached, run].astype(np.float32)
        found.append(go.Scatter(x=x, y=y, mode="lines", name=label, xaxis="x", yaxis="y"))
        found.append(go.Scatter(x=steps, y=loss, mode="lines", showlegend=False, xaxis="x2", yaxis="y2"))
        found.append(go.Scatter(x=steps[:-1], y=lr, mode="lines", showlegend=False, xaxis="x3", yaxis="y3"))
        if solid:
            z = picture.scale(loss.astype(np.float64)).astype(np.float32)
            found.append(go.Scatter3d(x=x, y=y, z=z, mode="lines", showlegend=False))
    return found


def view(result: Result, solid: bool) -> go.Figure:
    """Return map, loss, rate and, where it is wanted, the surface, with a frame for every few steps."""
    picture = scenery(result.problem)
    x, y = (axis[::2] for axis in picture.axes)  # as fine as Plotly draws contours at a reasonable pace
    heights = picture.scale(picture.loss[::2, ::2]).astype(np.float32)
    specs = [[{"rowspan": 2}, {}, {"rowspan": 2, "type": "scene"} if solid else None], [None, {}, None]]
    figure = make_subplots(2, 3, specs=specs)
    figure.add_traces(traces(result, STEPS, solid))
    moving = list(range(len(figure.data)))
    figure.add_trace(go.Contour(x=x, y=y, z=heights, showscale=False, xaxis="x", yaxis="y"))
    if solid:
        figure.add_trace(go.Surface(x=x, y=y, z=heights, showscale=False))
    figure.frames = [
        go.Frame(data=traces(result, n, solid), traces=moving, name=str(n)) for n in range(0, STEPS + 1, EVERY)
    ]
    button = {"label": "Play", "method": "animate", "args": [None]}
    figure.update_layout(updatemenus=[{"type": "buttons", "buttons": [button]}], height=640)
    figure.update_yaxes(type="log", row=1, col=2)
    return figure


def main() -> None:
    """Draw the page: one slider, one chart."""
    st.set_page_config(layout="wide")
    with st.sidebar:
        rate = st.select_slider("learning rate", RATES, value=1e-5, key="rate")
    runs = [Run(Adam(), lr) for lr in (rate, 0.02, 0.05, 0.2)]
    result = simulate(Rosenbrock(), runs, steps=STEPS)
    st.plotly_chart(view(result, "surface" in sys.argv), key="chart")


main()
