// The bar under the views: playing, the playhead, and what is shown.

import { element, icon, setAttribute, setIcon, setText } from "./dom.js";

/** @typedef {import("./types").View} View */

export const SPEEDS = [0.25, 0.5, 1, 2, 4];

/**
 * @typedef {{play(): void, restart(): void, nudge(by: number): void, scrub(step: number, done: boolean): void, change(part: Partial<View>): void, axes(value: "equal" | "fill"): void, keys(): void}} Actions
 */

/** @param {Actions} actions */
export function createTransport(actions) {
  const play = button("Play", "play", () => actions.play(), "lr-play");
  const range = element("input", { type: "range", "aria-label": "Step", min: 0, max: 0, value: 0, step: 1 });
  const ticks = element("div", { class: "lr-ticks", "aria-hidden": "true" });
  const count = element("span", { class: "lr-count" });
  const speed = element("select", { "aria-label": "Speed", title: "Speed" }, SPEEDS.map((value) => element("option", { value, text: `${value}×` })));
  const loop = button("Loop", "loop", () => actions.change({ loop: loop.getAttribute("aria-pressed") !== "true" }));
  const panes = segments("Views", [["map", "Map"], ["surface", "3-D"], ["both", "Both"]], (value) => actions.change({ panes: /** @type {View["panes"]} */ (value) }));
  const layout = segments("Runs", [["overlay", "Overlay"], ["split", "Split"]], (value) => actions.change({ layout: /** @type {View["layout"]} */ (value) }));
  const axis = segments("Loss axis", [["log", "Log"], ["linear", "Linear"]], (value) => actions.change({ loss_axis: /** @type {View["loss_axis"]} */ (value) }));
  const rate = segments("Rate", [["given", "Rate"], ["effective", "Per coordinate"], ["sharpness", "Sharpness"]], (value) => actions.change({ rate: /** @type {View["rate"]} */ (value) }));
  const units = segments("Axes", [["equal", "Equal axes"], ["fill", "Fill"]], (value) => actions.axes(/** @type {"equal" | "fill"} */ (value)));
  const region = segments("Stability", [["unstable", "Unstable region"]], () => actions.change({ unstable: !hatched }));
  let hatched = false;
  const keys = element("button", { type: "button", class: "lr-button lr-keys", "aria-label": "Keys", title: "Keys", text: "?" });
  const bar = element("div", { class: "lr-transport" }, [
    element("div", { class: "lr-buttons" }, [
      button("Restart", "restart", () => actions.restart()),
      button("Step back", "back", () => actions.nudge(-1)),
      play,
      button("Step forward", "forward", () => actions.nudge(1)),
    ]),
    element("div", { class: "lr-range" }, [ticks, range]),
    count,
  ]);
  const options = element("div", { class: "lr-options" }, [element("div", { class: "lr-pace" }, [speed, loop]), panes.element, layout.element, units.element, axis.element, rate.element, region.element, keys]);
  range.addEventListener("input", () => actions.scrub(Number(range.value), false));
  range.addEventListener("change", () => actions.scrub(Number(range.value), true));
  speed.addEventListener("change", () => actions.change({ speed: Number(speed.value) }));
  keys.addEventListener("click", () => actions.keys());

  return {
    element: bar,
    /** What is shown, and how. */
    options,
    /** @param {{step: number, steps: number, playing: boolean}} playhead */
    draw({ step, steps, playing }) {
      setAttribute(range, "max", String(steps));
      if (range.value !== String(step)) range.value = String(step);
      setAttribute(range, "aria-valuetext", playing ? `playing, ${steps} steps` : `${step} of ${steps}`); // each change would be said
      range.style.setProperty("--lr-part", `${steps ? (100 * step) / steps : 0}%`);
      setText(count, `${step} / ${steps}`);
      count.style.minWidth = `${2 * String(steps).length + 3}ch`;
      setIcon(play, playing ? "pause" : "play");
      setAttribute(play, "aria-label", playing ? "Pause" : "Play");
      setAttribute(play, "title", playing ? "Pause (space)" : "Play (space)");
    },
    /** @param {View} view @param {{dimension: number, runs: number, equal: boolean, log: boolean, rate: View["rate"], region: boolean}} what `log`: there is a logarithmic axis; `rate`: what its chart shows; `region`: it can be shown */
    show(view, { dimension, runs, equal, log, rate: drawn, region: known }) {
      if (![...speed.options].some((option) => Number(option.value) === view.speed)) speed.append(element("option", { value: view.speed, text: `${view.speed}×` }));
      speed.value = String(view.speed);
      setAttribute(loop, "aria-pressed", String(view.loop));
      panes.set(view.panes);
      layout.set(view.layout);
      axis.set(log ? view.loss_axis : "linear");
      axis.allow("log", log, "This loss has no known lowest value from which a logarithm could be measured");
      rate.set(drawn);
      rate.allow("effective", view.rate !== "effective" || drawn === "effective", "This optimizer multiplies the gradient by no number");
      rate.allow("sharpness", view.rate !== "sharpness" || drawn === "sharpness", "The curvature along this run is not known");
      hatched = view.unstable && known;
      region.allow("unstable", known, "For this run it is not known where its rate is unstable");
      region.set(hatched ? "unstable" : "");
      region.element.hidden = dimension === 2 && view.panes === "surface";
      units.set(equal ? "equal" : "fill");
      units.element.hidden = panes.element.hidden = dimension === 1;
      layout.element.hidden = runs < 2;
    },
    /** Where runs diverged, in their colours. @param {{step: number, steps: number, colour: string, text: string}[]} marks */
    mark(marks) {
      ticks.replaceChildren(...marks.map(({ step, steps, colour, text }) => {
        const tick = element("span", { title: text });
        tick.style.left = `${(100 * step) / steps}%`;
        tick.style.background = colour;
        return tick;
      }));
    },
  };
}

/** @param {string} label @param {string} picture @param {() => void} act @param {string} [extra] */
function button(label, picture, act, extra = "") {
  const node = element("button", { type: "button", class: `lr-button ${extra}`.trim(), "aria-label": label, title: label }, [icon(picture)]);
  node.addEventListener("click", act);
  return node;
}

/** @param {string} label @param {string[][]} options @param {(value: string) => void} choose */
function segments(label, options, choose) {
  const buttons = options.map(([value, text]) => {
    const node = element("button", { type: "button", "data-value": value, text });
    node.addEventListener("click", () => choose(value));
    return node;
  });
  return {
    element: element("div", { class: "lr-segments", role: "group", "aria-label": label }, buttons),
    /** @param {string} value */
    set: (value) => buttons.forEach((node) => setAttribute(node, "aria-pressed", String(node.dataset.value === value))),
    /** @param {string} value @param {boolean} allowed @param {string} why it is not */
    allow: (value, allowed, why) => buttons.filter((node) => node.dataset.value === value).forEach((node) => {
      node.disabled = !allowed;
      node.title = allowed ? "" : why;
    }),
  };
}
