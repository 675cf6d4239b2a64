// What the surface stands in: the part of the plane that is seen, the heights over it, and the sides as they are drawn.

import { meshOf } from "./mesh.js";
import { formatNumber } from "./numbers.js";
import { extent, unshade } from "./scale.js";
import { isEqual, isSeen, lengthOf, seenOf } from "./seen.js";

/** @typedef {import("./types").Scenery} Scenery */
/** @typedef {import("./types").Box} Box */
/** @typedef {import("./types").Range} Range */
/** @typedef {{box: Box, mesh: import("./mesh.js").Mesh}} Stage the box and the surface in it */

const SIDE = 1.2; // of the base, in Plotly's unit; where its sides differ, their mean
const TALL = 0.52;
const LONGEST = 5; // times as long as the other side
const FEW = 2; // ticks
const FLAT = 0.02; // of all heights: less is not stretched to the whole box

/** @param {Scenery} scenery of two variables @param {Pick<import("./types").View, "seen" | "axes">} view @returns {Box} */
function boxOf(scenery, view) {
  const seen = seenOf(view, scenery);
  const shape = isEqual(view, scenery) ? Math.min(Math.max(lengthOf(seen[0]) / lengthOf(seen[1]), 1 / LONGEST), LONGEST) : 1;
  return { ranges: [...seen, view.seen ? heightsIn(scenery, seen) : scenery.height], sides: [SIDE * Math.sqrt(shape), SIDE / Math.sqrt(shape), TALL] };
}

/** @param {Scenery} scenery @param {Pick<import("./types").View, "seen" | "axes">} view @returns {Stage} */
export function stageOf(scenery, view) {
  return { box: boxOf(scenery, view), mesh: meshOf(scenery, seenOf(view, scenery)) };
}

/** The heights of the part that is seen; in a plain no less than a small part of all. @param {Scenery} scenery @param {import("./seen.js").Seen} seen @returns {Range} */
function heightsIn(scenery, seen) {
  const { x, y, shade } = meshOf(scenery, seen);
  const inside = Array.from(shade).filter((_, at) => isSeen(seen, [x[at % x.length], /** @type {import("./types").Numbers} */ (y)[Math.floor(at / x.length)]]));
  const [lo, hi] = inside.length ? extent(inside) : scenery.height;
  const least = FLAT * lengthOf(scenery.height);
  return hi - lo >= least ? [lo, hi] : [(lo + hi - least) / 2, (lo + hi + least) / 2];
}

/** The marks of the height: the picture's, or where too few of them are in the box some of its own. @param {Scenery} scenery @param {Range} heights */
export function ticksIn({ ticks, scale, digits }, [lo, hi]) {
  const own = ticks.filter(({ at }) => at >= lo && at <= hi);
  if (own.length >= FEW) return own;
  return [0.1, 0.5, 0.9].map((share) => lo + share * (hi - lo)).map((at) => ({ at, text: formatNumber(unshade(scale, at), digits - 1) }));
}
