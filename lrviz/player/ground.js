// The relief under the paths of a map: its colours pixel by pixel, its contour lines from the grid.
//
// Not as Plotly's contours, which are for coarser grids: one fine enough for a narrow valley would hold up every figure.

import { element } from "./dom.js";
import { clipped, freshContext } from "./pane.js";
import { parseColour } from "./theme.js";

/** @typedef {import("./types").Cell} Cell */
/** @typedef {import("./types").Scenery} Scenery */
/** @typedef {import("./types").Theme} Theme */

const SHADES = 256;
const LINE = 0.75; // px

/** @param {HTMLElement} pane whose plot stands over the relief */
export function createGround(pane) {
  const canvas = element("canvas", { class: "lr-canvas", "aria-hidden": "true" });
  pane.prepend(canvas);
  let shown = "";

  /**
   * Draw the relief into every cell, if it is not there already.
   * @param {{scenery: Scenery, theme: Theme}} model @param {Cell[]} cells
   */
  return function draw({ scenery, theme }, cells) {
    const key = JSON.stringify([scenery.key, theme.key, cells, canvas.clientWidth, canvas.clientHeight, window.devicePixelRatio]);
    if (key === shown) return;
    shown = key;
    const context = freshContext(canvas);
    if (scenery.dimension === 1) return;
    const ratio = context.getTransform().a;
    /** @type {Map<string, HTMLCanvasElement>} */
    const pictures = new Map(); // the cells of a split view show the same
    for (const { rect, x, y } of cells) {
      const [width, height] = [rect.right - rect.left, rect.bottom - rect.top];
      const alike = JSON.stringify([width, height, x.lo, x.hi, y.lo, y.hi]);
      const picture = pictures.get(alike) ?? paint(scenery, theme, { x: [x.lo, x.hi], y: [y.lo, y.hi] }, Math.round(width * ratio), Math.round(height * ratio), ratio);
      pictures.set(alike, picture);
      clipped(context, rect, () => context.drawImage(picture, rect.left, rect.top, width, height));
    }
  };
}

/**
 * @param {Scenery} scenery @param {Theme} theme @param {{x: [number, number], y: [number, number]}} seen
 * @param {number} width @param {number} height in pixels of the screen @param {number} ratio of them to those of the page
 */
function paint(scenery, theme, seen, width, height, ratio) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(width, 1);
  canvas.height = Math.max(height, 1);
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  const columns = placesOf(scenery.x, seen.x, canvas.width);
  const rows = placesOf(/** @type {import("./types").Numbers} */ (scenery.y), [seen.y[1], seen.y[0]], canvas.height);
  const image = context.createImageData(canvas.width, canvas.height);
  shadeInto(new Uint32Array(image.data.buffer), scenery, palette(theme.surface), columns, rows);
  context.putImageData(image, 0, 0);
  context.strokeStyle = theme.contour;
  context.lineWidth = LINE * ratio;
  const line = new Path2D();
  const across = pixelsOf(scenery.x, seen.x, canvas.width);
  const up = pixelsOf(/** @type {import("./types").Numbers} */ (scenery.y), [seen.y[1], seen.y[0]], canvas.height);
  for (const [x0, y0, x1, y1] of contours(scenery, across, up, canvas.width, canvas.height)) {
    line.moveTo(x0, y0);
    line.lineTo(x1, y1);
  }
  context.stroke(line);
  return canvas;
}

/** The colours from the lowest to the highest place, as ImageData holds them. @param {[number, string][]} stops @returns {Uint32Array} */
export function palette(stops) {
  const bytes = new Uint8ClampedArray(4 * SHADES);
  for (let i = 0; i < SHADES; i += 1) {
    const at = i / (SHADES - 1);
    const next = Math.max(1, stops.findIndex(([place]) => place >= at));
    const [[from, low], [to, high]] = [stops[next - 1], stops[next]];
    const [a, b] = [parseColour(low), parseColour(high)];
    const part = (at - from) / (to - from);
    for (let k = 0; k < 3; k += 1) bytes[4 * i + k] = a[k] + (b[k] - a[k]) * part;
    bytes[4 * i + 3] = 255;
  }
  return new Uint32Array(bytes.buffer);
}

/** Of each pixel's middle the place on an even axis, in points of the grid; NaN outside. @param {import("./types").Numbers} axis @param {[number, number]} seen @param {number} count */
function placesOf(axis, [from, to], count) {
  const last = axis.length - 1;
  const step = (axis[last] - axis[0]) / last;
  return Float64Array.from({ length: count }, (_, i) => {
    const place = (from + ((i + 0.5) / count) * (to - from) - axis[0]) / step;
    return place >= 0 && place <= last ? place : NaN;
  });
}

