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

/** @param {Trail} trail @param {Theme} theme */
export function penOf({ run, wide }, theme) {
  return { colour: colourOf(run, theme), dash: run.style.dash, width: (wide ? WIDE : WIDTH) * theme.scale };
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {{dots?: boolean, whole?: boolean}} options `dots` on steps that can be told apart; the `whole` trail faintly before it is reached
 */
export function createTrails(canvas, { dots = false, whole = false }) {
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
        if (whole) for (const trail of trails) drawFaintly(context, trail, theme);
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

/** @param {CanvasRenderingContext2D} context @param {Trail} trail @param {Theme} theme */
function drawFaintly(context, { run, track, rect }, theme) {
  context.globalAlpha = 0.28;
  clipped(context, rect, () => strokeTrack(context, track, 0, track.x.length, { colour: colourOf(run, theme), dash: [], width: 1.5 }));
  context.globalAlpha = 1;
}
