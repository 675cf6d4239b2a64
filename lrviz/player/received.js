// What has come: sceneries, the runs on one of them, and what became of the runs. In whatever order it comes.

import { readPaths, readScenery } from "./paths.js";

/** @typedef {import("./types").Paths} Paths */
/** @typedef {import("./types").Run} Run */
/** @typedef {import("./types").Scenery} Scenery */
/** @typedef {import("./types").Point} Point */
/** @typedef {import("./types").Judgement} Judgement */
/** @typedef {import("./types").Advice} Advice */
/** @typedef {import("./types").Message<import("./types").SceneryMeta>} SceneryMessage */
/** @typedef {import("./types").Message<import("./types").PathsMeta>} PathsMessage */

const KEPT = 3; // sceneries
const HOLD = 3000; // ms for which a start that was set here stands before a message confirms it

/** @param {(message: PathsMessage) => void} arrived Called with runs that had to wait for their scenery. */
export function createReceived(arrived) {
  /** @type {Map<string, Scenery>} */
  const sceneries = new Map();
  /** @type {PathsMessage | null} */
  let waiting = null;
  /** @type {{scenery: Scenery, paths: Paths} | null} */
  let shown = null;
  /** @type {import("./types").VerdictsMeta | null} */
  let verdicts = null;
  /** @type {import("./types").AdviceMeta | null} */
  let advice = null;
  /** @type {{point: Point, until: number} | null} */
  let held = null;
  /** @type {{from: Paths, stand: Run, paths: Paths} | null} */
  let swapped = null;

  return {
    /** Runs and their scenery; null until both are here. */
    get shown() {
      return shown;
    },
    /** @param {SceneryMessage} message */
    async scenery(message) {
      sceneries.set(message.meta.key, await readScenery(message));
      if (sceneries.size > KEPT) sceneries.delete(/** @type {string} */ (sceneries.keys().next().value));
      if (waiting && waiting.meta.scenery === message.meta.key) arrived(waiting);
    },
    /** Take runs over; null where their scenery is still on its way. @param {PathsMessage} message @returns {Paths | null} */
    paths(message) {
      const scenery = sceneries.get(message.meta.scenery);
      waiting = scenery ? null : message;
      if (!scenery) return null;
      const paths = readPaths(message, scenery);
      shown = { scenery, paths };
      if (held && (held.until < performance.now() || near(held.point, paths.start))) held = null;
      return paths;
    },
    /** Take over what became of runs; whether they are those that are shown. @param {import("./types").VerdictsMeta} meta */
    verdicts(meta) {
      verdicts = meta;
      return shown?.paths.token === meta.token;
    },
    /** What became of the runs; empty until it is known. @param {Paths} paths @returns {Judgement[][]} */
    judgements(paths) {
      return verdicts && verdicts.token === paths.token ? verdicts.runs : [];
    },
    /** Take over what was tried on runs; whether they are those that are shown. @param {import("./types").AdviceMeta} meta */
    advice(meta) {
      advice = meta;
      return shown?.paths.token === meta.token;
    },
    /** What was tried on the runs; empty until it is known. @param {Paths} paths @returns {Advice[]} */
    advised(paths) {
      return advice && advice.token === paths.token ? advice.runs : [];
    },
    /** A start that was set here, until a message confirms it. @param {Point} point */
    hold(point) {
      held = { point, until: performance.now() + HOLD };
    },
    /** @param {Paths} paths @returns {Point} */
    start(paths) {
      return held ? held.point : paths.start;
    },
    /** The runs with one replaced; the same object while the one is the same. @param {Paths} from @param {Run} run @param {Run} stand @returns {Paths} */
    withRun(from, run, stand) {
      if (swapped?.from !== from || swapped.stand !== stand) swapped = { from, stand, paths: { ...from, runs: from.runs.map((one) => (one === run ? stand : one)) } };
      return swapped.paths;
    },
    destroy() {
      waiting = null;
    },
  };
}

/** @param {Point} a @param {Point} b */
function near(a, b) {
  return a.every((value, k) => Math.abs(value - b[k]) <= 1e-6 * Math.max(1, Math.abs(value)));
}
