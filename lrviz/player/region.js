// Where on the map the rate of the step is unstable for the chosen run: hatched.

import { drawLabel } from "./ink.js";
import { formatNumber } from "./numbers.js";
import { pixel } from "./track.js";

/** @typedef {import("./types").CurvatureGrid} CurvatureGrid */
/** @typedef {import("./types").Limits} Limits */
/** @typedef {{fill: number[][], border: number[][]}} Outline polygons, and the segments between inside and outside, in columns and rows of the grid */

const HATCH = 9; // px

/**
 * How strained a rule is at each place of the grid, (rows · columns): above 1 it is unstable there.
 * The largest eigenvalue of E^½ H E^½ for the multipliers E of the gradient, over what the rule bears.
 * @param {CurvatureGrid} grid @param {number[]} multipliers @param {number} bearable
 */
export function strains({ entries }, multipliers, bearable) {
  const [xx, xy, yy] = entries;
  if (!xy) return xx.map((curvature) => (multipliers[0] * curvature) / bearable);
  const [a, b] = multipliers;
  const between = Math.sqrt(a * b);
  return xx.map((_, i) => {
    const middle = (a * xx[i] + b * yy[i]) / 2;
    const half = (a * xx[i] - b * yy[i]) / 2;
    return (middle + Math.hypot(half, between * xy[i])) / bearable;
  });
}

/**
 * The region above 1, cell by cell, the border interpolated.
 * @param {ArrayLike<number>} values @param {number} columns @param {number} rows
 * @returns {Outline}
 */
export function outline(values, columns, rows) {
  /** @type {Outline} */
  const found = { fill: [], border: [] };
  for (let row = 0; row + 1 < rows; row += 1) {
    for (let column = 0; column + 1 < columns; column += 1) {
      const corners = [[column, row], [column + 1, row], [column + 1, row + 1], [column, row + 1]];
      addCell(found, corners, corners.map(([x, y]) => values[y * columns + x]));
    }
  }
  return found;
}

/** @param {Outline} found @param {number[][]} corners @param {number[]} strain */
function addCell({ fill, border }, corners, strain) {
  if (!strain.some((value) => value > 1)) return;
  /** @type {number[]} */
  const polygon = [];
  /** @type {number[][]} */
  const crossings = [];
  let leaves = 0;
  strain.forEach((value, i) => {
    const next = (i + 1) % 4;
    if (value > 1) polygon.push(...corners[i]);
    if ((value > 1) === (strain[next] > 1)) return;
    const part = (1 - value) / (strain[next] - value);
    const share = Number.isNaN(part) ? 0.5 : Math.min(Math.max(part, 0), 1);
    const point = corners[i].map((from, k) => from + (corners[next][k] - from) * share);
    polygon.push(...point);
    if (!crossings.length) leaves = value > 1 ? 0 : 1;
    crossings.push(point);
  });
  fill.push(polygon);
  for (let i = 0; i < crossings.length; i += 2) border.push([...crossings[(i + leaves) % crossings.length], ...crossings[(i + leaves + 1) % crossings.length]]);
}

/** The stretches above 1 in one variable, as pairs of places in columns. @param {ArrayLike<number>} values */
export function stretches(values) {
  /** @type {number[][]} */
  const found = [];
  for (let i = 0; i + 1 < values.length; i += 1) {
    const [from, to] = [values[i], values[i + 1]];
    const cut = Math.min(Math.max((1 - from) / (to - from), 0), 1);
    if (from > 1 && to > 1) found.push([i, i + 1]);
    else if (from > 1) found.push([i, i + cut]);
    else if (to > 1) found.push([i + cut, i + 1]);
  }
  return found;
}

