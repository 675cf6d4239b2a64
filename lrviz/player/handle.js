// The start of all runs: a ring that can be dragged, or moved by the arrow keys.

import { element, setAttribute } from "./dom.js";
import { placeOf } from "./tip.js";
import { inside, pixel, unpixel } from "./track.js";

/** @typedef {import("./types").Cell} Cell */
/** @typedef {import("./types").Point} Point */

const LIVE = 120; // ms between the messages of a drag
const NUDGE = 0.01; // of the visible range, for each press of an arrow key
const SETTLE = 400; // ms after the last press
const STILL = 3; // px; a pointer that moved less has not dragged

/**
 * @param {HTMLElement} pane
 * @param {HTMLElement} host
 * @param {{cell: () => Cell | undefined, locate: (x: number, y: number, cell: Cell) => Point, moved: (point: Point, live: boolean) => void}} how
 */
export function createHandle(pane, host, { cell, locate, moved }) {
  const node = element("button", { type: "button", class: "lr-start", title: "Start: drag, or use the arrow keys" });
  host.append(node);
  let last = 0;
  let timer = 0;
  let dragging = false;
  let pressed = { x: 0, y: 0 };
  let moving = false;
  /** @type {{x: number, y: number}} */
  let place = { x: 0, y: 0 };

  /** @param {PointerEvent} event @param {boolean} live */
  function follow(event, live) {
    const current = cell();
    if (!current) return;
    const { x, y } = placeOf(event, pane);
    const { rect } = current;
    const spot = { x: Math.min(Math.max(x, rect.left), rect.right), y: Math.min(Math.max(y, rect.top), rect.bottom) };
    const point = locate(spot.x, spot.y, current);
    if (live && event.timeStamp - last < LIVE) return;
    last = event.timeStamp;
    moved(point, live);
  }

  node.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    dragging = true;
    moving = false;
    pressed = placeOf(event, pane);
    node.setPointerCapture(event.pointerId);
  });
  node.addEventListener("pointermove", (event) => {
    if (!dragging) return;
    const { x, y } = placeOf(event, pane);
    moving ||= Math.hypot(x - pressed.x, y - pressed.y) > STILL;
    if (moving) follow(event, true);
  });
  node.addEventListener("pointerup", (event) => {
    if (dragging && moving) follow(event, false);
    dragging = false;
  });
  node.addEventListener("pointercancel", () => {
    dragging = false;
  });
  node.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    const current = cell();
    if (!by || !current) return;
    event.preventDefault();
    event.stopPropagation();
    const { rect } = current;
    place = { x: place.x + by[0] * NUDGE * (rect.right - rect.left), y: place.y + by[1] * NUDGE * (rect.bottom - rect.top) };
    const point = locate(place.x, place.y, current);
    moved(point, true);
    clearTimeout(timer);
    timer = window.setTimeout(() => moved(point, false), SETTLE);
  });

  return {
    isDragging: () => dragging,
    /** Stand at a point; hidden where the picture does not show it. @param {ArrayLike<number>} at position and height @param {Cell} current @param {string} text the position in words */
    show(at, current, text) {
      setAttribute(node, "aria-label", `Start at ${text}: drag it, or use the arrow keys`);
      place = { x: pixel(current.x, at[0]), y: pixel(current.y, at[1]) };
      node.style.display = inside(current.rect, place.x, place.y, 1) ? "" : "none";
      node.style.transform = `translate(${place.x}px, ${place.y}px)`;
    },
    destroy() {
      clearTimeout(timer);
      node.remove();
    },
  };
}

/** @param {Cell} cell @param {number} x @param {number} y */
export function valuesAt(cell, x, y) {
  return [unpixel(cell.x, x), unpixel(cell.y, y)];
}
