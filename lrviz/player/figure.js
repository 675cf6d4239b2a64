// What all Plotly figures of the player share: quiet axes, no frame, one place for every margin.

/** @typedef {import("./types").Theme} Theme */

const LEFT = 52; // px, so that the views stand on one line
const SMALL = 11; // px, the second size of text

/** The room left of a view. @param {Theme} theme */
export function leftOf({ scale }) {
  return LEFT * scale;
}

/** The second size of text. @param {Theme} theme */
export function smallOf({ scale }) {
  return SMALL * scale;
}

/** @param {Theme} theme @param {object} margin */
export function baseLayout(theme, margin) {
  return {
    autosize: true,
    margin,
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: theme.font, size: smallOf(theme), color: theme.muted },
    showlegend: false,
    hovermode: false,
  };
}

/** @param {Theme} theme */
export function baseAxis(theme) {
  return {
    showgrid: true,
    gridcolor: theme.grid,
    gridwidth: 1,
    zeroline: false,
    showline: false,
    ticks: "outside",
    ticklen: 3,
    tickcolor: theme.border,
    tickfont: { size: smallOf(theme), color: theme.muted },
    automargin: false,
    exponentformat: "power",
    minexponent: 4,
  };
}

/** @param {string} text @param {Theme} theme */
export function title(text, theme, standoff = 4) {
  return { text: escapeMarkup(text), standoff, font: { size: smallOf(theme) } };
}

/** Plotly reads a small markup in its texts; what visitors type is none. @param {string} text */
export function escapeMarkup(text) {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

export const STILL = { displayModeBar: false, displaylogo: false, scrollZoom: false, doubleClick: false, showTips: false };

/** Room above each cell for its title where there are several, and the gaps between them, as parts of the figure. @param {number} count @param {{width: number, height: number}} size @param {Theme} theme */
export function cellSpacing(count, size, { scale }) {
  const gap = { x: (26 * scale) / Math.max(size.width, 1), y: (26 * scale) / Math.max(size.height, 1) };
  return { top: (count > 1 ? 22 : 10) * scale, gap };
}

/**
 * Rows and columns for `count` cells in a space of this shape, the cells as near as can be to the shape that is wanted.
 * @param {number} count @param {number} aspect width through height @param {number} wanted
 */
export function gridFor(count, aspect, wanted = 1.25) {
  let best = { rows: count, columns: 1 };
  let worst = Infinity;
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const shape = (aspect * rows) / columns;
    const cost = Math.abs(Math.log(shape / wanted)) + 0.25 * (rows * columns - count);
    if (cost < worst) [worst, best] = [cost, { rows, columns }];
  }
  return best;
}

/**
 * Margins that leave each cell only the room that it uses, and that room.
 * @param {{l: number, r: number, t: number, b: number}} margin @param {{width: number, height: number}} size
 * @param {{rows: number, columns: number}} grid @param {{x: number, y: number}} gap as parts of the figure
 * @param {(room: {width: number, height: number}) => {width: number, height: number}} used
 */
export function fittedMargin({ l, r, t, b }, size, { rows, columns }, gap, used) {
  const [across, up] = [1 - gap.x * (columns - 1), 1 - gap.y * (rows - 1)];
  const plot = { width: Math.max(size.width - l - r, 1), height: Math.max(size.height - t - b, 1) };
  const cell = used({ width: (plot.width * across) / columns, height: (plot.height * up) / rows });
  const [x, y] = [(plot.width - (cell.width * columns) / across) / 2, (plot.height - (cell.height * rows) / up) / 2];
  return { margin: { l: l + x, r: r + x, t: t + y, b: b + y }, cell };
}

/**
 * The part of the figure that cell `i` takes, as Plotly's axis domains.
 * @param {number} i @param {{rows: number, columns: number}} grid @param {{x: number, y: number}} gap as parts of the figure
 * @returns {{x: [number, number], y: [number, number]}}
 */
export function cellDomain(i, { rows, columns }, gap) {
  const width = (1 - gap.x * (columns - 1)) / columns;
  const height = (1 - gap.y * (rows - 1)) / rows;
  const left = (i % columns) * (width + gap.x);
  const top = 1 - Math.floor(i / columns) * (height + gap.y);
  return { x: [left, Math.min(left + width, 1)], y: [Math.max(top - height, 0), top] };
}
