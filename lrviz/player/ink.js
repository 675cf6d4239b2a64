// What moves, drawn on canvas: trails, heads, labels, arrows.

import { stamp } from "./sprite.js";

/** @typedef {import("./types").Track} Track */
/** @typedef {import("./types").Theme} Theme */
/** @typedef {import("./types").Run} Run */
/** @typedef {import("./types").Rect} Rect */
/** @typedef {CanvasRenderingContext2D} Context */

export const HEAD = 5.5; // px, the radius of a head
export const LABEL_SIZE = 12;
export const LABEL_GAP = 15;

/** @param {Run} run @param {Theme} theme */
export function colourOf(run, theme) {
  return theme.dark ? run.style.dark : run.style.light;
}

/** @param {Theme} theme */
export function labelFont(theme) {
  return `600 ${LABEL_SIZE * theme.scale}px ${theme.font}`;
}

/**
 * Stroke the vertices `from` … `to - 1` of a track; the dash goes on where the part before it ended.
 * @param {Context} context @param {Track} track @param {number} from @param {number} to
 * @param {{colour: string, dash: number[], width: number}} pen
 */
export function strokeTrack(context, track, from, to, pen) {
  if (to <= from || to < 2) return;
  const first = Math.max(from, 1);
  context.strokeStyle = pen.colour;
  context.lineWidth = pen.width;
  context.setLineDash(pen.dash);
  context.lineDashOffset = track.length[first - 1];
  context.beginPath();
  context.moveTo(track.x[first - 1], track.y[first - 1]);
  for (let i = first; i < to; i += 1) {
    if (track.pen[i]) context.lineTo(track.x[i], track.y[i]);
    else context.moveTo(track.x[i], track.y[i]);
  }
  context.stroke();
  context.setLineDash([]);
}

/**
 * A dot on each step that is long enough to be told from its neighbours.
 * @param {Context} context @param {Track} track @param {number} from @param {number} to @param {string} colour
 */
export function drawDots(context, track, from, to, colour) {
  context.fillStyle = colour;
  context.beginPath();
  for (let i = from; i < to; i += 1) {
    if (!track.dot[i]) continue;
    context.moveTo(track.x[i] + 2.4, track.y[i]);
    context.arc(track.x[i], track.y[i], 2.4, 0, 2 * Math.PI);
  }
  context.fill();
}

/** @param {number} corners @param {number} radius @param {number} turn @param {number} [inner] */
function polygon(corners, radius, turn, inner = radius) {
  const path = new Path2D();
  const count = inner === radius ? corners : corners * 2;
  for (let i = 0; i < count; i += 1) {
    const angle = turn + (i * 2 * Math.PI) / count;
    const reach = i % 2 && inner !== radius ? inner : radius;
    path.lineTo(reach * Math.cos(angle), reach * Math.sin(angle));
  }
  path.closePath();
  return path;
}

/** @returns {Path2D} */
function cross() {
  const path = new Path2D();
  path.rect(-HEAD, -HEAD / 2.6, 2 * HEAD, (2 * HEAD) / 2.6);
  path.rect(-HEAD / 2.6, -HEAD, (2 * HEAD) / 2.6, 2 * HEAD);
  return path;
}

/** @returns {Path2D} */
function circle() {
  const path = new Path2D();
  path.arc(0, 0, HEAD, 0, 2 * Math.PI);
  return path;
}

const UP = -Math.PI / 2;

/** @type {Record<string, () => Path2D>} */
const SHAPES = {
  circle,
  square: () => polygon(4, HEAD * 1.3, Math.PI / 4),
  diamond: () => polygon(4, HEAD * 1.3, 0),
  triangle: () => polygon(3, HEAD * 1.4, UP),
  down: () => polygon(3, HEAD * 1.4, -UP),
  pentagon: () => polygon(5, HEAD * 1.2, UP),
  star: () => polygon(5, HEAD * 1.5, UP, HEAD * 0.65),
  cross,
};

/** @type {Map<string, Path2D>} */
const shapes = new Map();

/** @param {string} name */
function shape(name) {
  const known = shapes.get(name);
  if (known) return known;
  const made = (SHAPES[name] ?? circle)();
  shapes.set(name, made);
  return made;
}

/**
 * @param {Context} context @param {Run} run @param {Theme} theme @param {number} x @param {number} y @param {number} [size]
 */
export function drawHead(context, run, theme, x, y, size = 1) {
  const colour = colourOf(run, theme);
  const large = size * theme.scale;
  stamp(context, `${run.style.head}|${colour}|${theme.background}|${large}`, markBox(large), x, y, (picture) => {
    picture.scale(large, large);
    picture.lineJoin = "round";
    picture.lineWidth = 3;
    picture.strokeStyle = theme.background;
    picture.stroke(shape(run.style.head));
    picture.fillStyle = colour;
    picture.fill(shape(run.style.head));
  });
}

/** Room for a mark. @param {number} scale */
function markBox(scale) {
  const half = Math.ceil(12 * Math.max(scale, 1));
  return { left: -half, top: -half, width: 2 * half, height: 2 * half };
}

