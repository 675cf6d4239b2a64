import assert from "node:assert/strict";
import { test } from "node:test";
import { createPlayhead } from "../../lrviz/player/playhead.js";

globalThis.window ??= globalThis;

/** A playhead that remembers what it said, 100 steps long unless a message says otherwise. */
function placed(meta = {}, how = {}) {
  const said = { moved: 0, rested: [] };
  const playhead = createPlayhead({ moved: () => (said.moved += 1), rested: (step) => said.rested.push(step) });
  playhead.place({ steps: 100, view: { step: null }, autoplay: false, ...meta }, { first: true, still: false, ...how });
  return { playhead, said };
}

const rest = () => new Promise((resolve) => setTimeout(resolve, 400));

test("it stands where the first message says, else at the end", () => {
  assert.equal(placed().playhead.step, 100);
  assert.equal(placed({ view: { step: 37 } }).playhead.step, 37);
  assert.equal(placed({ view: { step: 370 } }).playhead.step, 100);
});

test("a later message moves it only where it asks for that", () => {
  const { playhead } = placed({ view: { step: 37 } });
  playhead.place({ steps: 50, view: { step: 10 } }, { first: false, still: false });
  assert.deepEqual([playhead.step, playhead.steps], [37, 50]);
  playhead.place({ steps: 50, view: { step: 10 }, epoch: 1 }, { first: false, still: false });
  assert.equal(playhead.step, 10);
});

test("it plays by itself where it is asked to, nothing must stand still and no step is asked for", () => {
  const { playhead } = placed({ autoplay: true });
  assert.deepEqual([playhead.playing, playhead.step], [true, 0]);
  playhead.destroy();
  assert.equal(placed({ autoplay: true }, { still: true }).playhead.playing, false);
  assert.equal(placed({ autoplay: true, view: { step: 3 } }).playhead.playing, false);
});

test("time moves it to the end, where it rests, which is said as null", async () => {
  const { playhead, said } = placed({ autoplay: true });
  for (let now = 1; playhead.playing; now += 300) playhead.tick(now);
  assert.equal(playhead.step, 100);
  assert.deepEqual(said.rested, []);
  await rest();
  assert.deepEqual(said.rested, [null]);
});

test("a playhead that is moved on before it rests is said once", async () => {
  const { playhead, said } = placed({ view: { step: 10 } });
  playhead.nudge(1);
  playhead.nudge(1);
  playhead.scrub(40, false);
  playhead.scrub(41, true);
  await rest();
  assert.deepEqual(said.rested, [41]);
  assert.equal(said.moved, 4);
});

test("one that plays again is not said to rest", async () => {
  const { playhead, said } = placed({ view: { step: 10 } });
  playhead.jump("start");
  playhead.toggle();
  await rest();
  assert.deepEqual(said.rested, []);
  playhead.toggle();
  playhead.destroy();
  await rest();
  assert.deepEqual(said.rested, []);
});

test("a step that is not computed yet is gone to once it is, unless somebody has moved meanwhile", () => {
  const later = { first: false, still: false };
  const { playhead } = placed({ steps: 20, view: { step: 80 } });
  assert.equal(playhead.step, 20);
  playhead.place({ steps: 50, view: { step: 80 } }, later);
  assert.equal(playhead.step, 50);
  playhead.place({ steps: 100, view: { step: 80 } }, later);
  assert.equal(playhead.step, 80);
  playhead.place({ steps: 200, view: { step: 80 } }, later);
  assert.equal(playhead.step, 80);
  const moved = placed({ steps: 20, view: { step: 80 } }).playhead;
  moved.scrub(7, true);
  moved.place({ steps: 100, view: { step: 80 } }, later);
  assert.equal(moved.step, 7);
});
