// Where a logarithmic axis is marked, and how: 0.1, 1e-3, 100.

import { formatNumber } from "./numbers.js";

const MOST = 5;

/**
 * Marks for an axis from 10^lo to 10^hi: whole decades, or 1, 2 and 5 where there are few of them.
 * @param {[number, number]} range of exponents
 * @returns {{tickvals: number[], ticktext: string[]}}
 */
export function logTicks([lo, hi]) {
  const every = Math.max(1, Math.ceil((hi - lo) / MOST));
  const first = Math.ceil(lo / every - 1e-9) * every;
  const decades = [];
  for (let power = first; power <= hi + 1e-9; power += every) decades.push(10 ** power);
  const values = decades.length >= 3 ? decades : between(lo, hi);
  return { tickvals: values, ticktext: values.map((value) => formatNumber(value, 3)) };
}

/** @param {number} lo @param {number} hi */
function between(lo, hi) {
  const parts = hi - lo > 1.5 ? [1, 3] : [1, 2, 5];
  const values = [];
  for (let power = Math.floor(lo); power <= hi; power += 1) {
    for (const part of parts) values.push(Number((part * 10 ** power).toPrecision(3)));
  }
  return values.filter((value) => Math.log10(value) >= lo - 1e-9 && Math.log10(value) <= hi + 1e-9);
}
