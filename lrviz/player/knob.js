// The knob: one number of the chosen run, turned while the picture follows. It stands on the values that were computed.

import { element, setAttribute, setText } from "./dom.js";
import { stretchesOf } from "./family.js";
import { formatNumber } from "./numbers.js";

/** @typedef {import("./types").Theme} Theme */
/** @typedef {import("./types").Run} Run */
/** @typedef {import("./types").KnobMeta} KnobMeta */
/** @typedef {import("./family.js").Family} Family */
/** @typedef {{run: Run, knob: KnobMeta, family: Family | null, member: number, waiting: boolean}} State */
/** @typedef {{want(): void, choose(name: string): void, turn(member: number): void, release(): void, cancel(): void}} Actions */

const PAGE = 10; // members, half a decade of a rate
const SETTLE = 500; // ms after the last press of a key
const LETTER = 6.2; // px, about, of the text in a stretch

/** @param {Actions} actions */
export function createKnob(actions) {
  const menu = element("select", { "aria-label": "What the knob turns", title: "What the knob turns" });
  const kinds = element("div", { class: "lr-kinds", "aria-hidden": "true" });
  const best = element("span", { class: "lr-best", "aria-hidden": "true", title: "Ends lowest", hidden: true });
  const grip = element("span", { class: "lr-grip", "aria-hidden": "true" });
  const track = element("div", { class: "lr-turn", role: "slider", tabindex: 0 }, [kinds, best, grip]);
  const value = element("span", { class: "lr-value", "aria-hidden": "true" });
  const said = element("span", { class: "lr-kind", "aria-hidden": "true" });
  const node = element("div", { class: "lr-knob", role: "group", "aria-label": "Knob" }, [menu, track, value, said]);
  /** @type {State | null} */
  let state = null;
  let offered = "";
  let drawn = "";
  let dragging = false;
  /** @type {number | null} */
  let wished = null;
  let timer = 0;
  let width = 0;
  const observer = new ResizeObserver(([{ contentRect }]) => {
    width = contentRect.width;
    drawn = "resized";
    if (shown) show(state, shown);
  });
  observer.observe(kinds);
  /** @type {Theme | null} */
  let shown = null;
  let outcome = "";

  /** @param {PointerEvent} event */
  function follow(event) {
    const box = track.getBoundingClientRect();
    wished = Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1);
    reach();
  }

  /** Turn to where the pointer is; it may have been there before the family came. */
  function reach() {
    if (wished === null || !state?.family) return;
    const member = Math.round(wished * (state.family.values.length - 1));
    if (member !== state.member) actions.turn(member);
  }

  function stop() {
    dragging = false;
    wished = null;
    clearTimeout(timer);
    timer = 0;
    node.classList.remove("lr-held");
  }

  /** @param {KeyboardEvent} event */
  function pressed(event) {
    if (event.key === "Escape" && (dragging || timer)) {
      stop();
      actions.cancel();
    } else if (!moveBy(event)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {KeyboardEvent} event */
  function moveBy({ key, ctrlKey, metaKey, altKey }) {
    if (!state || ctrlKey || metaKey || altKey) return false;
    const count = state.family?.values.length ?? 0;
    const to = aimOf(key, state.member, count);
    if (to === null) return false;
    if (!state.family) return true;
    actions.turn(to);
    clearTimeout(timer);
    timer = window.setTimeout(letGo, SETTLE);
    return true;
  }

  function letGo() {
    stop();
    actions.release();
  }

  track.addEventListener("pointerenter", () => actions.want());
  track.addEventListener("focus", () => actions.want());
  track.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    actions.want();
    dragging = true;
    node.classList.add("lr-held");
    track.setPointerCapture(event.pointerId);
    follow(event);
  });
  track.addEventListener("pointermove", (event) => {
    if (dragging) follow(event);
  });
  track.addEventListener("pointerup", () => {
    if (dragging) letGo();
  });
  track.addEventListener("pointercancel", () => {
    if (!dragging) return;
    stop();
    actions.cancel();
  });
  track.addEventListener("keydown", pressed);
  track.addEventListener("blur", () => {
    if (timer) letGo();
  });
  menu.addEventListener("change", () => {
    actions.choose(menu.value);
    actions.want();
  });

  /** @param {State} next */
  function offer({ run, knob }) {
    const names = (run.knobs ?? []).map((one) => [one.name, one.label]);
    const key = JSON.stringify(names);
    if (key !== offered) menu.replaceChildren(...names.map(([name, label]) => element("option", { value: name, text: label })));
    offered = key;
    if (menu.value !== knob.name) menu.value = knob.name;
  }

  /** The stretches in the colours of their outcome, named where there is room. @param {Family | null} family @param {Theme} theme */
  function paint(family, theme) {
    const key = family ? [family.key, family.current, family.values[0], theme.key, width].join("|") : "";
    if (key === drawn) return;
    drawn = key;
    kinds.replaceChildren(...(family ? stretchesOf(family.kinds).map((stretch) => {
      const { name, light, dark } = family.styles[stretch.kind];
      const [first, last] = [stretch.from, stretch.to].map((member) => formatNumber(family.values[member], 3));
      const room = (stretch.hi - stretch.lo) * width;
      const part = element("span", { title: `${first} to ${last}: ${name}`, text: room > name.length * LETTER + 8 ? name : "" });
      part.style.left = `${100 * stretch.lo}%`;
      part.style.width = `${100 * (stretch.hi - stretch.lo)}%`;
      part.style.setProperty("--lr-kind", theme.dark ? dark : light);
      return part;
    }) : []));
    best.hidden = family?.best === null || !family;
    if (family && family.best !== null) best.style.left = `${100 * partOf(family, family.best)}%`;
  }

  /** @param {State} next @param {Theme} theme */
  function speak({ run, knob, family, member, waiting }, theme) {
    const number = family ? family.values[member] : knob.value;
    const style = family?.styles[family.kinds[member]];
    const text = formatNumber(number);
    setText(value, text);
    setText(said, style ? style.name : waiting ? "computing \u2026" : "");
    said.style.color = style ? (theme.dark ? style.dark : style.light) : "";
    grip.style.left = `${100 * (family ? partOf(family, member) : knob.at)}%`;
    setAttribute(track, "aria-label", `${knob.label} of ${run.label}`);
    setAttribute(track, "aria-valuemin", String(family ? family.values[0] : knob.value));
    setAttribute(track, "aria-valuemax", String(family ? family.values[family.values.length - 1] : knob.value));
    setAttribute(track, "aria-valuenow", String(number));
    setAttribute(track, "aria-valuetext", [text, style ? style.name : outcome].filter(Boolean).join(", "));
    setAttribute(track, "aria-busy", String(waiting));
    setAttribute(track, "title", style ? `${text}: ${style.name}` : `Drag to turn the ${knob.label.toLowerCase()}`);
  }

  /** @param {State | null} next @param {Theme} theme @param {string} [known] what became of the run, for as long as there is no family */
  function show(next, theme, known = outcome) {
    outcome = known;
    const waited = state !== null && !state.family;
    state = next;
    shown = theme;
    node.hidden = !next;
    if (!next) return;
    offer(next);
    paint(next.family, theme);
    speak(next, theme);
    if (dragging && waited && next.family) reach();
  }

  return {
    element: node,
    show,
    /** Whether the person is about to turn it. */
    isWanted: () => dragging || track.matches(":hover, :focus-visible"),
    destroy() {
      clearTimeout(timer);
      observer.disconnect();
    },
  };
}

/** @param {Family} family @param {number} member */
function partOf(family, member) {
  return member / Math.max(family.values.length - 1, 1);
}

/**
 * The member that a key leads to; null where the key is none of the knob's.
 * @param {string} key @param {number} member @param {number} count
 */
export function aimOf(key, member, count) {
  /** @type {Record<string, number>} */
  const steps = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: PAGE, PageDown: -PAGE, Home: -Infinity, End: Infinity };
  return key in steps ? Math.min(Math.max(member + steps[key], 0), count - 1) : null;
}
