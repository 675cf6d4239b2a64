// The trails of one pane: each step is stroked once while the playhead runs forward.

import { colourOf, drawDots, strokeTrack } from "./ink.js";
import { clipped, freshContext } from "./pane.js";
import { reached } from "./track.js";

/** @typedef {import("./types").Track} Track */
/** @typedef {import("./types").Theme} Theme */

/**
 * A run's polyline and where it may be seen.
 * @typedef {{run: import("./types").Run, track: Track, rect: import("./types").Rect, wide: boolean}} Trail
 */

const WIDTH = 2.25;
const WIDE = 3;
export const TAIL = 48; // vertices that are drawn at full strength behind the head

/** @param {Trail} trail @param {Theme} theme */
export function penOf({ run, wide }, theme) {
  return { colour: colourOf(run, theme), dash: run.style.dash, width: wide ? WIDE : WIDTH };
}

/** @param {HTMLCanvasElement} canvas @param {{dots: boolean}} options */
export function createTrails(canvas, { dots }) {
  /** @type {Trail[]} */
  let trails = [];
  /** @type {number[]} */
  let drawn = [];
  let shown = -1;
  /** @type {CanvasRenderingContext2D | null} */
  let context = null;

  /** @param {Trail} trail @param {number} from @param {number} to @param {Theme} theme */
  function extend(trail, from, to, theme) {
    const target = /** @type {CanvasRenderingContext2D} */ (context);
    clipped(target, trail.rect, () => {
      strokeTrack(target, trail.track, from, to, penOf(trail, theme));
      if (dots) drawDots(target, trail.track, from, to, colourOf(trail.run, theme));
    });
  }

  return {
    get list() {
      return trails;
    },
    /** @param {Trail[]} next in drawing order */
    set(next) {
      trails = next;
      shown = -1;
    },
    /** @param {number} step @param {Theme} theme */
    show(step, theme) {
      if (step < shown || shown < 0 || !context) {
        context = freshContext(canvas);
        drawn = trails.map(() => 0);
      } else if (step === shown) return;
      shown = step;
      trails.forEach((trail, i) => {
        const to = reached(trail.track, step);
        if (to > drawn[i]) extend(trail, drawn[i], to, theme);
        drawn[i] = to;
      });
    },
  };
}
