// How the formula in a field is read, below it and while one types: set as mathematics, or refused with what may have
// been meant. The field is Streamlit's; the reader is the server's, asked after each pause.

import { element, setText, whenGone } from "./dom.js";
import { loadStyles } from "./library.js";

/**
 * @typedef {{math?: string, error?: string, start?: number, end?: number, readings?: string[]}} Answer
 * @typedef {Answer & {field: string, text: string, names: string[], refused: boolean}} Shown
 * @typedef {{data: Shown, parentElement: HTMLElement, setTriggerValue(name: string, value: unknown): void}} Component
 */

const PAUSE = 120;
/** @type {WeakMap<HTMLElement, ReturnType<typeof createReading>>} */
const mounted = new WeakMap();
let styled = false;
let count = 0;

/** Show how a field's formula is read. @param {Component} component */
export function formula({ data, parentElement, setTriggerValue }) {
  if (!styled) loadStyles();
  styled = true;
  const reading = mounted.get(parentElement) ?? createReading(parentElement);
  mounted.set(parentElement, reading);
  reading.show(data, (text) => setTriggerValue("reading", text));
  return () => whenGone(parentElement, reading.stop);
}

/** @param {HTMLElement} place */
function createReading(place) {
  const id = `lr-reading-${(count += 1)}`;
  const math = element("div", { class: "lr-math" });
  const error = element("p", { class: "lr-wrong", id, "aria-live": "polite" });
  const hint = element("p", { class: "lr-enter", text: "Enter shows it." });
  const choice = element("div", { class: "lr-readings", role: "group", "aria-label": "What was meant" });
  place.append(element("div", { class: "lrviz-player lr-formula" }, [math, hint, error, choice]));
  /** @type {Shown | null} */
  let shown = null;
  /** @type {(text: string) => void} */
  let choose = () => {};
  /** What was chosen and is on its way into the field. @type {string | null} */
  let chosen = null;
  let asked = 0;
  let timer = 0;

  const field = () => /** @type {HTMLInputElement | null} */ (document.querySelector(`.${shown?.field} input`));

  /** @param {Event} event */
  function typed(event) {
    const input = field();
    if (!shown || !input || event.target !== input) return;
    clearTimeout(timer);
    timer = window.setTimeout(() => ask(input.value), PAUSE);
  }

  /** @param {string} text */
  async function ask(text) {
    const turn = (asked += 1);
    if (!shown) return;
    if (text === shown.text) return draw(text, shown);
    try {
      const response = await fetch(addressOf(import.meta.url, text, shown.names));
      const answer = await response.json();
      if (turn === asked) draw(text, answer);
    } catch {
      // The page says itself that the server is silent; what stands is not wrong.
    }
  }

  /** @param {string} text @param {Answer} answer */
  function draw(text, answer) {
    if (!shown) return;
    const said = text === shown.text && shown.refused;
    if (answer.math) show(math, answer.math);
    math.hidden = !answer.math;
    setText(error, answer.error && !said ? answer.error : "");
    error.hidden = !error.textContent;
    hint.hidden = text === shown.text || !answer.math;
    const pieces = (answer.readings ?? []).map((reading) => button(reading));
    choice.replaceChildren(...pieces);
    choice.hidden = !pieces.length;
    const input = field();
    document.querySelector(`.${shown.field}`)?.setAttribute("data-formula", "");
    input?.setAttribute("aria-describedby", id);
    input?.setAttribute("aria-invalid", String(Boolean(answer.error) || said));
    place.closest("[data-testid='stVerticalBlock']")?.toggleAttribute("data-typing", text !== shown.text);
  }

  /** @param {string} reading */
  function button(reading) {
    const made = element("button", { type: "button", text: reading, title: `Write ${reading}` });
    made.addEventListener("pointerdown", (event) => event.preventDefault()); // a field that is left is handed over first
    made.addEventListener("click", () => {
      chosen = reading;
      choose(reading);
    });
    return made;
  }

  document.addEventListener("input", typed, true);
  return {
    /** @param {Shown} data @param {(text: string) => void} take */
    show(data, take) {
      const renewed = shown?.field !== data.field; // a field that has just come may still be empty
      shown = data;
      choose = take;
      asked += 1;
      clearTimeout(timer);
      const now = field()?.value ?? data.text;
      if (renewed || now === data.text) draw(data.text, data);
      else ask(now);
      if (chosen !== data.text) return;
      chosen = null;
      field()?.focus(); // it is another one now
    },
    stop() {
      clearTimeout(timer);
      document.removeEventListener("input", typed, true);
    },
  };
}

/** Where the reader answers, beside the player's own files. @param {string} own @param {string} text @param {string[]} names */
export function addressOf(own, text, names) {
  const address = new URL("../../formula", own);
  address.search = new URLSearchParams({ text, names: names.join(",") }).toString();
  return address.href;
}

/** Put MathML into the page; only the elements of mathematics, and no attribute that could do more than look. @param {HTMLElement} host @param {string} text */
function show(host, text) {
  const math = new DOMParser().parseFromString(text, "application/xml").documentElement;
  if (math.localName === "math") host.replaceChildren(document.importNode(math, true));
}
