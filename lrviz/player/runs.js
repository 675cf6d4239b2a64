// The runs of one cell at the playhead: the fresh part of each trail, heads, labels, what left and what ended.

import { HEAD, LABEL_GAP, colourOf, drawArrow, drawBurst, drawHead, drawLabel, drawLeader, labelFont, strokeTrack } from "./ink.js";
import { placeLabels } from "./labels.js";
import { clipped } from "./pane.js";
import { clipSegment, grown, inside, reached } from "./track.js";
import { TAIL, penOf } from "./trails.js";

/** @typedef {import("./types").Run} Run */
/** @typedef {import("./types").Rect} Rect */
/** @typedef {import("./types").Model} Model */
/** @typedef {CanvasRenderingContext2D} Context */

/**
 * A run at the playhead, in pixels: `from` is its last whole step, `head` the playhead itself.
 * @typedef {{trail: import("./trails.js").Trail, from: Spot, head: Spot, ended: boolean, text: string}} Item
 * @typedef {{x: number, y: number}} Spot
 * @typedef {{x: number, y: number, angle: number}} Arrow
 */

/**
 * @param {Context} context @param {Model} model @param {Item[]} items in drawing order
 * @param {{rect: Rect, bounds: Rect, edge: (rect: Rect, item: Item) => Arrow}} frame `bounds` hold the labels
 */
export function drawRuns(context, model, items, { rect, bounds, edge }) {
  const { theme } = model;
  clipped(context, rect, () => {
    for (const item of items) drawFresh(context, model, item);
  });
  const marks = items.map((item) => drawMark(context, item, theme, rect, edge));
  context.font = labelFont(theme);
  const named = items.flatMap((item, i) => (item.text ? [{ item, mark: marks[i], width: textWidth(context, item.text) }] : []));
  const places = placeLabels(named.map(({ mark, width }) => ({ ...mark, width })), bounds, { gap: LABEL_GAP, distance: HEAD + 6 });
  named.forEach(({ item, mark, width }, i) => {
    const colour = colourOf(item.trail.run, theme);
    const { left, y } = places[i];
    if (Math.abs(y - mark.y) > LABEL_GAP * 0.8) drawLeader(context, colour, mark.x, mark.y, left > mark.x ? left - 2 : left + width + 2, y);
    drawLabel(context, item.text, colour, theme, left, y);
  });
}

/** The last steps and the way to the head, at full strength. @param {Context} context @param {Model} model @param {Item} item */
function drawFresh(context, { theme, at }, { trail, from, head }) {
  const pen = penOf(trail, theme);
  const to = reached(trail.track, Math.floor(at));
  strokeTrack(context, trail.track, Math.max(0, to - TAIL), to, pen);
  const part = clipSegment(from.x, from.y, head.x, head.y, grown(trail.rect, 20));
  if (!part || (from.x === head.x && from.y === head.y)) return;
  context.strokeStyle = pen.colour;
  context.lineWidth = pen.width;
  context.setLineDash(pen.dash);
  context.lineDashOffset = to > 0 ? trail.track.length[to - 1] : 0;
  context.beginPath();
  for (const along of part) context.lineTo(from.x + (head.x - from.x) * along, from.y + (head.y - from.y) * along);
  context.stroke();
  context.setLineDash([]);
}

/**
 * @param {Context} context @param {Item} item @param {import("./types").Theme} theme @param {Rect} rect
 * @param {(rect: Rect, item: Item) => Arrow} edge
 * @returns {Spot}
 */
function drawMark(context, item, theme, rect, edge) {
  const { head, trail } = item;
  const colour = colourOf(trail.run, theme);
  if (!inside(rect, head.x, head.y, 1)) {
    const arrow = edge(rect, item);
    drawArrow(context, colour, theme, arrow.x, arrow.y, arrow.angle);
    return { x: arrow.x - 7 * Math.cos(arrow.angle), y: arrow.y - 7 * Math.sin(arrow.angle) };
  }
  if (item.ended) drawBurst(context, colour, theme, head.x, head.y);
  else drawHead(context, trail.run, theme, head.x, head.y, trail.wide ? 1.15 : 1);
  return head;
}

/** @type {Map<string, number>} */
const widths = new Map();
/** @type {CanvasRenderingContext2D | null} */
let ruler = null;

/** How wide a label is, in pixels. @param {string} text @param {import("./types").Theme} theme */
export function labelWidth(text, theme) {
  ruler ??= document.createElement("canvas").getContext("2d");
  if (!ruler) return 8 * text.length;
  ruler.font = labelFont(theme);
  return textWidth(ruler, text);
}

/** @param {Context} context @param {string} text */
function textWidth(context, text) {
  const key = `${context.font}|${text}`;
  const known = widths.get(key);
  if (known !== undefined) return known;
  if (widths.size > 500) widths.clear();
  const width = context.measureText(text).width;
  widths.set(key, width);
  return width;
}
