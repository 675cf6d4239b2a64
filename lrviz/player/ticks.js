// Where a logarithmic axis is marked, and how: 0.1, 1e-3, 100.

import { formatNumber } from "./numbers.js";

const MOST = 5;

/**
 * Marks for an axis from 10^lo to 10^hi: whole decades, or 1, 2 and 5 where there are few of them.
 * @param {[number, number]} range of exponents
 * @returns {{tickvals: number[], ticktext: string[]}}
 */
export function logTicks([lo, hi]) {
  let every = 1;
  while (decades(lo, hi, every).length > MOST) every += 1;
  const whole = decades(lo, hi, every);
  const values = whole.length >= 3 ? whole : between(lo, hi);
  return { tickvals: values, ticktext: values.map((value) => formatNumber(value, 3)) };
}

/** The powers of ten in a range of exponents, whose exponent `every` divides. @param {number} lo @param {number} hi @param {number} every */
function decades(lo, hi, every) {
  const values = [];
  for (let power = Math.ceil(lo / every - 1e-9) * every; power <= hi + 1e-9; power += every) values.push(10 ** power);
  return values;
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
