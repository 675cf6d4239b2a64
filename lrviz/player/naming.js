// The names of marked points in a figure that was made complete in Python: beside their marks, without touching.

import { labelWidth } from "./ink.js";

/** @typedef {import("./types").Rect} Rect */
/** @typedef {{x: number, y: number, width: number}} Mark a point and how wide its name is, in px */

export const POINT = "point"; // what such annotations are called in the figure
const LINE = 14; // px, the height of a name
const MARK = 7; // px from the middle of a mark to its edge
const ROWS = 6; // how far a name may move from its mark

/**
 * Where names stand, by their left edges and their middles: below their marks if they can, else to a side of them or
 * above, else farther down or up; inside the bounds, clear of every mark and of each other while there is room.
 * @param {Mark[]} marks @param {Rect} bounds
 * @returns {{left: number, y: number}[]}
 */
export function namesBeside(marks, bounds) {
  const taken = marks.map(({ x, y }) => ({ left: x - MARK, right: x + MARK, top: y - MARK, bottom: y + MARK }));
  const places = new Array(marks.length);
  for (const i of marks.map((_, k) => k).sort((a, b) => marks[b].y - marks[a].y || a - b)) {
    const boxes = candidates(marks[i], bounds);
    const costs = boxes.map((box) => taken.reduce((sum, other) => sum + shared(box, other), 0));
    const box = boxes[costs.indexOf(Math.min(...costs))];
    taken.push(box);
    places[i] = { left: box.left, y: (box.top + box.bottom) / 2 };
  }
  return places;
}

/** Places for a name, the best first, moved into the bounds. @param {Mark} mark @param {Rect} bounds @returns {Rect[]} */
function candidates({ x, y, width }, bounds) {
  const side = width / 2 + MARK + 3;
  const below = MARK + 1 + LINE / 2;
  const near = [[0, below], [side, 0], [-side, 0], [side, below], [-side, below], [0, -below]];
  const far = Array.from({ length: ROWS }, (_, k) => (k + 1) * LINE).flatMap((more) => [0, side, -side].flatMap((dx) => [[dx, below + more], [dx, -below - more]]));
  return [...near, ...far].map(([dx, dy]) => {
    const left = Math.max(bounds.left, Math.min(x + dx - width / 2, bounds.right - width));
    const top = Math.max(bounds.top, Math.min(y + dy - LINE / 2, bounds.bottom - LINE));
    return { left, right: left + width, top, bottom: top + LINE };
  });
}

/** The area that two boxes share. @param {Rect} a @param {Rect} b */
function shared(a, b) {
  const [width, height] = [Math.min(a.right, b.right) - Math.max(a.left, b.left), Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)];
  return width > 0 && height > 0 ? width * height : 0;
}

/** Put the names of a drawn figure into their places. @param {import("./types").Plotly} plotly @param {import("./types").PlotElement} plot @param {{font: string}} look */
export function placeNames(plotly, plot, look) {
  const layout = plot._fullLayout;
  /** @type {Record<string, number | string>} */
  const update = {};
  const named = layout.annotations.flatMap((/** @type {any} */ note, /** @type {number} */ i) => (note.name === POINT ? [{ note, i }] : []));
  for (const yref of new Set(named.map((/** @type {any} */ { note }) => note.yref))) {
    const [x, y] = [layout.xaxis, layout[`yaxis${String(yref).slice(1)}`]];
    const group = named.filter((/** @type {any} */ { note }) => note.yref === yref);
    const marks = group.map((/** @type {any} */ { note }) => ({ x: x.r2p(note.x), y: y.r2p(note.y), width: labelWidth(note.text, /** @type {any} */ (look)) }));
    namesBeside(marks, { left: 0, top: 0, right: x._length, bottom: y._length }).forEach((place, k) => {
      const key = `annotations[${group[k].i}]`;
      Object.assign(update, { [`${key}.xanchor`]: "left", [`${key}.yanchor`]: "middle", [`${key}.xshift`]: place.left - marks[k].x, [`${key}.yshift`]: marks[k].y - place.y });
    });
  }
  return Object.keys(update).length ? plotly.relayout(plot, update) : undefined;
}
