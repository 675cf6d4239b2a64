// Moving traces of a 3-D scene without drawing the whole figure again.

/** @typedef {{index: number, x: number[], y: number[], z: number[]}} Change */
/** @typedef {import("./types").PlotElement} PlotElement */

/**
 * Give traces other coordinates. Plotly.restyle would also send the surface to the graphics card again, at ten
 * times the cost, so the scene's own trace objects are told, as Plotly's scene does; where they are not found
 * (another Plotly), restyle it is.
 * @param {import("./types").Plotly} plotly @param {PlotElement} plot @param {Change[]} changes
 */
export function moveTraces(plotly, plot, changes) {
  const objects = changes.map(({ index }) => sceneTrace(plot, index));
  if (objects.every((object) => object)) {
    changes.forEach(({ x, y, z }, i) => objects[i].update({ ...objects[i].data, x, y, z, _length: x.length }));
    return;
  }
  const update = { x: changes.map(({ x }) => x), y: changes.map(({ y }) => y), z: changes.map(({ z }) => z) };
  plotly.restyle(plot, update, changes.map(({ index }) => index));
}

/**
 * From the problem's coordinates to the pixels of the pane, as the scene is seen now; null if this Plotly's scene is another.
 * @param {PlotElement} plot
 * @returns {((point: number[]) => {x: number, y: number}) | null}
 */
export function projector(plot) {
  const scene = sceneOf(plot);
  const camera = scene?.glplot?.cameraParams;
  if (!camera || !scene.dataScale) return null;
  const { offsetLeft: left, offsetTop: top, clientWidth: width, clientHeight: height } = scene.container; // beside a scale of colours it is narrower than the plot
  const matrices = [camera.model, camera.view, camera.projection];
  return (point) => {
    const start = [...point.map((value, k) => value * scene.dataScale[k]), 1];
    const [x, y, , w] = matrices.reduce(times, start);
    return { x: left + (0.5 + (0.5 * x) / w) * width, y: top + (0.5 - (0.5 * y) / w) * height };
  };
}

/** A vector after a 4 × 4 matrix, stored by columns. @param {number[]} vector @param {ArrayLike<number>} matrix */
function times(vector, matrix) {
  return [0, 1, 2, 3].map((row) => vector.reduce((sum, value, column) => sum + value * matrix[4 * column + row], 0));
}

/** Call `draw` whenever the scene has been drawn. @param {PlotElement} plot @param {() => void} draw */
export function onRender(plot, draw) {
  const view = sceneOf(plot)?.glplot;
  if (!view || view.lrviz === draw) return;
  const before = view.onrender;
  view.lrviz = draw;
  view.onrender = () => {
    before?.();
    draw();
  };
}

/** Where the scene is seen from. @param {PlotElement} plot @returns {{x: number, y: number, z: number} | null} */
export function eyeOf(plot) {
  return sceneOf(plot)?.getCamera?.()?.eye ?? null;
}

/** @param {PlotElement} plot */
function sceneOf(plot) {
  return plot._fullLayout?.scene?._scene;
}

/** The object that draws a trace, if this Plotly has one as we know it. @param {PlotElement} plot @param {number} index */
function sceneTrace(plot, index) {
  const trace = /** @type {any} */ (plot)._fullData?.[index];
  const object = sceneOf(plot)?.traces?.[trace?.uid];
  return object && typeof object.update === "function" && object.data ? object : null;
}
