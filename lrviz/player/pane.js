// One view: a Plotly figure for what stands still, two canvases over it for what moves.

import { element } from "./dom.js";

/** @typedef {import("./types").Cell} Cell */
/** @typedef {import("./types").Axis} Axis */
/** @typedef {import("./types").PlotElement} PlotElement */
/** @typedef {ReturnType<typeof createPane>} Pane */

const REDRAWN = ["plotly_relayout", "plotly_afterplot"];

/**
 * @param {string} name
 * @param {string} label what the view shows, for assistive technology
 * @param {() => void} onMoved the axes have changed: zoom, pan, size, a new figure
 */
export function createPane(name, label, onMoved) {
  const plot = /** @type {PlotElement} */ (/** @type {unknown} */ (element("div", { class: "lr-plot", "aria-hidden": "true" })));
  const trail = element("canvas", { class: "lr-canvas lr-trail", "aria-hidden": "true" });
  const ink = element("canvas", { class: "lr-canvas lr-ink", "aria-hidden": "true" });
  const over = element("div", { class: "lr-over" });
  const node = element("div", { class: "lr-pane", "data-pane": name, role: "group", "aria-label": label }, [plot, trail, over, ink]);
  /** @type {import("./types").Plotly | null} */
  let library = null;
  let frame = 0;
  const fit = () => {
    frame = 0;
    if (!library || !plot._fullLayout || node.clientWidth === 0) return;
    library.Plots.resize(plot);
    onMoved();
  };
  const observer = new ResizeObserver(() => {
    if (!frame && hasNewSize(plot, node)) frame = requestAnimationFrame(fit);
  });
  observer.observe(node);
  return {
    element: node,
    plot,
    over,
    trail,
    ink,
    isShown: () => node.clientWidth > 0,
    isReady: () => plot._fullLayout !== undefined,
    /** @param {import("./types").Plotly} plotly @param {object[]} data @param {object} layout @param {object} config */
    react(plotly, data, layout, config) {
      const first = !library;
      library = plotly;
      const done = plotly.react(plot, data, layout, config);
      if (first) for (const event of REDRAWN) plot.on(event, onMoved);
      return done;
    },
    /** @param {number} count @returns {Cell[]} */
    cells: (count) => (plot._fullLayout ? Array.from({ length: count }, (_, i) => readCell(plot._fullLayout, i)) : []),
    destroy() {
      observer.disconnect();
      cancelAnimationFrame(frame);
      library?.purge(plot);
      node.remove();
    },
  };
}

/** @param {PlotElement} plot @param {HTMLElement} node */
function hasNewSize(plot, node) {
  const layout = plot._fullLayout;
  return layout && node.clientWidth > 0 && (layout.width !== node.clientWidth || layout.height !== node.clientHeight);
}

/** The axes' name for cell `i`: "x", "x2", "x3" … @param {string} letter @param {number} i */
export function axisName(letter, i) {
  return i === 0 ? letter : `${letter}${i + 1}`;
}

/** @param {any} layout @param {number} i @returns {Cell} */
function readCell(layout, i) {
  const suffix = i === 0 ? "" : String(i + 1);
  const x = layout[`xaxis${suffix}`];
  const y = layout[`yaxis${suffix}`];
  return {
    x: readAxis(x, x._offset, x._length),
    y: readAxis(y, y._offset + y._length, -y._length),
    rect: { left: x._offset, right: x._offset + x._length, top: y._offset, bottom: y._offset + y._length },
  };
}

/** @param {{range: unknown[]}} axis @param {number} from @param {number} length @returns {Axis} */
function readAxis(axis, from, length) {
  const [lo, hi] = axis.range.map(Number);
  const scale = length / (hi - lo);
  return { scale, shift: from - scale * lo, lo, hi };
}

/**
 * A cleared context in CSS pixels, the canvas as large as the pane.
 * @param {HTMLCanvasElement} canvas
 */
export function freshContext(canvas) {
  const ratio = Math.min(window.devicePixelRatio || 1, 2);
  const width = Math.round(canvas.clientWidth * ratio);
  const height = Math.round(canvas.clientHeight * ratio);
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, canvas.clientWidth, canvas.clientHeight);
  return context;
}

/** @param {CanvasRenderingContext2D} context @param {import("./types").Rect} rect @param {() => void} draw */
export function clipped(context, rect, draw) {
  context.save();
  context.beginPath();
  const [left, top] = [Math.floor(rect.left), Math.floor(rect.top)];
  context.rect(left, top, Math.ceil(rect.right) - left, Math.ceil(rect.bottom) - top);
  context.clip();
  draw();
  context.restore();
}
