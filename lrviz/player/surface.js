// The surface in three dimensions. The paths are Plotly's own traces; heads, labels and marks are drawn over them.

import { HEAD, LABEL_GAP, colourOf, drawHead, drawLabel, drawMinimum, drawRing, labelWidth } from "./ink.js";
import { ASPECT, cameraFor, isVisible } from "./camera.js";
import { createPane, freshContext } from "./pane.js";
import { placeLabels } from "./labels.js";
import { colourBar } from "./map.js";
import { baseLayout, escapeMarkup } from "./figure.js";
import { drape, drapedTo, onSurface } from "./drape.js";
import { meshOf, rowsOf } from "./mesh.js";
import { minimaOf } from "./minima.js";
import { hasDiverged, pointAt, valueAt } from "./paths.js";
import { element } from "./dom.js";
import { eyeOf, moveTraces, onRender, projector } from "./scene.js";
import { placeOf } from "./tip.js";

/** @typedef {import("./types").Model} Model */
/** @typedef {import("./types").Run} Run */
/** @typedef {import("./drape.js").Drape} Drape */
/** @typedef {import("./scene.js").Change} Change */

const SAMPLES = 30; // points of a path by which the camera is chosen
const BEHIND = 0.35; // how strong a mark is behind a hill
const STILL = 4; // px; a pointer that moved less has clicked
const NO_WEBGL = "The 3-D view needs WebGL, which this browser does not offer. The map shows the same paths.";

export function hasWebgl() {
  const canvas = document.createElement("canvas");
  return Boolean(canvas.getContext("webgl2") ?? canvas.getContext("webgl"));
}

