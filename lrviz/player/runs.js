// The runs of one cell at the playhead: the tip of each trail, heads, labels, what left and what ended.

import { HEAD, LABEL_GAP, colourOf, drawArrow, drawBurst, drawHead, drawLabel, drawLeader, labelWidth } from "./ink.js";
import { placeLabels } from "./labels.js";
import { clipped } from "./pane.js";
import { clipSegment, grown, inside, reached } from "./track.js";
import { penOf } from "./trails.js";

/** @typedef {import("./types").Run} Run */
/** @typedef {import("./types").Rect} Rect */
/** @typedef {import("./types").Model} Model */
/** @typedef {CanvasRenderingContext2D} Context */

const SHORT = 2; // px, hidden under the head

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
    for (const item of items) drawTip(context, model, item);
  });
  const marks = items.map((item) => drawMark(context, item, theme, rect, edge));
  const named = items.flatMap((item, i) => (item.text ? [{ item, mark: marks[i], width: labelWidth(item.text, theme) }] : []));
  const places = placeLabels(named.map(({ mark, width }) => ({ ...mark, width })), bounds, { gap: LABEL_GAP * theme.scale, distance: HEAD * theme.scale + 6 });
  named.forEach(({ item, mark, width }, i) => {
    const colour = colourOf(item.trail.run, theme);
    const { left, y } = places[i];
    if (Math.abs(y - mark.y) > LABEL_GAP * theme.scale * 0.8) drawLeader(context, colour, mark.x, mark.y, left > mark.x ? left - 2 : left + width + 2, y);
    drawLabel(context, item.text, colour, theme, left, y);
  });
}

/** The way from the last whole step to the head. @param {Context} context @param {Model} model @param {Item} item */
function drawTip(context, { theme, at }, { trail, from, head }) {
  const part = clipSegment(from.x, from.y, head.x, head.y, grown(trail.rect, 20));
  if (!part || Math.hypot(head.x - from.x, head.y - from.y) < SHORT) return;
  const pen = penOf(trail, theme);
  const to = reached(trail.track, Math.floor(at));
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
