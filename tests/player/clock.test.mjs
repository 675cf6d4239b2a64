import assert from "node:assert/strict";
import { test } from "node:test";
import { advance, createClock, drawnAt, nudge, pace, pause, play, resize, seek } from "../../lrviz/player/clock.js";

/** Play until it stops, in frames of 1/60 s; the seconds that it took. */
function timeToEnd(clock) {
  let frames = 0;
  for (let now = play(clock); now.playing; now = advance(now, 1 / 60)) frames += 1;
  return frames / 60;
}

test("a run takes about six seconds whatever its length", () => {
  for (const steps of [100, 500, 5000]) assert.ok(Math.abs(timeToEnd(createClock({ steps })) - 6) < 0.1);
});

test("a short run does not crawl: a step takes an eighth of a second at most", () => {
  assert.equal(pace(createClock({ steps: 10 })), 8);
});

test("speed multiplies the pace", () => {
  assert.equal(pace(createClock({ steps: 600, speed: 4 })), 400);
});

test("playing ends on the last step and stands still there", () => {
  const end = advance(createClock({ steps: 10, at: 9.9, playing: true }), 0.1);
  assert.deepEqual([end.at, end.playing], [10, false]);
});

test("a loop begins again", () => {
  const again = advance(createClock({ steps: 10, at: 9.9, playing: true, loop: true }), 0.1);
  assert.deepEqual([again.at, again.playing], [0, true]);
});

test("play starts over from the end, and from where it stands otherwise", () => {
  assert.equal(play(createClock({ steps: 10, at: 10 })).at, 0);
  assert.equal(play(createClock({ steps: 10, at: 4 })).at, 4);
});

test("a pause stands on a whole step", () => {
  assert.deepEqual(pause(createClock({ steps: 10, at: 4.7, playing: true })), createClock({ steps: 10, at: 4 }));
});

test("seeking is clamped and stops playing", () => {
  assert.equal(seek(createClock({ steps: 10, playing: true }), 99).at, 10);
  assert.equal(nudge(createClock({ steps: 10, at: 2 }), -10).at, 0);
});

test("another length keeps the step, and the end for who stood there", () => {
  assert.equal(resize(createClock({ steps: 200, at: 137 }), 500).at, 137);
  assert.equal(resize(createClock({ steps: 200, at: 137 }), 100).at, 100);
  assert.equal(resize(createClock({ steps: 200, at: 200 }), 500).at, 500);
});

test("a tab that slept does not jump", () => {
  assert.ok(advance(createClock({ steps: 600, playing: true }), 60).at <= 50);
});

test("slow playing lingers at the steps, and never goes back", () => {
  const slow = createClock({ steps: 10 });
  assert.ok(drawnAt({ ...slow, at: 3.1 }) < 3.1);
  assert.equal(drawnAt({ ...slow, at: 3 }), 3);
  assert.equal(drawnAt({ ...slow, steps: 5000, at: 3.1 }), 3.1);
});
