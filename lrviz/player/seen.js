// The part of the plane that is seen: [[x from, x to], [y from, y to]]. Map and surface show the same.
//
// In one variable the second pair are shares of the heights of the picture, 0 to 1.

import { snapped } from "./numbers.js";

/** @typedef {import("./types").Range} Range */
/** @typedef {import("./types").Scenery} Scenery */
/** @typedef {[Range, Range]} Seen */

const THIN = 3; // width through height, or the other way round, up to which equal axes are the rule
const NEAREST = 1e-4; // of the domain
const FARTHEST = 20;

/** What is seen of a problem at first. @param {Pick<Scenery, "dimension" | "domain">} scenery @returns {Seen} */
export function homeOf({ dimension, domain }) {
  return [domain[0], dimension === 1 ? [0, 1] : domain[1]];
}

/** @param {{seen: number[] | null}} view @param {Pick<Scenery, "dimension" | "domain">} scenery @returns {Seen} */
export function seenOf({ seen }, scenery) {
  return seen ? [[seen[0], seen[1]], [seen[2], seen[3]]] : homeOf(scenery);
}

/** What a view holds, in no more digits than the eye can tell apart. @param {number[]} seen */
export function inFewDigits([left, right, low, high]) {
  const [x, y] = /** @type {Seen} */ ([[left, right], [low, high]]);
  return [x, y].flatMap((range) => snapped(range, [range, range]));
}

/** @param {Range} range */
export function lengthOf([lo, hi]) {
  return hi - lo;
}

/** Whether a unit is as long in x as in y: where that is asked for, or nothing is and the picture does not become thin. @param {{axes: "auto" | "equal" | "fill"}} view @param {Pick<Scenery, "dimension" | "domain">} scenery */
export function isEqual({ axes }, { dimension, domain }) {
  if (dimension === 1) return false;
  const shape = lengthOf(domain[0]) / lengthOf(domain[1]);
  return axes === "auto" ? Math.max(shape, 1 / shape) <= THIN * (1 + 1e-9) : axes === "equal";
}

/** What a view says of the axes where they are wanted so: nothing, where they are so anyway. @param {"equal" | "fill"} wanted @param {Pick<Scenery, "dimension" | "domain">} scenery @returns {"auto" | "equal" | "fill"} */
export function chosenAxes(wanted, scenery) {
  return isEqual({ axes: "auto" }, scenery) === (wanted === "equal") ? "auto" : wanted;
}

/** As much more on both sides of one axis that `aspect` is width through height. @param {Seen} seen @param {number} aspect @returns {Seen} */
export function filling([x, y], aspect) {
  const shape = lengthOf(x) / lengthOf(y);
  return shape < aspect ? [scaled(x, aspect / shape), y] : [x, scaled(y, shape / aspect)];
}

/** @param {Range} range @param {number} factor @returns {Range} */
function scaled([lo, hi], factor) {
  const [middle, half] = [(lo + hi) / 2, ((hi - lo) / 2) * factor];
  return [middle - half, middle + half];
}

/** Moved by so much. @param {Seen} seen @param {number[]} by @returns {Seen} */
export function shifted(seen, by) {
  return /** @type {Seen} */ (seen.map(([lo, hi], k) => [lo + by[k], hi + by[k]]));
}

/** Magnified by a factor around a point, null for the middle; neither nearer nor farther than there is something to see. @param {Seen} seen @param {number} factor @param {number[] | null} point @param {Seen} home @returns {Seen} */
export function magnified(seen, factor, point, home) {
  const at = point ?? seen.map(([lo, hi]) => (lo + hi) / 2);
  const most = Math.min(...seen.map((range, k) => lengthOf(range) / (NEAREST * lengthOf(home[k]))));
  const least = Math.max(...seen.map((range, k) => lengthOf(range) / (FARTHEST * lengthOf(home[k]))));
  const by = Math.min(Math.max(factor, least), most);
  return /** @type {Seen} */ (seen.map(([lo, hi], k) => [at[k] + (lo - at[k]) / by, at[k] + (hi - at[k]) / by]));
}

/** @param {Seen} seen @param {number[]} point */
export function isSeen(seen, point) {
  return seen.every(([lo, hi], k) => point[k] >= lo && point[k] <= hi);
}

/**
 * The room that is used of what a cell has, in pixels, so that units are equally long, the whole domain is seen, and
 * nothing beyond the grid: there the paper is left quiet.
 * @param {Pick<Scenery, "domain" | "x" | "y">} scenery @param {{width: number, height: number}} room
 */
export function equalRoom({ domain, x, y }, { width, height }) {
  const scale = Math.min(width / lengthOf(domain[0]), height / lengthOf(domain[1]));
  const reach = [x, /** @type {import("./types").Numbers} */ (y)].map((axis) => scale * (axis[axis.length - 1] - axis[0]));
  return { width: Math.min(width, reach[0]), height: Math.min(height, reach[1]) };
}
