import assert from "node:assert/strict";
import { test } from "node:test";
import { stageOf, ticksIn } from "../../lrviz/player/box.js";
import { cameraOf, eyeOf, sideOf, turnedBy, visibleShare } from "../../lrviz/player/camera.js";
import { chosenAxes, equalRoom, filling, homeOf, inFewDigits, isEqual, magnified, seenOf, shifted } from "../../lrviz/player/seen.js";

const near = (a, b, tolerance = 1e-9) => assert.ok(Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b)), `${a} is not ${b}`);

/** Numbers that look random and are the same in every run. */
function chance(seed) {
  let state = seed;
  return (lo = 0, hi = 1) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return lo + ((hi - lo) * state) / 2 ** 32;
  };
}

/** A problem in two variables on a grid with a margin, as the page sends it. */
function scenery(domain, f, margin = 0.15, count = 60) {
  const axes = domain.map(([lo, hi]) => Float64Array.from({ length: count }, (_, i) => lo - margin * (hi - lo) + (i / (count - 1)) * (1 + 2 * margin) * (hi - lo)));
  const shade = Float64Array.from({ length: count * count }, (_, at) => f(axes[0][at % count], axes[1][Math.floor(at / count)]));
  return { key: String(f), dimension: 2, domain, x: axes[0], y: axes[1], shade, height: [Math.min(...shade), Math.max(...shade)], scale: { kind: "linear", floor: 0, offset: 1, unit: 1 }, digits: 4, ticks: [{ at: 0, text: "0" }] };
}

test("equal axes are the rule up to one to three, and can be chosen or refused", () => {
  const of = (width, height) => ({ dimension: 2, domain: [[0, width], [0, height]] });
  assert.deepEqual([[1, 1], [3, 1], [1, 3], [3.1, 1], [1, 20]].map(([w, h]) => isEqual({ axes: "auto" }, of(w, h))), [true, true, true, false, false]);
  assert.equal(isEqual({ axes: "fill" }, of(1, 1)), false);
  assert.equal(isEqual({ axes: "equal" }, of(1, 20)), true);
  assert.equal(isEqual({ axes: "equal" }, { dimension: 1, domain: [[0, 1]] }), false);
  assert.deepEqual([chosenAxes("equal", of(1, 1)), chosenAxes("fill", of(1, 1)), chosenAxes("equal", of(1, 9)), chosenAxes("fill", of(1, 9))], ["auto", "fill", "equal", "auto"]);
});

test("in any room units are equally long, the whole domain is in the picture, and nothing beyond the grid", () => {
  const draw = chance(1);
  for (let i = 0; i < 300; i += 1) {
    const domain = [[draw(-9, 0), draw(0.1, 9)], [draw(-9, 0), draw(0.1, 9)]];
    const problem = scenery(domain, () => 0, 0.15, 4);
    const room = { width: draw(40, 1500), height: draw(40, 1500) };
    const used = equalRoom(problem, room);
    const [x, y] = filling(homeOf(problem), used.width / used.height);
    near(used.width / (x[1] - x[0]), used.height / (y[1] - y[0]));
    for (const [shown, [lo, hi], axis] of [[x, domain[0], problem.x], [y, domain[1], problem.y]]) {
      assert.ok(shown[0] <= lo + 1e-9 && shown[1] >= hi - 1e-9);
      assert.ok(shown[0] >= axis[0] - 1e-9 && shown[1] <= axis[3] + 1e-9);
    }
    assert.ok(used.width > room.width - 1e-9 || used.height > room.height - 1e-9, "room is left on all sides");
  }
});

test("what is moved or magnified keeps its shape and the place under the hand; there and back is where it was", () => {
  const draw = chance(2);
  for (let i = 0; i < 200; i += 1) {
    const home = [[draw(-5, 0), draw(1, 5)], [draw(-5, 0), draw(1, 5)]];
    const at = [draw(-2, 2), draw(-2, 2)];
    const factor = draw(0.3, 3);
    const closer = magnified(home, factor, at, home);
    closer.forEach(([lo, hi], k) => {
      near((hi - lo) * factor, home[k][1] - home[k][0]);
      near((at[k] - lo) / (hi - lo), (at[k] - home[k][0]) / (home[k][1] - home[k][0]), 1e-6);
    });
    const back = shifted(shifted(magnified(closer, 1 / factor, at, home), [1, -2]), [-1, 2]);
    back.flat().forEach((value, k) => near(value, home.flat()[k], 1e-9));
    let far = home;
    for (let n = 0; n < 40; n += 1) far = magnified(far, 1.6, null, home);
    assert.ok(far[0][1] - far[0][0] > 0.9e-4 * (home[0][1] - home[0][0]));
    for (let n = 0; n < 80; n += 1) far = magnified(far, 1 / 1.6, null, home);
    assert.ok(far[0][1] - far[0][0] < 20.1 * (home[0][1] - home[0][0]));
  }
});

