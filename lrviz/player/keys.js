// The keyboard, and the list of its keys.

import { element } from "./dom.js";

/** @type {[string, string][]} */
const LIST = [
  ["Space", "play or pause"],
  ["\u2190 \u2192", "one step back or forward"],
  ["Shift \u2190 \u2192", "ten steps"],
  ["Home, End", "first or last step"],
  ["?", "this list"],
];

export function createKeys() {
  const rows = LIST.flatMap(([key, text]) => [element("dt", {}, [element("kbd", { text: key })]), element("dd", { text })]);
  const close = element("button", { type: "button", class: "lr-close", text: "Close" });
  const title = element("h2", { text: "Keys" });
  const node = element("dialog", { class: "lr-dialog", "aria-label": "Keys" }, [title, element("dl", {}, rows), close]);
  close.addEventListener("click", () => node.close());
  node.addEventListener("click", (event) => {
    if (event.target === node) node.close();
  });
  return { element: node, open: () => node.open || node.showModal() };
}

/**
 * What a key does, or null.
 * @param {{key: string, shiftKey: boolean, ctrlKey: boolean, metaKey: boolean, altKey: boolean}} event
 * @returns {{act: "play"} | {act: "keys"} | {act: "nudge", by: number} | {act: "seek", to: "start" | "end"} | null}
 */
export function commandOf({ key, shiftKey, ctrlKey, metaKey, altKey }) {
  if (ctrlKey || metaKey || altKey) return null;
  const far = shiftKey ? 10 : 1;
  if (key === " ") return { act: "play" };
  if (key === "?") return { act: "keys" };
  if (key === "ArrowLeft") return { act: "nudge", by: -far };
  if (key === "ArrowRight") return { act: "nudge", by: far };
  if (key === "Home") return { act: "seek", to: "start" };
  if (key === "End") return { act: "seek", to: "end" };
  return null;
}

const TYPING = "input:not([type=range]):not([type=radio]), textarea, select, [contenteditable], [role=slider], [role=combobox], [role=textbox], dialog, [role=dialog]";

/** Whether a key pressed there belongs to the player. @param {EventTarget | null} target @param {Element} root @param {string} key */
export function isOurs(target, root, key) {
  if (!(target instanceof Element)) return false;
  if (target !== document.body && !root.contains(target)) return false;
  if (target.closest(TYPING)) return false;
  if (target.matches("input[type=radio]") && key.startsWith("Arrow")) return false;
  return !(key === " " && target.closest("button, summary, a, input[type=radio]"));
}
