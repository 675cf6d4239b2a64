// The view from above (or, in one variable, from the side): scenery, paths, heads, the start.

import { colourOf, drawLabel, drawMinimum } from "./ink.js";
import { createPane, clipped, freshContext } from "./pane.js";
import { createTrails } from "./trails.js";
import { createHandle, valuesAt } from "./handle.js";
import { createHint } from "./hint.js";
import { createTools } from "./tools.js";
import { listenForGestures } from "./gestures.js";
import { filling, homeOf, isEqual, lengthOf, magnified, seenOf, shifted } from "./seen.js";
import { createTip, placeOf } from "./tip.js";
import { drawRuns } from "./runs.js";
import { curveFigure, drawTangent } from "./curve.js";
import { gridFor } from "./figure.js";
import { createGround } from "./ground.js";
import { mapFigure } from "./map.js";
import { heightAt, unshade } from "./scale.js";
import { minimaOf } from "./minima.js";
import { hasDiverged, valueAt } from "./paths.js";
import { limitsOf } from "./limits.js";
import { createRegion, describeLimit } from "./region.js";
import { digitsWithin, formatNumber, formatPoint } from "./numbers.js";
import { placeText } from "./spoken.js";
import { buildTrack, edgePoint, inside, nearest, pixel, reached } from "./track.js";

/** @typedef {import("./types").Model} Model */
/** @typedef {import("./types").Run} Run */
/** @typedef {import("./types").Cell} Cell */
/** @typedef {import("./types").Point} Point */

const REACH = 12; // px

/**
 * @param {{onMoved: () => void, onStart: (point: Point, live: boolean) => void, onLook: import("./types").Look, onReset: () => void}} how
 */
