// The grid of the surface: the map's, thinned to what the graphics card draws at once.

/** @typedef {import("./types").Scenery} Scenery */
/** @typedef {Pick<Scenery, "x" | "y" | "shade">} Mesh */

const MOST = 149; // points in each direction

/** @type {WeakMap<Scenery, Mesh>} */
const meshes = new WeakMap();

/** @param {Scenery} scenery of two variables @returns {Mesh} */
export function meshOf(scenery) {
  const known = meshes.get(scenery);
  if (known) return known;
  const { x, y, shade } = scenery;
  const stride = Math.ceil((x.length - 1) / (MOST - 1));
  const mesh = stride > 1 && y ? thinned(x, y, shade, stride) : { x, y, shade };
  meshes.set(scenery, mesh);
  return mesh;
}

/** @param {import("./types").Numbers} x @param {import("./types").Numbers} y @param {import("./types").Numbers} shade @param {number} stride @returns {Mesh} */
function thinned(x, y, shade, stride) {
  const every = (/** @type {import("./types").Numbers} */ axis) => Float64Array.from({ length: Math.floor((axis.length - 1) / stride) + 1 }, (_, i) => axis[i * stride]);
  const [columns, rows] = [every(x), every(y)];
  const width = columns.length;
  const kept = Float32Array.from({ length: width * rows.length }, (_, at) => shade[Math.floor(at / width) * stride * x.length + (at % width) * stride]);
  return { x: columns, y: rows, shade: kept };
}

/** The heights as rows, as Plotly wants them. @param {Mesh} mesh */
export function rowsOf({ x, y, shade }) {
  const width = x.length;
  return Array.from({ length: y ? y.length : 1 }, (_, row) => shade.subarray(row * width, (row + 1) * width));
}
