import assert from "node:assert/strict";
import { test } from "node:test";
import { describe, placeText, summary } from "../../lrviz/player/spoken.js";

const STEPS = 5;

/** A run whose values at step n are n, ending after `last`. */
function run(label, last = STEPS) {
  const values = Float64Array.from({ length: STEPS + 1 }, (_, n) => (n <= last ? n : NaN));
  return { label, last, diverged_at: last < STEPS ? last + 1 : -1, w: [values, values.map((value) => -value)], loss: values.map((value) => 10 - value), lr: values.slice(0, STEPS).fill(0.1) };
}

function model(at, visible = [run("Adam 0.1"), run("SGD 3", 2)]) {
  const scenery = { label: "Bowl", variables: ["x", "y"], domain: [[-2, 2], [-1, 3]], minima: [[0, 1]] };
  return { scenery, paths: { steps: STEPS }, visible, at, start: [-1.5, 1e-3] };
}

test("a place names its coordinates", () => {
  assert.equal(placeText(["x", "y"], [-1.5, 1e-3]), "x \u22121.5, y 1e-3");
  assert.equal(placeText(["w"], [2]), "w 2");
});

test("each picture is described at the playhead, with a run that has diverged", () => {
  const said = describe(model(3.7));
  assert.equal(said.loss, "Step 3 of 5: Adam 0.1 loss 7, from 10; SGD 3 diverged at step 3.");
  assert.equal(said.rate, "Step 3 of 5: Adam 0.1 learning rate 0.1; SGD 3 diverged at step 3.");
  const ground = "Bowl over x from \u22122 to 2 and y from \u22121 to 3. Lowest at (0, 1). All runs start at x \u22121.5, y 1e-3. ";
  assert.equal(said.map, `${ground}Step 3 of 5: Adam 0.1 at (3, \u22123); SGD 3 diverged at step 3.`);
  assert.equal(said.surface, `${ground}Step 3 of 5: Adam 0.1 at (3, \u22123), loss 7; SGD 3 diverged at step 3.`);
});

test("before its divergence a run has values, and at the end the last rate", () => {
  assert.match(summary(model(2)), /SGD 3 loss 8\.$/);
  assert.equal(describe(model(STEPS)).rate, "Step 5 of 5: Adam 0.1 learning rate 0.1; SGD 3 diverged at step 3.");
});

test("where all runs are hidden it says so", () => {
  assert.equal(summary(model(1, [])), "Step 1 of 5: no run is shown.");
});
