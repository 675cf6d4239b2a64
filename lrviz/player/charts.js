// Loss and learning rate against the step, with the cursor that all views share.

import { HEAD, colourOf, labelWidth } from "./ink.js";
import { createPane, freshContext } from "./pane.js";
import { createTrails } from "./trails.js";
import { createTip, placeOf } from "./tip.js";
import { drawRuns } from "./runs.js";
import { STILL, baseAxis, baseLayout, leftOf, title } from "./figure.js";
import { hasDiverged, valueAt } from "./paths.js";
import { drawGuide } from "./limits.js";
import { formatNumber } from "./numbers.js";
import { logTicks } from "./ticks.js";
import { buildTrack, inside, nearest, pixel, reached, unpixel } from "./track.js";

/** @typedef {import("./types").Model} Model */
/** @typedef {import("./types").Run} Run */
/** @typedef {import("./types").Cell} Cell */
/** @typedef {import("./subjects.js").Subject} Subject */

const REACH = 12; // px
const WIDEST = "8.88e-8"; // there is room for any rate, so that another one moves no axis
const NO_DATA = [{ type: "scatter", x: [], y: [] }]; // the curves are ours

/**
 * `whole`: the curves are known beforehand and drawn faintly.
 * @param {{name: string, label: string, whole: boolean, subject: (model: Model) => Subject, onMoved: () => void, onSeek: (step: number, done: boolean) => void}} how
 */
