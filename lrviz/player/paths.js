// From messages to what the panes draw: one object for the problem, one for its runs.

import { readLimits } from "./limits.js";
import { inflated } from "./packing.js";
import { extent, shade } from "./scale.js";

/** @typedef {import("./types").Table} Table */
/** @typedef {import("./types").Run} Run */
/** @typedef {import("./types").Paths} Paths */
/** @typedef {import("./types").Scenery} Scenery */

/**
 * @param {import("./types").Message<import("./types").SceneryMeta>} message
 * @returns {Promise<Scenery>}
 */
export async function readScenery({ meta, arrays }) {
  const x = arrays.x.data;
  if (meta.dimension === 1) {
    const values = Float64Array.from(arrays.loss.data, (loss) => shade(meta.scale, loss));
    return { ...meta, x, y: null, shade: values, height: padded(within(x, values, meta.domain[0])) };
  }
  const y = arrays.y.data;
  const values = meta.heights ? await inflated(/** @type {Uint8Array} */ (arrays.packed.data), x.length, meta.heights) : arrays.c.data;
  return { ...meta, x, y, shade: values, height: extent(inside(x, y, values, meta.domain)) };
}

/**
 * @param {import("./types").Message<import("./types").PathsMeta>} message
 * @param {Scenery} scenery
 * @returns {Paths}
 */
export function readPaths({ meta, arrays }, scenery) {
  const buffers = arrays.buffers;
  return {
    ...meta,
    limits: readLimits(meta, arrays),
    runs: meta.runs.map((run, index) => readRun(run, index, meta, arrays, scenery)),
    between: (meta.between ?? []).map((name, k) => ({ name, columns: columns(arrays.between, k) })),
    buffers: buffers ? Array.from({ length: buffers.shape[0] }, (_, k) => columns(buffers, k)) : [],
  };
}

/**
 * @param {import("./types").RunMeta} meta
 * @param {number} index
 * @param {{steps: number, chosen: number}} paths
 * @param {Record<string, Table>} arrays
 * @param {Scenery} scenery
 * @returns {Run}
 */
function readRun(meta, index, { steps, chosen }, arrays, scenery) {
  const loss = /** @type {Float64Array} */ (row(arrays.loss, index));
  return {
    ...meta,
    last: meta.diverged_at < 0 ? steps : meta.diverged_at - 1,
    w: columns(arrays.w, index),
    height: loss.map((value) => (Number.isNaN(value) ? NaN : shade(scenery.scale, value))),
    loss,
    lr: Float64Array.from(row(arrays.lr, index)),
    grad: meta.slot === chosen ? columns(arrays.grad, 0) : [],
    move: meta.slot === chosen ? columns(arrays.move, 0) : [],
    gradNorm: /** @type {Float64Array} */ (row(arrays.grad_norm, index)),
    effective: arrays.effective ? columns(arrays.effective, index).map((column) => Float64Array.from(column)) : [],
    average: arrays.average ? columns(arrays.average, index) : [],
    slope: arrays.slope ? /** @type {Float64Array} */ (row(arrays.slope, index)) : null,
  };
}

/** Row `index` of a two-dimensional table. @param {Table} table @param {number} index */
function row({ data, shape }, index) {
  return data.subarray(index * shape[1], (index + 1) * shape[1]);
}

/** Block `index` of a (blocks, n, d) table, as d columns. @param {Table} table @param {number} index */
function columns({ data, shape }, index) {
  const [, length, width] = shape;
  return Array.from({ length: width }, (_, k) => {
    const column = new Float64Array(length);
    for (let i = 0; i < length; i += 1) column[i] = data[(index * length + i) * width + k];
    return column;
  });
}

/** The extent of the values over a part of x. @param {ArrayLike<number>} x @param {Float64Array} values @param {[number, number]} part */
function within(x, values, [lo, hi]) {
  return extent(values.filter((_, i) => x[i] >= lo && x[i] <= hi));
}

/** The heights in the domain: those of the margin around it, which is seen by who zooms out, may be many times as high. @param {import("./types").Numbers} x @param {import("./types").Numbers} y @param {import("./types").Numbers} values @param {import("./types").Range[]} domain */
function inside(x, y, values, [[left, right], [low, high]]) {
  const [columns, rows] = [Array.from(x, (at) => at >= left && at <= right), Array.from(y, (at) => at >= low && at <= high)];
  return values.filter((_, i) => columns[i % x.length] && rows[Math.floor(i / x.length)]);
}

/** @param {[number, number]} range @returns {[number, number]} */
function padded([lo, hi]) {
  const margin = (hi - lo || 1) * 0.06;
  return [lo - margin, hi + margin];
}

/** The value of a column between two steps; it stops at `end`. @param {ArrayLike<number>} column @param {number} end @param {number} at */
export function valueAt(column, end, at) {
  const from = Math.min(Math.floor(at), end);
  const part = at - from;
  return from >= end || part <= 0 ? column[from] : column[from] + (column[from + 1] - column[from]) * part;
}

/** Whether the playhead is past the end of a run that diverged. @param {Run} run @param {number} at */
export function hasDiverged(run, at) {
  return run.diverged_at >= 0 && at >= run.diverged_at;
}

/** Distance from a point to the nearest minimum; NaN where none is known. @param {number[][]} minima @param {number[]} point */
export function distanceTo(minima, point) {
  const distances = minima.map((minimum) => Math.hypot(...minimum.map((value, k) => value - point[k])));
  return distances.length ? Math.min(...distances) : NaN;
}

/** The point of a run at a step. @param {Run} run @param {number} step */
export function pointAt(run, step) {
  return run.w.map((column) => column[step]);
}

/**
 * The step since which the run has been outside `ranges` without a break up to `step`, or -1 if it is inside.
 * @param {Run} run @param {import("./types").Range[]} ranges @param {number} step
 */
export function outsideSince(run, ranges, step) {
  let since = -1;
  for (let n = Math.min(step, run.last); n >= 0 && isOutside(run, ranges, n); n -= 1) since = n;
  return since;
}

/** @param {Run} run @param {import("./types").Range[]} ranges @param {number} step */
function isOutside(run, ranges, step) {
  return run.w.some((column, k) => column[step] < ranges[k][0] || column[step] > ranges[k][1]);
}
