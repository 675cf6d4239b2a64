// The figure around the relief of a problem in two variables: its axes and its scale of colours.

import { axisName } from "./pane.js";
import { STILL, baseAxis, baseLayout, cellDomain, cellSpacing, fittedMargin, leftOf, smallOf, title } from "./figure.js";
import { equalRoom, isEqual } from "./seen.js";

/** @typedef {import("./types").Model} Model */

/**
 * @param {Model} model
 * @param {{rows: number, columns: number}} grid
 * @param {number} count
 * @param {{width: number, height: number}} size
 */
export function mapFigure(model, grid, count, size) {
  const { scenery, theme } = model;
  const narrow = size.width < 440;
  const data = Array.from({ length: count }, (_, i) => frame(model, i, narrow));
  const { top, gap } = cellSpacing(count, size, theme);
  const usual = { l: leftOf(theme), r: (narrow ? 52 : 74) * theme.scale, t: top, b: 38 * theme.scale };
  const equal = isEqual(model.view, scenery) ? fittedMargin(usual, size, grid, gap, (room) => equalRoom(scenery, room)) : null;
  const margin = equal?.margin ?? usual;
  /** @type {Record<string, unknown>} */
  const layout = { ...baseLayout(theme, { ...margin, autoexpand: false }), dragmode: false };
  for (let i = 0; i < count; i += 1) Object.assign(layout, axesOf(model, grid, count, i, gap));
  return { data, layout, config: STILL, aspect: equal && equal.cell.width / equal.cell.height };
}

/** Nothing but the axes of a cell, and beside the first the scale of colours: the relief is drawn below the plot. @param {Model} model @param {number} i @param {boolean} narrow */
function frame({ scenery, theme }, i, narrow) {
  const [cmin, cmax] = scenery.height;
  const marker = { color: [cmin], cmin, cmax, colorscale: theme.surface, showscale: i === 0, colorbar: colourBar({ scenery, theme }, narrow) };
  return { type: "scatter", mode: "markers", x: [null], y: [null], xaxis: axisName("x", i), yaxis: axisName("y", i), hoverinfo: "skip", marker };
}

/** @param {Pick<Model, "scenery" | "theme">} model @param {boolean} [narrow] there is no room for a title */
export function colourBar({ scenery, theme }, narrow = false) {
  return {
    thickness: 8 * theme.scale,
    len: 1,
    lenmode: "fraction",
    ypad: 0,
    xpad: 10,
    outlinewidth: 0,
    ticks: "",
    tickvals: scenery.ticks.map((tick) => tick.at),
    ticktext: scenery.ticks.map((tick) => tick.text),
    tickfont: { size: smallOf(theme), color: theme.muted },
    title: narrow ? undefined : { text: scenery.scale.kind === "log" ? "Loss (log scale)" : "Loss", side: "right", font: { size: smallOf(theme) } },
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
  const axis = { ...baseAxis(theme), showgrid: false, fixedrange: true };
  const others = i === 0 ? [{}, {}] : [{ matches: "x" }, { matches: "y" }];
  return {
    [`xaxis${suffix}`]: {
      ...axis, ...others[0], anchor: axisName("y", i), domain: domain.x,
      nticks: Math.max(3, Math.round(7 / grid.columns)), showticklabels: lowest, ticks: lowest ? "outside" : "",
      title: lowest ? title(scenery.variables[0], theme) : undefined,
    },
    [`yaxis${suffix}`]: {
      ...axis, ...others[1], anchor: axisName("x", i), domain: domain.y,
      nticks: Math.max(3, Math.round(7 / grid.rows)), showticklabels: first, ticks: first ? "outside" : "",
      title: first ? title(scenery.variables[1], theme) : undefined,
    },
  };
}
