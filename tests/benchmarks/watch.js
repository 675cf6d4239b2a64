// What the benchmark notes inside the page. `key` is when a key went down; `drawn` is when the 2-D views had then been
// drawn anew, at the end of the task that drew them; `frame` is the animation frame after that.
// `first` is when the 2-D views were drawn first, or the frame after the alternative's chart was put in.
(() => {
  const bench = { key: 0, drawn: 0, frame: 0, bursts: 0, first: 0, frames: 0, charted: 0, expected: 3 };
  window.bench = bench;
  addEventListener("keydown", (event) => Object.assign(bench, { key: event.timeStamp, drawn: 0, frame: 0, bursts: 0, charted: 0 }), true);

  // The player clears the canvases of its trails only when it draws new ones from the beginning.
  const trails = new Set();
  const inks = new Set();
  function drawn() {
    if (inks.size) bench.frames += 1;
    if (trails.size >= bench.expected) {
      bench.bursts += 1;
      bench.first ||= performance.now();
      if (!bench.drawn) {
        bench.drawn = performance.now();
        requestAnimationFrame(() => (bench.frame = performance.now()));
      }
    }
    trails.clear();
    inks.clear();
  }
  const { clearRect } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.clearRect = function (...box) {
    if (!trails.size && !inks.size) queueMicrotask(drawn);
    if (this.canvas.classList.contains("lr-trail")) trails.add(this.canvas);
    if (this.canvas.classList.contains("lr-ink")) inks.add(this.canvas);
    return clearRect.apply(this, box);
  };

  // The alternative: the frame after the last change inside a chart.
  let waiting = false;
  new MutationObserver((records) => {
    const inside = records.some(({ target }) => (target.closest ? target : target.parentElement)?.closest("[data-testid='stPlotlyChart']"));
    const stands = inside && !bench.first && document.querySelector(".js-plotly-plot .main-svg");
    if (stands) requestAnimationFrame(() => (bench.first ||= performance.now()));
    if (!inside || waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      bench.charted = performance.now();
    });
  }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
})();
