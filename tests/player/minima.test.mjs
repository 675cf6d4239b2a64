import assert from "node:assert/strict";
import { test } from "node:test";
import { minimaOf } from "../../lrviz/player/minima.js";

const LOCAL = { local_minima: [[1.75, -0.87]], local_losses: [0.299] };

test("the lowest minimum lies on top of the local ones", () => {
  const marks = minimaOf({ minima: [[0, 0]], minimum_loss: 0, ...LOCAL });
  assert.deepEqual(marks.map(({ word, local, loss }) => [word, local, loss]), [["local minimum", true, 0.299], ["lowest minimum", false, 0]]);
});

test("equally deep ones are not told apart", () => {
  const [mark] = minimaOf({ minima: [[1], [-1]], minimum_loss: -0.25 });
  assert.equal(mark.word, "one of the lowest minima");
});

test("where the lowest is not known a minimum is called no more than that", () => {
  const [mark] = minimaOf({ minima: [], minimum_loss: null, ...LOCAL });
  assert.deepEqual([mark.word, mark.local], ["minimum", true]);
});
