// The surface in three dimensions. The paths are Plotly's own traces; heads, labels and marks are drawn over them.

import { HEAD, LABEL_GAP, colourOf, drawHead, drawLabel, drawMinimum, drawRing, labelWidth } from "./ink.js";
import { stageOf, ticksIn } from "./box.js";
import { cameraOf, isVisible, sideOf, turnedBy } from "./camera.js";
import { createHint } from "./hint.js";
import { createTools } from "./tools.js";
import { listenForGestures } from "./gestures.js";
import { homeOf, isEqual, lengthOf, magnified, seenOf, shifted } from "./seen.js";
import { createPane, freshContext } from "./pane.js";
import { placeLabels } from "./labels.js";
import { colourBar } from "./map.js";
import { STILL, baseLayout, escapeMarkup, smallOf } from "./figure.js";
import { drape, drapedTo, onSurface } from "./drape.js";
import { isWhole, rowsOf } from "./mesh.js";
import { minimaOf } from "./minima.js";
import { hasDiverged, valueAt } from "./paths.js";
import { element } from "./dom.js";
import { eyeOf, moveTraces, onRender, projector } from "./scene.js";

/** @typedef {import("./types").Model} Model */
/** @typedef {import("./types").Run} Run */
/** @typedef {import("./drape.js").Drape} Drape */
/** @typedef {import("./scene.js").Change} Change */

const BEHIND = 0.35; // how strong a mark is behind a hill
const COLOURS = 84; // px, the room of the scale of colours
const TURN = 0.45; // degrees for a pixel of a drag
const NO_WEBGL = "The 3-D view needs WebGL, which this browser does not offer. The map shows the same paths.";

export function hasWebgl() {
  const canvas = document.createElement("canvas");
  return Boolean(canvas.getContext("webgl2") ?? canvas.getContext("webgl"));
}