export function createChart({ name, label, whole, subject, onMoved, onSeek }) {
  let stale = true;
  const pane = createPane(name, label, () => {
    stale = true;
    onMoved();
  });
  const trails = createTrails(pane.trail, { whole });
  const tip = createTip(pane.element);
  /** @type {Model | null} */
  let model = null;
  /** @type {Subject | null} */
  let shown = null;
  /** @type {Cell | undefined} */
  let cell;
  /** @type {Map<Run, Float64Array>} */
  let columns = new Map();
  /** The columns that the trails were made of. @type {Map<Run, Float64Array>} */
  let built = new Map();
  let place = "";
  let figure = "";
  let scaled = "";
  let seeking = false;

  /** @param {import("./types").Plotly} plotly @param {Model} next */
  function update(plotly, next) {
    model = next;
    shown = next.turning && shown ? unturned(shown, next) : subject(next);
    const before = next.turning ? columns : new Map();
    columns = new Map((shown.curves ?? next.visible).map((run) => [run, before.get(run) ?? /** @type {Subject} */ (shown).values(run)]));
    stale = true;
    if (!pane.isShown() || (next.turning && figure)) return;
    const { marks, margin } = looksOf(next, shown, pane.element.clientWidth);
    const look = [next.theme.key, shown.title, marks?.name, margin.r, pane.element.clientWidth].join("|");
    const ranges = { "xaxis.range": [0, next.paths.steps], "yaxis.range": shown.range };
    const scale = JSON.stringify(ranges);
    if (look !== figure) pane.react(plotly, NO_DATA, chartLayout(next, shown, marks, margin), STILL);
    else if (scale !== scaled) plotly.relayout(pane.plot, ranges);
    figure = look;
    scaled = scale;
  }

  /** @param {Model} current */
  function rebuild(current) {
    [cell] = pane.cells(1);
    if (!cell) return;
    const placed = JSON.stringify(cell);
    const before = placed === place ? new Map(trails.list.map((trail) => [built.get(trail.run), trail.track])) : new Map();
    place = placed;
    const count = current.paths.steps + 1;
    const steps = Float64Array.from({ length: count }, (_, i) => i);
    const { rect } = cell;
    const chosen = current.view.chosen;
    const runs = [...columns.keys()].filter((run) => run.last >= 0);
    runs.sort((a, b) => Number(a.slot === chosen) - Number(b.slot === chosen));
    trails.set(runs.map((run) => {
      const values = /** @type {Float64Array} */ (columns.get(run));
      const track = before.get(values) ?? buildTrack(steps, values, lastOf(values, run), /** @type {Cell} */ (cell));
      return { run, track, rect, wide: run.slot === chosen && runs.length > 1 };
    }));
    built = columns;
    stale = false;
  }

  /** @param {Model} current */
  function draw(current) {
    model = current;
    if (!pane.isReady() || !pane.isShown() || !shown) return;
    if (stale) rebuild(current);
    if (!cell) return;
    trails.show(Math.floor(current.at), current.theme);
    const context = freshContext(pane.ink);
    drawCursor(context, current, cell);
    const { rect } = cell;
    const bounds = { left: rect.left + 4, top: rect.top - 2, right: pane.element.clientWidth - 2, bottom: rect.bottom + 2 };
    const here = cell;
    const items = trails.list.map((trail) => itemOf(current, here, trail, /** @type {Float64Array} */ (columns.get(trail.run))));
    if (shown.guide) drawGuide(context, current, cell, shown.guide, endsOf(current, here));
    drawRuns(context, current, items, { rect, bounds, edge: (_, item) => exit(here, item, /** @type {Float64Array} */ (columns.get(item.trail.run)), current.at) });
  }

  /** What the heads and names of runs that diverge take up, or will: the others only pass by. @param {Model} current @param {Cell} here */
  function endsOf({ theme }, here) {
    return trails.list.filter(({ run }) => run.diverged_at >= 0).map(({ run }) => {
      const values = /** @type {Float64Array} */ (columns.get(run));
      const end = lastOf(values, run);
      const [x, y] = [pixel(here.x, end), pixel(here.y, values[end])];
      return { left: x - HEAD * theme.scale, right: x + 2 * HEAD * theme.scale + labelWidth(run.short, theme), y: Math.min(Math.max(y, here.rect.top), here.rect.bottom) };
    });
  }

  /** @param {PointerEvent} event @param {boolean} done */
  function seekTo(event, done) {
    if (!cell || !model) return;
    const { x } = placeOf(event, pane.element);
    onSeek(Math.round(Math.min(Math.max(unpixel(cell.x, x), 0), model.paths.steps)), done);
  }

  /** @param {PointerEvent} event */
  function hover(event) {
    if (seeking) return seekTo(event, false);
    if (!model || !cell || !shown) return;
    const { x, y } = placeOf(event, pane.element);
    const hit = inside(cell.rect, x, y) ? closest(x, y) : null;
    if (!hit) return tip.hide();
    const text = `${hit.run.label} · step ${hit.step} · ${shown.word} ${formatNumber(shown.raw(hit.run)[hit.step], shown.digits)}`;
    tip.show(text, x, y, colourOf(hit.run, model.theme));
  }

  /** @param {number} x @param {number} y */
  function closest(x, y) {
    let best = null;
    for (const { run, track } of trails.list) {
      const count = whole ? track.x.length : reached(track, Math.floor(/** @type {Model} */ (model).at));
      const hit = nearest(track, count, x, y, REACH);
      if (hit && (!best || hit.distance <= best.distance)) best = { ...hit, run };
    }
    return best;
  }

  pane.element.addEventListener("pointerdown", (event) => {
    const { x, y } = placeOf(event, pane.element);
    if (event.button !== 0 || !cell || !inside(cell.rect, x, y, 12)) return;
    seeking = true;
    tip.hide();
    pane.element.setPointerCapture(event.pointerId);
    seekTo(event, false);
  });
  pane.element.addEventListener("pointermove", hover);
  pane.element.addEventListener("pointerup", (event) => {
    if (seeking) seekTo(event, true);
    seeking = false;
  });
  pane.element.addEventListener("pointercancel", () => {
    seeking = false;
  });
  pane.element.addEventListener("pointerleave", tip.hide);

  return { element: pane.element, update, draw, destroy: pane.destroy };
}

