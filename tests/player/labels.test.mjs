import assert from "node:assert/strict";
import { test } from "node:test";
import { placeLabels, spread } from "../../lrviz/player/labels.js";

const BOUNDS = { left: 0, top: 0, right: 300, bottom: 200 };
const SPACING = { gap: 15, distance: 10 };

function gaps(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.slice(1).map((value, i) => value - sorted[i]);
}

test("labels that have room stay where they are", () => {
  assert.deepEqual(spread([10, 50, 90], 15, 0, 100), [10, 50, 90]);
});

test("labels on one place stand around it, in their order", () => {
  assert.deepEqual(spread([50, 50, 50], 10, 0, 100), [40, 50, 60]);
});

test("labels move apart, by as little as is needed, and stay inside", () => {
  const moved = spread([2, 3, 60, 99, 98], 12, 0, 100);
  assert.ok(gaps(moved).every((gap) => gap >= 12 - 1e-9));
  assert.ok(moved.every((value) => value >= -1e-9 && value <= 100 + 1e-9));
  assert.equal(moved[2], 60);
});

test("too many labels share the room evenly", () => {
  assert.deepEqual(spread([0, 0, 0], 100, 0, 100), [0, 50, 100]);
});

test("drawn random labels keep gap, order and bounds", () => {
  let seed = 7;
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  for (let round = 0; round < 200; round += 1) {
    const wanted = Array.from({ length: 1 + Math.floor(random() * 8) }, () => random() * 200);
    const moved = spread(wanted, 15, 0, 200);
    assert.ok(gaps(moved).every((gap) => gap >= 15 - 1e-9));
    assert.ok(moved.every((value) => value >= -1e-9 && value <= 200 + 1e-9));
    wanted.forEach((a, i) => wanted.forEach((b, j) => a < b && assert.ok(moved[i] < moved[j])));
  }
});

test("a label stands right of its head, and left of it at the right edge", () => {
  const [a, b] = placeLabels([{ x: 50, y: 50, width: 80 }, { x: 280, y: 120, width: 80 }], BOUNDS, SPACING);
  assert.deepEqual(a, { left: 60, y: 50 });
  assert.deepEqual(b, { left: 190, y: 120 });
});

test("only labels that share columns are moved", () => {
  const [a, b, c] = placeLabels([{ x: 10, y: 50, width: 40 }, { x: 12, y: 52, width: 40 }, { x: 150, y: 51, width: 40 }], BOUNDS, SPACING);
  assert.equal(b.y - a.y, 15);
  assert.equal(c.y, 51);
});
