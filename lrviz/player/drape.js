// A path laid on the surface: between two steps it follows the ground instead of cutting through it.

import { heightAt } from "./scale.js";
import { isSeen, lengthOf } from "./seen.js";

/** @typedef {import("./box.js").Stage} Stage */
/** @typedef {import("./types").Run} Run */
/** @typedef {{x: number[], y: number[], z: number[], step: number[]}} Drape */

const PIECE = 1 / 50; // of what is seen: longer steps are bent to the ground
const MOST = 1600; // points of a path, about
const MOST_PIECES = 60; // of one step
const THIN = 1 / 400; // of what is seen: shorter moves are one
const LIFT = 0.008; // of the height, so that a path does not sink into the surface

/** @param {Stage} stage @param {Run} run @returns {Drape} */
export function drape(stage, run) {
  /** @type {Drape} */
  const path = { x: [], y: [], z: [], step: [] };
  const [width, depth] = stage.box.ranges.map(lengthOf);
  const every = Math.max(1, Math.floor(run.last / MOST));
  const [xs, ys] = run.w;
  if (run.last >= 0) add(path, stage, xs[0], ys[0], 0);
  let before = 0;
  for (let n = 1; n <= run.last; n += 1) {
    const dx = xs[n] - xs[before];
    const dy = ys[n] - ys[before];
    const size = Math.max(Math.abs(dx) / width, Math.abs(dy) / depth);
    if (n < run.last && (size < THIN || (n % every && size < PIECE))) continue;
    const pieces = Math.min(MOST_PIECES, Math.max(1, Math.ceil(size / PIECE)));
    for (let i = 1; i <= pieces; i += 1) add(path, stage, xs[before] + (dx * i) / pieces, ys[before] + (dy * i) / pieces, before + ((n - before) * i) / pieces);
    before = n;
  }
  return path;
}

/** @param {Drape} path @param {Stage} stage @param {number} x @param {number} y @param {number} step */
function add(path, stage, x, y, step) {
  const point = onSurface(stage, [x, y]);
  path.x.push(point[0]);
  path.y.push(point[1]);
  path.z.push(point[2]);
  path.step.push(step);
}

/** The number of points that are reached when the playhead is `at`. @param {Drape} path @param {number} at */
export function drapedTo({ step }, at) {
  let low = 0;
  let high = step.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (step[middle] <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A point on the surface as it is drawn (its mesh, not the loss itself, or paths would sink into it), lifted a little; NaN outside the box. @param {Stage} stage @param {number[]} point */
export function onSurface({ mesh, box: { ranges: [x, y, heights] } }, point) {
  const height = isSeen([x, y], point) ? heightAt(mesh, point) + LIFT * lengthOf(heights) : NaN;
  return height <= heights[1] + 2 * LIFT * lengthOf(heights) ? [point[0], point[1], height] : [NaN, NaN, NaN];
}
