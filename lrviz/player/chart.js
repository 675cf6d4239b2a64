// A figure that was made complete in Python, as a Streamlit component: drawn, resized, and asked where it was clicked.

import { element, whenGone } from "./dom.js";
import { loadPlotly } from "./library.js";
import { settleLegend } from "./legend.js";
import { placeNames } from "./naming.js";
import { listenForPinch } from "./pinch.js";
import { onReturn, watchServer } from "./silence.js";
import { isDark } from "./theme.js";

/**
 * @typedef {{data: Uint8Array | ArrayBuffer | null, parentElement: HTMLElement, setTriggerValue(name: string, value: unknown): void}} Component
 * @typedef {{data: object[], layout: Record<string, any>, dark: boolean, zoom: import("./pinch.js").Ends | null, alt: string, address?: string | null}} Message
 * @typedef {{component: Component, host: HTMLElement, plot: import("./types").PlotElement, bytes: unknown, message: Message | null, told: boolean | null, pressed: {x: number, y: number}, pinching: boolean, observer: ResizeObserver}} Mounted
 */

const STEADY = 5; // px that a pointer may move between press and release of a click
const NOWHERE = { x: NaN, y: NaN };
const CONFIG = { displayModeBar: false, displaylogo: false, scrollZoom: false, doubleClick: false, showTips: false, responsive: false };

watchServer(new URL("../../health", import.meta.url).href);
onReturn(() => latestComponent?.setTriggerValue("click", {}));

/** @type {Component | null} */
let latestComponent = null;

/** @type {WeakMap<HTMLElement, Mounted>} */
const mounted = new WeakMap();

/** Show a figure. @param {Component} component */
export function chart(component) {
  const { data, parentElement } = component;
  const entry = mounted.get(parentElement) ?? mount(component);
  entry.component = latestComponent = component;
  if (data && data !== entry.bytes) {
    entry.bytes = data;
    const message = (entry.message = JSON.parse(new TextDecoder().decode(data)));
    if (message.address) correctAddress(message.address);
    draw(entry);
  }
  tellTheme(entry);
  return () => whenGone(parentElement, () => unmount(parentElement));
}

/** @param {Component} component @returns {Mounted} */
function mount(component) {
  const { parentElement } = component;
  const plot = /** @type {import("./types").PlotElement} */ (/** @type {unknown} */ (element("div", { class: "lr-chart" })));
  const host = element("div", { role: "img" }, [plot]);
  parentElement.append(host);
  const observer = new ResizeObserver(() => resize(entry));
  /** @type {Mounted} */
  const entry = { component, host, plot, bytes: null, message: null, told: null, pressed: NOWHERE, pinching: false, observer };
  observer.observe(host);
  listenForClicks(entry);
  listenForPinch(host, {
    begin: () => frameOf(entry),
    show: (ends) => void loadPlotly().then((plotly) => entry.pinching && plotly.relayout(plot, { "xaxis.range": ends.x, "yaxis.range": ends.y })),
    end: (ends) => endPinch(entry, ends),
  });
  mounted.set(parentElement, entry);
  return entry;
}

/** @param {HTMLElement} parentElement */
function unmount(parentElement) {
  const entry = mounted.get(parentElement);
  if (!entry) return;
  mounted.delete(parentElement);
  if (latestComponent === entry.component) latestComponent = null;
  entry.observer.disconnect();
  void loadPlotly().then((plotly) => plotly.purge(entry.plot));
  entry.host.remove();
}

/** @param {Mounted} entry */
function draw(entry) {
  const message = entry.message;
  if (!message) return;
  entry.host.setAttribute("aria-label", message.alt);
  entry.host.style.height = `${message.layout.height}px`;
  entry.host.style.touchAction = message.zoom ? "pan-x pan-y" : "";
  const touch = window.matchMedia("(pointer: coarse)").matches;
  const family = getComputedStyle(entry.host).getPropertyValue("--st-font").trim() || "system-ui, sans-serif";
  const layout = {
    ...message.layout,
    width: entry.host.clientWidth || undefined,
    font: { ...message.layout.font, family },
    dragmode: message.zoom && !touch ? "zoom" : false,
  };
  loadPlotly().then(
    (plotly) => {
      if (entry.message !== message) return undefined;
      const first = !entry.plot._fullLayout;
      const done = plotly.react(entry.plot, message.data, layout, CONFIG);
      if (first) entry.plot.on("plotly_relayout", (change) => tellZoom(entry, change));
      entry.host.dataset.drawn = String(Number(entry.host.dataset.drawn ?? 0) + 1);
      return done.then(() => settleLegend(plotly, entry.plot)).then(() => placeNames(plotly, entry.plot, { font: family }));
    },
    () => {
      entry.host.textContent = "The chart could not be loaded. Reload the page to try again.";
    },
  );
}

