// The player as two Streamlit components: one brings the problem, one the runs. The only file that knows Streamlit.

import { createPlayer } from "./player.js";
import { loadPlotly, loadStyles } from "./library.js";
import { whenGone } from "./dom.js";
import { unpack } from "./message.js";
import { createOutbox, onReturn, onRun, watchServer } from "./silence.js";

/**
 * What Streamlit hands to a component.
 * @typedef {{data: Uint8Array | ArrayBuffer | null, key?: string, parentElement: HTMLElement, setStateValue(name: string, value: unknown): void, setTriggerValue(name: string, value: unknown): void}} Component
 * @typedef {import("./received.js").SceneryMessage} SceneryMessage
 * @typedef {{player: ReturnType<typeof createPlayer>, component: Component, bytes: unknown, stop: () => void}} Mounted
 */

loadPlotly().catch(() => {}); // the player says so
const styled = loadStyles();
watchServer(new URL("../../health", import.meta.url).href);
const outbox = createOutbox();
onRun(outbox.heard);
onReturn(() => (outbox.isEmpty ? latestComponent?.setTriggerValue("view", {}) : outbox.again()));

/** @type {Set<(message: SceneryMessage) => void>} */
const listeners = new Set();
/** @type {SceneryMessage | null} */
let latest = null;
/** @typedef {import("./types").Message<import("./types").VerdictsMeta>} VerdictsMessage */
/** @type {Set<(message: VerdictsMessage) => void>} */
const judges = new Set();
/** @type {VerdictsMessage | null} */
let judged = null;
/** @typedef {import("./types").Message<import("./types").FamilyMeta>} FamilyMessage */
/** @type {Set<(message: FamilyMessage) => void>} */
const turners = new Set();
/** @type {Component | null} */
let asked = null;
/** @type {Component | null} */
let latestComponent = null;
/** @typedef {import("./types").Message<import("./types").AdviceMeta>} AdviceMessage */
/** @type {Set<(message: AdviceMessage) => void>} */
const advisers = new Set();
/** @type {AdviceMessage | null} */
let advised = null;
/** @type {Component | null} */
let adviser = null;
/** @type {{token: string} | null} what was asked before there was whom to ask */
let wondered = null;
/** @type {WeakMap<HTMLElement, Mounted>} */
const mounted = new WeakMap();
/** @type {WeakMap<HTMLElement, unknown>} */
const received = new WeakMap();

/** Take the problem for the players of this page; shows nothing. @param {Component} component */
export function scenery({ data, parentElement }) {
  parentElement.style.display = "none";
  if (!data || received.get(parentElement) === data) return () => {};
  received.set(parentElement, data);
  latest = unpack(data);
  for (const listener of listeners) listener(latest);
  return () => {};
}

/** Take the verdicts on the runs; shows nothing. @param {Component} component */
export function verdicts({ data, parentElement }) {
  parentElement.style.display = "none";
  if (!data || received.get(parentElement) === data) return () => {};
  received.set(parentElement, data);
  judged = unpack(data);
  for (const listener of judges) listener(judged);
  return () => {};
}

/** Take what was tried on the runs, and ask for it: its place runs again alone. Shows nothing. @param {Component} component */
export function advice(component) {
  const { data, parentElement } = component;
  parentElement.style.display = "none";
  adviser = component;
  if (wondered) component.setTriggerValue("ask", wondered);
  wondered = null;
  const forget = () => {
    if (adviser?.parentElement === parentElement) adviser = null;
  };
  if (!data || received.get(parentElement) === data) return forget;
  received.set(parentElement, data);
  advised = unpack(data);
  for (const listener of advisers) listener(advised);
  return forget;
}

/** Take a family for the knob, and ask for one: its place runs again alone. Shows nothing. @param {Component} component */
export function family(component) {
  const { data, parentElement } = component;
  parentElement.style.display = "none";
  asked = component;
  const forget = () => {
    if (asked?.parentElement === parentElement) asked = null;
  };
  if (!data || received.get(parentElement) === data) return forget;
  received.set(parentElement, data);
  for (const turner of turners) turner(unpack(data));
  return forget;
}

/** Show the runs. @param {Component} component */
export function player(component) {
  const { data, parentElement } = component;
  const entry = mounted.get(parentElement) ?? mount(component);
  entry.component = latestComponent = component;
  if (data && data !== entry.bytes) {
    entry.bytes = data;
    const message = unpack(data);
    void styled.then(() => mounted.get(parentElement) === entry && entry.player.setPaths(message)); // the views ask for their sizes
  }
  entry.player.refreshTheme();
  return () => whenGone(parentElement, () => unmount(parentElement));
}

/** @param {Component} component @returns {Mounted} */
function mount(component) {
  const { parentElement } = component;
  const host = document.createElement("div");
  parentElement.append(host);
  /** @param {string} name @param {unknown} value */
  const tell = (name, value) => outbox.send(name, () => entry.component.setTriggerValue(name, value));
  const made = createPlayer(host, {
    plotly: loadPlotly(),
    on: {
      start: (point, { live }) => tell("start", { at: point, live }),
      view: (view) => tell("view", view),
      step: (step) => rest({ step: step === null ? null : String(step) }),
      look: rest,
      advise: (question) => (adviser ? adviser.setTriggerValue("ask", question) : (wondered = question)),
      ask: (question) => asked?.setTriggerValue("ask", question),
      set: (setting) => tell("turn", setting),
      link: () => window.location.href,
      drawn: (word) => fetch(new URL(`../../drawn/${word}`, import.meta.url), { method: "POST" }).catch(() => {}), // the controls come anyway
    },
  });
  /** @param {SceneryMessage} message */
  const listener = (message) => made.setScenery(message);
  listeners.add(listener);
  if (latest) listener(latest);
  /** @param {VerdictsMessage} message */
  const judge = (message) => made.setVerdicts(message);
  judges.add(judge);
  if (judged) judge(judged);
  /** @param {AdviceMessage} message */
  const listen = (message) => made.setAdvice(message);
  advisers.add(listen);
  if (advised) listen(advised);
  /** @param {FamilyMessage} message */
  const turner = (message) => made.setFamily(message);
  turners.add(turner);
  const stop = () => {
    listeners.delete(listener);
    judges.delete(judge);
    advisers.delete(listen);
    turners.delete(turner);
    host.remove();
  };
  /** @type {Mounted} */
  const entry = { player: made, component, bytes: null, stop };
  mounted.set(parentElement, entry);
  return entry;
}

/** @param {HTMLElement} parentElement */
function unmount(parentElement) {
  const entry = mounted.get(parentElement);
  if (!entry) return;
  mounted.delete(parentElement);
  if (latestComponent === entry.component) latestComponent = null;
  entry.player.destroy();
  entry.stop();
}

/** @type {Record<string, string | null>} */
const resting = {};

/**
 * Say where something has come to rest: in the page's address, without an entry in its history, and to the page, whose
 * copy of the address Streamlit does not renew; only the knob's place runs for it.
 * @param {Record<string, string | null>} fields
 */
function rest(fields) {
  const address = new URL(window.location.href);
  for (const [name, value] of Object.entries(fields)) {
    if (value === null) address.searchParams.delete(name);
    else address.searchParams.set(name, value);
  }
  window.history.replaceState(window.history.state, "", address);
  asked?.setTriggerValue("rest", Object.assign(resting, fields));
}
