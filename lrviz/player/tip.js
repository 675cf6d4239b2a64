// The small text beside the pointer.

import { element, setText } from "./dom.js";

/** @param {HTMLElement} host an element that fills the pane */
export function createTip(host) {
  const node = element("div", { class: "lr-tip", "aria-hidden": "true" });
  host.append(node);
  return {
    /** @param {string} text @param {number} x @param {number} y @param {string} [colour] */
    show(text, x, y, colour = "") {
      setText(node, text);
      node.style.borderLeftColor = colour || "transparent";
      node.style.display = "block";
      const left = x + 14 + node.offsetWidth > host.clientWidth ? x - 14 - node.offsetWidth : x + 14;
      const top = y + 14 + node.offsetHeight > host.clientHeight ? y - 10 - node.offsetHeight : y + 14;
      node.style.transform = `translate(${Math.max(0, left)}px, ${Math.max(0, top)}px)`;
    },
    hide() {
      node.style.display = "none";
    },
  };
}

/** Where an event happened, in the pixels of an element. @param {MouseEvent} event @param {Element} node */
export function placeOf(event, node) {
  const box = node.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}
