// What is being turned: which number of which run, the families that have come, and the run in the place of the real one.

import { memberOf, memberRun, readFamily } from "./family.js";

/** @typedef {import("./types").Run} Run */
/** @typedef {import("./types").Paths} Paths */
/** @typedef {import("./types").View} View */
/** @typedef {import("./types").Scenery} Scenery */
/** @typedef {import("./types").KnobMeta} KnobMeta */
/** @typedef {import("./family.js").Family} Family */
/** @typedef {{slot: number, name: string, value: number}} Setting */
/** @typedef {{slot: number, key: string, member: number, until: number | null}} Turned */

const HOLD = 4000; // ms for which what was set stands before the page's message confirms it
const PATIENCE = 8000; // ms after which a family is asked for again
const KEPT = 6; // families
const EDGE = 0.08; // of the track: a rate that is let go there gets a new family around it

/** @param {{ask: (question: {slot: number, name: string}) => void, now?: () => number}} how */
export function createTurning({ ask, now = () => performance.now() }) {
  let name = "lr";
  /** @type {Turned | null} */
  let turned = null;
  /** @type {Map<string, Family>} */
  const families = new Map();
  /** @type {{key: string, at: number} | null} */
  let asked = null;
  /** @type {{run: Run, family: Family, member: number, stand: Run} | null} */
  let made = null;

  /** The knob of the chosen run. @param {Paths} paths @param {View} view @returns {{run: Run, knob: KnobMeta} | null} */
  function knobOf(paths, view) {
    const run = paths.runs.find(({ slot }) => slot === view.chosen) ?? paths.runs[0];
    const knobs = run?.knobs ?? [];
    const knob = knobs.find((one) => one.name === name) ?? knobs[0];
    return knob ? { run, knob } : null;
  }

  /** A family that the run, as it is, belongs to. @param {KnobMeta} knob */
  function familyOf(knob) {
    const family = families.get(knob.key);
    return family && memberOf(family, knob.value) >= 0 ? family : null;
  }

  /** @param {Run} run @param {KnobMeta} knob */
  function request(run, knob) {
    if (asked?.key === knob.key && now() - asked.at < PATIENCE) return;
    asked = { key: knob.key, at: now() };
    ask({ slot: run.slot, name: knob.name });
  }

  /** @param {Run} run @param {Family} family @param {number} member @param {Scenery} scenery */
  function standIn(run, family, member, scenery) {
    if (made?.run !== run || made.family !== family || made.member !== member) made = { run, family, member, stand: memberRun(run, family, member, scenery) };
    return made.stand;
  }

  return {
    get isTurned() {
      return turned !== null;
    },
    /** Take another number. @param {string} next */
    choose(next) {
      name = next;
      turned = null;
    },
    /** Ask for the family of the chosen run, unless it is here. @param {Paths} paths @param {View} view */
    want(paths, view) {
      const here = knobOf(paths, view);
      if (here && !familyOf(here.knob)) request(here.run, here.knob);
    },
    /** A family has come; not while the one that it replaces is being turned. @param {import("./types").Message<import("./types").FamilyMeta>} message */
    receive(message) {
      const family = readFamily(message);
      if (asked?.key === family.key) asked = null;
      if (turned?.key === family.key) return;
      families.delete(family.key);
      families.set(family.key, family);
      if (families.size > KEPT) families.delete(/** @type {string} */ (families.keys().next().value));
    },
    /** The runs are others: what was set stands in them, or somebody else has set something. @param {Paths} paths @param {View} view */
    settle(paths, view) {
      const here = knobOf(paths, view);
      const family = here && families.get(here.knob.key);
      if (turned && (!family || turned.key !== here.knob.key || turned.slot !== here.run.slot)) turned = null;
      if (turned && family && here && turned.until !== null && (memberOf(family, here.knob.value) === turned.member || now() > turned.until)) turned = null;
      if (turned || !family || !here || here.knob.name !== "lr") return;
      const part = memberOf(family, here.knob.value) / (family.values.length - 1);
      if (part >= 0 && (part < EDGE || part > 1 - EDGE)) request(here.run, here.knob);
    },
    /** Show a member. @param {Paths} paths @param {View} view @param {number} member */
    turn(paths, view, member) {
      const here = knobOf(paths, view);
      if (here && familyOf(here.knob)) turned = { slot: here.run.slot, key: here.knob.key, member, until: null };
    },
    /** Let go: the value to set, or null where nothing is to be. @param {Paths} paths @param {View} view @returns {Setting | null} */
    release(paths, view) {
      const here = knobOf(paths, view);
      const family = here && familyOf(here.knob);
      if (!turned || !here || !family) return null;
      const value = family.values[turned.member];
      if (value === here.knob.value) {
        turned = null;
        return null;
      }
      turned.until = now() + HOLD;
      return { slot: turned.slot, name: here.knob.name, value };
    },
    cancel() {
      turned = null;
    },
    /** What the knob shows. @param {Paths} paths @param {View} view */
    state(paths, view) {
      const here = knobOf(paths, view);
      if (!here) return null;
      const family = familyOf(here.knob);
      const own = family ? memberOf(family, here.knob.value) : -1;
      return { ...here, family, member: turned && family ? turned.member : own, waiting: asked?.key === here.knob.key };
    },
    /**
     * The runs with the member in the place of the run that is turned; the same object for the same member.
     * @param {Paths} paths @param {View} view @param {Scenery} scenery
     * @returns {{run: Run, stand: Run, judgements: import("./types").Judgement[]} | null}
     */
    apply(paths, view, scenery) {
      const here = turned && knobOf(paths, view);
      const family = here && familyOf(here.knob);
      if (!turned || !here || !family || turned.slot !== here.run.slot || family.values[turned.member] === here.knob.value) return null;
      return { run: here.run, stand: standIn(here.run, family, turned.member, scenery), judgements: family.verdicts[turned.member] };
    },
  };
}
