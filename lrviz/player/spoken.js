// What the pictures show, in words, for those who hear the page: once the playhead rests, and never while it plays.

import { element, setAttribute, setText } from "./dom.js";
import { formatNumber, formatPoint } from "./numbers.js";
import { hasDiverged, pointAt } from "./paths.js";

/** @typedef {import("./types").Model} Model */
/** @typedef {import("./types").Run} Run */
/** @typedef {"map" | "surface" | "loss" | "rate"} Name */

const REST = 500; // ms
let players = 0;

/**
 * What each picture shows at the playhead.
 * @param {Pick<Model, "scenery" | "paths" | "visible" | "at" | "start">} model
 * @returns {Record<Name, string>}
 */
export function describe(model) {
  const { scenery, start } = model;
  const names = scenery.variables;
  const over = names.map((name, k) => `${name} from ${scenery.domain[k].map((end) => formatNumber(end)).join(" to ")}`).join(" and ");
  const minima = scenery.minima.length ? ` Lowest at ${scenery.minima.slice(0, 4).map((point) => formatPoint(point, 3)).join(", ")}.` : "";
  const ground = `${scenery.label} over ${over}.${minima} All runs start at ${placeText(names, start)}.`;
  const places = atStep(model, (run, step) => `at ${formatPoint(pointAt(run, step), 3)}`);
  return {
    map: `${ground} ${places}`,
    surface: `${ground} ${atStep(model, (run, step) => `at ${formatPoint(pointAt(run, step), 3)}, loss ${formatNumber(run.loss[step], 3)}`)}`,
    loss: atStep(model, (run, step) => `loss ${formatNumber(run.loss[step], 3)}, from ${formatNumber(run.loss[0], 3)}`),
    rate: atStep(model, (run, step) => `learning rate ${formatNumber(run.lr[Math.min(step, run.lr.length - 1)])}`),
  };
}

/** What to say when the playhead has come to rest. @param {Pick<Model, "paths" | "visible" | "at">} model */
export function summary(model) {
  return atStep(model, (run, step) => `loss ${formatNumber(run.loss[step], 3)}`);
}

/** @param {string[]} names @param {ArrayLike<number>} point */
export function placeText(names, point) {
  return names.map((name, k) => `${name} ${formatNumber(point[k])}`).join(", ");
}

/** @param {Pick<Model, "paths" | "visible" | "at">} model @param {(run: Run, step: number) => string} say */
function atStep({ paths, visible, at }, say) {
  const step = Math.floor(at);
  const runs = visible.map((run) => `${run.label} ${hasDiverged(run, step) ? `diverged at step ${run.diverged_at}` : say(run, Math.min(step, run.last))}`);
  return `Step ${step} of ${paths.steps}: ${runs.length ? runs.join("; ") : "no run is shown"}.`;
}

/** Descriptions beside the pictures, and a place for what is to be said once. @param {Record<Name, HTMLElement>} panes */
export function createSpoken(panes) {
  const player = (players += 1);
  const status = element("p", { class: "lr-hidden", role: "status" });
  const texts = Object.entries(panes).map(([name, pane]) => {
    const text = element("p", { class: "lr-hidden", id: `lr-${player}-${name}` });
    pane.append(text);
    setAttribute(pane, "aria-describedby", text.id);
    return { name: /** @type {Name} */ (name), text };
  });
  let timer = 0;
  let played = false;

  /** @param {Model} model */
  function write(model) {
    const described = describe(model);
    for (const { name, text } of texts) setText(text, described[name]);
    if (played) setText(status, summary(model));
    played = false;
  }

  return {
    element: status,
    /** Follow what is drawn. @param {Model} model */
    follow(model) {
      clearTimeout(timer);
      if (!model.playing) timer = window.setTimeout(write, REST, model);
      else if (!played) setText(status, "");
      played ||= model.playing;
    },
    /** @param {string} text */
    say: (text) => setText(status, text),
    destroy: () => clearTimeout(timer),
  };
}
