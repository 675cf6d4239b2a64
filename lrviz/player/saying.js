// What is said of the runs beside the table: on the playhead's track, and in the headline while the knob is turned.

import { colourOf } from "./ink.js";

/**
 * Where runs diverge, and where the verdict on the chosen one changes.
 * @param {import("./types").Model} model @param {import("./types").Theme} theme @param {number} steps
 */
export function marks({ visible, paths, view, verdicts }, theme, steps) {
  const ends = visible.filter((run) => run.diverged_at >= 0).map((run) => ({ step: run.diverged_at, steps, colour: colourOf(run, theme), text: run.sentence }));
  const chosen = paths.runs.findIndex((run) => run.slot === view.chosen);
  const run = paths.runs[chosen];
  const changes = (verdicts[chosen] ?? []).filter(({ step }) => step > 0 && step !== run.diverged_at);
  return [...ends, ...changes.map(({ step, sentence }) => ({ step, steps, colour: colourOf(run, theme), text: `Step ${step}: ${sentence}` }))];
}

/** What became of the chosen run in the end; empty while it is not known. @param {import("./types").Model} model */
export function outcome({ paths, view, verdicts }) {
  const last = verdicts[paths.runs.findIndex((run) => run.slot === view.chosen)]?.at(-1);
  return last ? inShort(last.sentence).replace(/\.$/, "") : "";
}

/** What happened, without why and what would help. @param {string} sentence */
export function inShort(sentence) {
  const [what] = sentence.split(/[:;,] |\. /);
  return `${what.charAt(0).toLowerCase()}${what.slice(1).replace(/\.$/, "")}.`;
}
