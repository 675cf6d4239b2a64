import assert from "node:assert/strict";
import { test } from "node:test";
import { inflated } from "../../lrviz/player/packing.js";

// Written by lrviz.figures.messages.deflated: test_messages.py checks that it still is.
const PACKED = "eJxjYPj3/9//vwx/Gf78FhCI15dnDzfQ50jPBgCaugpQ";

test("a grid comes out of the bytes that Python wrote, to the precision of its levels", async () => {
  const expected = [0, 1, NaN, 4, 2, 2.5, 3, 3, -1, 0, 7, 0.25];
  const found = await inflated(Uint8Array.from(atob(PACKED), (letter) => letter.charCodeAt(0)), 4, [-1, 7]);
  assert.equal(found.length, expected.length);
  expected.forEach((value, i) => {
    if (Number.isNaN(value)) assert.ok(Number.isNaN(found[i]));
    else assert.ok(Math.abs(found[i] - value) <= 8 / 16382, `${found[i]} is not ${value}`);
  });
});