test("few digits are written, and mean the same picture", () => {
  const draw = chance(3);
  for (let i = 0; i < 200; i += 1) {
    const size = 10 ** draw(-5, 5);
    const seen = [draw(-1, 0) * size, draw(0.1, 1) * size, draw(-1, 0) * size, draw(0.1, 1) * size];
    const text = inFewDigits(seen).join("~");
    assert.ok(text.length < 48, text);
    text.split("~").map(Number).forEach((value, k) => assert.ok(Math.abs(value - seen[k]) <= 1e-3 * (seen[k < 2 ? 1 : 3] - seen[k < 2 ? 0 : 2])));
  }
});

test("a view without a part of its own shows the domain; of a curve all heights", () => {
  assert.deepEqual(seenOf({ seen: null }, { dimension: 2, domain: [[0, 1], [2, 3]] }), [[0, 1], [2, 3]]);
  assert.deepEqual(seenOf({ seen: null }, { dimension: 1, domain: [[0, 1]] }), [[0, 1], [0, 1]]);
  assert.deepEqual(seenOf({ seen: [1, 2, 3, 4] }, { dimension: 2, domain: [[0, 1], [2, 3]] }), [[1, 2], [3, 4]]);
});

/** Where a corner of the box is in the view, -1 to 1 at its borders. */
function projected(corner, { eye, center }, aspect) {
  const minus = (a, b) => a.map((value, k) => value - b[k]);
  const dot = (a, b) => a.reduce((sum, value, k) => sum + value * b[k], 0);
  const unit = (a) => a.map((value) => value / Math.hypot(...a));
  const cross = ([a, b, c], [d, e, f]) => [b * f - c * e, c * d - a * f, a * e - b * d];
  const [from, to] = [eye, center].map(({ x, y, z }) => [x, y, z]);
  const forward = unit(minus(to, from));
  const right = unit(cross(forward, [0, 0, 1]));
  const up = cross(right, forward);
  const way = minus(corner, from);
  const scale = Math.tan(Math.PI / 8) * dot(way, forward);
  return [dot(way, right) / scale / aspect, dot(way, up) / scale];
}

test("from every side, in every shape of room and box, all of the surface is in the view, and as large as its marks allow", () => {
  const draw = chance(4);
  for (let i = 0; i < 300; i += 1) {
    const box = { sides: [draw(0.4, 2.7), draw(0.4, 2.7), 0.52] };
    const room = { width: draw(300, 1500), height: draw(280, 900), scale: 1 };
    const camera = cameraOf([draw(0, 360), draw(-88, 88)], box, room);
    const places = Array.from({ length: 8 }, (_, k) => box.sides.map((side, axis) => ((k >> axis) & 1 ? side / 2 : -side / 2)))
      .flatMap((corner) => projected(corner, camera, room.width / room.height).map((place, axis) => ((1 - Math.abs(place)) * (axis ? room.height : room.width)) / 2));
    assert.ok(Math.min(...places) > 39.9, `a corner is ${Math.min(...places)} px from the border`);
    assert.ok(Math.min(...places) < 40.1);
  }
});

test("a turn goes around without an end, and never over the top", () => {
  assert.deepEqual(turnedBy([350, 30], 20, 0), [10, 30]);
  assert.deepEqual(turnedBy([10, 30], -20, 0), [350, 30]);
  assert.deepEqual(turnedBy([0, 80], 0, 50), [0, 89]);
  assert.deepEqual(turnedBy([0, -80], 0, -50), [0, -89]);
});

test("the base has the proportions of what is seen where axes are equal, and is square where they are not", () => {
  const problem = scenery([[-6, 6], [-2, 2]], (x, y) => x * x + y * y);
  const sides = (view) => stageOf(problem, view).box.sides;
  near(sides({ axes: "auto", seen: null })[0] / sides({ axes: "auto", seen: null })[1], 3);
  near(sides({ axes: "fill", seen: null })[0] / sides({ axes: "fill", seen: null })[1], 1);
  near(sides({ axes: "equal", seen: [0, 1, 0, 2] })[0] / sides({ axes: "equal", seen: [0, 1, 0, 2] })[1], 0.5);
});

test("what is seen of a surface fills the height of its box, with marks", () => {
  const problem = scenery([[-2, 2], [-2, 2]], (x, y) => x * x + y * y);
  const { box } = stageOf(problem, { axes: "auto", seen: [1, 2, 1, 2] });
  assert.ok(box.ranges[2][0] > 1.5 && box.ranges[2][1] < 8.5, box.ranges[2]);
  assert.deepEqual(stageOf(problem, { axes: "auto", seen: null }).box.ranges[2], problem.height);
  const ticks = ticksIn(problem, box.ranges[2]);
  assert.equal(ticks.length, 3);
  for (const { at, text } of ticks) near(Number(text), at, 1e-2);
});

test("the first look at a ravine is into it, from a side where it is large", () => {
  const problem = scenery([[-10, 10], [-4, 4]], (x, y) => (x * x + 50 * y * y) / 2);
  const stage = stageOf(problem, { axes: "auto", seen: null });
  const camera = sideOf(stage);
  const valley = Array.from({ length: 20 }, (_, i) => [-9 + (18 * i) / 19, 0]);
  assert.ok(visibleShare(stage, valley, eyeOf(camera, stage.box, { width: 540, height: 360, scale: 1 })) >= 0.9);
  assert.deepEqual(sideOf(stage), camera);
});