/** Draws the region, and keeps its outline as long as rate and picture stay. */
export function createRegion() {
  let kept = "";
  let fill = new Path2D();
  let border = new Path2D();
  let empty = true;

  /** @param {import("./types").Model} model @param {import("./types").Cell} cell @param {CurvatureGrid} grid @param {number[]} multipliers @param {number} bearable */
  function rebuild({ scenery }, cell, grid, multipliers, bearable) {
    const { x, y } = scenery;
    const place = (/** @type {ArrayLike<number>} */ axis, /** @type {number} */ at, /** @type {number} */ count) => axis[0] + ((axis[axis.length - 1] - axis[0]) * at) / (count - 1);
    const across = (/** @type {number} */ at) => pixel(cell.x, place(x, at, grid.columns));
    const values = strains(grid, multipliers, bearable);
    fill = new Path2D();
    border = new Path2D();
    const seen = (/** @type {number} */ at) => {
      const [h, v] = [place(x, at % grid.columns, grid.columns), y && grid.rows > 1 ? place(y, Math.floor(at / grid.columns), grid.rows) : cell.y.lo];
      return h >= cell.x.lo && h <= cell.x.hi && v >= cell.y.lo && v <= cell.y.hi;
    };
    empty = !values.some((value, at) => value > 1 && seen(at));
    if (!y || grid.rows === 1) {
      for (const [from, to] of stretches(values)) fill.rect(across(from), cell.rect.top, across(to) - across(from), cell.rect.bottom - cell.rect.top);
      return;
    }
    const up = (/** @type {number} */ at) => pixel(cell.y, place(y, at, grid.rows));
    const lines = outline(values, grid.columns, grid.rows);
    for (const polygon of lines.fill) {
      for (let i = 0; i < polygon.length; i += 2) fill[i ? "lineTo" : "moveTo"](across(polygon[i]), up(polygon[i + 1]));
      fill.closePath();
    }
    for (const [x0, y0, x1, y1] of lines.border) {
      border.moveTo(across(x0), up(y0));
      border.lineTo(across(x1), up(y1));
    }
  }

  /**
   * @param {CanvasRenderingContext2D} context @param {import("./types").Model} model @param {import("./types").Cell} cell
   * @param {Limits} limits
   */
  return function draw(context, model, cell, { grid, multipliers, bearable }) {
    const { theme, at, paths } = model;
    const { left, bottom } = cell.rect;
    if (bearable === null) return drawLabel(context, "No stability limit is known for this optimizer", theme.text, theme, left + 8, bottom - 12);
    const now = multipliersAt(multipliers, Math.min(Math.floor(at), paths.steps - 1));
    if (!grid || now.length === 0) return;
    const key = JSON.stringify([now, cell, paths.scenery]);
    if (key !== kept) rebuild(model, cell, grid, now, bearable);
    kept = key;
    context.globalAlpha = 0.5;
    context.fillStyle = hatch(context, theme.text) ?? theme.text;
    context.fill(fill);
    context.strokeStyle = theme.text;
    context.lineWidth = 1;
    context.stroke(border);
    context.globalAlpha = 1;
    drawLabel(context, empty ? "stable in the whole picture at the rate of this step" : "hatched: unstable at the rate of this step", theme.text, theme, left + 8, bottom - 12);
  };
}

/** The multipliers of a step: of the last one before a run diverged. @param {Float64Array[]} multipliers @param {number} step */
function multipliersAt(multipliers, step) {
  let n = step;
  while (n > 0 && multipliers.some((column) => Number.isNaN(column[n]))) n -= 1;
  const now = multipliers.map((column) => column[n]);
  return now.every((value) => value >= 0) ? now : [];
}

/** @param {CanvasRenderingContext2D} context @param {string} colour */
function hatch(context, colour) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = HATCH;
  const pen = /** @type {CanvasRenderingContext2D} */ (tile.getContext("2d"));
  pen.strokeStyle = colour;
  pen.lineWidth = 1;
  pen.beginPath();
  for (const shift of [-HATCH, 0, HATCH]) {
    pen.moveTo(shift - 1, HATCH + 1);
    pen.lineTo(shift + HATCH + 1, -1);
  }
  pen.stroke();
  return context.createPattern(tile, "repeat");
}

/**
 * What the limit is at a place, for the note under the pointer; empty where nothing is known.
 * @param {import("./types").Model} model @param {Limits} limits @param {number[]} point
 */
export function describeLimit({ scenery, at, paths }, { grid, multipliers, bearable }, point) {
  const step = Math.min(Math.floor(at), paths.steps - 1);
  const now = multipliersAt(multipliers, step);
  if (!grid || bearable === null || !now.length) return "";
  const index = (/** @type {ArrayLike<number>} */ axis, /** @type {number} */ value, /** @type {number} */ count) => Math.round(((value - axis[0]) / (axis[axis.length - 1] - axis[0])) * (count - 1));
  const column = index(scenery.x, point[0], grid.columns);
  const row = scenery.y && grid.rows > 1 ? index(scenery.y, point[1], grid.rows) : 0;
  if (column < 0 || row < 0 || column >= grid.columns || row >= grid.rows) return "";
  const strain = strains(grid, now, bearable)[row * grid.columns + column];
  if (!(strain > 0)) return strain <= 0 ? "stable at any rate here" : "";
  return `${strain > 1 ? "unstable" : "stable"}, at ${formatNumber(strain, 2)} of the limit`;
}
