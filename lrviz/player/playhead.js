// The playhead: where it is, whether it moves, and that it is said where it rests.

import { advance, createClock, drawnAt, nudge, pause, play, resize, seek } from "./clock.js";

const REST = 250; // ms until a resting playhead is reported

/**
 * @param {{moved: () => void, rested: (step: number | null) => void}} how `moved` when there is something to draw;
 *   `rested` with the step, or null at the end of the run, wherever that will be.
 */
export function createPlayhead({ moved, rested }) {
  let clock = createClock();
  let epoch = 0;
  let before = 0;
  let rest = 0;
  let due = 0; // the step that was asked for, where the runs were not computed so far

  /** @param {import("./clock.js").Clock} next */
  function move(next) {
    clock = next;
    due = before = 0;
    if (clock.playing) clearTimeout(rest);
    else report();
    moved();
  }

  /** Say where the playhead rests, once it does. */
  function report() {
    clearTimeout(rest);
    rest = window.setTimeout(() => {
      if (!clock.playing) rested(clock.at >= clock.steps ? null : Math.floor(clock.at));
    }, REST);
  }

  return {
    get playing() {
      return clock.playing;
    },
    get steps() {
      return clock.steps;
    },
    /** The step that is complete. */
    get step() {
      return Math.floor(clock.at);
    },
    /** Where the head is drawn, between two steps. */
    get at() {
      return drawnAt(clock);
    },
    /**
     * Take the length of the runs over, and the place where a message asks for one.
     * @param {import("./types").PathsMeta} meta @param {{first: boolean, still: boolean}} how `still` where nothing may move by itself.
     */
    place({ steps, view: { step }, autoplay, epoch: wanted = 0 }, { first, still }) {
      const asked = first || wanted !== epoch;
      epoch = wanted;
      clock = asked ? seek({ ...clock, steps }, step ?? steps) : resize(clock, steps);
      if (asked) due = step ?? 0;
      if (due) clock = seek(clock, due);
      if (due <= steps) due = 0;
      if (asked && autoplay && step === null && !still) clock = play({ ...clock, at: 0 });
    },
    /** @param {Pick<import("./types").View, "speed" | "loop">} view */
    pace({ speed, loop }) {
      clock = { ...clock, speed, loop };
    },
    /** Let time pass. @param {number} now in ms */
    tick(now) {
      const was = clock.playing;
      clock = advance(clock, before ? (now - before) / 1000 : 0);
      before = clock.playing ? now : 0;
      if (was && !clock.playing) report();
    },
    toggle: () => move(clock.playing ? pause(clock) : play(clock)),
    restart: () => move({ ...clock, at: 0 }),
    /** @param {number} by */
    nudge: (by) => move(nudge(clock, by)),
    /** @param {"start" | "end"} to */
    jump: (to) => move(seek(clock, to === "start" ? 0 : clock.steps)),
    /** Follow a finger along the track; it is reported when it is `done`. @param {number} to @param {boolean} done */
    scrub(to, done) {
      clock = seek(clock, to);
      due = 0;
      if (done) report();
      moved();
    },
    destroy() {
      clearTimeout(rest);
    },
  };
}
