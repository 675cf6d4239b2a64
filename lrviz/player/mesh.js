// The grid of the surface: the part of the map's that is seen, thinned to what the graphics card draws at once.

/** @typedef {import("./types").Scenery} Scenery */
/** @typedef {import("./types").Numbers} Numbers */
/** @typedef {import("./seen.js").Seen} Seen */
/** @typedef {Pick<Scenery, "x" | "y" | "shade">} Mesh */

const MOST = 149; // points in each direction

/** @type {WeakMap<Scenery, {key: string, mesh: Mesh}>} */
const meshes = new WeakMap();

/** The mesh of what is seen; the last one of each scenery is kept. @param {Scenery} scenery of two variables @param {Seen} seen @returns {Mesh} */
export function meshOf(scenery, seen) {
  const key = JSON.stringify(seen);
  const known = meshes.get(scenery);
  if (known?.key === key) return known.mesh;
  const mesh = cut(scenery, seen);
  meshes.set(scenery, { key, mesh });
  return mesh;
}

/** @param {Scenery} scenery @param {Seen} seen @returns {Mesh} */
function cut({ x, y, shade }, seen) {
  const columns = places(x, seen[0]);
  const rows = places(/** @type {Numbers} */ (y), seen[1]);
  const kept = new Float32Array(columns.length * rows.length);
  rows.forEach((row, j) => columns.forEach((column, i) => (kept[j * columns.length + i] = shade[row * x.length + column])));
  return { x: Float64Array.from(columns, (at) => x[at]), y: Float64Array.from(rows, (at) => /** @type {Numbers} */ (y)[at]), shade: kept };
}

/** Which points of an axis are taken: those in the range and the next beyond, at least two. @param {Numbers} axis @param {[number, number]} range */
function places(axis, [from, to]) {
  const last = axis.length - 1;
  const place = (/** @type {number} */ value) => ((value - axis[0]) / (axis[last] - axis[0])) * last;
  const first = Math.min(Math.max(Math.floor(place(from) + 1e-6), 0), last - 1);
  const end = Math.max(Math.min(Math.ceil(place(to) - 1e-6), last), first + 1);
  const stride = Math.ceil((end - first) / (MOST - 1));
  return Array.from({ length: Math.ceil((end - first) / stride) + 1 }, (_, i) => Math.min(first + i * stride, end));
}

/** Whether every point has a height. Plotly looks for contour lines around those that have none for minutes; its surface just leaves them out. @param {Pick<Mesh, "shade">} mesh */
export function isWhole({ shade }) {
  return shade.every((height) => Number.isFinite(height));
}

/** The heights as rows, as Plotly wants them. @param {Mesh} mesh */
export function rowsOf({ x, y, shade }) {
  const width = x.length;
  return Array.from({ length: y ? y.length : 1 }, (_, row) => shade.subarray(row * width, (row + 1) * width));
}
