import assert from "node:assert/strict";
import { test } from "node:test";
import { contours, palette, shadeInto } from "../../lrviz/player/ground.js";
import { meshOf, rowsOf } from "../../lrviz/player/mesh.js";

const LEVELS = { start: 0.5, end: 2.5, size: 1 };
const ALL = Float64Array.of(0, 10, 20, 30);
const DOWN = Float64Array.of(20, 10, 0);

/** The grid of a function at whole places. */
function grid(f, width, height, levels = LEVELS) {
  const x = Float64Array.from({ length: width }, (_, i) => i);
  const y = Float64Array.from({ length: height }, (_, j) => j);
  const shade = Float64Array.from({ length: width * height }, (_, at) => f(at % width, Math.floor(at / width)));
  return { x, y, shade, levels, height: [Math.min(...shade), Math.max(...shade)] };
}

test("the lines of a slope are straight, half way between the points", () => {
  const pieces = contours(grid((x) => x, 4, 3), ALL, DOWN, 30, 20);
  assert.equal(pieces.length, 3 * 2);
  for (const [x0, , x1] of pieces) assert.equal(x0, x1);
  assert.deepEqual([...new Set(pieces.map(([x]) => x))].sort((a, b) => a - b), [5, 15, 25]);
});

test("no line is drawn above the highest one, nor out of sight, nor where there is no height", () => {
  assert.equal(contours(grid((x) => x, 4, 3, { start: 0.5, end: 0.9, size: 1 }), ALL, DOWN, 30, 20).length, 2);
  assert.equal(contours(grid((x) => x, 4, 3), ALL, DOWN, 12, 20).length, 2 * 2);
  assert.equal(contours(grid((x, y) => (y === 2 ? NaN : x), 4, 3), ALL, DOWN, 30, 20).length, 3);
});

test("the lines around a summit are closed", () => {
  const pieces = contours(grid((x, y) => 3 - Math.hypot(x - 3, y - 3), 7, 7), Float64Array.from([0, 1, 2, 3, 4, 5, 6]), Float64Array.from([6, 5, 4, 3, 2, 1, 0]), 6, 6);
  const ends = new Map();
  for (const [x0, y0, x1, y1] of pieces) for (const end of [`${x0.toFixed(9)},${y0.toFixed(9)}`, `${x1.toFixed(9)},${y1.toFixed(9)}`]) ends.set(end, (ends.get(end) ?? 0) + 1);
  assert.ok(pieces.length > 20);
  assert.ok([...ends.values()].every((count) => count === 2));
});

test("in a cell with a saddle the middle decides which corners belong together", () => {
  const saddle = (middle) => ({ ...grid((x, y) => (x === y ? 1 : middle), 2, 2, { start: 0.5, end: 0.5, size: 1 }) });
  const places = [Float64Array.of(0, 1), Float64Array.of(0, 1)];
  const joined = contours(saddle(0.4), ...places, 1, 1); // the high corners, 0,0 and 1,1, are one
  const apart = contours(saddle(-2), ...places, 1, 1);
  assert.equal(joined.length, 2);
  assert.equal(apart.length, 2);
  const cuts = (pieces, x, y) => pieces.some(([x0, y0, x1, y1]) => (x0 + x1) / 2 > x - 0.5 && (x0 + x1) / 2 < x + 0.5 && Math.abs((y0 + y1) / 2 - y) < 0.5 && (x0 - x) * (x1 - x) === 0);
  assert.ok(cuts(joined, 1, 0) && cuts(joined, 0, 1));
  assert.ok(cuts(apart, 0, 0) && cuts(apart, 1, 1));
});

test("the colours go from the lowest to the highest place, and where there is none it stays clear", () => {
  const colours = palette([[0, "#000000"], [0.5, "#ff0000"], [1, "#ffffff"]]);
  const bytes = (/** @type {number} */ i) => [...new Uint8Array(colours.buffer, 4 * i, 4)];
  assert.deepEqual(bytes(0), [0, 0, 0, 255]);
  assert.deepEqual(bytes(255), [255, 255, 255, 255]);
  assert.ok(bytes(127)[0] > 250 && bytes(127)[1] < 5);
  const pixels = new Uint32Array(8);
  const ground = grid((x, y) => (x === 3 ? NaN : x + y), 4, 2);
  ground.height = [0, 3];
  shadeInto(pixels, ground, colours, Float64Array.of(0, 1, 2.5, NaN), Float64Array.of(0, 1));
  assert.deepEqual([...pixels], [colours[0], colours[85], 0, 0, colours[85], colours[170], 0, 0]);
});

test("the surface takes of the grid what is seen, thinned to what can be drawn, both ends among it", () => {
  const fine = grid((x, y) => x + 1000 * y, 297, 297);
  const whole = [[0, 296], [0, 296]];
  const mesh = meshOf(fine, whole);
  assert.deepEqual([mesh.x.length, mesh.y.length, mesh.x[148], mesh.y[148]], [149, 149, 296, 296]);
  const rows = rowsOf(mesh);
  assert.equal(rows[148][148], 296 + 296000);
  assert.equal(rows[1][2], 4 + 2000);
  assert.equal(meshOf(fine, whole), mesh);
  const near = meshOf(fine, [[20.5, 40.2], [100, 140]]);
  assert.deepEqual([near.x[0], near.x.at(-1), near.x.length], [20, 41, 22]);
  assert.deepEqual([near.y[0], near.y.at(-1), near.y.length], [100, 140, 41]);
  assert.equal(rowsOf(near)[3][5], 25 + 103000);
  const beyond = meshOf(fine, [[290, 900], [-50, -40]]);
  assert.deepEqual([beyond.x[0], beyond.x.at(-1), beyond.y.length], [290, 296, 2]);
  const coarse = grid((x) => x, 50, 60);
  assert.equal(meshOf(coarse, [[0, 49], [0, 59]]).x.length, 50);
});