export function createPlane({ onMoved, onStart, onLook, onReset }) {
  let stale = true;
  const pane = createPane("map", "Map of the loss with the paths of the runs", () => {
    stale = true;
    onMoved();
  });
  const drawGround = createGround(pane.element);
  const trails = createTrails(pane.trail, { dots: true });
  const tip = createTip(pane.element);
  const drawRegion = createRegion();
  /** @type {ReturnType<typeof createHandle>[]} */
  let handles = [];
  /** @type {Model | null} */
  let model = null;
  /** @type {Cell[]} */
  let cells = [];
  let figure = "";
  let ranged = "";
  /** Width through height of what is shown, where units are equally long. @type {number | null} */
  let aspect = null;
  let place = "";

  /** The runs of each cell. @param {Model} current @returns {Run[][]} */
  function groups({ view, visible }) {
    return view.layout === "split" && visible.length > 1 ? visible.map((run) => [run]) : [visible];
  }

  /** @param {import("./types").Plotly} plotly @param {Model} next */
  function update(plotly, next) {
    const count = groups(next).length;
    const { scenery, view, theme } = next;
    const size = { width: pane.element.clientWidth, height: pane.element.clientHeight };
    const equal = isEqual(view, scenery);
    const key = [scenery.key, theme.key, count, equal, size.width, size.height].join("|");
    model = next;
    stale = true;
    if (!pane.isShown()) return;
    if (key === figure) return range(plotly, next, count);
    figure = key;
    const shape = equal ? lengthOf(scenery.domain[0]) / lengthOf(scenery.domain[1]) : undefined;
    const grid = gridFor(count, size.width / size.height, shape);
    const draw = scenery.dimension === 1 ? curveFigure : mapFigure;
    const { data, layout, config, aspect: fitting } = draw(next, grid, count, size);
    aspect = fitting;
    const shown = shownIn(next);
    ranged = JSON.stringify(shown);
    for (const [letter, ends] of Object.entries(shown)) for (const name of namesOf(letter, count)) Object.assign(/** @type {any} */ (layout)[name], { range: ends });
    pane.react(plotly, data, layout, config);
    if (handles.length !== count) rebuildHandles(count);
  }

  /** The part that the view asks for, and around it what the room is wide enough for. @param {Model} next @returns {{x: number[], y: number[]}} */
  function shownIn({ scenery, view }) {
    const seen = seenOf(view, scenery);
    const [x, y] = aspect === null ? seen : filling(seen, aspect);
    return { x, y: scenery.dimension === 1 ? y.map((share) => scenery.height[0] + share * lengthOf(scenery.height)) : y };
  }

  /** @param {import("./types").Plotly} plotly @param {Model} next @param {number} count */
  function range(plotly, next, count) {
    const shown = shownIn(next);
    const key = JSON.stringify(shown);
    if (key === ranged) return;
    ranged = key;
    plotly.relayout(pane.plot, Object.fromEntries(Object.entries(shown).flatMap(([letter, ends]) => namesOf(letter, count).map((name) => [`${name}.range`, ends]))));
  }

  /** Move what is seen by pixels. @param {{x: number, y: number}} by */
  function drag(by) {
    const scenery = model?.scenery;
    const [cell] = cells;
    if (!scenery || !cell) return;
    const way = [-by.x / cell.x.scale, -by.y / scaleOf(cell)];
    onLook((view) => ({ seen: shifted(seenOf(view, scenery), way).flat() }));
  }

  /** Magnify what is seen around a place of the pane. @param {number} factor @param {{x: number, y: number}} [spot] */
  function zoom(factor, spot) {
    const scenery = model?.scenery;
    const cell = spot && cells.find(({ rect }) => inside(rect, spot.x, spot.y));
    if (!scenery || (spot && !cell)) return;
    const at = spot && cell ? shareOf(valuesAt(cell, spot.x, spot.y)) : null;
    onLook((view) => ({ seen: magnified(seenOf(view, scenery), factor, at, homeOf(scenery)).flat() }));
  }

  /** A place of the picture as what is seen counts it. @param {number[]} values */
  function shareOf([x, y]) {
    const { dimension, height } = /** @type {Model} */ (model).scenery;
    return dimension === 1 ? [x, (y - height[0]) / lengthOf(height)] : [x, y];
  }

  /** @param {Cell} cell */
  function scaleOf({ y }) {
    const { dimension, height } = /** @type {Model} */ (model).scenery;
    return dimension === 1 ? y.scale * lengthOf(height) : y.scale;
  }

  /** @param {number} count */
  function rebuildHandles(count) {
    for (const handle of handles) handle.destroy();
    handles = Array.from({ length: count }, (_, i) => createHandle(pane.element, pane.over, {
      cell: () => cells[i],
      locate: (x, y, cell) => valuesAt(cell, x, y).slice(0, model?.scenery.dimension),
      moved: onStart,
    }));
  }

  /** @param {Model} current */
  function rebuild(current) {
    const parts = groups(current);
    cells = pane.cells(parts.length);
    drawGround(current, cells);
    const placed = JSON.stringify(cells);
    const before = placed === place ? trails.list : []; // while the knob is turned, the other runs are as they were
    place = placed;
    trails.set(parts.flatMap((runs, i) => inOrder(runs, current).map((run) => ({
      run,
      track: before.find((trail) => trail.run === run)?.track ?? buildTrack(run.w[0], run.w[1] ?? run.height, run.last, cells[i]),
      rect: cells[i].rect,
      wide: run.slot === current.view.chosen && current.visible.length > 1,
    }))));
    stale = false;
  }

  /** @param {Model} current */
  function draw(current) {
    model = current;
    if (!pane.isReady() || !pane.isShown()) return;
    if (stale) rebuild(current);
    trails.show(Math.floor(current.at), current.theme);
    const context = freshContext(pane.ink);
    groups(current).forEach((runs, i) => {
      if (cells[i]) drawCell(context, current, cells[i], runs);
    });
    const start = startPlace(current);
    const text = placeText(current.scenery.variables, current.start);
    handles.forEach((handle, i) => cells[i] && handle.show(start, cells[i], text));
    if (cells.length) tools.show(current.view.seen !== null || current.view.camera !== null, { right: pane.element.clientWidth - Math.max(...cells.map(({ rect }) => rect.right)) + 4, top: cells[0].rect.top + 2 });
  }

  /** @param {CanvasRenderingContext2D} context @param {Model} current @param {Cell} cell @param {Run[]} runs */
  function drawCell(context, current, cell, runs) {
    clipped(context, cell.rect, () => {
      for (const { point, local } of minimaOf(current.scenery)) {
        const { x, y } = spotOf(current, cell, point);
        drawMinimum(context, current.theme, x, y, local);
      }
      if (current.scenery.dimension === 1) for (const run of runs) drawTangent(context, current, cell, run, colourOf(run, current.theme));
    });
    const limits = current.view.unstable ? limitsOf(current) : null;
    if (limits && runs.some(({ slot }) => slot === limits.slot)) clipped(context, cell.rect, () => drawRegion(context, current, cell, limits));
    clipped(context, cell.rect, () => {
      for (const run of runs) if (run.average.length > 1) drawAverage(context, current, cell, run);
    });
    const items = trails.list.filter((trail) => runs.includes(trail.run)).map((trail) => itemOf(current, cell, trail));
    if (cells.length > 1) for (const item of items) drawTitle(context, current, cell, item);
    const { left, top, right, bottom } = cell.rect;
    const bounds = { left: left + 4, top: top + 4, right: right - 4, bottom: bottom - 4 };
    drawRuns(context, current, items, { rect: cell.rect, bounds, edge: current.scenery.dimension === 1 ? sidePoint : rayPoint });
  }

  /** @param {number} x @param {number} y */
  function pathNear(x, y) {
    const step = model ? Math.floor(model.at) : 0;
    let best = null;
    for (const trail of trails.list) {
      if (!inside(trail.rect, x, y)) continue;
      const hit = nearest(trail.track, reached(trail.track, step), x, y, REACH);
      if (hit && (!best || hit.distance <= best.distance)) best = { ...hit, run: trail.run };
    }
    return best;
  }

  /** @param {PointerEvent} event */
  function hover(event) {
    if (!model || event.buttons) return tip.hide();
    const { x, y } = placeOf(event, pane.element);
    const cell = cells.find(({ rect }) => inside(rect, x, y));
    const hit = cell && pathNear(x, y);
    if (hit) tip.show(describeStep(model.scenery, hit.run, hit.step), x, y, colourOf(hit.run, model.theme));
    else if (cell) tip.show(describePlace(model, cell, x, y), x, y);
    else tip.hide();
  }

  /** @param {{x: number, y: number}} spot */
  function click({ x, y }) {
    const cell = cells.find(({ rect }) => inside(rect, x, y));
    if (cell && model) onStart(valuesAt(cell, x, y).slice(0, model.scenery.dimension), false);
  }

  const tools = createTools(pane.element, { zoom, reset: onReset });
  const stop = listenForGestures(pane.element, {
    begins: (target) => !target.closest(".lr-tools, .lr-start"),
    drag, zoom, click, reset: onReset, alone: createHint(pane.element), press: tip.hide,
  });
  pane.element.addEventListener("pointermove", hover);
  pane.element.addEventListener("pointerleave", tip.hide);

  return {
    element: pane.element,
    update,
    draw,
    /** The ranges that are seen, for who asks whether a run has left them. @returns {import("./types").Range[] | null} */
    ranges: () => (cells[0] && pane.isShown() ? [[cells[0].x.lo, cells[0].x.hi], [cells[0].y.lo, cells[0].y.hi]] : null),
    destroy() {
      stop();
      for (const handle of handles) handle.destroy();
      pane.destroy();
    },
  };
}