/** @param {{onMoved: () => void, onStart: (point: import("./types").Point, live: boolean) => void}} how */
export function createSurface({ onMoved, onStart }) {
  const pane = createPane("surface", "The loss as a surface with the paths of the runs", () => {});
  /** @type {boolean | null} */
  let able = null;
  /** @type {import("./types").Plotly | null} */
  let library = null;
  /** @type {Drape[]} */
  let drapes = [];
  /** @type {Run[]} */
  let runs = [];
  let figure = "";
  /** The key of what stands in the figure; another problem's marks are none of its. */
  let scenery = "";
  /** @type {import("./types").Paths | null} */
  let from = null;
  let shown = "";
  /** @type {Model | null} */
  let model = null;
  /** @type {number[] | null} */
  let pointed = null;
  let down = { x: 0, y: 0 };
  let listening = false;

  /** @param {import("./types").Plotly} plotly @param {Model} next */
  function update(plotly, next) {
    if (next.scenery.dimension === 1 || !pane.isShown() || !isAble()) return;
    library = plotly;
    const sorted = [...next.visible].sort((a, b) => Number(a.slot === next.view.chosen) - Number(b.slot === next.view.chosen));
    const looks = sorted.map((run) => [run.slot, run.style, run.slot === next.view.chosen]);
    const key = JSON.stringify([next.scenery.key, next.theme.key, looks, next.view.panes === "surface"]);
    if (key === figure && next.paths === from) return; // another verdict, another chart
    from = next.paths;
    runs = sorted;
    drapes = runs.map((run) => drape(next.scenery, run));
    shown = "";
    if (key !== figure) {
      figure = key;
      scenery = next.scenery.key;
      model = null;
      const data = [relievo(next), ...runs.map((run) => traceOf(run, next))];
      pane.react(plotly, data, layoutOf(next, pane.element.clientWidth / pane.element.clientHeight), { displayModeBar: "hover", modeBarButtons: [["resetCameraDefault3d"]], displaylogo: false, showTips: false });
      listen();
    }
  }

  /** Whether there is WebGL: asked when it is wanted first, for the answer can take a second. */
  function isAble() {
    if (able === null) {
      able = hasWebgl();
      if (!able) pane.over.append(element("p", { class: "lr-notice", text: NO_WEBGL }));
    }
    return able;
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
    pane.plot.on("plotly_afterplot", () => {
      shown = "";
      onRender(pane.plot, drawMarks);
      onMoved();
    });
  }

  /** @param {Model} next */
  function draw(next) {
    if (!library || !able || next.scenery.key !== scenery || !pane.isShown()) return;
    model = next;
    const key = String(next.at);
    if (key !== shown) {
      shown = key;
      const changes = runs.map((run, i) => changeOf(next, run, drapes[i], i + 1));
      if (changes.length) moveTraces(library, pane.plot, changes);
    }
    drawMarks();
  }

  /** What stands on the surface: drawn over it, fainter where a hill is in front. */
  function drawMarks() {
    const project = projector(pane.plot);
    if (!model || !project) return;
    const { scenery, theme, start } = model;
    const eye = eyeOf(pane.plot);
    const context = freshContext(pane.ink);
    /** @param {number[]} point @param {(x: number, y: number) => void} mark */
    const place = (point, mark) => {
      const [x, y, z] = onSurface(scenery, point);
      if (Number.isNaN(z)) return null;
      const spot = project([x, y, z]);
      context.globalAlpha = eye && !isVisible(scenery, point, eye) ? BEHIND : 1;
      mark(spot.x, spot.y);
      context.globalAlpha = 1;
      return spot;
    };
    for (const { point, local } of minimaOf(scenery)) place(point, (x, y) => drawMinimum(context, theme, x, y, local));
    place(start, (x, y) => drawRing(context, theme, x, y));
    const heads = runs.flatMap((run) => {
      const point = headOf(/** @type {Model} */ (model), run);
      const spot = point && place(point, (x, y) => drawHead(context, run, theme, x, y));
      return spot ? [{ run, spot, width: labelWidth(run.short, theme) }] : [];
    });
    const bounds = { left: 4, top: 4, right: pane.element.clientWidth - 4, bottom: pane.element.clientHeight - 4 };
    const places = placeLabels(heads.map(({ spot, width }) => ({ ...spot, width })), bounds, { gap: LABEL_GAP, distance: HEAD + 6 });
    heads.forEach(({ run }, i) => drawLabel(context, run.short, colourOf(run, theme), theme, places[i].left, places[i].y));
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
function headOf({ at }, run) {
  return run.last < 0 || hasDiverged(run, at) ? null : run.w.map((column) => valueAt(column, run.last, at));
}

/** A path as far as the playhead. @param {Model} model @param {Run} run @param {Drape} path @param {number} index @returns {Change} */
function changeOf(model, run, path, index) {
  const to = drapedTo(path, model.at);
  const head = headOf(model, run);
  const [x, y, z] = head ? onSurface(model.scenery, head) : [NaN, NaN, NaN];
  return { index, x: [...path.x.slice(0, to), x], y: [...path.y.slice(0, to), y], z: [...path.z.slice(0, to), z] };
}

/** @param {Model} model */
function relievo({ scenery, theme, view }) {
  const mesh = meshOf(scenery);
  return {
    type: "surface",
    x: mesh.x,
    y: mesh.y,
    z: rowsOf(mesh),
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

/** @param {Run} run @param {Model} model */
function traceOf(run, { theme, view }) {
  const line = { color: colourOf(run, theme), width: run.slot === view.chosen ? 6 : 4.5, dash: "solid" };
  return { type: "scatter3d", mode: "lines", x: [NaN], y: [NaN], z: [NaN], hoverinfo: "skip", connectgaps: false, line };
}

/** Points of the paths, the start and the minima, to choose the camera by. @param {Model} model */
function whatMatters({ scenery, start, visible }) {
  const paths = visible.flatMap((run) => {
    const every = Math.max(1, Math.ceil(run.last / SAMPLES));
    return Array.from({ length: Math.floor(run.last / every) + 1 }, (_, i) => pointAt(run, i * every));
  });
  return [start, ...scenery.minima, ...paths];
}

/** @param {Model} model @param {number} aspect */
function layoutOf(model, aspect) {
  const { scenery, theme } = model;
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
      camera: cameraFor(scenery, whatMatters(model), aspect),
      aspectmode: "manual",
      aspectratio: ASPECT,
      dragmode: "turntable",
      xaxis: { ...axis, range: scenery.domain[0], title: named(scenery.variables[0]) },
      yaxis: { ...axis, range: scenery.domain[1], title: named(scenery.variables[1]) },
      zaxis: { ...axis, range: scenery.height, title: named("Loss"), tickvals: scenery.ticks.map((tick) => tick.at), ticktext: scenery.ticks.map((tick) => tick.text) },
    },
  };
}
