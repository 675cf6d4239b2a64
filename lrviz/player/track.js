// Polylines in pixels: clipped to a rectangle, thinned to what a pixel can show, and cut at a step.

/** @typedef {import("./types").Track} Track */
/** @typedef {import("./types").Axis} Axis */
/** @typedef {import("./types").Rect} Rect */

const MARGIN = 24; // px beyond the rectangle, so that a cut end is never seen
const THIN = 0.7; // px; vertices closer than this are one
const DOTS = 8; // px; steps at least this long get a dot

/** @param {Axis} axis @param {number} value */
export function pixel(axis, value) {
  return axis.scale * value + axis.shift;
}

/** @param {Axis} axis @param {number} position */
export function unpixel(axis, position) {
  return (position - axis.shift) / axis.scale;
}

/** @param {Rect} rect @param {number} x @param {number} y @param {number} [margin] */
export function inside(rect, x, y, margin = 0) {
  return x >= rect.left - margin && x <= rect.right + margin && y >= rect.top - margin && y <= rect.bottom + margin;
}

/**
 * The part of a segment inside a rectangle (Liang and Barsky), as two parameters in [0, 1]; null if there is none.
 * @param {number} x0 @param {number} y0 @param {number} x1 @param {number} y1 @param {Rect} rect
 * @returns {[number, number] | null}
 */
export function clipSegment(x0, y0, x1, y1, rect) {
  let enter = 0;
  let leave = 1;
  const dx = x1 - x0;
  const dy = y1 - y0;
  const sides = [-dx, x0 - rect.left, dx, rect.right - x0, -dy, y0 - rect.top, dy, rect.bottom - y0];
  for (let side = 0; side < 8; side += 2) {
    const speed = sides[side];
    const room = sides[side + 1];
    if (speed === 0 && room < 0) return null;
    if (speed < 0) enter = Math.max(enter, room / speed);
    if (speed > 0) leave = Math.min(leave, room / speed);
  }
  return enter <= leave ? [enter, leave] : null;
}

/** @param {Rect} rect @param {number} by @returns {Rect} */
export function grown(rect, by) {
  return { left: rect.left - by, top: rect.top - by, right: rect.right + by, bottom: rect.bottom + by };
}

/**
 * The polyline through (xs[i], ys[i]), i = 0 … last, in the pixels of `cell`.
 * @param {ArrayLike<number>} xs @param {ArrayLike<number>} ys @param {number} last @param {import("./types").Cell} cell
 * @returns {Track}
 */
export function buildTrack(xs, ys, last, cell) {
  const clip = grown(cell.rect, MARGIN);
  /** @type {Track} */
  const track = { x: [], y: [], step: [], pen: [], length: [], dot: [] };
  let fromX = pixel(cell.x, xs[0]);
  let fromY = pixel(cell.y, ys[0]);
  for (let i = 1; i <= last; i += 1) {
    const x = pixel(cell.x, xs[i]);
    const y = pixel(cell.y, ys[i]);
    if (Math.abs(x - fromX) < THIN && Math.abs(y - fromY) < THIN && i < last) continue;
    addSegment(track, fromX, fromY, x, y, i, clip);
    fromX = x;
    fromY = y;
  }
  return track;
}

/**
 * @param {Track} track @param {number} x0 @param {number} y0 @param {number} x1 @param {number} y1
 * @param {number} step @param {Rect} clip
 */
function addSegment(track, x0, y0, x1, y1, step, clip) {
  const part = clipSegment(x0, y0, x1, y1, clip);
  if (!part) return;
  const [enter, leave] = part;
  const end = track.x.length - 1;
  const startX = x0 + (x1 - x0) * enter;
  const startY = y0 + (y1 - y0) * enter;
  const endX = leave === 1 ? x1 : x0 + (x1 - x0) * leave;
  const endY = leave === 1 ? y1 : y0 + (y1 - y0) * leave;
  const goesOn = end >= 0 && enter === 0 && track.x[end] === startX && track.y[end] === startY;
  if (!goesOn) push(track, startX, startY, step - 1, 0, end >= 0 ? track.length[end] : 0, 0);
  const long = Math.hypot(endX - startX, endY - startY);
  const before = track.length[track.length.length - 1];
  push(track, endX, endY, step, 1, before + long, long >= DOTS && leave === 1 ? 1 : 0);
}

/**
 * @param {Track} track @param {number} x @param {number} y @param {number} step
 * @param {number} pen @param {number} length @param {number} dot
 */
function push(track, x, y, step, pen, length, dot) {
  track.x.push(x);
  track.y.push(y);
  track.step.push(step);
  track.pen.push(pen);
  track.length.push(length);
  track.dot.push(dot);
}

/** The number of vertices that are reached at `step`. @param {Track} track @param {number} step */
export function reached(track, step) {
  let low = 0;
  let high = track.step.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (track.step[middle] <= step) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The step of the polyline nearest to a place, among the first `count` vertices; null if none is within `reach`.
 * @param {Track} track @param {number} count @param {number} x @param {number} y @param {number} reach
 */
export function nearest(track, count, x, y, reach) {
  let best = reach * reach;
  let step = null;
  for (let i = 1; i < count; i += 1) {
    if (!track.pen[i]) continue;
    const dx = track.x[i] - track.x[i - 1];
    const dy = track.y[i] - track.y[i - 1];
    const along = ((x - track.x[i - 1]) * dx + (y - track.y[i - 1]) * dy) / (dx * dx + dy * dy || 1);
    const part = Math.min(Math.max(along, 0), 1);
    const away = (x - track.x[i - 1] - part * dx) ** 2 + (y - track.y[i - 1] - part * dy) ** 2;
    if (away > best) continue;
    best = away;
    step = part < 0.5 ? track.step[i - 1] : track.step[i];
  }
  return step === null ? null : { step, distance: Math.sqrt(best) };
}

/** Where the ray from the middle of a rectangle to (x, y) meets its edge. @param {Rect} rect @param {number} x @param {number} y */
export function edgePoint(rect, x, y) {
  const middleX = (rect.left + rect.right) / 2;
  const middleY = (rect.top + rect.bottom) / 2;
  const dx = x - middleX;
  const dy = y - middleY;
  const part = Math.min((rect.right - middleX) / Math.abs(dx || 1e-9), (rect.bottom - middleY) / Math.abs(dy || 1e-9));
  return { x: middleX + dx * part, y: middleY + dy * part, angle: Math.atan2(dy, dx) };
}
