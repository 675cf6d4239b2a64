// The stability limit of the chosen run: what a message says of it, and the line that a chart draws of it.

import { LABEL_GAP, drawLabel, labelWidth } from "./ink.js";
import { formatNumber } from "./numbers.js";
import { pixel } from "./track.js";

/** @typedef {import("./types").Limits} Limits */
/** @typedef {import("./types").Table} Table */
/** @typedef {{left: number, right: number, y: number}} Box a head with its name, in pixels */

const NOWHERE = 65535; // the level of what is no number
const LEVELS = 65534;
const ROOM = { log: 30, linear: 2.5 }; // how many times the highest rate the axis is stretched for the limit
const ABOVE = 9; // px between a line and its name

/**
 * @param {import("./types").PathsMeta} meta @param {Record<string, Table>} arrays
 * @returns {Limits | null}
 */
export function readLimits({ limits, chosen }, arrays) {
  if (!limits) return null;
  const column = (/** @type {string} */ name) => (arrays[name] ? Float64Array.from(arrays[name].data) : null);
  return {
    slot: chosen,
    bearable: limits.bearable,
    limit: column("limit"),
    sharpness: column("sharpness"),
    bound: column("bound"),
    multipliers: arrays.multipliers ? columnsOf(arrays.multipliers) : [],
    grid: arrays.hessian && limits.shape && limits.scales ? readGrid(arrays.hessian, limits.shape, limits.scales) : null,
  };
}

/** @param {Table} table */
function columnsOf({ data, shape: [length, width] }) {
  return Array.from({ length: width }, (_, k) => Float64Array.from({ length }, (_, n) => data[n * width + k]));
}

/** @param {Table} table @param {number[]} shape @param {number[][]} scales @returns {import("./types").CurvatureGrid} */
function readGrid({ data }, shape, scales) {
  const count = shape.reduce((product, side) => product * side, 1);
  const entries = scales.map(([size, low, high], i) => Float64Array.from({ length: count }, (_, at) => {
    const level = data[i * count + at];
    return level === NOWHERE ? NaN : size * Math.sinh(low + (level / LEVELS) * (high - low));
  }));
  return { columns: shape[shape.length - 1], rows: shape.length === 2 ? shape[0] : 1, entries };
}

/** The limit of the run that is chosen, where it is known and seen. @param {import("./types").Model} model */
export function limitsOf({ paths, view, visible }) {
  const run = visible.find(({ slot }) => slot === view.chosen);
  return run && !run.turned && paths.limits?.slot === run.slot ? paths.limits : null;
}

/**
 * The rates of the chosen run, were it at the first rate of those tried at which it ends.
 * @param {import("./types").Model} model @returns {{limit: Float64Array, word: string} | null}
 */
export function triedLimit({ paths, view, visible, advice }) {
  const run = visible.find(({ slot }) => slot === view.chosen);
  const tried = run && !run.turned ? advice?.[paths.runs.indexOf(run)] : undefined;
  if (!run || !tried || tried.limit === null) return null;
  const { limit, peak, word } = tried;
  return { limit: run.lr.map((rate) => rate * (limit / peak)), word };
}

/**
 * A range that reaches up to the limit, where that is not far.
 * @param {[number, number]} range of the rates @param {boolean} log @param {Float64Array | null | undefined} limit
 * @returns {[number, number]}
 */
export function stretched([lo, hi], log, limit) {
  const values = limit ? Array.from(limit).filter((value) => value > 0 && Number.isFinite(value)).sort((a, b) => a - b) : [];
  const usual = values[values.length >> 1];
  if (usual === undefined || usual > hi * (log ? ROOM.log : ROOM.linear)) return [lo, hi];
  return [log ? Math.min(lo, Math.max(usual / 1.5, lo / ROOM.log)) : lo, Math.max(hi, usual * (log ? 1.5 : 1.15))];
}

/**
 * The line, as far as it is seen, and its name, which says where the line is if it is not, clear of what is `taken`.
 * @param {CanvasRenderingContext2D} context @param {import("./types").Model} model @param {import("./types").Cell} cell
 * @param {import("./types").Guide} guide @param {Box[]} taken
 */
export function drawGuide(context, { at, theme }, cell, { values, raw, text }, taken) {
  const { rect } = cell;
  const here = Math.min(Math.floor(at), values.length - 1);
  context.save();
  context.beginPath();
  context.rect(rect.left, rect.top, rect.right - rect.left, rect.bottom - rect.top);
  context.clip();
  context.strokeStyle = theme.text;
  context.lineWidth = 1.25;
  context.setLineDash([2, 3]);
  context.beginPath();
  let down = false;
  values.forEach((value, n) => {
    if (Number.isNaN(value)) down = false;
    else if (down) context.lineTo(pixel(cell.x, n), pixel(cell.y, value));
    else context.moveTo(pixel(cell.x, n), pixel(cell.y, value));
    down = !Number.isNaN(value);
  });
  context.stroke();
  context.restore();
  if (Number.isNaN(raw[here])) return; // the run has ended: its verdict names the limit, and its own name needs the room
  const named = `${text} ${Number.isFinite(raw[here]) ? formatNumber(raw[here], 2) : "any rate"}`;
  const width = labelWidth(`${named} \u2191`, theme);
  const places = [rect.left + 6, (rect.left + rect.right - width) / 2, rect.right - width - 6].map((x) => placeAt(cell, values, x, ABOVE * theme.scale));
  const { x, y, sign } = places.find((place) => !taken.some((box) => touches(box, place, width))) ?? places[0];
  drawLabel(context, `${named}${sign}`, theme.text, theme, x, y);
}

/** Where the name stands beside the line at `x`, or at the border behind which the line runs. @param {import("./types").Cell} cell @param {Float64Array} values @param {number} x @param {number} above */
function placeAt(cell, values, x, above) {
  const { rect } = cell;
  const step = Math.min(Math.max(Math.round((x - cell.x.shift) / cell.x.scale), 0), values.length - 1);
  const y = pixel(cell.y, Number.isNaN(values[step]) ? values[0] : values[step]);
  if (y > rect.bottom) return { x, y: rect.bottom - above, sign: " \u2193" };
  if (!(y >= rect.top)) return { x, y: rect.top + 3 * above, sign: " \u2191" };
  return { x, y: y - rect.top > 2 * above ? y - above : y + above, sign: "" };
}

/** @param {Box} box @param {{x: number, y: number}} place @param {number} width */
function touches({ left, right, y }, place, width) {
  return left < place.x + width && right > place.x && Math.abs(y - place.y) < LABEL_GAP;
}
