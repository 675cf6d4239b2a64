import assert from "node:assert/strict";
import { test } from "node:test";
import { between, memberOf, memberRun, readFamily, stretchesOf } from "../../lrviz/player/family.js";
import { aimOf } from "../../lrviz/player/knob.js";
import { inShort } from "../../lrviz/player/saying.js";
import { createTurning } from "../../lrviz/player/turning.js";

const SCENERY = { scale: { kind: "linear", floor: 0, offset: 1, unit: 1 } };
const VIEW = { chosen: 3 };
const table = (data, ...shape) => ({ data, shape });

/** Three members of ten steps: still, straight and diverging at step 4. */
function message(key = "k", values = [0.1, 0.2, 0.4]) {
  const said = (kind) => [{ step: 0, kind, sentence: `${kind}: so it is.` }];
  return {
    meta: {
      key, name: "lr", label: "Learning rate", steps: 10, current: 1, best: 1, labels: ["a", "b", "c"], shorts: ["A", "B", "C"],
      kinds: ["slow", "slow", "diverged"], styles: {}, verdicts: [said("slow"), said("slow"), said("diverged")], tolerance: [1, 1, 1],
    },
    arrays: {
      values: table(Float64Array.from(values), 3),
      diverged_at: table(Int32Array.from([-1, -1, 4]), 3),
      count: table(Int32Array.from([2, 3, 2]), 3),
      step: table(Uint16Array.from([0, 10, 0, 5, 10, 0, 3]), 7),
      w: table(Float32Array.from([0, 0, 0, 5, 0, 0, 9, 1, 1, 1, 1, 1, 1, 1]), 2, 7),
      loss: table(Float32Array.from([2, 2, 2, 0, -2, 2, 62]), 7),
      rate_count: table(Int32Array.from([2, 2, 2]), 3),
      rate_step: table(Uint16Array.from([0, 9, 0, 9, 0, 3]), 6),
      rate: table(Float32Array.from([0.5, 0.5, 1, 0.25, 2, 2]), 6),
    },
  };
}

const RUN = { slot: 3, label: "own", short: "own", style: {}, knobs: [{ name: "lr", label: "Learning rate", value: 0.2, at: 0.5, key: "k" }] };
const paths = (run = RUN) => ({ runs: [{ slot: 0, knobs: [] }, run] });

test("the lines between the vertices stand at every step", () => {
  assert.deepEqual([...between([0, 4, 6], [0, 8, 8], new Float64Array(8))], [0, 2, 4, 6, 8, 8, 8, NaN]);
  assert.deepEqual([...between([0], [7], new Float64Array(2))], [7, NaN]);
});

test("a member stands in the place of the run, and knows no more than was sent", () => {
  const family = readFamily(message());
  const member = memberRun(RUN, family, 1, SCENERY);
  assert.deepEqual([member.slot, member.label, member.short, member.last, member.turned], [3, "b", "B", 10, true]);
  assert.deepEqual([member.w[0][4], member.w[0][5], member.w[0][6], member.w[1][7]], [4, 5, 4, 1]);
  assert.deepEqual([member.loss[0], member.loss[5], member.loss[10], member.height[10]], [2, 0, -2, -2]);
  assert.deepEqual([member.lr[0], member.lr[9]], [1, 0.25]);
  assert.deepEqual([member.grad, member.slope], [[], null]);
  const lost = memberRun(RUN, family, 2, SCENERY);
  assert.deepEqual([lost.diverged_at, lost.last, lost.w[0][3], lost.w[0][4]], [4, 3, 9, NaN]);
  assert.equal(lost.sentence, "diverged: so it is.");
});

test("stretches meet half-way between their members and fill the track", () => {
  const stretches = stretchesOf(["a", "a", "b", "b", "a"]);
  assert.deepEqual(stretches.map(({ lo, hi, from, to }) => [lo, hi, from, to]), [[0, 0.375, 0, 1], [0.375, 0.875, 2, 3], [0.875, 1, 4, 4]]);
});

