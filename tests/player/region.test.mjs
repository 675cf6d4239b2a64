import assert from "node:assert/strict";
import test from "node:test";
import { outline, strains, stretches } from "../../lrviz/player/region.js";
import { readLimits, stretched } from "../../lrviz/player/limits.js";

/** The area of polygons given as flat lists of corners. */
function area(polygons) {
  return polygons.reduce((sum, points) => {
    let twice = 0;
    for (let i = 0; i < points.length; i += 2) {
      const j = (i + 2) % points.length;
      twice += points[i] * points[j + 1] - points[j] * points[i + 1];
    }
    return sum + Math.abs(twice) / 2;
  }, 0);
}

test("strain is the largest eigenvalue over what is borne", () => {
  // [[2, 1], [1, 2]] has 3; with multipliers 1 and 4 it is that of [[2, 2], [2, 8]]: 5 + √13.
  const grid = { columns: 1, rows: 1, entries: [[2], [1], [2]].map((values) => Float64Array.from(values)) };
  assert.ok(Math.abs(strains(grid, [1, 1], 2)[0] - 1.5) < 1e-12);
  assert.ok(Math.abs(strains(grid, [1, 4], 1)[0] - (5 + Math.sqrt(13))) < 1e-12);
  assert.equal(strains({ columns: 1, rows: 1, entries: [Float64Array.of(3)] }, [0.5], 2)[0], 0.75);
});

test("the outline of a half plane is the half plane", () => {
  const values = Array.from({ length: 25 }, (_, i) => (i % 5) - 0.5); // above 1 right of column 1.5
  const { fill, border } = outline(values, 5, 5);
  assert.ok(Math.abs(area(fill) - 2.5 * 4) < 1e-9);
  assert.equal(border.length, 4);
  for (const [x0, , x1] of border) assert.deepEqual([x0, x1], [1.5, 1.5]);
});

test("a disc has the area of a disc, and a closed border", () => {
  const side = 41;
  const values = Array.from({ length: side * side }, (_, i) => 2 - Math.hypot((i % side) - 20.13, Math.floor(i / side) - 19.87) / 10);
  const { fill, border } = outline(values, side, side);
  assert.ok(Math.abs(area(fill) / (Math.PI * 100) - 1) < 0.01);
  const ends = border.flatMap(([x0, y0, x1, y1]) => [`${x0.toFixed(6)},${y0.toFixed(6)}`, `${x1.toFixed(6)},${y1.toFixed(6)}`]);
  for (const end of ends) assert.equal(ends.filter((other) => other === end).length, 2);
});

test("what is no number is not in the region", () => {
  assert.deepEqual(outline([NaN, NaN, NaN, NaN], 2, 2), { fill: [], border: [] });
  assert.deepEqual(stretches([NaN, 0.5, 1.5, 2]), [[1.5, 2], [2, 3]]);
});

test("levels are read as the numbers they stand for", () => {
  const arrays = {
    limit: { data: Float32Array.of(0.5, Infinity), shape: [2] },
    multipliers: { data: Float32Array.of(1, 2, 3, 4), shape: [2, 2] },
    hessian: { data: Uint16Array.of(0, 65534, 65535, 0), shape: [1, 2, 2] },
  };
  const limits = readLimits({ chosen: 3, limits: { bearable: 2, shape: [2, 2], scales: [[2, 0, 1]] } }, arrays);
  assert.equal(limits.slot, 3);
  assert.deepEqual([...limits.limit], [0.5, Infinity]);
  assert.deepEqual(limits.multipliers.map((column) => [...column]), [[1, 3], [2, 4]]);
  assert.deepEqual([...limits.grid.entries[0]], [0, 2 * Math.sinh(1), NaN, 0]);
});

test("an axis is stretched up to a limit that is near, and only then", () => {
  assert.deepEqual(stretched([0, 1], false, Float64Array.of(2, 2, 2)), [0, 2.3]);
  assert.deepEqual(stretched([0, 1], false, Float64Array.of(200)), [0, 1]);
  assert.deepEqual(stretched([0, 1], false, null), [0, 1]);
  assert.deepEqual(stretched([0.1, 1], true, Float64Array.of(20, Infinity)), [0.1, 30]);
});
