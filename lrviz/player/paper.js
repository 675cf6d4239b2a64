// What goes to paper: the picture in the pixels that it has on the screen, made so small that it fits.

const WIDE = 700; // px, the narrower side of a sheet between its margins

/** Note the sizes that paper is to keep. @param {HTMLElement} node the player @param {HTMLElement[]} panes */
export function keepSizes(node, panes) {
  if (window.matchMedia("print").matches) return; // they are paper's already
  const width = Math.max(node.clientWidth, 1);
  node.style.setProperty("--lr-wide", `${width}px`);
  node.style.setProperty("--lr-shrink", String(Math.min(1, WIDE / width)));
  for (const pane of panes) pane.style.setProperty("--lr-tall", `${pane.clientHeight}px`);
}
