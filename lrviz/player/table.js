// The runs at the playhead: one row each, which also chooses, hides and shows it.

import { element, icon, setAttribute, setIcon, setText } from "./dom.js";
import { colourOf, drawHead } from "./ink.js";
import { formatNumber } from "./numbers.js";
import { distanceTo, hasDiverged, outsideSince, pointAt } from "./paths.js";

/** @typedef {import("./types").Model} Model */
/** @typedef {import("./types").Run} Run */

const SWATCH = { width: 40, height: 16 };
let groups = 0;

/** @param {{choose: (slot: number) => void, toggle: (slot: number) => void}} actions */
export function createTable(actions) {
  const distance = element("th", { scope: "col", text: "To minimum", title: "Distance to the nearest minimum" });
  const head = element("tr", {}, [
    element("th", { scope: "col", text: "Run" }),
    element("th", { scope: "col", text: "Loss" }),
    distance,
    element("th", { scope: "col", text: "|Gradient|" }),
    element("th", { scope: "col", text: "Rate", title: "Learning rate of the next step" }),
    element("th", { scope: "col", class: "lr-status", text: "State" }),
    element("th", { scope: "col", class: "lr-eye" }, [element("span", { class: "lr-hidden", text: "Shown" })]),
  ]);
  const body = element("tbody");
  const table = element("table", { class: "lr-table", "aria-label": "Runs at the playhead" }, [element("thead", {}, [head]), body]);
  const node = element("div", { class: "lr-runs" }, [table]); // a table that is itself an item of a grid keeps its first columns in WebKit
  const group = `lr-run-${(groups += 1)}`;
  /** @type {ReturnType<typeof createRow>[]} */
  let rows = [];
  let shown = "";

  /** @param {Model} model */
  function update(model) {
    const { paths, view, theme } = model;
    const key = JSON.stringify([theme.key, paths.runs.map((run) => [run.slot, run.style])]);
    if (key !== shown) {
      shown = key;
      rows = paths.runs.map((run) => createRow(run, model, group, actions));
      body.replaceChildren(...rows.map((row) => row.element));
    }
    rows.forEach((row, i) => row.show(paths.runs[i], view));
    const known = model.scenery.minima.length > 0;
    distance.hidden = !known;
    for (const row of rows) row.cells.distance.hidden = !known;
  }

  /** @param {Model} model @param {import("./types").Range[]} ranges */
  function draw(model, ranges) {
    rows.forEach((row, i) => model.paths.runs[i] && fill(row.cells, model.paths.runs[i], model, ranges));
  }

  return { element: node, update, draw };
}

/** @param {Run} run @param {Model} model @param {string} group @param {{choose: (slot: number) => void, toggle: (slot: number) => void}} actions */
function createRow(run, model, group, actions) {
  const radio = element("input", { type: "radio", name: group, "aria-label": `Choose ${run.label}` });
  const label = element("span", { text: run.label });
  const name = element("th", { scope: "row", class: "lr-name" }, [element("label", {}, [radio, swatch(run, model), label])]);
  const cells = {
    loss: element("td", { "data-name": "Loss" }),
    distance: element("td", { "data-name": "To minimum" }),
    gradient: element("td", { "data-name": "|Gradient|" }),
    rate: element("td", { "data-name": "Rate" }),
    status: element("td", { class: "lr-status" }),
  };
  const eye = element("button", { type: "button", class: "lr-button" }, [icon("eye")]);
  const node = element("tr", { "data-slot": run.slot }, [name, ...Object.values(cells), element("td", { class: "lr-eye" }, [eye])]);
  eye.addEventListener("click", () => actions.toggle(run.slot));
  radio.addEventListener("change", () => actions.choose(run.slot));
  node.addEventListener("click", (event) => {
    if (!(/** @type {Element} */ (event.target).closest("button, label"))) actions.choose(run.slot);
  });
  return {
    element: node,
    cells,
    /** @param {Run} current @param {import("./types").View} view */
    show(current, view) {
      const hidden = view.hidden.includes(current.slot);
      const chosen = view.chosen === current.slot;
      node.classList.toggle("lr-chosen", chosen);
      node.classList.toggle("lr-off", hidden);
      radio.checked = chosen;
      setText(label, current.label);
      setAttribute(radio, "aria-label", `Choose ${current.label}`);
      setIcon(eye, hidden ? "hidden" : "eye");
      setAttribute(eye, "aria-label", `${hidden ? "Show" : "Hide"} ${current.label}`);
      setAttribute(eye, "title", hidden ? "Show" : "Hide");
    },
  };
}

/** @param {Run} run @param {Model} model */
function swatch(run, { theme }) {
  const canvas = element("canvas", { width: SWATCH.width * 2, height: SWATCH.height * 2, class: "lr-swatch", "aria-hidden": "true" });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.scale(2, 2);
  context.strokeStyle = colourOf(run, theme);
  context.lineWidth = 2.25;
  context.setLineDash(run.style.dash);
  context.beginPath();
  context.moveTo(0, SWATCH.height / 2);
  context.lineTo(SWATCH.width - 8, SWATCH.height / 2);
  context.stroke();
  context.setLineDash([]);
  drawHead(context, run, theme, SWATCH.width - 8, SWATCH.height / 2);
  return canvas;
}

/**
 * @param {Record<"loss" | "distance" | "gradient" | "rate" | "status", HTMLElement>} cells
 * @param {Run} run @param {Model} model @param {import("./types").Range[]} ranges
 */
function fill(cells, run, model, ranges) {
  const step = Math.floor(model.at);
  const ended = step > run.last;
  const rate = run.lr[Math.min(step, run.lr.length - 1)];
  const about = (/** @type {number} */ value, /** @type {number} */ digits) => (run.turned ? `\u2248 ${formatNumber(value, digits - 2)}` : formatNumber(value, digits));
  setText(cells.loss, ended ? "\u2013" : about(run.loss[step], model.scenery.digits));
  setText(cells.distance, ended ? "\u2013" : about(distanceTo(model.scenery.minima, pointAt(run, step)), 3));
  setText(cells.gradient, ended || run.turned ? "\u2013" : formatNumber(run.gradNorm[step], 3));
  setText(cells.rate, ended ? "\u2013" : formatNumber(rate));
  setText(cells.status, status(run, model, ranges));
}

/** What there is to say of a run at the playhead. @param {Run} run @param {Model} model @param {import("./types").Range[]} ranges */
export function status(run, { at, paths, verdicts, advice }, ranges) {
  const step = Math.floor(at);
  const place = paths?.runs.indexOf(run);
  const judged = judgementAt(verdicts?.[place], step);
  const tried = (!run.turned && advice?.[place]?.sentence) || "";
  if (judged) return `${gone(run, ranges, step)}${judged.sentence} ${tried}`.trimEnd();
  if (hasDiverged(run, step)) return run.sentence || `Diverged at step ${run.diverged_at}`;
  const since = outsideSince(run, ranges, step);
  if (since >= 0) return `Left the picture at step ${since}`;
  return run.diverged_at < 0 && step === run.loss.length - 1 ? run.sentence : "";
}

/** @param {Run} run @param {import("./types").Range[]} ranges @param {number} step */
function gone(run, ranges, step) {
  if (hasDiverged(run, step)) return "";
  const since = outsideSince(run, ranges, step);
  return since >= 0 ? `Left the picture at step ${since}. ` : "";
}

/** The verdict that holds at a step. @param {import("./types").Judgement[] | undefined} changes @param {number} step */
export function judgementAt(changes, step) {
  return changes?.filter((change) => change.step <= step).at(-1);
}
