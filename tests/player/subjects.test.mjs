import assert from "node:assert/strict";
import { test } from "node:test";
import { hasRegion, lossSubject, hasLogarithm, rateShown, rateSubject } from "../../lrviz/player/subjects.js";

const WORDS = { given: "Learning rate", effective: "Rate per coordinate", sharpness: "Sharpness" };

/** A model of one run with or without what the charts need. */
function model({ rate = "given", told = rate, multipliers = false, sharpness = false, unstable = false, grid = false, turning = false } = {}) {
  const column = (value) => Float64Array.of(value, 2 * value);
  const run = { slot: 0, short: "A", label: "A", style: { dash: [] }, last: 2, loss: column(1), lr: column(0.1), effective: [column(multipliers ? 0.2 : NaN)], turned: turning };
  const limits = { slot: 0, bearable: 2, limit: null, sharpness: sharpness ? column(3) : null, bound: sharpness ? column(20) : null, multipliers: [], grid: grid ? {} : null };
  const paths = { view: { rate: told, unstable }, limits, rate_range: [0.05, 0.3], rate_axis: "linear", loss_floor: null, loss_log_range: null, loss_shift: 0, loss_range: [0, 3], runs: [run], steps: 2 };
  return { paths, view: { rate, chosen: 0, unstable, loss_axis: "log" }, visible: [run], scenery: { variables: ["x"], digits: 4 }, turning };
}

test("what is lit is what is drawn, for every rate and whatever is known of a run", () => {
  for (const rate of ["given", "effective", "sharpness"]) {
    for (const known of [0, 1, 2, 3]) {
      const asked = model({ rate, multipliers: Boolean(known & 1), sharpness: Boolean(known & 2) });
      assert.equal(rateSubject(asked).title.replace(" (log)", ""), WORDS[rateShown(asked)], `${rate}, ${known}`);
    }
  }
});

test("what a message has yet to bring is lit, and stays so while the knob is turned", () => {
  assert.equal(rateShown(model({ rate: "sharpness", told: "given" })), "sharpness");
  assert.equal(rateShown(model({ rate: "effective", turning: true })), "effective");
});

test("a region that nobody knows is not said to be shown", () => {
  assert.equal(hasRegion(model()), true);
  assert.equal(hasRegion(model({ unstable: true, grid: true })), true);
  assert.equal(hasRegion(model({ unstable: true })), false);
});

test("without a floor there is no logarithm, and the axis says that it is linear", () => {
  const asked = model();
  assert.equal(hasLogarithm(asked.paths), false);
  assert.equal(lossSubject(asked).log, false);
});
