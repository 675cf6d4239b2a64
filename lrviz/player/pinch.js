// Two fingers on a figure: what they hold stays under them while they move.

/** @typedef {{x: number, y: number}} Spot */
/** @typedef {{x: [number, number], y: [number, number], area: import("./types").Rect}} Frame the ends of both axes and where they lie in the window */
/** @typedef {{x: [number, number], y: [number, number]}} Ends */

const MOST = 50; // times that one gesture magnifies or shrinks
const MEANT = 0.03; // an end that moved by less, as a share of what is seen, has not moved

/**
 * The ends of both axes after two fingers went from `from` to `to`, in pixels of the window: one factor for both axes,
 * and what was half-way between the fingers is so again.
 * @param {Frame} frame @param {[Spot, Spot]} from @param {[Spot, Spot]} to @returns {Ends}
 */
export function pinched({ x, y, area }, from, to) {
  const factor = Math.min(Math.max(apart(to) / Math.max(apart(from), 1), 1 / MOST), MOST);
  const [before, after] = [middle(from), middle(to)];
  const share = (/** @type {Spot} */ spot) => [(spot.x - area.left) / (area.right - area.left), (area.bottom - spot.y) / (area.bottom - area.top)];
  const [was, is] = [share(before), share(after)];
  return { x: held(x, factor, was[0], is[0]), y: held(y, factor, was[1], is[1]) };
}

/** The ends moved, or narrowed, so that nothing beyond the reach is seen. @param {Ends} ends @param {Ends} reach @returns {Ends} */
export function within(ends, reach) {
  return { x: shifted(ends.x, reach.x), y: shifted(ends.y, reach.y) };
}

/** @param {[number, number]} ends @param {[number, number]} reach @returns {[number, number]} */
function shifted([low, high], [first, last]) {
  if (high - low >= last - first) return [first, last];
  const moved = Math.min(Math.max(low, first), last - (high - low));
  return [moved, moved + (high - low)];
}

/** @param {[number, number]} ends @param {number} factor @param {number} was @param {number} is @returns {[number, number]} */
function held([low, high], factor, was, is) {
  const width = (high - low) / factor;
  const first = low + (high - low) * was - width * is;
  return [first, first + width];
}

/** @param {[Spot, Spot]} fingers */
function apart([a, b]) {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** @param {[Spot, Spot]} fingers @returns {Spot} */
function middle([a, b]) {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

/** @param {[number, number]} ends @param {[number, number]} before */
function differ(ends, before) {
  return ends.some((end, i) => Math.abs(end - before[i]) > MEANT * (before[1] - before[0]));
}

/** @param {TouchEvent} event @returns {[Spot, Spot] | null} */
function fingersOf({ touches }) {
  if (touches.length !== 2) return null;
  const [a, b] = [touches[0], touches[1]];
  return [{ x: a.clientX, y: a.clientY }, { x: b.clientX, y: b.clientY }];
}

/**
 * Watch an element for two fingers: `begin` tells the frame, or null where there is nothing to zoom; `show` is told
 * the ends while the fingers move, at most once a frame of the display, and `end` the last, null if it was no zoom.
 * @param {HTMLElement} host
 * @param {{begin: () => (Frame & {reach: Ends}) | null, show: (ends: Ends) => void, end: (ends: Ends | null) => void}} how
 */
export function listenForPinch(host, { begin, show, end }) {
  /** @type {{frame: Frame & {reach: Ends}, from: [Spot, Spot], to: [Spot, Spot]} | null} */
  let gesture = null;
  let drawn = 0;
  const start = (/** @type {TouchEvent} */ event) => {
    const fingers = fingersOf(event);
    const frame = fingers && !gesture ? begin() : null;
    if (!frame || !fingers) return;
    event.preventDefault();
    gesture = { frame, from: fingers, to: fingers };
  };
  const move = (/** @type {TouchEvent} */ event) => {
    const fingers = fingersOf(event);
    if (!gesture || !fingers) return;
    event.preventDefault();
    gesture.to = fingers;
    drawn ||= requestAnimationFrame(() => {
      drawn = 0;
      if (gesture) show(within(pinched(gesture.frame, gesture.from, gesture.to), gesture.frame.reach));
    });
  };
  const stop = () => {
    if (!gesture) return;
    const { frame, from, to } = gesture;
    gesture = null;
    const ends = within(pinched(frame, from, to), frame.reach);
    end(differ(ends.x, frame.x) || differ(ends.y, frame.y) ? ends : null);
  };
  host.addEventListener("touchstart", start, { passive: false });
  host.addEventListener("touchmove", move, { passive: false });
  host.addEventListener("touchend", stop);
  host.addEventListener("touchcancel", stop);
}
