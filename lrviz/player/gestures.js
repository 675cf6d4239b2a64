// What a hand does to a picture: a mouse drags, clicks and turns its wheel; two fingers drag and pinch. One finger is
// left to the page, which scrolls.

import { placeOf } from "./tip.js";

/** @typedef {{x: number, y: number}} Spot */

const STILL = 4; // px; a pointer that moved less has clicked
const DOUBLE = 260; // ms in which a second click makes a double click
const WHEEL = 0.0018; // how much a pixel of the wheel magnifies
const LINE = 24; // px of the wheel, where it counts in lines
const MOST = 1.6; // times that one event magnifies or shrinks

/**
 * `begins` says whether a press belongs to the picture; `drag` is told by how many pixels, and whether it is the
 * other drag (right button or shift); `zoom` by what factor and where; `click` comes when it is no double click, which
 * is `reset`; `alone` when one finger has moved over the picture.
 * @param {HTMLElement} host
 * @param {{begins: (target: Element) => boolean, drag: (by: Spot, other: boolean) => void, zoom: (factor: number, spot: Spot) => void, click: (spot: Spot) => void, reset: () => void, alone?: () => void, press?: () => void}} how
 */
export function listenForGestures(host, { begins, drag, zoom, click, reset, alone, press }) {
  /** @type {{from: Spot, last: Spot, moved: boolean, touch: boolean, other: boolean, button: number} | null} */
  let held = null;
  /** @type {[Spot, Spot] | null} */
  let fingers = null;
  let waiting = 0;

  /** @param {PointerEvent} event */
  function down(event) {
    if (!event.isPrimary || event.button > 2 || event.button === 1 || !begins(/** @type {Element} */ (event.target))) return;
    const spot = placeOf(event, host);
    held = { from: spot, last: spot, moved: false, touch: event.pointerType === "touch", other: event.button === 2 || event.shiftKey, button: event.button };
    press?.();
  }

  /** @param {PointerEvent} event */
  function move(event) {
    if (!held || !event.isPrimary) return;
    const spot = placeOf(event, host);
    if (!held.moved && apart([spot, held.from]) <= STILL) return;
    if (!held.moved && held.touch) alone?.();
    held.moved = true;
    if (!held.touch) drag({ x: spot.x - held.last.x, y: spot.y - held.last.y }, held.other);
    held.last = spot;
  }

  /** @param {PointerEvent} event */
  function up(event) {
    if (!held || !event.isPrimary) return;
    const { moved, from, button } = held;
    held = null;
    if (moved || button !== 0) return;
    if (waiting) {
      clearTimeout(waiting);
      waiting = 0;
      reset();
      return;
    }
    waiting = window.setTimeout(() => {
      waiting = 0;
      click(from);
    }, DOUBLE);
  }

  function cancel() {
    if (held?.touch) alone?.();
    held = null;
  }

  /** @param {WheelEvent} event */
  function wheel(event) {
    event.preventDefault();
    const turned = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : LINE) * (event.ctrlKey ? 4 : 1); // ctrl: two fingers on a touchpad
    zoom(bounded(Math.exp(-WHEEL * turned)), placeOf(event, host));
  }

  /** Plotly is told of no finger: it would keep the page from scrolling. @param {TouchEvent} event */
  function touch(event) {
    if (!begins(/** @type {Element} */ (event.target))) return;
    event.stopPropagation();
    const now = fingersOf(event, host);
    if (now) {
      held = null;
      if (event.cancelable) event.preventDefault();
    }
    if (now && fingers) {
      const [was, is] = [middle(fingers), middle(now)];
      drag({ x: is.x - was.x, y: is.y - was.y }, false);
      zoom(bounded(apart(now) / Math.max(apart(fingers), 1)), is);
    }
    fingers = now;
  }

  host.addEventListener("pointerdown", down, true);
  window.addEventListener("pointermove", move, true);
  window.addEventListener("pointerup", up, true);
  window.addEventListener("pointercancel", cancel, true);
  host.addEventListener("wheel", wheel, { passive: false, capture: true });
  for (const name of ["touchstart", "touchmove", "touchend", "touchcancel"]) host.addEventListener(name, /** @type {EventListener} */ (touch), { passive: false, capture: true });

  return function stop() {
    clearTimeout(waiting);
    window.removeEventListener("pointermove", move, true);
    window.removeEventListener("pointerup", up, true);
    window.removeEventListener("pointercancel", cancel, true);
  };
}

/** @param {number} factor */
function bounded(factor) {
  return Math.min(Math.max(factor, 1 / MOST), MOST);
}

/** @param {TouchEvent} event @param {HTMLElement} host @returns {[Spot, Spot] | null} */
function fingersOf({ touches }, host) {
  if (touches.length !== 2) return null;
  const { left, top } = host.getBoundingClientRect();
  const [a, b] = [touches[0], touches[1]];
  return [{ x: a.clientX - left, y: a.clientY - top }, { x: b.clientX - left, y: b.clientY - top }];
}

/** @param {[Spot, Spot]} spots */
function apart([a, b]) {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** @param {[Spot, Spot]} spots @returns {Spot} */
function middle([a, b]) {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}
