// What the two charts show: the loss; and the rate, given, per coordinate, or as the sharpness that it has to bear.

import { limitsOf, stretched, triedLimit } from "./limits.js";
import { formatNumber } from "./numbers.js";

/** @typedef {import("./types").Model} Model */
/** @typedef {import("./types").Run} Run */

/**
 * What a chart shows: `values` are what its axis shows (logarithms on a logarithmic one).
 * @typedef {{title: string, log: boolean, range: [number, number], values: (run: Run) => Float64Array, raw: (run: Run) => Float64Array, word: string, digits?: number, curves?: Run[], guide?: import("./types").Guide}} Subject
 */

const FAR = 50; // axis lengths beyond the range at which a curve is cut, so that pixels stay finite
const FEW = 2; // runs whose rates per coordinate are drawn together

/** @param {Model} model @returns {Subject} */
export function lossSubject({ paths, scenery, view }) {
  const { loss_floor: floor, loss_log_range: reach, loss_shift: shift } = paths;
  if (view.loss_axis === "linear" || floor === null || !reach) {
    const { loss_range: range } = paths;
    return { ...LOSS, digits: scenery.digits, title: lossTitle(scenery, shift), log: false, range, values: (run) => confined(run.loss.map((loss) => loss - shift), range) };
  }
  const range = logRange(reach);
  const values = (/** @type {Run} */ run) => confined(run.loss.map((loss) => logarithm(loss - floor)), range);
  return { ...LOSS, digits: scenery.digits, title: `${lossTitle(scenery, floor)} (log)`, log: true, range, values };
}

const LOSS = { raw: (/** @type {Run} */ run) => run.loss, word: "loss" };

/** Whether a logarithmic axis of the loss shows anything. @param {Pick<import("./types").Paths, "loss_floor">} paths */
export function hasLogarithm(paths) {
  return paths.loss_floor !== null;
}

/** What a loss axis is called from which something is subtracted. @param {import("./types").Scenery} scenery @param {number} shift */
function lossTitle({ minimum_loss: minimum, digits }, shift) {
  if (shift === 0) return "Loss";
  return `Loss \u2212 ${shift === minimum ? "minimum" : formatNumber(shift, digits)}`;
}

/** @param {Model} model @returns {Subject} */
export function rateSubject(model) {
  const curves = model.view.rate === "effective" ? effectiveCurves(model) : [];
  if (curves.length) return effectiveSubject(model, curves);
  const limits = limitsOf(model);
  return model.view.rate === "sharpness" && limits?.sharpness ? sharpnessSubject(model, limits) : givenSubject(model);
}

/** What the chart of the rate shows of what is asked for; what a message has yet to bring counts as shown. @param {Model} model @returns {import("./types").View["rate"]} */
export function rateShown(model) {
  const { paths, view, turning } = model;
  if (turning || paths.view.rate !== view.rate) return view.rate;
  if (view.rate === "effective") return effectiveCurves(model).length ? "effective" : "given";
  return view.rate === "sharpness" && !limitsOf(model)?.sharpness ? "given" : view.rate;
}

/** Whether the map shows where the rate is unstable, if that is asked for; so counts what a message has yet to bring. @param {Model} model */
export function hasRegion(model) {
  const { paths, view, turning } = model;
  return turning || !view.unstable || paths.view.unstable !== true || Boolean(limitsOf(model)?.grid);
}

