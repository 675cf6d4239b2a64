// A family: one run under every value of one number, as lrviz.figures.family packs it.

import { shade } from "./scale.js";

/** @typedef {import("./types").Run} Run */
/** @typedef {import("./types").Scenery} Scenery */
/** @typedef {import("./types").FamilyMeta} FamilyMeta */
/** @typedef {{steps: ArrayLike<number>, columns: ArrayLike<number>[]}} Polyline */
/** @typedef {FamilyMeta & {values: Float64Array, divergedAt: ArrayLike<number>, path(member: number): Polyline, rates(member: number): Polyline}} Family */
/** @typedef {{lo: number, hi: number, kind: string, from: number, to: number}} Stretch */

/** @param {import("./types").Message<FamilyMeta>} message @returns {Family} */
export function readFamily({ meta, arrays }) {
  const ends = sums(arrays.count.data);
  const rateEnds = sums(arrays.rate_count.data);
  const [dimension, length] = arrays.w.shape;
  const w = Array.from({ length: dimension }, (_, k) => arrays.w.data.subarray(k * length, (k + 1) * length));
  return {
    ...meta,
    values: /** @type {Float64Array} */ (arrays.values.data),
    divergedAt: arrays.diverged_at.data,
    path: (member) => cut(arrays.step.data, [...w, arrays.loss.data], ends[member], ends[member + 1]),
    rates: (member) => cut(arrays.rate_step.data, [arrays.rate.data], rateEnds[member], rateEnds[member + 1]),
  };
}

/** @param {ArrayLike<number>} counts */
function sums(counts) {
  const ends = [0];
  for (let i = 0; i < counts.length; i += 1) ends.push(ends[i] + counts[i]);
  return ends;
}

/** @param {import("./types").Numbers} steps @param {import("./types").Numbers[]} columns @param {number} from @param {number} to @returns {Polyline} */
function cut(steps, columns, from, to) {
  return { steps: steps.subarray(from, to), columns: columns.map((column) => column.subarray(from, to)) };
}

/**
 * The straight lines between the vertices, at every step; after the last vertex NaN.
 * @param {ArrayLike<number>} steps @param {ArrayLike<number>} values @param {Float64Array} into
 */
export function between(steps, values, into) {
  into.fill(NaN);
  for (let i = 1; i < steps.length; i += 1) {
    const from = steps[i - 1];
    const rise = (values[i] - values[i - 1]) / (steps[i] - from);
    for (let n = from; n < steps[i]; n += 1) into[n] = values[i - 1] + rise * (n - from);
  }
  if (steps.length) into[steps[steps.length - 1]] = values[steps.length - 1];
  return into;
}

/**
 * The run as it is with another value: what is drawn in its place while the knob is turned. Its numbers are as true as
 * the picture, and what was not sent is not there.
 * @param {Run} run @param {Family} family @param {number} member @param {Scenery} scenery @returns {Run}
 */
export function memberRun(run, family, member, scenery) {
  const { steps } = family;
  const path = family.path(member);
  const rates = family.rates(member);
  const divergedAt = family.divergedAt[member];
  const loss = between(path.steps, path.columns[path.columns.length - 1], new Float64Array(steps + 1));
  return {
    ...run,
    turned: true,
    label: family.labels[member],
    short: family.shorts[member],
    sentence: family.verdicts[member][family.verdicts[member].length - 1].sentence,
    diverged_at: divergedAt,
    last: divergedAt < 0 ? steps : divergedAt - 1,
    w: path.columns.slice(0, -1).map((column) => between(path.steps, column, new Float64Array(steps + 1))),
    height: loss.map((value) => (Number.isNaN(value) ? NaN : shade(scenery.scale, value))),
    loss,
    lr: between(rates.steps, rates.columns[0], new Float64Array(steps)),
    grad: [],
    move: [],
    gradNorm: new Float64Array(0),
    slope: null,
    effective: [],
    average: [],
  };
}

/** The member with a value; -1 if there is none. @param {Family} family @param {number} value */
export function memberOf(family, value) {
  return family.values.indexOf(value);
}

/** Where the outcome is of one kind: members from `from` to `to`, and what part of the track they take. @param {string[]} kinds @returns {Stretch[]} */
export function stretchesOf(kinds) {
  const most = Math.max(kinds.length - 1, 1);
  /** @type {Stretch[]} */
  const stretches = [];
  kinds.forEach((kind, i) => {
    const open = stretches[stretches.length - 1];
    const hi = Math.min((i + 0.5) / most, 1);
    if (open?.kind === kind) Object.assign(open, { hi, to: i });
    else stretches.push({ lo: Math.max((i - 0.5) / most, 0), hi, kind, from: i, to: i });
  });
  return stretches;
}