/** @param {{onMoved: () => void, onStart: (point: import("./types").Point, live: boolean) => void, onLook: import("./types").Look, onReset: () => void}} how */
export function createSurface({ onMoved, onStart, onLook, onReset }) {
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
  /** @type {import("./box.js").Stage | null} */
  let stage = null;
  let box = "";
  /** From where the surface shows most; it stays while the problem does. @type {import("./camera.js").Camera} */
  let home = [235, 34];
  let housed = "";
  let looked = "";
  let listening = false;

  /** @param {import("./types").Plotly} plotly @param {Model} next */
  function update(plotly, next) {
    if (next.scenery.dimension === 1 || !pane.isShown() || !isAble()) return;
    library = plotly;
    const sorted = [...next.visible].sort((a, b) => Number(a.slot === next.view.chosen) - Number(b.slot === next.view.chosen));
    const looks = sorted.map((run) => [run.slot, run.style, run.slot === next.view.chosen]);
    const placed = JSON.stringify([next.scenery.key, isEqual(next.view, next.scenery), next.view.seen]);
    const key = JSON.stringify([placed, next.theme.key, looks, next.view.panes === "surface"]);
    if (key === figure && next.paths === from) return; // another verdict, another chart
    from = next.paths;
    runs = sorted;
    if (!stage || placed !== box) stage = stageOf(next.scenery, next.view);
    box = placed;
    const here = stage;
    drapes = runs.map((run) => drape(here, run));
    shown = "";
    if (key === figure) return;
    figure = key;
    scenery = next.scenery.key;
    model = null;
    const data = [relievo(next, here), ...runs.map((run) => traceOf(run, next))];
    const camera = cameraNow(next);
    looked = JSON.stringify(camera);
    pane.react(plotly, data, layoutOf(next, here, camera), STILL);
    listen();
  }

  /** @param {Model} next */
  function cameraNow({ view, theme, scenery: problem }) {
    const key = `${problem.key}|${isEqual(view, problem)}`;
    if (key !== housed) home = sideOf(stageOf(problem, { ...view, seen: null }));
    housed = key;
    const { clientWidth, clientHeight } = pane.element;
    const room = { width: Math.max(clientWidth - (view.panes === "surface" ? COLOURS * theme.scale : 0), 1), height: Math.max(clientHeight, 1), scale: theme.scale };
    return cameraOf(view.camera ? [view.camera[0], view.camera[1]] : home, /** @type {import("./box.js").Stage} */ (stage).box, room);
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
    look(library, next);
    const key = String(next.at);
    if (key !== shown && stage) {
      shown = key;
      const here = stage;
      const changes = runs.map((run, i) => changeOf(next, here, run, drapes[i], i + 1));
      if (changes.length) moveTraces(library, pane.plot, changes);
    }
    drawMarks();
  }

  /** @param {import("./types").Plotly} plotly @param {Model} next */
  function look(plotly, next) {
    tools.show(next.view.seen !== null || next.view.camera !== null, { right: next.view.panes === "surface" ? COLOURS * next.theme.scale : 8, top: 8 });
    const camera = cameraNow(next);
    const key = JSON.stringify(camera);
    if (key === looked) return;
    looked = key;
    plotly.relayout(pane.plot, { "scene.camera": camera });
  }

  /** A drag turns; the other drag, or two fingers, move what is seen. @param {{x: number, y: number}} by @param {boolean} other */
  function drag(by, other) {
    const problem = model?.scenery;
    if (!problem) return;
    if (other) onLook((view) => ({ seen: shifted(seenOf(view, problem), wayOf(by, view)).flat() }));
    else onLook((view) => ({ camera: turnedBy(view.camera ? [view.camera[0], view.camera[1]] : home, -by.x * TURN, by.y * TURN) }));
  }

  /** Along the ground, as the hand moves on the screen. @param {{x: number, y: number}} by @param {import("./types").View} view */
  function wayOf(by, { camera }) {
    const angle = ((camera?.[0] ?? home[0]) * Math.PI) / 180;
    const [right, back] = [[-Math.sin(angle), Math.cos(angle)], [Math.cos(angle), Math.sin(angle)]];
    const { ranges, sides } = /** @type {import("./box.js").Stage} */ (stage).box;
    const unit = (1.6 * Math.max(sides[0], sides[1])) / pane.element.clientWidth;
    return [0, 1].map((k) => ((-by.x * right[k] - by.y * back[k]) * unit * lengthOf(ranges[k])) / sides[k]);
  }

  /** @param {number} factor */
  function zoom(factor) {
    const problem = model?.scenery;
    if (problem) onLook((view) => ({ seen: magnified(seenOf(view, problem), factor, pointed, homeOf(problem)).flat() }));
  }

  /** What stands on the surface: drawn over it, fainter where a hill is in front. */
  function drawMarks() {
    const project = projector(pane.plot);
    if (!model || !project || !stage) return;
    const { scenery, theme, start } = model;
    const here = stage;
    const eye = eyeOf(pane.plot);
    const context = freshContext(pane.ink);
    /** @param {number[]} point @param {(x: number, y: number) => void} mark */
    const place = (point, mark) => {
      const [x, y, z] = onSurface(here, point);
      if (Number.isNaN(z)) return null;
      const spot = project([x, y, z]);
      context.globalAlpha = eye && !isVisible(here, point, eye) ? BEHIND : 1;
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
    const places = placeLabels(heads.map(({ spot, width }) => ({ ...spot, width })), bounds, { gap: LABEL_GAP * theme.scale, distance: HEAD * theme.scale + 6 });
    heads.forEach(({ run }, i) => drawLabel(context, run.short, colourOf(run, theme), theme, places[i].left, places[i].y));
  }

  const tools = createTools(pane.element, { zoom, reset: onReset });
  const stop = listenForGestures(pane.element, {
    begins: (target) => !target.closest(".lr-tools"),
    drag, zoom, reset: onReset, alone: createHint(pane.element),
    click: () => pointed && onStart(pointed, false),
  });
  pane.element.addEventListener("contextmenu", (event) => event.preventDefault()); // its button moves what is seen

  return {
    element: pane.element,
    update,
    draw,
    destroy() {
      stop();
      pane.destroy();
    },
  };
}

/** @param {Model} model @param {Run} run */
function headOf({ at }, run) {
  return run.last < 0 || hasDiverged(run, at) ? null : run.w.map((column) => valueAt(column, run.last, at));
}

/** A path as far as the playhead. @param {Model} model @param {import("./box.js").Stage} stage @param {Run} run @param {Drape} path @param {number} index @returns {Change} */
function changeOf(model, stage, run, path, index) {
  const to = drapedTo(path, model.at);
  const head = headOf(model, run);
  const [x, y, z] = head ? onSurface(stage, head) : [NaN, NaN, NaN];
  return { index, x: [...path.x.slice(0, to), x], y: [...path.y.slice(0, to), y], z: [...path.z.slice(0, to), z] };
}

/** @param {Model} model @param {import("./box.js").Stage} stage */
function relievo({ scenery, theme, view }, { mesh }) {
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
    contours: { z: { show: isWhole(mesh), start: scenery.levels.start, end: scenery.levels.end, size: scenery.levels.size, color: theme.contour, width: 1, highlight: false }, x: { highlight: false }, y: { highlight: false } },
    lighting: { ambient: 0.78, diffuse: 0.42, specular: 0.02, roughness: 0.95, fresnel: 0 },
    lightposition: { x: -2000, y: -1000, z: 3000 },
    hoverinfo: "none",
  };
}

/** @param {Run} run @param {Model} model */
function traceOf(run, { theme, view }) {
  const line = { color: colourOf(run, theme), width: (run.slot === view.chosen ? 6 : 4.5) * theme.scale, dash: "solid" };
  return { type: "scatter3d", mode: "lines", x: [NaN], y: [NaN], z: [NaN], hoverinfo: "skip", connectgaps: false, line };
}

/** @param {Model} model @param {import("./box.js").Stage} stage @param {object} camera */
function layoutOf({ scenery, theme }, { box: { ranges, sides } }, camera) {
  const ticks = ticksIn(scenery, ranges[2]);
  const axis = {
    showbackground: false,
    showspikes: false,
    gridcolor: theme.grid,
    zeroline: false,
    linecolor: theme.border,
    tickfont: { size: 10 * theme.scale, color: theme.muted },
    nticks: 5,
  };
  const named = (/** @type {string} */ text) => ({ text: escapeMarkup(text), font: { size: smallOf(theme), color: theme.muted } });
  return {
    ...baseLayout(theme, { l: 0, r: 0, t: 0, b: 0 }),
    hovermode: "closest",
    scene: {
      camera,
      aspectmode: "manual",
      aspectratio: { x: sides[0], y: sides[1], z: sides[2] },
      dragmode: false,
      xaxis: { ...axis, range: ranges[0], title: named(scenery.variables[0]) },
      yaxis: { ...axis, range: ranges[1], title: named(scenery.variables[1]) },
      zaxis: { ...axis, range: ranges[2], title: named("Loss"), tickvals: ticks.map((tick) => tick.at), ticktext: ticks.map((tick) => tick.text) },
    },
  };
}
