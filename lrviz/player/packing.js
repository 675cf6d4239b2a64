// A grid of heights as lrviz.figures.messages.deflated sends it.

const NOTHING = 2 ** 14 - 1; // the level of a place without a height

/** @typedef {import("./types").Numbers} Numbers */

/** @param {Uint8Array} bytes @param {number} width @param {[number, number]} heights what the lowest and the highest level stand for */
export async function inflated(bytes, width, heights) {
  const stream = new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (bytes)]).stream().pipeThrough(new DecompressionStream("deflate"));
  return asHeights(asLevels(new Uint8Array(await new Response(stream).arrayBuffer()), width), heights);
}

/** Levels from what the level on the left, the one above and the one between do not foretell. @param {Uint8Array} halves @param {number} width */
export function asLevels(halves, width) {
  const count = halves.length / 2;
  const levels = new Uint16Array(count);
  for (let i = 0; i < count; i += 1) {
    const signed = halves[i] | (halves[count + i] << 8);
    const column = i % width;
    const left = column ? levels[i - 1] : 0;
    const above = i >= width ? levels[i - width] : 0;
    const between = column && i >= width ? levels[i - width - 1] : 0;
    levels[i] = left + above - between + ((signed >>> 1) ^ -(signed & 1));
  }
  return levels;
}

/** @param {Uint16Array} levels @param {[number, number]} heights */
export function asHeights(levels, [lo, hi]) {
  const size = (hi - lo) / (NOTHING - 1);
  return Float32Array.from(levels, (level) => (level === NOTHING ? NaN : lo + size * level));
}
