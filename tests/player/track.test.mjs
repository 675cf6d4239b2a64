import assert from "node:assert/strict";
import { test } from "node:test";
import { buildTrack, clipSegment, edgePoint, nearest, reached } from "../../lrviz/player/track.js";

const RECT = { left: 0, top: 0, right: 100, bottom: 100 };
const AXIS = { scale: 1, shift: 0, lo: 0, hi: 100 };
const CELL = { x: AXIS, y: AXIS, rect: RECT };

test("a segment is cut at the rectangle", () => {
  assert.deepEqual(clipSegment(-50, 50, 150, 50, RECT), [0.25, 0.75]);
  assert.equal(clipSegment(-50, -1, 150, -1, RECT), null);
  assert.deepEqual(clipSegment(10, 10, 20, 20, RECT), [0, 1]);
});

test("a path inside is one line, its vertices at their steps", () => {
  const track = buildTrack([0, 10, 20], [0, 0, 0], 2, CELL);
  assert.deepEqual([track.x, track.step, track.pen], [[0, 10, 20], [0, 1, 2], [0, 1, 1]]);
  assert.deepEqual(track.length, [0, 10, 20]);
  assert.deepEqual(track.dot, [0, 1, 1]);
});

test("a path that leaves and comes back lifts the pen", () => {
  const track = buildTrack([50, 500, 50], [50, 50, 60], 2, CELL);
  assert.deepEqual(track.pen, [0, 1, 0, 1]);
  assert.ok(track.x.every((x) => x <= 124 + 1e-9));
});

test("a path that runs off by a million widths stays finite and short", () => {
  const track = buildTrack([50, 1e20, -1e30], [50, 50, 1e30], 2, CELL);
  assert.ok(track.length.every((length) => length < 400));
});

test("vertices closer than a pixel are one, and the last step is kept", () => {
  const xs = Float64Array.from({ length: 5001 }, (_, i) => i * 0.01);
  const track = buildTrack(xs, xs, 5000, CELL);
  assert.ok(track.x.length < 120);
  assert.equal(track.step.at(-1), 5000);
});

test("a track is cut at a step", () => {
  const track = buildTrack([0, 10, 20, 30], [0, 0, 0, 0], 3, CELL);
  assert.deepEqual([0, 1, 2, 3].map((step) => reached(track, step)), [1, 2, 3, 4]);
});

test("the nearest step is found within reach", () => {
  const track = buildTrack([0, 40, 80], [0, 0, 0], 2, CELL);
  assert.equal(nearest(track, 3, 45, 5, 12).step, 1);
  assert.equal(nearest(track, 3, 45, 50, 12), null);
  assert.equal(nearest(track, 2, 75, 0, 12), null);
});

test("an arrow stands where the ray from the middle meets the edge", () => {
  const { x, y, angle } = edgePoint(RECT, 1050, 50);
  assert.deepEqual([x, y, angle], [100, 50, 0]);
  assert.equal(edgePoint(RECT, 50, -900).y, 0);
});
