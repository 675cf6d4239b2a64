import assert from "node:assert/strict";
import { test } from "node:test";
import { namesBeside } from "../../lrviz/player/naming.js";

const AREA = { left: 0, top: 0, right: 400, bottom: 300 };
const boxes = (marks) => namesBeside(marks, AREA).map(({ left, y }, i) => ({ left, right: left + marks[i].width, top: y - 7, bottom: y + 7 }));
const touch = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

test("a name stands centred below its mark", () => {
  assert.deepEqual(namesBeside([{ x: 200, y: 100, width: 60 }], AREA), [{ left: 170, y: 115 }]);
});

test("where there is no room below it stands beside the mark", () => {
  assert.deepEqual(namesBeside([{ x: 200, y: 293, width: 60 }], AREA), [{ left: 210, y: 293 }]);
  assert.deepEqual(namesBeside([{ x: 395, y: 293, width: 60 }], AREA), [{ left: 325, y: 293 }]);
});

test("a name stays inside", () => {
  for (const { left, right, top, bottom } of boxes([{ x: 2, y: 3, width: 60 }, { x: 399, y: 299, width: 60 }])) {
    assert.ok(left >= 0 && right <= 400 && top >= 0 && bottom <= 300);
  }
});

test("six names close together touch neither each other nor a mark", () => {
  const marks = Array.from({ length: 6 }, (_, i) => ({ x: 200 + 9 * i, y: 150 + 6 * (i % 3), width: 80 }));
  const names = boxes(marks);
  names.forEach((name, i) => {
    for (const other of names.slice(0, i)) assert.ok(!touch(name, other));
    for (const { x, y } of marks) assert.ok(!touch(name, { left: x - 7, right: x + 7, top: y - 7, bottom: y + 7 }));
  });
});
