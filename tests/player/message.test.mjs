import assert from "node:assert/strict";
import { test } from "node:test";
import { unpack } from "../../lrviz/player/message.js";

/** The bytes of tests/player/test_message.py, which proves that Python writes them. */
const BYTES = Buffer.from(
  "fAAAAHsibWV0YSI6eyJ0ZXh0IjoiXHUwMGU5In0sImFycmF5cyI6eyJhIjp7ImR0eXBlIjoiZjQiLCJzaGFwZSI6WzNdLCJvZmZzZXQiOjB9LCJiIjp7ImR0eXBlIjoiZjgiLCJzaGFwZSI6WzEsMl0sIm9mZnNldCI6MTZ9fX0AAIA/AADAfwAAAMAAAAAAAAAAAAAA8D8AAAAAAADwfw==",
  "base64",
);

const DIFFERENCES = Buffer.from(
  "bgEAAHsibWV0YSI6e30sImFycmF5cyI6eyJsYXJnZSI6eyJkdHlwZSI6ImY0Iiwic2hhcGUiOlszXSwib2Zmc2V0IjowLCJ1bml0IjoyLjU4MjI0OTg3ODA4NjkwODZlKzEyMCwicmVmZXJlbmNlIjpbMC4wXSwiZXZlcnkiOjF9LCJjb2x1bW5zIjp7ImR0eXBlIjoiZjQiLCJzaGFwZSI6WzIsMl0sIm9mZnNldCI6MTYsInVuaXQiOjMuOTQ0MzA0NTI2MTA1MDU5ZS0zMSwicmVmZXJlbmNlIjpbMTAwMDAwMDAwMC4wLDAuMF0sImV2ZXJ5IjoxfSwicm93cyI6eyJkdHlwZSI6ImY0Iiwic2hhcGUiOlsyLDJdLCJvZmZzZXQiOjMyLCJ1bml0IjozLjk0NDMwNDUyNjEwNTA1OWUtMzEsInJlZmVyZW5jZSI6WzEwMDAwMDAwMDAuMCwwLjBdLCJldmVyeSI6Mn19fQAAAAAAAAAAAACpaRxxqWmc8AAAAAAAAABxbxKDbQAAwH9vEgPtAAAAcQAAwH9vEoNtbxID7Q==",
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

test("numbers that came as differences are whole again, to seven digits of the difference", () => {
  const { arrays } = unpack(DIFFERENCES);
  assert.deepEqual(arrays.large.data.map((value) => Number((value / 1e150).toPrecision(6))), Float64Array.of(0, 2, -1));
  for (const [name, order] of [["columns", [0, 1, 2, 3]], ["rows", [0, 2, 1, 3]]]) {
    const values = order.map((i) => arrays[name].data[i]);
    assert.equal(values[0], 1e9 + 0.25);
    assert.ok(Math.abs(values[1] - 2e-3) < 2e-10 && Math.abs(values[3] + 1e-3) < 2e-10);
    assert.ok(Number.isNaN(values[2]));
  }
});
