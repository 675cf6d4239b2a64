import assert from "node:assert/strict";
import test from "node:test";
import { addressOf } from "../../lrviz/player/formula.js";

test("the reader is asked beside the player's files, under any base path, with every sign of the text", () => {
  const own = "https://host/course/lrviz/player/0123abcd/formula.js";
  const address = new URL(addressOf(own, "x\u00b2 + 1/2&y=#%", ["x", "y", "w"]));
  assert.equal(address.origin + address.pathname, "https://host/course/lrviz/formula");
  assert.equal(address.searchParams.get("text"), "x\u00b2 + 1/2&y=#%");
  assert.equal(address.searchParams.get("names"), "x,y,w");
});
