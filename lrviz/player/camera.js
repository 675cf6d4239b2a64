// From where the surface is looked at: from a side where its hills do not hide the paths.

import { meshOf } from "./mesh.js";
import { heightAt } from "./scale.js";

/** @typedef {import("./types").Scenery} Scenery */
/** @typedef {{x: number, y: number, z: number}} Vector */

export const ASPECT = { x: 1.2, y: 1.2, z: 0.52 };
const DISTANCE = 2.1;
const SIDES = [235, 305, 215, 325, 55, 125, 270, 180, 0, 90]; // degrees, the preferred first
const HEIGHTS = [34, 44, 56]; // degrees above the horizon
const ENOUGH = 0.9; // of the points in sight
const MARCH = 48;

/**
 * Plotly's camera for a surface on which these points matter.
 * @param {Scenery} scenery @param {number[][]} points @param {number} [aspect] width through height of the view
 */
export function cameraFor(scenery, points, aspect = 1.5) {
  const seen = points.filter((point) => !Number.isNaN(heightAt(meshOf(scenery), point)));
  let best = { eye: eyeAt(SIDES[0], HEIGHTS[1]), share: -1 };
  for (const height of HEIGHTS) {
    for (const side of SIDES) {
      const eye = eyeAt(side, height);
      const share = visibleShare(scenery, seen, eye);
      if (share > best.share + 0.04) best = { eye, share };
    }
    if (best.share >= ENOUGH) break;
  }
  const back = Math.max(1, 1.5 / aspect);
  const eye = { x: best.eye.x * back, y: best.eye.y * back, z: best.eye.z * back };
  return { eye, center: { x: 0, y: 0, z: -0.16 }, up: { x: 0, y: 0, z: 1 } };
}

/** @param {number} side @param {number} height in degrees @returns {Vector} */
function eyeAt(side, height) {
  const [azimuth, elevation] = [side, height].map((angle) => (angle * Math.PI) / 180);
  const flat = DISTANCE * Math.cos(elevation);
  return { x: flat * Math.cos(azimuth), y: flat * Math.sin(azimuth), z: DISTANCE * Math.sin(elevation) };
}

/** @param {Scenery} scenery @param {number[][]} points @param {Vector} eye */
export function visibleShare(scenery, points, eye) {
  if (!points.length) return 1;
  return points.filter((point) => isVisible(scenery, point, eye)).length / points.length;
}

/** Whether no ground lies between a point of the surface and the eye. @param {Scenery} scenery @param {number[]} point @param {Vector} eye */
export function isVisible(scenery, point, eye) {
  const [[left, right], [low, high]] = scenery.domain;
  const [floor, top] = scenery.height;
  const sizes = [right - left, high - low, top - floor];
  const middle = [(left + right) / 2, (low + high) / 2, (floor + top) / 2];
  const far = [eye.x / ASPECT.x, eye.y / ASPECT.y, eye.z / ASPECT.z].map((value, k) => middle[k] + value * sizes[k]);
  const from = [point[0], point[1], heightAt(meshOf(scenery), point) + 0.02 * sizes[2]];
  for (let i = 1; i <= MARCH; i += 1) {
    const [x, y, z] = from.map((value, k) => value + ((far[k] - value) * i) / MARCH);
    if (x < left || x > right || y < low || y > high || z > top) return true;
    if (heightAt(meshOf(scenery), [x, y]) > z) return false;
  }
  return true;
}
