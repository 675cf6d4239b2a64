import assert from "node:assert/strict";
import { test } from "node:test";

import { legendPlace } from "../../lrviz/player/legend.js";

test("a legend begins as many pixels below a low plot as below a high one", () => {
  for (const height of [90, 240, 800]) assert.ok(Math.abs(legendPlace(height) * height + 57) < 1e-9);
});
