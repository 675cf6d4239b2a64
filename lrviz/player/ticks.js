// Where a logarithmic axis is marked, and how: 0.1, 1e-3, 100.

import { formatNumber } from "./numbers.js";

const MOST = 5;
const FURTHEST = 40; // the exponents that are marked, in or out of sight

/** @typedef {{name: string, tickvals: number[], ticktext: string[]}} Marks */

/** @type {Map<string, Marks>} */
const known = new Map();

/**
 * Marks for an axis from 10^lo to 10^hi: whole decades, or 1, 2, 5 and the like where few of those are in sight. They reach
 * far beyond what is seen, so that another range mostly has the same marks: Plotly moves a range at a fifth of the
 * cost of new marks.
 * @param {[number, number]} range of exponents
 * @returns {Marks}
 */
export function logTicks([lo, hi]) {
  let every = 1;
  while (countDecades(lo, hi, every) > MOST) every += 1;
  if (countDecades(lo, hi, every) >= 3 || hi - lo > 6) return marks(`decades ${every}`, every, [1]);
  if (hi - lo > 1.5) return marks("1, 3", 1, [1, 3]);
  return hi - lo > 0.6 ? marks("1, 2, 5", 1, [1, 2, 5]) : marks("fine", 1, [1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9]);
}

/** @param {number} lo @param {number} hi @param {number} every */
function countDecades(lo, hi, every) {
  return Math.floor(hi / every + 1e-9) - Math.ceil(lo / every - 1e-9) + 1;
}

/** @param {string} name @param {number} every @param {number[]} parts @returns {Marks} */
function marks(name, every, parts) {
  const made = known.get(name);
  if (made) return made;
  const tickvals = [];
  for (let power = -Math.floor(FURTHEST / every) * every; power <= FURTHEST; power += every) {
    for (const part of parts) tickvals.push(Number(`${part}e${power}`));
  }
  const fresh = { name, tickvals, ticktext: tickvals.map((value) => formatNumber(value, 3)) };
  known.set(name, fresh);
  return fresh;
}
