// What the player needs beside its modules, each from its own address and once for each page: Plotly, and the styles.

/** @type {Promise<import("./types").Plotly> | null} */
let plotly = null;

/** @returns {Promise<import("./types").Plotly>} */
export function loadPlotly() {
  plotly ??= new Promise((resolve, reject) => {
    const page = /** @type {{Plotly?: import("./types").Plotly}} */ (/** @type {unknown} */ (window));
    if (page.Plotly) return resolve(page.Plotly);
    const script = document.createElement("script");
    script.src = new URL("plotly.min.js", import.meta.url).href;
    script.onload = () => (page.Plotly ? resolve(page.Plotly) : reject(new Error("No Plotly in the page.")));
    script.onerror = () => reject(new Error("Plotly could not be loaded."));
    document.head.append(script);
  });
  return plotly;
}

/** Resolves when the player's styles stand, or cannot be had. Inline they would travel with every message. */
export function loadStyles() {
  return new Promise((resolve) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = new URL("player.css", import.meta.url).href;
    link.onload = link.onerror = () => resolve(null);
    document.head.append(link);
  });
}
