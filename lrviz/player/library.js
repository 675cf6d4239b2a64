// Plotly's library, from its own address beside the player's files, once for each page.

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
