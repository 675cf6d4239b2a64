// What is shown, where two may change it: the person here, at once, and the page's messages, a little later.

/** @typedef {import("./types").View} View */
/** @typedef {import("./types").PathsMeta} PathsMeta */

const PATIENCE = 4000; // ms in which an older message does not undo what the person chose

/** The view that a message asks for. @param {Pick<PathsMeta, "view" | "chosen" | "runs">} message @returns {View} */
export function viewOf({ view, chosen, runs }) {
  const { panes, layout, loss_axis, rate = "given", speed, loop, numbers, unstable = false, axes = "auto", seen = null, camera = null } = view;
  return { panes, layout, loss_axis, rate, speed, loop, numbers, unstable, axes, seen, camera, chosen, hidden: runs.filter((run) => run.hidden).map((run) => run.slot) };
}

/** @param {unknown} a @param {unknown} b */
function same(a, b) {
  return JSON.stringify(a) === JSON.stringify(b);
}

/**
 * Keeps the view. A message changes a field where it differs from the message before it, unless the person
 * has just changed that field and the message does not know it yet.
 * @param {() => number} [now]
 */
export function createView(now = () => performance.now()) {
  /** @type {View | null} */
  let shown = null;
  /** @type {View | null} */
  let told = null;
  /** @type {Map<string, {value: unknown, until: number}>} */
  const pending = new Map();

  /** @param {string} field @param {unknown} value */
  function isOutdated(field, value) {
    const own = pending.get(field);
    if (!own) return false;
    if (same(own.value, value) || now() > own.until) pending.delete(field);
    return pending.has(field);
  }

  return {
    get current() {
      return /** @type {View} */ (shown);
    },
    /** Take a message's view over; of the fields in `anew` whatever was chosen here. @param {View} next @param {(keyof View)[]} [anew] */
    receive(next, anew = []) {
      const before = told;
      const kept = shown;
      told = next;
      if (!before || !kept) {
        shown = next;
        return;
      }
      for (const field of anew) pending.delete(field);
      const fields = /** @type {(keyof View)[]} */ (Object.keys(next));
      const changed = fields.filter((field) => anew.includes(field) || (!isOutdated(field, next[field]) && !same(before[field], next[field])));
      shown = { ...kept, ...Object.fromEntries(changed.map((field) => [field, next[field]])) };
    },
    /** @param {Partial<View>} part */
    change(part) {
      shown = { .../** @type {View} */ (shown), ...part };
      for (const [field, value] of Object.entries(part)) pending.set(field, { value, until: now() + PATIENCE });
    },
  };
}

/** Show or hide a run. @param {number[]} hidden @param {number} slot */
export function toggled(hidden, slot) {
  return hidden.includes(slot) ? hidden.filter((other) => other !== slot) : [...hidden, slot].sort((a, b) => a - b);
}
