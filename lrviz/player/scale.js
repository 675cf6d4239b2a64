// From the loss to what is drawn as colour and height, and back; what lies between the points of a grid.

/** @typedef {import("./types").Scale} Scale */
/** @typedef {import("./types").Scenery} Scenery */

const TINY = 1e-300;

/** The scaled loss, a small number: its height above the floor in units, or the logarithm of that. @param {Scale} scale @param {number} loss */
export function shade(scale, loss) {
  if (scale.kind === "linear") return (loss - scale.floor) / scale.unit;
  return Math.log10(Math.max(loss - scale.floor + scale.offset, TINY));
}

/** The loss of a scaled loss. @param {Scale} scale @param {number} value */
export function unshade(scale, value) {
  return scale.kind === "linear" ? scale.floor + scale.unit * value : scale.floor + (10 ** value - scale.offset);
}

/** The index i with grid[i] <= value <= grid[i + 1], and how far between; null outside. @param {ArrayLike<number>} grid @param {number} value */
export function locate(grid, value) {
  const last = grid.length - 1;
  if (!(value >= grid[0] && value <= grid[last])) return null;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (grid[middle] <= value) low = middle;
    else high = middle;
  }
  return { index: low, part: (value - grid[low]) / (grid[low + 1] - grid[low]) };
}

/** The scaled loss at a point of the picture, from its grid; NaN outside. @param {Pick<Scenery, "x" | "y" | "shade">} scenery @param {ArrayLike<number>} point */
export function heightAt(scenery, point) {
  const across = locate(scenery.x, point[0]);
  if (!across) return NaN;
  if (!scenery.y) return between(scenery.shade, across.index, across.part);
  const up = locate(scenery.y, point[1]);
  if (!up) return NaN;
  const width = scenery.x.length;
  const row = up.index * width + across.index;
  const below = between(scenery.shade, row, across.part);
  const above = between(scenery.shade, row + width, across.part);
  return below + (above - below) * up.part;
}

/** @param {ArrayLike<number>} values @param {number} index @param {number} part */
function between(values, index, part) {
  return values[index] + (values[index + 1] - values[index]) * part;
}

/** The smallest and largest finite value. @param {ArrayLike<number>} values @returns {[number, number]} */
export function extent(values) {
  let lo = Infinity;
  let hi = -Infinity;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i];
    if (!Number.isFinite(value)) continue;
    if (value < lo) lo = value;
    if (value > hi) hi = value;
  }
  return lo <= hi ? [lo, hi] : [0, 1];
}
