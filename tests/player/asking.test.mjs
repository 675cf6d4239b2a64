// What was tried is asked for once the runs have stood for a while, and once.

import assert from "node:assert/strict";
import { test } from "node:test";

import { createAsking } from "../../lrviz/player/asking.js";

/** @param {import("node:test").TestContext} t */
function made(t) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  globalThis.window = /** @type {any} */ ({ setTimeout });
  const asked = [];
  return { asked, asking: createAsking(({ token }) => asked.push(token)) };
}

test("runs that are replaced at once are not asked about", (t) => {
  const { asked, asking } = made(t);
  asking.soon("a");
  t.mock.timers.tick(300);
  asking.stop();
  asking.soon("b");
  t.mock.timers.tick(300);
  assert.deepEqual(asked, []);
  t.mock.timers.tick(200);
  assert.deepEqual(asked, ["b"]);
});

test("nothing is asked twice in a row", (t) => {
  const { asked, asking } = made(t);
  for (const token of ["a", "a", "b", "a"]) {
    asking.soon(token);
    t.mock.timers.tick(500);
  }
  assert.deepEqual(asked, ["a", "b", "a"]);
});
