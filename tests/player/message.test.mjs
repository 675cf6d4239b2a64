import assert from "node:assert/strict";
import { test } from "node:test";
import { unpack } from "../../lrviz/player/message.js";

/** The bytes of tests/player/test_message.py, which proves that Python writes them. */
const BYTES = Buffer.from(
  "fAAAAHsibWV0YSI6eyJ0ZXh0IjoiXHUwMGU5In0sImFycmF5cyI6eyJhIjp7ImR0eXBlIjoiZjQiLCJzaGFwZSI6WzNdLCJvZmZzZXQiOjB9LCJiIjp7ImR0eXBlIjoiZjgiLCJzaGFwZSI6WzEsMl0sIm9mZnNldCI6MTZ9fX0AAIA/AADAfwAAAMAAAAAAAAAAAAAA8D8AAAAAAADwfw==",
  "base64",
);

function check({ meta, arrays }) {
  assert.deepEqual(meta, { text: "é" });
  assert.deepEqual(arrays.a, { data: Float32Array.of(1, NaN, -2), shape: [3] });
  assert.deepEqual(arrays.b, { data: Float64Array.of(1, Infinity), shape: [1, 2] });
}

test("a message is read from an aligned buffer", () => {
  check(unpack(new Uint8Array(BYTES).buffer));
});

test("a message is read from the middle of other bytes", () => {
  const shifted = new Uint8Array(BYTES.length + 3);
  shifted.set(BYTES, 3);
  check(unpack(shifted.subarray(3)));
});
