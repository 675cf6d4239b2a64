import assert from "node:assert/strict";
import { test } from "node:test";
import { pinched, within } from "../../lrviz/player/pinch.js";

const FRAME = { x: [0, 10], y: [-1, 1], area: { left: 100, top: 50, right: 300, bottom: 250 } };
const at = (x, y) => ({ x, y });
const near = (found, wanted) => found.forEach((value, i) => assert.ok(Math.abs(value - wanted[i]) < 1e-9, `${found}`));

test("fingers that spread about the middle halve what is seen", () => {
  const ends = pinched(FRAME, [at(150, 150), at(250, 150)], [at(100, 150), at(300, 150)]);
  near(ends.x, [2.5, 7.5]);
  near(ends.y, [-0.5, 0.5]);
});

test("what was between the fingers stays between them", () => {
  const ends = pinched(FRAME, [at(140, 90), at(160, 110)], [at(220, 140), at(260, 180)]);
  const [before, after] = [(150 - 100) / 200, (240 - 100) / 200];
  near([ends.x[0] + (ends.x[1] - ends.x[0]) * after], [10 * before]);
  const [above, below] = [(250 - 100) / 200, (250 - 160) / 200];
  near([ends.y[0] + (ends.y[1] - ends.y[0]) * below], [-1 + 2 * above]);
});

test("fingers that close show more, and no gesture is without limit", () => {
  const wide = pinched(FRAME, [at(100, 150), at(300, 150)], [at(150, 150), at(250, 150)]);
  near(wide.x, [-5, 15]);
  const most = pinched(FRAME, [at(200, 150), at(200, 150)], [at(100, 150), at(300, 150)]);
  near([most.x[1] - most.x[0]], [10 / 50]);
});

test("nothing beyond the reach is seen", () => {
  const reach = { x: [0, 10], y: [0, 1] };
  const { x, y } = within({ x: [-5, 15], y: [0.8, 1.2] }, reach);
  near(x, [0, 10]);
  near(y, [0.6, 1]);
});
