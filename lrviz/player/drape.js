// A path laid on the surface: between two steps it follows the ground instead of cutting through it.

import { heightAt } from "./scale.js";

/** @typedef {import("./types").Scenery} Scenery */
/** @typedef {import("./types").Run} Run */
/** @typedef {{x: number[], y: number[], z: number[], step: number[]}} Drape */

const PIECE = 1 / 50; // of the domain: longer steps are bent to the ground
const MOST = 1600; // points of a path, about
const LIFT = 0.006; // of the height, so that a path does not sink into the surface

/** @param {Scenery} scenery @param {Run} run @returns {Drape} */
export function drape(scenery, run) {
  /** @type {Drape} */
  const path = { x: [], y: [], z: [], step: [] };
  const [[left, right], [low, high]] = scenery.domain;
  const lift = LIFT * (scenery.height[1] - scenery.height[0]);
  const thin = ((right - left) + (high - low)) / 2 / 400;
  const every = Math.max(1, Math.floor(run.last / MOST));
  /** @param {number} x @param {number} y @param {number} z @param {number} step */
  const add = (x, y, z, step) => {
    const seen = x >= left && x <= right && y >= low && y <= high;
    path.x.push(seen ? x : NaN);
    path.y.push(seen ? y : NaN);
    path.z.push(seen ? z + lift : NaN);
    path.step.push(step);
  };
  if (run.last >= 0) add(run.w[0][0], run.w[1][0], run.height[0], 0);
  let before = 0;
  for (let n = 1; n <= run.last; n += 1) {
    const dx = run.w[0][n] - run.w[0][before];
    const dy = run.w[1][n] - run.w[1][before];
    if (n < run.last && ((Math.abs(dx) < thin && Math.abs(dy) < thin) || (n % every && Math.hypot(dx, dy) < thin * 8))) continue;
    const pieces = Math.min(60, Math.ceil(Math.max(Math.abs(dx) / (right - left), Math.abs(dy) / (high - low)) / PIECE));
    for (let i = 1; i < pieces; i += 1) {
      const point = [run.w[0][before] + (dx * i) / pieces, run.w[1][before] + (dy * i) / pieces];
      add(point[0], point[1], heightAt(scenery, point), n);
    }
    add(run.w[0][n], run.w[1][n], run.height[n], n);
    before = n;
  }
  return path;
}

/** The number of points that are reached at `step`. @param {Drape} path @param {number} at */
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

/** A point on the surface, lifted like the paths; NaN outside the picture. @param {Scenery} scenery @param {number[]} point */
export function onSurface(scenery, point) {
  const seen = scenery.domain.every(([lo, hi], k) => point[k] >= lo && point[k] <= hi);
  const lift = LIFT * (scenery.height[1] - scenery.height[0]);
  return seen ? [point[0], point[1], heightAt(scenery, point) + lift] : [NaN, NaN, NaN];
}
