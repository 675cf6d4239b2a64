// From where the surface is looked at: from a side where its hills do not hide its valleys, and from as far as it fits.

import { heightAt } from "./scale.js";

/** @typedef {import("./types").Box} Box */
/** @typedef {import("./box.js").Stage} Stage */
/** @typedef {{x: number, y: number, z: number}} Vector */
/** @typedef {{width: number, height: number, scale: number}} Room the pixels of a view, and how large its text is */
/** @typedef {[number, number]} Camera degrees around the surface, and above the horizon */

const SIDES = [235, 305, 215, 325, 55, 125, 270, 180, 0, 90]; // degrees, the preferred first
const HEIGHTS = [34, 44, 56]; // degrees above the horizon
const USUAL = { width: 540, height: 360, scale: 1 }; // a view to choose a side in
const LARGE = 0.7; // what size counts beside sight
const SIDE = 0.012; // what it costs to be the next of the sides
const HEIGHT = 0.03; // and of the heights
const MARCH = 48;
const LOW = 0.35; // of the heights: the valleys, in which paths end
const SAMPLES = 12; // points of the valleys along each axis
const LENS = Math.tan(Math.PI / 8); // Plotly's: half of 45 degrees
const AROUND = 40; // px on each side of the surface for ticks and names
const LEAST = 0.55; // of the view that the surface takes, however small that is
const SINK = -0.1; // the middle of the view below that of the surface
const STEEPEST = 89;

/** The direction from which the valleys are best in sight, and the surface is large. @param {Stage} stage @returns {Camera} */
export function sideOf(stage) {
  const low = lowPoints(stage);
  const looks = HEIGHTS.flatMap((height, j) => SIDES.map((side, i) => {
    const camera = /** @type {Camera} */ ([side, height]);
    const eye = eyeOf(camera, stage.box, USUAL);
    return { camera, eye, far: Math.hypot(eye.x, eye.y, eye.z), cost: SIDE * i + HEIGHT * j };
  }));
  const near = Math.min(...looks.map(({ far }) => far));
  const worth = looks.map(({ eye, far, cost }) => visibleShare(stage, low, eye) + (LARGE * near) / far - cost);
  return looks[worth.indexOf(Math.max(...worth))].camera;
}

/** @param {Stage} stage */
function lowPoints({ mesh, box }) {
  const [x, y, [floor, top]] = box.ranges;
  const across = (/** @type {[number, number]} */ [lo, hi]) => Array.from({ length: SAMPLES }, (_, i) => lo + ((i + 0.5) / SAMPLES) * (hi - lo));
  return across(x).flatMap((a) => across(y).map((b) => [a, b])).filter((point) => heightAt(mesh, point) <= floor + LOW * (top - floor));
}

/** Plotly's camera. @param {Camera} camera @param {Box} box @param {Room} room */
export function cameraOf(camera, box, room) {
  return { eye: eyeOf(camera, box, room), center: { x: 0, y: 0, z: SINK }, up: { x: 0, y: 0, z: 1 } };
}

/** The eye, just so far away that the corners of the box are in sight. @param {Camera} camera @param {Box} box @param {Room} room @returns {Vector} */
export function eyeOf([side, height], { sides }, room) {
  const [across, high] = [room.width, room.height].map((length) => Math.max(LEAST, 1 - (2 * AROUND * room.scale) / length) * length);
  const [azimuth, elevation] = [side, height].map((angle) => (angle * Math.PI) / 180);
  const back = [Math.cos(elevation) * Math.cos(azimuth), Math.cos(elevation) * Math.sin(azimuth), Math.sin(elevation)];
  const right = [-Math.sin(azimuth), Math.cos(azimuth), 0];
  const up = [-Math.sin(elevation) * Math.cos(azimuth), -Math.sin(elevation) * Math.sin(azimuth), Math.cos(elevation)];
  const far = cornersOf(sides).map((corner) => along(corner, back) + (Math.max(Math.abs(along(corner, right)) / across, Math.abs(along(corner, up)) / high) * room.height) / LENS);
  const [x, y, z] = back.map((part) => part * Math.max(...far));
  return { x, y, z: z + SINK };
}

/** Seen from the middle of the view. @param {number[]} sides */
function cornersOf(sides) {
  return Array.from({ length: 8 }, (_, i) => sides.map((side, k) => ((i >> k) & 1 ? side / 2 : -side / 2) - (k === 2 ? SINK : 0)));
}

/** @param {number[]} a @param {number[]} b */
function along(a, b) {
  return a.reduce((sum, value, k) => sum + value * b[k], 0);
}

/** Turned by so many degrees, never over the top. @param {Camera} camera @param {number} around @param {number} higher @returns {Camera} */
export function turnedBy([side, height], around, higher) {
  return [(((side + around) % 360) + 360) % 360, Math.min(Math.max(height + higher, -STEEPEST), STEEPEST)];
}

/** @param {Stage} stage @param {number[][]} points @param {Vector} eye */
export function visibleShare(stage, points, eye) {
  if (!points.length) return 1;
  return points.filter((point) => isVisible(stage, point, eye)).length / points.length;
}

/** Whether no ground lies between a point of the surface and the eye. @param {Stage} stage @param {number[]} point @param {Vector} eye */
export function isVisible({ mesh, box: { ranges, sides } }, point, eye) {
  const [[left, right], [low, high], [floor, top]] = ranges;
  const sizes = ranges.map(([lo, hi]) => hi - lo);
  const far = [eye.x, eye.y, eye.z].map((value, k) => (ranges[k][0] + ranges[k][1]) / 2 + (value / sides[k]) * sizes[k]);
  const from = [point[0], point[1], heightAt(mesh, point) + 0.02 * (top - floor)];
  for (let i = 1; i <= MARCH; i += 1) {
    const [x, y, z] = from.map((value, k) => value + ((far[k] - value) * i) / MARCH);
    if (x < left || x > right || y < low || y > high || z > top) return true;
    if (heightAt(mesh, [x, y]) > z) return false;
  }
  return true;
}