/** The layout's axes of all cells. @param {string} letter @param {number} count */
function namesOf(letter, count) {
  return Array.from({ length: count }, (_, i) => `${letter}axis${i === 0 ? "" : i + 1}`);
}

/** In a split view the label stands over its cell. @param {CanvasRenderingContext2D} context @param {Model} model @param {Cell} cell @param {import("./runs.js").Item} item */
function drawTitle(context, { theme }, { rect }, item) {
  drawLabel(context, item.text, colourOf(item.trail.run, theme), theme, rect.left, rect.top - 10);
  item.text = "";
}

/** The chosen run last, so that it lies on top. @param {Run[]} runs @param {Model} model */
function inOrder(runs, { view }) {
  return [...runs.filter((run) => run.slot !== view.chosen), ...runs.filter((run) => run.slot === view.chosen)].filter((run) => run.last >= 0);
}

/** @param {Model} model @param {Cell} cell @param {import("./trails.js").Trail} trail */
function itemOf({ at }, cell, trail) {
  const { run } = trail;
  const ended = hasDiverged(run, at);
  const columns = [run.w[0], run.w[1] ?? run.height];
  const spot = (/** @type {number} */ when) => ({ x: pixel(cell.x, valueAt(columns[0], run.last, when)), y: pixel(cell.y, valueAt(columns[1], run.last, when)) });
  const text = ended ? `${run.short} diverged, step ${run.diverged_at}` : run.short;
  return { trail, from: spot(Math.floor(at)), head: spot(at), ended, text };
}

