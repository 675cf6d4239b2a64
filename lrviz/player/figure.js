// What all Plotly figures of the player share: quiet axes, no frame, one place for every margin.

/** @typedef {import("./types").Theme} Theme */

export const LEFT = 52; // px, so that the views stand on one line
export const SMALL = 11; // px, the second size of text

/** @param {Theme} theme @param {object} margin */
export function baseLayout(theme, margin) {
  return {
    autosize: true,
    margin,
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: theme.font, size: SMALL, color: theme.muted },
    showlegend: false,
    hovermode: false,
    modebar: { bgcolor: "rgba(0,0,0,0)", color: theme.faint, activecolor: theme.text, orientation: "h" },
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
    tickfont: { size: SMALL, color: theme.muted },
    automargin: false,
    exponentformat: "power",
    minexponent: 4,
  };
}

/** @param {string} text */
export function title(text, standoff = 4) {
  return { text: escapeMarkup(text), standoff, font: { size: SMALL } };
}

/** Plotly reads a small markup in its texts; what visitors type is none. @param {string} text */
export function escapeMarkup(text) {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

export const STILL = { displayModeBar: false, displaylogo: false, scrollZoom: false, doubleClick: false, showTips: false };

/** Room above each cell for its title where there are several, and the gaps between them, as parts of the figure. @param {number} count @param {{width: number, height: number}} size */
export function cellSpacing(count, size) {
  const gap = { x: 26 / Math.max(size.width, 1), y: 26 / Math.max(size.height, 1) };
  return { top: count > 1 ? 22 : 10, gap };
}

/**
 * Rows and columns for `count` cells in a space of this shape.
 * @param {number} count @param {number} aspect width through height
 */
export function gridFor(count, aspect) {
  let best = { rows: count, columns: 1 };
  let worst = Infinity;
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const shape = (aspect * rows) / columns;
    const cost = Math.abs(Math.log(shape / 1.25)) + 0.25 * (rows * columns - count);
    if (cost < worst) [worst, best] = [cost, { rows, columns }];
  }
  return best;
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
