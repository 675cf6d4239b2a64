import assert from "node:assert/strict";
import { test } from "node:test";
import { extent, heightAt, locate, shade, unshade } from "../../lrviz/player/scale.js";
import { logTicks } from "../../lrviz/player/ticks.js";
import { gridFor, cellDomain } from "../../lrviz/player/figure.js";
import { luminance, makeTheme, parseColour } from "../../lrviz/player/theme.js";

const LOG = { kind: "log", floor: -2, offset: 0.01, unit: 1 };

test("the scaled loss leads back to the loss", () => {
  for (const loss of [-1.99, 0, 3, 1e6]) assert.ok(Math.abs(unshade(LOG, shade(LOG, loss)) - loss) < 1e-9 * Math.max(1, Math.abs(loss)));
  const linear = { kind: "linear", floor: 1e9, unit: 10 };
  assert.equal(shade(linear, 1e9 + 7), 0.7);
  assert.equal(unshade(linear, 0.7), 1e9 + 7);
});

test("a loss below the floor is drawn at the bottom, not as nothing", () => {
  assert.ok(Number.isFinite(shade(LOG, -5)));
});

test("a place is found in a grid", () => {
  assert.deepEqual(locate([0, 1, 2], 1.5), { index: 1, part: 0.5 });
  assert.deepEqual(locate([0, 1, 2], 2), { index: 1, part: 1 });
  assert.equal(locate([0, 1, 2], 2.1), null);
  assert.equal(locate([0, 1, 2], NaN), null);
});

test("heights between the points of a grid are bilinear", () => {
  const scenery = { x: [0, 1], y: [0, 1], shade: [0, 1, 2, 3] };
  assert.equal(heightAt(scenery, [0.5, 0.5]), 1.5);
  assert.ok(Number.isNaN(heightAt(scenery, [2, 0])));
});

test("the extent leaves out what is not finite", () => {
  assert.deepEqual(extent([NaN, 3, -1, Infinity]), [-1, 3]);
  assert.deepEqual(extent([NaN]), [0, 1]);
});

/** The marks of an axis that are in sight. */
function seen(range) {
  const { tickvals, ticktext } = logTicks(range);
  const inside = (value) => Math.log10(value) >= range[0] - 1e-9 && Math.log10(value) <= range[1] + 1e-9;
  return ticktext.filter((_, i) => inside(tickvals[i]));
}

test("a logarithmic axis has few marks, at whole decades or at 1, 2, 5", () => {
  assert.deepEqual(seen([-8, 0]), ["1e-8", "1e-6", "1e-4", "0.01", "1"]);
  assert.deepEqual(seen([0, 1]), ["1", "2", "5", "10"]);
  for (const range of [[-0.2, 0.3], [-12, 9], [2.2, 3.9], [-5.8, -0.7], [-30, 2]]) {
    const marks = seen(range);
    assert.ok(marks.length >= 2 && marks.length <= 6, `${range}: ${marks}`);
  }
});

test("a range that moves a little keeps its marks", () => {
  assert.equal(logTicks([-8, 0.2]), logTicks([-7.9, 0.3]));
});

test("cells of a split view tile the figure", () => {
  assert.deepEqual(gridFor(1, 1.5), { rows: 1, columns: 1 });
  assert.deepEqual(gridFor(4, 1.5), { rows: 2, columns: 2 });
  for (let count = 1; count <= 8; count += 1) {
    const grid = gridFor(count, 1.5);
    assert.ok(grid.rows * grid.columns >= count);
    const last = cellDomain(count - 1, grid, { x: 0.05, y: 0.05 });
    assert.ok(last.x[1] <= 1 + 1e-9 && last.y[0] >= -1e-9);
  }
});

test("the theme is dark where the background is", () => {
  const base = { text: "#fff", background: "rgb(14, 17, 23)", secondary: "#222", accent: "#f00", font: "x" };
  assert.equal(makeTheme(base).dark, true);
  assert.equal(makeTheme({ ...base, background: "#ffffff", text: "#111" }).dark, false);
  assert.deepEqual(parseColour("#0a0b0c"), [10, 11, 12]);
  assert.equal(luminance([255, 255, 255]).toFixed(3), "1.000");
});
