// The surface in three dimensions. Paths and heads are Plotly's own traces; the rest is scenery.

import { colourOf } from "./ink.js";
import { createPane } from "./pane.js";
import { colourBar, relief } from "./map.js";
import { baseLayout, escapeMarkup } from "./figure.js";
import { drape, drapedTo, onSurface } from "./drape.js";
import { hasDiverged, valueAt } from "./paths.js";
import { element } from "./dom.js";
import { placeOf } from "./tip.js";

/** @typedef {import("./types").Model} Model */
/** @typedef {import("./types").Run} Run */
/** @typedef {import("./drape.js").Drape} Drape */

const STILL = 4; // px; a pointer that moved less has clicked
const NO_WEBGL = "The 3-D view needs WebGL, which this browser does not offer. The map shows the same paths.";

/** @type {Record<string, string>} */
const SYMBOLS = { circle: "circle", square: "square", diamond: "diamond", triangle: "diamond-open", cross: "cross", star: "x", pentagon: "circle-open", down: "square-open" };

const CAMERA = { eye: { x: -1.25, y: -1.45, z: 1.05 }, center: { x: 0, y: 0, z: -0.16 } };

export function hasWebgl() {
  const canvas = document.createElement("canvas");
  return Boolean(canvas.getContext("webgl2") ?? canvas.getContext("webgl"));
}

/** @param {{onMoved: () => void, onStart: (point: import("./types").Point, live: boolean) => void}} how */
export function createSurface({ onMoved, onStart }) {
  const pane = createPane("surface", "The loss as a surface with the paths of the runs", () => {});
  const able = hasWebgl();
  if (!able) pane.over.append(element("p", { class: "lr-notice", text: NO_WEBGL }));
  /** @type {import("./types").Plotly | null} */
  let library = null;
  /** @type {Drape[]} */
  let drapes = [];
  /** @type {Run[]} */
  let runs = [];
  let figure = "";
  let shown = "";
  /** @type {number[] | null} */
  let pointed = null;
  let down = { x: 0, y: 0 };
  let listening = false;

  /** @param {import("./types").Plotly} plotly @param {Model} next */
  function update(plotly, next) {
    if (!able || next.scenery.dimension === 1 || !pane.isShown()) return;
    library = plotly;
    runs = [...next.visible].sort((a, b) => Number(a.slot === next.view.chosen) - Number(b.slot === next.view.chosen));
    drapes = runs.map((run) => drape(next.scenery, run));
    shown = "";
    const looks = runs.map((run) => [run.slot, run.style, run.slot === next.view.chosen]);
    const key = JSON.stringify([next.scenery.key, next.theme.key, looks, next.view.panes === "surface"]);
    if (key !== figure) {
      figure = key;
      const data = [relievo(next), marks(next), ...runs.flatMap((run) => tracesOf(run, next))];
      pane.react(plotly, data, layoutOf(next), { displayModeBar: "hover", modeBarButtons: [["resetCameraDefault3d"]], displaylogo: false, showTips: false });
      listen();
    } else moveMarks(plotly, next);
  }

  /** @param {import("./types").Plotly} plotly @param {Model} next */
  function moveMarks(plotly, next) {
    const { x, y, z } = marks(next);
    plotly.restyle(pane.plot, { x: [x], y: [y], z: [z] }, [1]);
  }

  function listen() {
    if (listening) return;
    listening = true;
    const point = (/** @type {any} */ event) => {
      const hit = event.points?.[0];
      pointed = hit && hit.curveNumber === 0 ? [Number(hit.x), Number(hit.y)] : null;
    };
    pane.plot.on("plotly_hover", point);
    pane.plot.on("plotly_click", point);
    pane.plot.on("plotly_unhover", () => {
      pointed = null;
    });
  }

  /** @param {Model} model */
  function draw(model) {
    if (!library || !able || !figure || !pane.isShown()) return;
    const key = `${model.at}`;
    if (key === shown) return;
    shown = key;
    const [x, y, z] = [0, 1, 2].map(() => /** @type {ArrayLike<number>[]} */ ([]));
    const traces = runs.flatMap((run, i) => {
      const path = drapes[i];
      const head = headOf(model, run);
      const to = drapedTo(path, Math.floor(model.at));
      x.push([...path.x.slice(0, to), head[0]], [head[0]]);
      y.push([...path.y.slice(0, to), head[1]], [head[1]]);
      z.push([...path.z.slice(0, to), head[2]], [head[2]]);
      return [2 + 2 * i, 3 + 2 * i];
    });
    if (traces.length) library.restyle(pane.plot, { x, y, z }, traces);
  }

  /** @param {PointerEvent} event */
  function release(event) {
    const { x, y } = placeOf(event, pane.element);
    if (pointed && Math.hypot(x - down.x, y - down.y) <= STILL) onStart(pointed, false);
    down = { x: Infinity, y: Infinity };
  }

  pane.element.addEventListener("pointerdown", (event) => {
    down = placeOf(event, pane.element);
  }, true);
  window.addEventListener("pointerup", release, true);
  void onMoved;

  return {
    element: pane.element,
    update,
    draw,
    destroy() {
      window.removeEventListener("pointerup", release, true);
      pane.destroy();
    },
  };
}

