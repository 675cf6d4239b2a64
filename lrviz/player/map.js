// The scenery of a problem in two variables: a quiet relief with contour lines.

import { axisName } from "./pane.js";
import { LEFT, baseAxis, baseLayout, cellDomain, cellSpacing, title } from "./figure.js";

/** @typedef {import("./types").Model} Model */

export const CONFIG = {
  displayModeBar: "hover",
  modeBarButtons: [["zoomIn2d", "zoomOut2d", "resetScale2d"]],
  displaylogo: false,
  scrollZoom: true,
  doubleClick: "reset",
  showTips: false,
};

/**
 * @param {Model} model
 * @param {{rows: number, columns: number}} grid
 * @param {number} count
 * @param {{width: number, height: number}} size
 */
export function mapFigure(model, grid, count, size) {
  const { scenery, theme } = model;
  const rows = relief(scenery);
  const narrow = size.width < 440;
  const data = Array.from({ length: count }, (_, i) => contour(model, rows, i, narrow));
  const { top, gap } = cellSpacing(count, size);
  const margin = { l: LEFT, r: narrow ? 52 : 74, t: top, b: 38 };
  /** @type {Record<string, unknown>} */
  const layout = { ...baseLayout(theme, margin), dragmode: "pan", uirevision: scenery.key };
  for (let i = 0; i < count; i += 1) Object.assign(layout, axesOf(model, grid, count, i, gap));
  return { data, layout, config: CONFIG };
}

/** The grid as rows, as Plotly wants it. @param {import("./types").Scenery} scenery */
export function relief({ x, y, shade }) {
  const width = x.length;
  return Array.from({ length: /** @type {import("./types").Numbers} */ (y).length }, (_, row) => shade.subarray(row * width, (row + 1) * width));
}

/** @param {Model} model @param {unknown[]} rows @param {number} i @param {boolean} narrow */
function contour({ scenery, theme }, rows, i, narrow) {
  return {
    type: "contour",
    x: scenery.x,
    y: scenery.y,
    z: rows,
    xaxis: axisName("x", i),
    yaxis: axisName("y", i),
    colorscale: theme.surface,
    zmin: scenery.height[0],
    zmax: scenery.height[1],
    zauto: false,
    autocontour: false,
    contours: { coloring: "fill", ...scenery.levels }, // a smooth heat map costs four times as much and does not pan
    line: { width: 0.75, color: theme.contour, smoothing: 0.6 },
    hoverinfo: "skip",
    showscale: i === 0,
    colorbar: colourBar({ scenery, theme }, narrow),
  };
}

/** @param {Pick<Model, "scenery" | "theme">} model @param {boolean} [narrow] there is no room for a title */
export function colourBar({ scenery, theme }, narrow = false) {
  return {
    thickness: 8,
    len: 1,
    lenmode: "fraction",
    ypad: 0,
    xpad: 10,
    outlinewidth: 0,
    ticks: "",
    tickvals: scenery.ticks.map((tick) => tick.at),
    ticktext: scenery.ticks.map((tick) => tick.text),
    tickfont: { size: 11, color: theme.muted },
    title: narrow ? undefined : { text: scenery.scale.kind === "log" ? "Loss (log scale)" : "Loss", side: "right", font: { size: 11 } },
  };
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
  const axis = { ...baseAxis(theme), showgrid: false };
  const others = i === 0 ? [{}, {}] : [{ matches: "x" }, { matches: "y" }];
  return {
    [`xaxis${suffix}`]: {
      ...axis, ...others[0], anchor: axisName("y", i), domain: domain.x, range: scenery.domain[0],
      nticks: Math.max(3, Math.round(7 / grid.columns)), showticklabels: lowest, ticks: lowest ? "outside" : "",
      title: lowest ? title(scenery.variables[0]) : undefined,
    },
    [`yaxis${suffix}`]: {
      ...axis, ...others[1], anchor: axisName("x", i), domain: domain.y, range: scenery.domain[1],
      nticks: Math.max(3, Math.round(7 / grid.rows)), showticklabels: first, ticks: first ? "outside" : "",
      title: first ? title(scenery.variables[1]) : undefined,
    },
  };
}