test("keys lead to members, and stop at the ends", () => {
  assert.deepEqual(["ArrowRight", "ArrowDown", "PageUp", "Home", "End"].map((key) => aimOf(key, 30, 61)), [31, 29, 40, 0, 60]);
  assert.deepEqual([aimOf("ArrowLeft", 0, 61), aimOf("End", 60, 61), aimOf("a", 3, 61)], [0, 60, null]);
});

test("a family is asked for once, and again after a while", () => {
  let now = 0;
  const questions = [];
  const turning = createTurning({ ask: (question) => questions.push(question), now: () => now });
  for (const time of [0, 100, 9000]) {
    now = time;
    turning.want(paths(), VIEW);
  }
  assert.deepEqual(questions, [{ slot: 3, name: "lr" }, { slot: 3, name: "lr" }]);
  turning.receive(message());
  turning.want(paths(), VIEW);
  assert.equal(questions.length, 2);
});

test("what is turned stands until the page's runs hold it, and is the exact value", () => {
  let now = 0;
  const turning = createTurning({ ask: () => {}, now: () => now });
  turning.turn(paths(), VIEW, 2);
  assert.equal(turning.isTurned, false); // no family yet
  turning.receive(message());
  const before = paths();
  turning.turn(before, VIEW, 2);
  const first = turning.apply(before, VIEW, SCENERY);
  assert.equal(first.stand.label, "c");
  assert.equal(turning.apply(before, VIEW, SCENERY).stand, first.stand);
  assert.deepEqual(turning.release(before, VIEW), { slot: 3, name: "lr", value: 0.4 });
  turning.settle(before, VIEW); // an older message
  assert.equal(turning.isTurned, true);
  const after = paths({ ...RUN, knobs: [{ ...RUN.knobs[0], value: 0.4 }] });
  turning.settle(after, VIEW);
  assert.equal(turning.isTurned, false);
  assert.equal(turning.apply(after, VIEW, SCENERY), null);
  assert.equal(turning.state(after, VIEW).member, 2); // the family serves the new value as well
});

test("what the page does not take is given up after a while; another family ends it at once", () => {
  let now = 0;
  const turning = createTurning({ ask: () => {}, now: () => now });
  turning.receive(message());
  turning.turn(paths(), VIEW, 0);
  turning.release(paths(), VIEW);
  now = 10_000;
  turning.settle(paths(), VIEW);
  assert.equal(turning.isTurned, false);
  turning.turn(paths(), VIEW, 0);
  turning.settle(paths({ ...RUN, knobs: [{ ...RUN.knobs[0], key: "other" }] }), VIEW);
  assert.equal(turning.isTurned, false);
});

test("a rate that is let go at the end of the track gets a family around it; the one in hand stays until then", () => {
  const questions = [];
  const turning = createTurning({ ask: (question) => questions.push(question), now: () => 0 });
  turning.receive(message());
  const end = paths({ ...RUN, knobs: [{ ...RUN.knobs[0], value: 0.4 }] });
  turning.settle(end, VIEW);
  assert.equal(questions.length, 1);
  assert.equal(turning.state(end, VIEW).member, 2);
  turning.turn(end, VIEW, 0);
  turning.receive(message("k", [0.2, 0.4, 0.8])); // too late: it is being turned again
  assert.equal(turning.state(end, VIEW).family.values[0], 0.1);
  turning.cancel();
  turning.receive(message("k", [0.2, 0.4, 0.8]));
  assert.equal(memberOf(turning.state(end, VIEW).family, 0.4), 1);
});

test("to let go where it began sets nothing; to cancel goes back", () => {
  const turning = createTurning({ ask: () => {}, now: () => 0 });
  turning.receive(message());
  turning.turn(paths(), VIEW, 1);
  assert.equal(turning.release(paths(), VIEW), null);
  turning.turn(paths(), VIEW, 2);
  turning.cancel();
  assert.equal(turning.apply(paths(), VIEW, SCENERY), null);
});

test("the headline takes the first clause", () => {
  assert.equal(inShort("Diverged at step 12: above 2/λ = 0.2 each step overshoots. Lower the rate."), "diverged at step 12.");
  assert.equal(inShort("Converged at step 40."), "converged at step 40.");
  assert.equal(inShort("Stuck on a plateau at a loss of 0.3: the slope is next to nothing."), "stuck on a plateau at a loss of 0.3.");
});
