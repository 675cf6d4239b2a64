import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL("../../lrviz/player/", import.meta.url));
const skip = process.features.require_module ? false : "only a Node that can require modules can tell";

// A process of its own: what else a module misses without a page is none of this test's business.
const ASK = `
  process.on("unhandledRejection", () => {});
  const waits = (path) => {
    try { require(path); } catch (error) { return error.code === "ERR_REQUIRE_ASYNC_MODULE"; }
    return false;
  };
  console.log(JSON.stringify(process.argv.slice(1).filter(waits)));
`;

/** Those of the modules that wait at their top level. @param {string[]} paths */
function waiting(paths) {
  return JSON.parse(execFileSync(process.execPath, ["--no-warnings", "--eval", ASK, ...paths], { encoding: "utf8" }));
}

// WebKit hands a module out before its top-level await has ended, where two components ask for it at once.
test("no module of the player waits at its top level", { skip }, () => {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith(".js"));
  assert.ok(names.includes("streamlit.js"));
  assert.deepEqual(waiting(names.map((name) => join(FOLDER, name))), []);
});

test("a module that waits at its top level is found", { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), "lrviz-"));
  const [waits, asks] = ["waits.mjs", "asks.mjs"].map((name) => join(folder, name));
  writeFileSync(waits, "export const one = await Promise.resolve(1);\n");
  writeFileSync(asks, "export const one = async () => await Promise.resolve(1);\n");
  assert.deepEqual(waiting([waits, asks]), [waits]);
  rmSync(folder, { recursive: true });
});