/** An arrow at the edge, in the direction of the head. @param {import("./types").Rect} rect @param {import("./runs.js").Item} item */
function rayPoint(rect, { head }) {
  return edgePoint(rect, head.x, head.y);
}

/** On a curve the height says nothing about the direction: an arrow at the side. @param {import("./types").Rect} rect @param {import("./runs.js").Item} item */
function sidePoint(rect, { head }) {
  const x = Math.min(Math.max(head.x, rect.left), rect.right);
  const y = Math.min(Math.max(head.y, rect.top + 12), rect.bottom);
  if (x !== head.x) return { x, y, angle: x < head.x ? 0 : Math.PI };
  return { x, y: head.y < rect.top ? rect.top : rect.bottom, angle: head.y < rect.top ? -Math.PI / 2 : Math.PI / 2 };
}

/** A point of the problem where the picture shows it: on the curve in one variable. @param {Pick<Model, "scenery">} model @param {Point} point */
function onPicture({ scenery }, point) {
  return scenery.dimension === 1 ? [point[0], heightAt(scenery, point)] : point;
}

/** Where on the pane a point of the problem is shown. @param {Pick<Model, "scenery">} model @param {Cell} cell @param {Point} point */
function spotOf(model, cell, point) {
  const [x, y] = onPicture(model, point);
  return { x: pixel(cell.x, x), y: pixel(cell.y, y) };
}

/** @param {Model} model */
function startPlace(model) {
  return onPicture(model, model.start);
}

/** @param {import("./types").Scenery} scenery @param {Run} run @param {number} step */
function describeStep({ digits, domain }, run, step) {
  const point = formatPoint(run.w.map((column) => column[step]), domain.map((range) => digitsWithin(range, 3)));
  return `${run.label} · step ${step} · loss ${formatNumber(run.loss[step], digits)} · ${point}`;
}

/** A place on the map: near a minimum it is that minimum. @param {Model} model @param {Cell} cell @param {number} x @param {number} y */
function describePlace(model, cell, x, y) {
  const { scenery, view } = model;
  const minimum = minimaOf(scenery).reverse().find((known) => {
    const spot = spotOf({ scenery }, cell, known.point);
    return Math.hypot(spot.x - x, spot.y - y) <= REACH / 2;
  });
  const point = minimum?.point ?? valuesAt(cell, x, y).slice(0, scenery.dimension);
  const named = point.map((value, k) => `${scenery.variables[k]} ${formatNumber(value, digitsWithin(scenery.domain[k], 3))}`);
  const loss = minimum?.loss ?? unshade(scenery.scale, heightAt(scenery, point));
  const limits = view.unstable ? limitsOf(model) : null;
  return [minimum?.word, ...named, Number.isNaN(loss) ? "" : `loss ${formatNumber(loss, scenery.digits - 1)}`, limits ? describeLimit(model, limits, point) : ""].filter(Boolean).join(" · ");
}

/** The averaged path up to the playhead, thin beside the run's own. @param {CanvasRenderingContext2D} context @param {Model} model @param {Cell} cell @param {Run} run */
function drawAverage(context, { at, theme }, cell, run) {
  const [xs, ys] = run.average;
  const end = Math.min(Math.floor(at), run.last);
  if (!(end > 0) || Number.isNaN(xs[end])) return;
  context.strokeStyle = colourOf(run, theme);
  context.lineWidth = 1.25;
  context.beginPath();
  for (let n = 0; n <= end; n += 1) context.lineTo(pixel(cell.x, xs[n]), pixel(cell.y, ys[n]));
  context.stroke();
  drawLabel(context, "average", colourOf(run, theme), theme, pixel(cell.x, xs[end]) + 4, pixel(cell.y, ys[end]) + 14);
}
