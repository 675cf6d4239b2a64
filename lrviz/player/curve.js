// The scenery of a problem in one variable: its curve; and the tangent at each head.

import { axisName } from "./pane.js";
import { STILL, baseAxis, baseLayout, cellDomain, cellSpacing, leftOf, title } from "./figure.js";
import { shade } from "./scale.js";
import { pixel } from "./track.js";

/** @typedef {import("./types").Model} Model */

/**
 * @param {Model} model
 * @param {{rows: number, columns: number}} grid
 * @param {number} count
 * @param {{width: number, height: number}} size
 */
export function curveFigure(model, grid, count, size) {
  const { scenery, theme } = model;
  const data = Array.from({ length: count }, (_, i) => ({
    type: "scatter",
    mode: "lines",
    x: scenery.x,
    y: scenery.shade,
    xaxis: axisName("x", i),
    yaxis: axisName("y", i),
    line: { color: theme.faint, width: 2, simplify: false },
    hoverinfo: "skip",
  }));
  const { top, gap } = cellSpacing(count, size, theme);
  /** @type {Record<string, unknown>} */
  const layout = { ...baseLayout(theme, { l: leftOf(theme), r: 24, t: top, b: 38 * theme.scale }), dragmode: false };
  for (let i = 0; i < count; i += 1) Object.assign(layout, axesOf(model, grid, count, i, gap));
  return { data, layout, config: STILL, aspect: null };
}

/**
 * @param {Model} model @param {{rows: number, columns: number}} grid
 * @param {number} count @param {number} i @param {{x: number, y: number}} gap
 */
function axesOf({ scenery, theme }, grid, count, i, gap) {
  const domain = cellDomain(i, grid, gap);
  const lowest = i + grid.columns >= count;
  const first = i % grid.columns === 0;
  const suffix = i === 0 ? "" : String(i + 1);
  const axis = { ...baseAxis(theme), fixedrange: true };
  const others = i === 0 ? [{}, {}] : [{ matches: "x" }, { matches: "y" }];
  return {
    [`xaxis${suffix}`]: {
      ...axis, ...others[0], anchor: axisName("y", i), domain: domain.x, nticks: 9,
      showticklabels: lowest, title: lowest ? title(scenery.variables[0], theme) : undefined,
    },
    [`yaxis${suffix}`]: {
      ...axis, ...others[1], anchor: axisName("x", i), domain: domain.y,
      tickvals: scenery.ticks.map((tick) => tick.at), ticktext: scenery.ticks.map((tick) => tick.text),
      showticklabels: first, title: first ? title(lossTitle(scenery.scale), theme) : undefined,
    },
  };
}

/** @param {import("./types").Scale} scale */
function lossTitle(scale) {
  return scale.kind === "log" ? "Loss (log scale)" : "Loss";
}

const REACH = 70; // px, half a tangent's length
const LOWEST = -290; // the logarithm of nothing
const PARTS = 16; // a straight tangent bends on a logarithmic scale

/**
 * @param {CanvasRenderingContext2D} context @param {Model} model @param {import("./types").Cell} cell
 * @param {import("./types").Run} run @param {string} colour
 */
export function drawTangent(context, { scenery, at }, cell, run, colour) {
  if (!run.slope || run.last < 0) return;
  const step = Math.min(Math.floor(at), run.last);
  const w = run.w[0][step];
  const loss = run.loss[step];
  const slope = run.slope[step];
  if (!Number.isFinite(slope) || run.last < at) return;
  const steep = Math.abs((slope * cell.y.scale) / (scenery.scale.unit * cell.x.scale));
  const reach = REACH / Math.hypot(1, scenery.scale.kind === "log" ? 1 : steep) / cell.x.scale;
  context.globalAlpha = 0.75;
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.beginPath();
  for (let i = -PARTS; i <= PARTS; i += 1) {
    const along = (i / PARTS) * reach;
    const height = shade(scenery.scale, loss + slope * along);
    if (height > LOWEST) context.lineTo(pixel(cell.x, w + along), pixel(cell.y, height));
  }
  context.stroke();
  context.globalAlpha = 1;
}
