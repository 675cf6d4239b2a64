// Numbers as people read them: 0.1, 1e-3, 3.2e-7, with a true minus sign.

export const MINUS = "\u2212";
const NOTHING = "\u2013";
const USUAL = 5; // digits; who asks for more wants to see a small difference between large numbers

/**
 * A number with at most `digits` significant digits and no idle zeros.
 * @param {number} value
 * @param {number} [digits]
 */
export function formatNumber(value, digits = 4) {
  if (Number.isNaN(value)) return NOTHING;
  if (!Number.isFinite(value)) return value > 0 ? "∞" : `${MINUS}∞`;
  if (value === 0) return "0";
  const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
  const power = Number(exponent);
  const plain = power >= -2 && (power < 5 || (digits > USUAL && power < digits));
  const rounded = power < digits ? Number(value.toPrecision(digits)) : Math.round(value);
  const text = plain ? String(rounded) : `${Number(mantissa)}e${power}`;
  return text.replace(/-/g, MINUS).replace(`e${MINUS}`, "e-");
}

/** The digits by which the coordinates of a range differ: so many of its width, and those that all of them share. @param {import("./types").Range} range @param {number} digits */
export function digitsWithin([lo, hi], digits) {
  const shared = Math.log10(Math.max(Math.abs(lo), Math.abs(hi)) / (hi - lo));
  return digits + Math.max(0, Math.floor(shared));
}

/**
 * @param {ArrayLike<number>} values
 * @param {number | number[]} [digits] the same for all, or for each
 */
export function formatPoint(values, digits = 4) {
  const parts = Array.from(values, (value, k) => formatNumber(value, typeof digits === "number" ? digits : digits[k]));
  return parts.length === 1 ? parts[0] : `(${parts.join(", ")})`;
}

/**
 * A place that was pointed at, in the digits that a finger or a mouse can mean: to a thousandth of what is seen.
 * @param {number[]} point @param {import("./types").Range[]} ranges
 */
export function snapped(point, ranges) {
  return point.map((value, k) => {
    const fine = Math.abs(ranges[k][1] - ranges[k][0]) / 1000;
    const places = Math.ceil(-Math.log10(fine));
    return places > 100 || !Number.isFinite(places) ? value : Number(value.toFixed(Math.max(0, places)));
  });
}
