// The small buttons over a picture: nearer, farther, everything as at first.

import { element, icon, setAttribute } from "./dom.js";

const STEP = 1.5; // times nearer

/** @param {HTMLElement} host @param {{zoom: (factor: number) => void, reset: () => void}} how */
export function createTools(host, { zoom, reset }) {
  const back = button("Reset the view (double click)", "home", reset);
  const node = element("div", { class: "lr-tools", role: "group", "aria-label": "View" }, [
    button("Zoom in", "nearer", () => zoom(STEP)),
    button("Zoom out", "farther", () => zoom(1 / STEP)),
    back,
  ]);
  host.append(node);
  return {
    /** Whether there is something to go back from, and where the picture ends. @param {boolean} changed @param {{right: number, top: number}} corner */
    show(changed, { right, top }) {
      setAttribute(node, "data-changed", String(changed));
      back.disabled = !changed;
      node.style.right = `${right}px`;
      node.style.top = `${top}px`;
    },
  };
}

/** @param {string} label @param {string} picture @param {() => void} act */
function button(label, picture, act) {
  const node = element("button", { type: "button", class: "lr-tool", "aria-label": label, title: label }, [icon(picture)]);
  node.addEventListener("click", act);
  return node;
}
