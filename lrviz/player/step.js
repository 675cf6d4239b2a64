// The step in numbers: w_old − lr · u = w_new for the chosen run, with everything that went into it.

import { element } from "./dom.js";
import { MINUS, digitsWithin, formatNumber, formatPoint } from "./numbers.js";

/** @typedef {import("./types").Model} Model */
/** @typedef {import("./types").Run} Run */

const DIGITS = 5;
const ARRIVAL = 3000; // ms after it was opened in which more rows may come, and are brought into sight

/** @param {(open: boolean) => void} toggled */
export function createStep(toggled) {
  const sentence = element("p", { class: "lr-sentence" });
  const sum = element("table", { class: "lr-step", "aria-label": "The step" });
  const parts = element("table", { class: "lr-step", "aria-label": "What went into it" });
  const tables = element("div", { class: "lr-tables" }, [sum, parts]);
  const node = element("details", { class: "lr-numbers" }, [element("summary", { text: "The step in numbers" }), sentence, tables]);
  let shown = "";
  let asked = false;
  let opened = -Infinity;
  node.addEventListener("toggle", () => {
    if (node.open === asked) return;
    asked = node.open;
    opened = node.open ? performance.now() : -Infinity;
    toggled(node.open);
  });

  return {
    element: node,
    isOpen: () => node.open,
    /** @param {boolean} open */
    open(open) {
      asked = open;
      node.open = open;
    },
    /** @param {Model} model @param {boolean} changed */
    draw(model, changed) {
      if (!node.open) return;
      const step = Math.floor(model.at);
      const key = `${model.view.chosen}|${step}`;
      if (key === shown && !changed) return;
      shown = key;
      const run = model.paths.runs.find(({ slot }) => slot === model.view.chosen) ?? model.paths.runs[0];
      if (!run) return;
      sentence.textContent = describe(run, step, model.scenery.digits);
      const taken = isTaken(run, step);
      sum.replaceChildren(...(taken ? sumOf(model, run, step) : []));
      parts.replaceChildren(...(taken ? partsOf(model, run, step) : []));
      if (performance.now() - opened < ARRIVAL) node.scrollIntoView({ block: "end", behavior: "smooth" });
    },
  };
}

/** Whether the run takes a step from here. @param {Run} run @param {number} step */
function isTaken(run, step) {
  return !run.turned && run.grad.length > 0 && step < run.last && step < run.lr.length;
}

/** @param {Run} run @param {number} step @param {number} [digits] of the losses */
export function describe(run, step, digits = DIGITS - 1) {
  if (run.turned) return `${run.label}: its steps are computed when the knob is let go.`;
  if (!run.grad.length) return `${run.label}: its steps are on their way.`;
  if (run.diverged_at >= 0 && step >= run.last) return `${run.label} diverged at step ${run.diverged_at}: there is no further step.`;
  if (!isTaken(run, step)) return `${run.label} ends here, at step ${run.last}: there is no further step.`;
  const gradient = formatPoint(run.grad.map((column) => column[step]));
  const move = formatPoint(run.move.map((column) => -column[step]));
  return `${run.label}, step ${step} \u2192 ${step + 1}: the gradient is ${gradient}, ${run.optimizer} moves by ${move}, and the loss goes from ${formatNumber(run.loss[step], digits)} to ${formatNumber(run.loss[step + 1], digits)}.`;
}

/** The sum, a row for each coordinate. @param {Model} model @param {Run} run @param {number} step */
function sumOf(model, run, step) {
  const names = ["", "w old", ...(run.lr[step] === 0 ? ["", "displacement"] : ["", "lr", "", "u"]), "", "w new"];
  const lines = model.scenery.variables.map((variable, k) => rowOf(variable, equation(model.scenery, run, step, k)));
  return [headOf(names), element("tbody", {}, lines)];
}

/** What the direction is made of, a row each, a column for each coordinate: gradient, buffers, what lies between. @param {Model} model @param {Run} run @param {number} step */
function partsOf({ paths, scenery }, run, step) {
  const own = run.slot === paths.chosen;
  const buffers = own ? paths.buffers.map((columns, k) => ({ name: `${run.buffers[k]} after`, columns, at: step + 1 })) : [];
  const between = own ? paths.between.map(({ name, columns }) => ({ name, columns, at: step })) : [];
  const rows = [{ name: "gradient g", columns: run.grad, at: step }, ...buffers, ...between];
  const lines = rows.map(({ name, columns, at }) => rowOf(name, columns.map((column) => (Number.isNaN(column[at]) ? "" : formatNumber(column[at], DIGITS)))));
  const rate = run.lr[step];
  if (own && paths.direction && rate !== 0) lines.push(rowOf(`u = ${paths.direction}`, run.move.map((column) => formatNumber(column[step] / rate, DIGITS))));
  return [headOf(["", ...scenery.variables]), element("tbody", {}, lines)];
}

/** @param {string[]} names */
function headOf(names) {
  return element("thead", {}, [element("tr", {}, names.map((text) => element("th", text ? { scope: "col", text } : {})))]);
}

/** @param {string} name @param {string[]} cells */
function rowOf(name, cells) {
  return element("tr", {}, [element("th", { scope: "row", text: name }), ...cells.map((text) => element("td", { text }))]);
}

/** @param {import("./types").Scenery} scenery @param {Run} run @param {number} step @param {number} k */
function equation(scenery, run, step, k) {
  const rate = run.lr[step];
  const move = run.move[k][step];
  const digits = digitsWithin(scenery.domain[k], DIGITS);
  const [before, after] = [formatNumber(run.w[k][step], digits), formatNumber(run.w[k][step + 1], digits)];
  if (rate === 0) return [before, MINUS, bracketed(move), "=", after];
  return [before, MINUS, formatNumber(rate, DIGITS), "·", bracketed(move / rate), "=", after];
}

/** A negative number in brackets, after a sign. @param {number} value */
function bracketed(value) {
  const text = formatNumber(value, DIGITS);
  return text.startsWith(MINUS) ? `(${text})` : text;
}