/** @param {Mounted} entry */
function resize(entry) {
  const layout = entry.plot._fullLayout;
  if (layout && entry.host.clientWidth > 0 && layout.width !== entry.host.clientWidth) draw(entry);
}

/** The page's theme is another than the figure was drawn for: Python draws it again. @param {Mounted} entry */
function tellTheme(entry) {
  const dark = isDark(entry.host);
  if (dark === null || !entry.message) return;
  if (dark === entry.message.dark) entry.told = null;
  else if (entry.told !== dark) {
    entry.told = dark;
    entry.component.setTriggerValue("theme", { dark });
  }
}

/** @param {Mounted} entry @param {Record<string, any>} change */
function tellZoom(entry, change) {
  if (!entry.message?.zoom || entry.pinching) return;
  const layout = entry.plot._fullLayout;
  if (Object.keys(change).some((key) => /^[xy]axis\.(autorange|showspikes)/.test(key))) {
    entry.component.setTriggerValue("zoom", { x: null, y: null });
  } else if (Object.keys(change).some((key) => /^[xy]axis\.range/.test(key))) {
    entry.component.setTriggerValue("zoom", { x: layout.xaxis.range.map(Number), y: layout.yaxis.range.map(Number) });
  }
}

/** What two fingers take hold of; from here on they do not click. @param {Mounted} entry */
function frameOf(entry) {
  const layout = entry.plot._fullLayout;
  if (!entry.message?.zoom || !layout) return null;
  const box = entry.plot.getBoundingClientRect();
  const [left, top] = [box.left + layout.xaxis._offset, box.top + layout.yaxis._offset];
  entry.pressed = NOWHERE;
  entry.pinching = true;
  return { reach: entry.message.zoom, x: layout.xaxis.range.map(Number), y: layout.yaxis.range.map(Number), area: { left, top, right: left + layout.xaxis._length, bottom: top + layout.yaxis._length } };
}

/** @param {Mounted} entry @param {import("./pinch.js").Ends | null} ends */
function endPinch(entry, ends) {
  entry.pinching = false;
  if (ends) entry.component.setTriggerValue("zoom", ends);
  else draw(entry);
}

/** @param {Mounted} entry */
function listenForClicks(entry) {
  // In the capturing phase: Plotly covers the page with a layer of its own while a button is pressed.
  entry.host.addEventListener("pointerdown", (event) => (entry.pressed = event.isPrimary ? { x: event.clientX, y: event.clientY } : NOWHERE), true);
  window.addEventListener("pointerup", (event) => {
    const still = Math.hypot(event.clientX - entry.pressed.x, event.clientY - entry.pressed.y) <= STEADY;
    entry.pressed = NOWHERE;
    if (!still || event.button !== 0 || !entry.host.isConnected) return;
    const place = located(entry.plot, event.clientX, event.clientY);
    if (place) entry.component.setTriggerValue("click", place);
  }, true);
}

/**
 * Where a point of the window lies in the figure, in the numbers of its axes.
 * @param {import("./types").PlotElement} plot @param {number} left @param {number} top
 */
function located(plot, left, top) {
  const layout = plot._fullLayout;
  if (!layout) return null;
  const box = plot.getBoundingClientRect();
  for (const name of Object.keys(layout._plots)) {
    const { xaxis, yaxis } = layout._plots[name];
    const x = left - box.left - xaxis._offset;
    const y = top - box.top - yaxis._offset;
    if (x >= 0 && x <= xaxis._length && y >= 0 && y <= yaxis._length) {
      return { x: Number(xaxis.p2d(x)), y: Number(yaxis.p2d(y)), axis: yaxis._id };
    }
  }
  return null;
}

/** What stands here in the place of what the address says, without an entry in the history. @param {string} query */
function correctAddress(query) {
  const address = new URL(window.location.href);
  address.search = query;
  window.history.replaceState(window.history.state, "", address);
}