/** Where on the picture the points of an axis lie. @param {import("./types").Numbers} axis @param {[number, number]} seen @param {number} count */
function pixelsOf(axis, [from, to], count) {
  return Float64Array.from(axis, (value) => ((value - from) / (to - from)) * count);
}

/**
 * Colour every pixel by the height between the four points of the grid around it; where there is none it stays clear.
 * @param {Uint32Array} pixels @param {Pick<Scenery, "x" | "shade" | "height">} scenery @param {Uint32Array} colours
 * @param {Float64Array} columns @param {Float64Array} rows places in points of the grid
 */
export function shadeInto(pixels, { x, shade, height: [lo, hi] }, colours, columns, rows) {
  const width = x.length;
  const scale = (colours.length - 1) / (hi - lo || 1);
  const last = shade.length / width - 2;
  for (let j = 0; j < rows.length; j += 1) {
    if (Number.isNaN(rows[j])) continue;
    const row = Math.min(Math.floor(rows[j]), last);
    const up = rows[j] - row;
    for (let i = 0; i < columns.length; i += 1) {
      if (Number.isNaN(columns[i])) continue;
      const column = Math.min(Math.floor(columns[i]), width - 2);
      const part = columns[i] - column;
      const at = row * width + column;
      const below = shade[at] + (shade[at + 1] - shade[at]) * part;
      const above = shade[at + width] + (shade[at + width + 1] - shade[at + width]) * part;
      const value = (below + (above - below) * up - lo) * scale;
      if (!Number.isNaN(value)) pixels[j * columns.length + i] = colours[Math.min(Math.max(Math.round(value), 0), colours.length - 1)];
    }
  }
}

/**
 * The contour lines in pieces [x0, y0, x1, y1], by marching squares, of the part of the grid that is seen.
 * @param {Pick<Scenery, "x" | "shade" | "levels">} scenery @param {Float64Array} across @param {Float64Array} up where the points of the axes lie
 * @param {number} width @param {number} height of the picture
 * @returns {number[][]}
 */
export function contours({ x, shade, levels: { start, end, size } }, across, up, width, height) {
  const points = x.length;
  const most = Math.floor((end - start) / size + 1e-9);
  const columns = seenOf(across, width);
  const rows = seenOf(up, height);
  /** @type {number[][]} */
  const pieces = [];
  for (let j = rows[0]; j < rows[1]; j += 1) {
    for (let i = columns[0]; i < columns[1]; i += 1) {
      const at = j * points + i;
      const [a, b, c, d] = [shade[at], shade[at + 1], shade[at + points + 1], shade[at + points]];
      const first = Math.max(0, Math.ceil((Math.min(a, b, c, d) - start) / size));
      const last = Math.min(most, Math.floor((Math.max(a, b, c, d) - start) / size));
      for (let k = first; k <= last; k += 1) cross(pieces, start + k * size, a, b, c, d, across[i], across[i + 1], up[j], up[j + 1]);
    }
  }
  return pieces;
}

/** The cells of an axis that lie in the picture, as a range. @param {Float64Array} pixels @param {number} size @returns {[number, number]} */
function seenOf(pixels, size) {
  let first = 0;
  let last = pixels.length - 1;
  const inside = (/** @type {number} */ i) => Math.max(pixels[i], pixels[i + 1]) >= 0 && Math.min(pixels[i], pixels[i + 1]) <= size;
  while (first < last && !inside(first)) first += 1;
  while (last > first && !inside(last - 1)) last -= 1;
  return [first, last];
}

/**
 * Add where a level crosses a cell whose corners have the heights a, b (left and right at y0), d, c (at y1).
 * @param {number[][]} pieces @param {number} level @param {number} a @param {number} b @param {number} c @param {number} d
 * @param {number} x0 @param {number} x1 @param {number} y0 @param {number} y1
 */
function cross(pieces, level, a, b, c, d, x0, x1, y0, y1) {
  const [ia, ib, ic, id] = [a >= level, b >= level, c >= level, d >= level];
  /** @type {number[]} */
  const found = [];
  if (ia !== ib) found.push(x0 + ((level - a) / (b - a)) * (x1 - x0), y0);
  if (ib !== ic) found.push(x1, y0 + ((level - b) / (c - b)) * (y1 - y0));
  if (ic !== id) found.push(x0 + ((level - d) / (c - d)) * (x1 - x0), y1);
  if (id !== ia) found.push(x0, y0 + ((level - a) / (d - a)) * (y1 - y0));
  if (found.length === 4) pieces.push(found);
  if (found.length < 8) return;
  // A saddle: the middle says which corners belong together.
  const [s, e, n, w] = [found.slice(0, 2), found.slice(2, 4), found.slice(4, 6), found.slice(6, 8)];
  const joined = (a + b + c + d) / 4 >= level === ia;
  pieces.push(...(joined ? [[...s, ...e], [...n, ...w]] : [[...s, ...w], [...n, ...e]]));
}
