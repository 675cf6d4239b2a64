import assert from "node:assert/strict";
import { test } from "node:test";
import { digitsWithin, formatNumber, formatPoint, snapped } from "../../lrviz/player/numbers.js";

test("numbers carry the digits that matter", () => {
  const cases = [
    [0, "0"], [0.1, "0.1"], [0.001, "1e-3"], [3.2e-7, "3.2e-7"], [0.05, "0.05"], [-1.5, "−1.5"], [-2.5e-9, "−2.5e-9"],
    [123456, "1.235e5"], [12345, "12345"], [99999.7, "1e5"], [0.30000000000000004, "0.3"], [1e6, "1e6"], [1e-12, "1e-12"], [-0, "0"],
  ];
  for (const [value, text] of cases) assert.equal(formatNumber(value), text);
});

test("what is no number is said so", () => {
  assert.equal(formatNumber(NaN), "–");
  assert.equal(formatNumber(-Infinity), "−∞");
});

test("digits are a choice", () => {
  assert.equal(formatNumber(Math.fround(0.42), 5), "0.42");
  assert.equal(formatNumber(0.123456789, 3), "0.123");
});

test("who asks for many digits sees a small difference between large numbers", () => {
  assert.equal(formatNumber(1000000008.32, 12), "1000000008.32");
  assert.equal(formatNumber(1e9, 12), "1000000000");
  assert.equal(formatNumber(1.25e30, 12), "1.25e30");
  assert.equal(digitsWithin([-2, 2], 3), 3);
  assert.equal(digitsWithin([999_999, 1_000_000], 3), 9);
  assert.equal(formatPoint([999999.123456, 0.123456], [9, 3]), "(999999.123, 0.123)");
});

test("a point stands in brackets, a single number does not", () => {
  assert.equal(formatPoint([1.2, -0.4]), "(1.2, −0.4)");
  assert.equal(formatPoint([0.5]), "0.5");
});

test("a place that was pointed at has the digits that were meant", () => {
  assert.deepEqual(snapped([-0.525921, 1.99987], [[-2, 2], [-1, 3]]), [-0.526, 2]);
  assert.deepEqual(snapped([0.123456789], [[0.12, 0.13]]), [0.12346]);
  assert.deepEqual(snapped([12345.67], [[-50_000, 50_000]]), [12346]);
  assert.deepEqual(snapped([0.5], [[1, 1]]), [0.5]);
});
