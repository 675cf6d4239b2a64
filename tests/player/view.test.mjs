import assert from "node:assert/strict";
import { test } from "node:test";
import { commandOf } from "../../lrviz/player/keys.js";
import { createView, toggled, viewOf } from "../../lrviz/player/view.js";

const VIEW = { panes: "both", layout: "overlay", loss_axis: "log", rate: "given", speed: 1, loop: false, numbers: false, unstable: false, axes: "auto", seen: null, camera: null, chosen: 0, hidden: [] };

test("a view is read from a message", () => {
  const meta = { view: { ...VIEW, step: 3 }, chosen: 2, runs: [{ slot: 1, hidden: true }, { slot: 2, hidden: false }] };
  assert.deepEqual(viewOf(meta), { ...VIEW, chosen: 2, hidden: [1] });
});

test("an older message does not undo what the person chose", () => {
  const view = createView(() => 0);
  view.receive(VIEW);
  view.change({ panes: "map" });
  view.receive({ ...VIEW, layout: "split" });
  assert.equal(view.current.panes, "map");
  assert.equal(view.current.layout, "split");
});

test("a message that knows the choice can change it again", () => {
  const view = createView(() => 0);
  view.receive(VIEW);
  view.change({ panes: "map" });
  view.receive({ ...VIEW, panes: "map" });
  view.receive({ ...VIEW, panes: "surface" });
  assert.equal(view.current.panes, "surface");
});

test("the page going back changes the view at once", () => {
  const view = createView(() => 0);
  view.receive({ ...VIEW, speed: 4 });
  view.receive(VIEW);
  assert.equal(view.current.speed, 1);
});

test("what is taken anew is as the message has it, whatever was chosen here", () => {
  const view = createView(() => 0);
  view.receive(VIEW);
  view.change({ seen: [0, 1, 0, 1], panes: "map" });
  view.receive(VIEW);
  assert.deepEqual(view.current.seen, [0, 1, 0, 1]);
  view.receive(VIEW, ["seen", "camera"]);
  assert.equal(view.current.seen, null);
  assert.equal(view.current.panes, "map");
});

test("a page that never answers keeps the person's choice", () => {
  let now = 0;
  const view = createView(() => now);
  view.receive(VIEW);
  view.change({ loss_axis: "linear" });
  now = 1e6;
  view.receive({ ...VIEW });
  assert.equal(view.current.loss_axis, "linear");
});

test("hiding and showing", () => {
  assert.deepEqual(toggled([4], 1), [1, 4]);
  assert.deepEqual(toggled([1, 4], 4), [1]);
});

test("keys", () => {
  const plain = { shiftKey: false, ctrlKey: false, metaKey: false, altKey: false };
  assert.deepEqual(commandOf({ ...plain, key: " " }), { act: "play" });
  assert.deepEqual(commandOf({ ...plain, key: "ArrowLeft", shiftKey: true }), { act: "nudge", by: -10 });
  assert.deepEqual(commandOf({ ...plain, key: "End" }), { act: "seek", to: "end" });
  assert.equal(commandOf({ ...plain, key: " ", ctrlKey: true }), null);
  assert.equal(commandOf({ ...plain, key: "a" }), null);
});