/** The largest curvature that the chosen run's steps meet, and what its rule bears of it. @param {Model} model @param {import("./types").Limits} limits @returns {Subject} */
function sharpnessSubject({ paths, view, visible }, { sharpness, bound, bearable }) {
  const met = /** @type {Float64Array} */ (sharpness);
  const positive = Array.from(met).filter((value) => value > 0 && Number.isFinite(value)).sort((a, b) => a - b);
  const [lo, hi] = positive.length ? [positive[0], positive[positive.length - 1]] : paths.rate_range;
  const near = bearable === null || !bound ? [] : Array.from(bound).filter((value) => value > 0 && value < 100 * hi);
  const [low, high] = [near.reduce((a, b) => Math.min(a, b), Math.max(lo, hi * 1e-6)), near.reduce((a, b) => Math.max(a, b), hi)];
  const log = high > 20 * low;
  const range = /** @type {[number, number]} */ (log ? logRange([low / 1.5, high * 1.5]) : [Math.min(0, ...met.filter(Number.isFinite)), high * 1.15]);
  const curves = visible.filter((run) => run.slot === view.chosen).map((run) => ({ ...run, lr: met }));
  const on = (/** @type {Float64Array} */ values) => confined(held(log ? values.map(logarithm) : values), range);
  return {
    title: `${bearable === null ? "Curvature" : "Sharpness"}${log ? " (log)" : ""}`,
    log,
    range,
    curves,
    values: (run) => on(run.lr),
    raw: (run) => held(run.lr),
    word: "sharpness",
    guide: bound && bearable !== null ? { values: on(bound), raw: held(bound), text: "unstable above" } : undefined,
  };
}

/** The multipliers of the gradient, a curve for each coordinate: of all runs while they are few, else of the chosen one. @param {Model} model */
function effectiveCurves({ scenery, visible, view }) {
  const few = visible.length <= FEW ? visible : visible.filter((run) => run.slot === view.chosen);
  return few.filter((run) => run.effective.some((lr) => lr.some((value) => value > 0 && Number.isFinite(value)))).flatMap((run) => run.effective.map((lr, k) => ({
    ...run,
    lr,
    short: `${run.short} ${scenery.variables[k]}`,
    label: `${run.label}, ${scenery.variables[k]}`,
    style: k === 0 ? run.style : { ...run.style, dash: [1, 3 + k] },
  })));
}

/** @param {Model} model @param {Run[]} curves @returns {Subject} */
function effectiveSubject({ paths }, curves) {
  const values = curves.flatMap(({ lr }) => Array.from(lr).filter((value) => value > 0 && Number.isFinite(value)));
  const [lo, hi] = values.length ? [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))] : paths.rate_range;
  const log = lo > 0 && hi > 20 * lo;
  const range = /** @type {[number, number]} */ (log ? logRange([Math.max(lo, hi * 1e-9) / 1.5, hi * 1.5]) : [0, hi * 1.1 || 1]);
  return {
    title: `Rate per coordinate${log ? " (log)" : ""}`,
    log,
    range,
    curves,
    values: (run) => confined(held(log ? run.lr.map(logarithm) : run.lr), range),
    raw: (run) => held(run.lr),
    word: "effective rate",
  };
}

/** @param {Model} model @returns {Subject} */
function givenSubject(model) {
  const { paths } = model;
  const known = limitsOf(model)?.limit;
  const tried = known ? null : triedLimit(model);
  const limit = known ?? tried?.limit;
  const log = paths.rate_axis === "log";
  const reach = stretched(paths.rate_range, log, limit);
  const range = log ? logRange(reach) : reach;
  return {
    title: `Learning rate${log ? " (log)" : ""}`,
    log,
    range,
    values: (run) => confined(held(log ? run.lr.map(logarithm) : run.lr), range),
    raw: (run) => held(run.lr),
    word: "learning rate",
    guide: limit ? { values: confined(held(log ? limit.map(logarithm) : limit), range), raw: held(limit), text: tried?.word ?? "in theory stable below" } : undefined,
  };
}

/** The rate of a step lasts until the next one. @param {Float64Array} rates */
function held(rates) {
  const whole = new Float64Array(rates.length + 1);
  whole.set(rates);
  whole[rates.length] = rates[rates.length - 1];
  return whole;
}

/** @param {number} value */
function logarithm(value) {
  return value > 0 ? Math.log10(value) : value <= 0 ? -300 : NaN;
}

/** @param {[number, number]} range @returns {[number, number]} */
function logRange([lo, hi]) {
  return [Math.log10(lo), Math.log10(hi)];
}

/** @param {Float64Array} values @param {[number, number]} range */
function confined(values, [lo, hi]) {
  const far = FAR * (hi - lo);
  return values.map((value) => Math.min(Math.max(value, lo - far), hi + far));
}