/** While the knob is turned the axis stays; what is not known of the run that is turned is left out. @param {Subject} subject @param {Pick<Model, "visible" | "view">} model @returns {Subject} */
function unturned(subject, { visible, view }) {
  const turned = visible.find((run) => run.turned);
  if (turned && turned.slot === view.chosen && subject.guide) return unturned({ ...subject, guide: undefined }, { visible, view });
  return subject.curves && turned ? { ...subject, curves: subject.curves.filter((curve) => curve.slot !== turned.slot) } : subject;
}

/** The marks of the axis and the room for the labels. @param {Model} model @param {Subject} subject @param {number} width */
function looksOf({ theme, visible }, subject, width) {
  const longest = Math.max(0, ...(subject.curves ?? visible).flatMap(({ short }) => [short, short.replace(/[\d.e-]+$/, WIDEST)]).map((text) => labelWidth(text, theme)));
  const margin = { l: leftOf(theme), r: Math.round(Math.min(longest + 18 * theme.scale, width * 0.3)), t: 12 * theme.scale, b: 34 * theme.scale };
  return { marks: subject.log ? logTicks(subject.range) : null, margin };
}

/** @param {Model} model @param {Subject} subject @param {import("./ticks.js").Marks | null} marks @param {object} margin */
function chartLayout({ paths, theme }, subject, marks, margin) {
  const axis = baseAxis(theme);
  const marked = marks ? { tickvals: marks.tickvals, ticktext: marks.ticktext } : {};
  return {
    ...baseLayout(theme, margin),
    dragmode: false,
    xaxis: { ...axis, range: [0, paths.steps], fixedrange: true, nticks: 7, showgrid: false, title: title("Step", theme, 2) },
    yaxis: { ...axis, range: subject.range, type: subject.log ? "log" : "linear", fixedrange: true, nticks: 5, ...marked, title: title(subject.title, theme) },
  };
}

/** @param {CanvasRenderingContext2D} context @param {Model} model @param {Cell} cell */
function drawCursor(context, { at, theme }, { x, rect }) {
  context.globalAlpha = 0.6;
  context.fillStyle = theme.muted;
  context.fillRect(Math.round(pixel(x, at)), rect.top, 1, rect.bottom - rect.top);
  context.globalAlpha = 1;
}

/** @param {Model} model @param {Cell} cell @param {import("./trails.js").Trail} trail @param {Float64Array} values */
function itemOf({ at }, cell, trail, values) {
  const { run } = trail;
  const end = lastOf(values, run);
  const spot = (/** @type {number} */ when) => ({ x: pixel(cell.x, Math.min(when, end)), y: pixel(cell.y, valueAt(values, end, when)) });
  return { trail, from: spot(Math.floor(at)), head: spot(at), ended: hasDiverged(run, at), text: run.short };
}

/** The last step with a value: a run that diverges has no rate at its last point. @param {Float64Array} values @param {Run} run */
function lastOf(values, run) {
  let end = Math.min(run.last, values.length - 1);
  while (end > 0 && Number.isNaN(values[end])) end -= 1;
  return end;
}

/** The arrow where a curve left the range for the last time. @param {Cell} cell @param {import("./runs.js").Item} item @param {Float64Array} values @param {number} at */
function exit(cell, item, values, at) {
  const up = item.head.y < cell.rect.top;
  const beyond = (/** @type {number} */ n) => (up ? values[n] > cell.y.hi : values[n] < cell.y.lo);
  let step = Math.min(Math.floor(at), lastOf(values, item.trail.run));
  while (step > 0 && beyond(step - 1)) step -= 1;
  const before = Math.max(step - 1, 0);
  const part = beyond(before) ? 1 : ((up ? cell.y.hi : cell.y.lo) - values[before]) / (values[step] - values[before] || 1);
  const x = Math.min(Math.max(pixel(cell.x, before + (step - before) * part), cell.rect.left), cell.rect.right);
  return { x, y: up ? cell.rect.top : cell.rect.bottom, angle: up ? -Math.PI / 2 : Math.PI / 2 };
}