/**
 * A mark made of one path, on a wider copy of itself in the colour of the background.
 * @param {Context} context @param {string} name @param {string} colour @param {Theme} theme
 * @param {{x: number, y: number}} place @param {number} width @param {(picture: Context) => void} trace
 */
function stampOutlined(context, name, colour, theme, place, width, trace) {
  stamp(context, `${name}|${colour}|${theme.background}|${theme.scale}`, markBox(theme.scale), place.x, place.y, (picture) => {
    picture.scale(theme.scale, theme.scale);
    picture.lineCap = "round";
    for (const [stroke, size] of /** @type {[string, number][]} */ ([[theme.background, width + 3], [colour, width]])) {
      picture.strokeStyle = stroke;
      picture.lineWidth = size;
      picture.beginPath();
      trace(picture);
      picture.stroke();
    }
  });
}

/** The mark of a run that has ended by diverging. @param {Context} context @param {string} colour @param {Theme} theme @param {number} x @param {number} y */
export function drawBurst(context, colour, theme, x, y) {
  stampOutlined(context, "burst", colour, theme, { x, y }, 2.25, (picture) => {
    for (let ray = 0; ray < 4; ray += 1) {
      const angle = Math.PI / 4 + (ray * Math.PI) / 2;
      picture.moveTo(2 * Math.cos(angle), 2 * Math.sin(angle));
      picture.lineTo(7.5 * Math.cos(angle), 7.5 * Math.sin(angle));
    }
  });
}

/** A small ✕ in the colour of the text; a local one is smaller and fainter. @param {Context} context @param {Theme} theme @param {number} x @param {number} y @param {boolean} [local] */
export function drawMinimum(context, theme, x, y, local = false) {
  const arm = local ? 3 : 5;
  stampOutlined(context, local ? "local minimum" : "minimum", local ? theme.muted : theme.text, theme, { x, y }, local ? 1.25 : 1.5, (picture) => {
    picture.moveTo(-arm, -arm);
    picture.lineTo(arm, arm);
    picture.moveTo(-arm, arm);
    picture.lineTo(arm, -arm);
  });
}

/** The start: a ring. @param {Context} context @param {Theme} theme @param {number} x @param {number} y */
export function drawRing(context, theme, x, y) {
  stampOutlined(context, "ring", theme.text, theme, { x, y }, 2, (picture) => picture.arc(0, 0, 6, 0, 2 * Math.PI));
}

/** An arrow head whose point is at (x, y). @param {Context} context @param {string} colour @param {Theme} theme @param {number} x @param {number} y @param {number} angle */
export function drawArrow(context, colour, theme, x, y, angle) {
  context.save();
  context.translate(x, y);
  context.rotate(angle);
  context.scale(theme.scale, theme.scale);
  context.beginPath();
  context.moveTo(0, 0);
  context.lineTo(-12, 6.5);
  context.lineTo(-8.5, 0);
  context.lineTo(-12, -6.5);
  context.closePath();
  context.lineJoin = "round";
  context.lineWidth = 3;
  context.strokeStyle = theme.background;
  context.stroke();
  context.fillStyle = colour;
  context.fill();
  context.restore();
}

/** @param {Context} context @param {string} text @param {string} colour @param {Theme} theme @param {number} left @param {number} y */
export function drawLabel(context, text, colour, theme, left, y) {
  const half = Math.ceil(11 * theme.scale);
  const box = { left: -4, top: -half, width: Math.ceil(labelWidth(text, theme)) + 8, height: 2 * half };
  stamp(context, `${text}|${colour}|${theme.background}|${labelFont(theme)}`, box, left, y, (picture) => {
    picture.font = labelFont(theme);
    picture.textBaseline = "middle";
    picture.lineJoin = "round";
    picture.lineWidth = 3.5;
    picture.strokeStyle = theme.background;
    picture.strokeText(text, 0, 0);
    picture.fillStyle = colour;
    picture.fillText(text, 0, 0);
  });
}

/** @type {Map<string, number>} */
const widths = new Map();
/** @type {Context | null} */
let ruler = null;

/** How wide a label is, in pixels. @param {string} text @param {Theme} theme */
export function labelWidth(text, theme) {
  const key = `${labelFont(theme)}|${text}`;
  const known = widths.get(key);
  if (known !== undefined) return known;
  ruler ??= document.createElement("canvas").getContext("2d");
  if (!ruler) return 8 * text.length;
  if (widths.size > 500) widths.clear();
  ruler.font = labelFont(theme);
  const width = ruler.measureText(text).width;
  widths.set(key, width);
  return width;
}

/** A hair line from a label that was moved to what it names. @param {Context} context @param {string} colour @param {number} x0 @param {number} y0 @param {number} x1 @param {number} y1 */
export function drawLeader(context, colour, x0, y0, x1, y1) {
  context.globalAlpha = 0.55;
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
  context.globalAlpha = 1;
}
