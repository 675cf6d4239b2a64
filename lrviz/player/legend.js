// The legend of a figure that was made complete in Python: below the axis' title, however many lines it takes.

const BELOW = 57; // px from the axis to the legend: ticks and the title stand between
const NEAR = 2; // px that do not matter
const ROUNDS = 3; // each line that the legend takes makes the plot lower, and by that the legend's place another

/** Where a legend begins, in heights of the plot below it. @param {number} height px @returns {number} */
export function legendPlace(height) {
  return -BELOW / Math.max(height, 1);
}

/** @param {any} plotly @param {import("./types").PlotElement} plot */
export async function settleLegend(plotly, plot) {
  for (let round = 0; round < ROUNDS; round += 1) {
    const { legend, _size, showlegend } = plot._fullLayout;
    if (!showlegend || !legend || legend.orientation !== "h") return;
    const y = legendPlace(_size.h);
    if (Math.abs(y - legend.y) * _size.h < NEAR) return;
    await plotly.relayout(plot, { "legend.y": y });
  }
}