/** @param {Model} model @param {Run} run */
function headOf({ scenery, at }, run) {
  if (run.last < 0 || hasDiverged(run, at)) return [NaN, NaN, NaN];
  return onSurface(scenery, run.w.map((column) => valueAt(column, run, at)));
}

/** @param {Model} model */
function relievo({ scenery, theme, view }) {
  return {
    type: "surface",
    x: scenery.x,
    y: scenery.y,
    z: relief(scenery),
    cmin: scenery.height[0],
    cmax: scenery.height[1],
    colorscale: theme.surface,
    showscale: view.panes === "surface",
    colorbar: colourBar({ scenery, theme }),
    contours: { z: { show: true, start: scenery.levels.start, end: scenery.levels.end, size: scenery.levels.size, color: theme.contour, width: 1, highlight: false }, x: { highlight: false }, y: { highlight: false } },
    lighting: { ambient: 0.78, diffuse: 0.42, specular: 0.02, roughness: 0.95, fresnel: 0 },
    lightposition: { x: -2000, y: -1000, z: 3000 },
    hoverinfo: "none",
  };
}

/** Start and minima. @param {Model} model */
function marks(model) {
  const { scenery, theme, start } = model;
  const places = [start, ...scenery.minima].map((point) => onSurface(scenery, point));
  return {
    type: "scatter3d",
    mode: "markers",
    x: places.map((place) => place[0]),
    y: places.map((place) => place[1]),
    z: places.map((place) => place[2]),
    marker: { size: places.map((_, i) => (i ? 4 : 6)), symbol: places.map((_, i) => (i ? "x" : "circle-open")), color: theme.text, line: { width: 2, color: theme.text } },
    hoverinfo: "skip",
  };
}

/** @param {Run} run @param {Model} model */
function tracesOf(run, { theme, view }) {
  const colour = colourOf(run, theme);
  const width = run.slot === view.chosen ? 6 : 4.5;
  const empty = { type: "scatter3d", x: [], y: [], z: [], hoverinfo: "skip", connectgaps: false };
  return [
    { ...empty, mode: "lines", line: { color: colour, width, dash: "solid" } },
    { ...empty, mode: "markers", marker: { size: 6, color: colour, symbol: SYMBOLS[run.style.head] ?? "circle", line: { width: 1, color: theme.background } } },
  ];
}

/** @param {Model} model */
function layoutOf({ scenery, theme }) {
  const axis = {
    showbackground: false,
    showspikes: false,
    gridcolor: theme.grid,
    zeroline: false,
    linecolor: theme.border,
    tickfont: { size: 10, color: theme.muted },
    nticks: 5,
  };
  const named = (/** @type {string} */ text) => ({ text: escapeMarkup(text), font: { size: 11, color: theme.muted } });
  return {
    ...baseLayout(theme, { l: 0, r: 0, t: 0, b: 0 }),
    hovermode: "closest",
    uirevision: scenery.key,
    scene: {
      uirevision: scenery.key,
      camera: CAMERA,
      aspectmode: "manual",
      aspectratio: { x: 1.15, y: 1.15, z: 0.62 },
      dragmode: "turntable",
      xaxis: { ...axis, range: scenery.domain[0], title: named(scenery.variables[0]) },
      yaxis: { ...axis, range: scenery.domain[1], title: named(scenery.variables[1]) },
      zaxis: { ...axis, range: scenery.height, title: named("Loss"), tickvals: scenery.ticks.map((tick) => tick.at), ticktext: scenery.ticks.map((tick) => tick.text) },
    },
  };
}
