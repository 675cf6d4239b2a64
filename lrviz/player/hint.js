// Said once: that two fingers move the picture, and one the page.

import { element } from "./dom.js";

const KEY = "lrviz.fingers";
const SHOWN = 2600; // ms

/** @param {HTMLElement} host @returns {() => void} to be called when one finger has moved over the picture */
export function createHint(host) {
  return () => {
    if (isKnown()) return;
    remember();
    const node = element("p", { class: "lr-hint", role: "status", text: "Two fingers move and zoom the picture" });
    host.append(node);
    setTimeout(() => node.remove(), SHOWN);
  };
}

/** A browser may refuse to remember: then it is said again in the next visit. */
function isKnown() {
  try {
    return said || localStorage.getItem(KEY) !== null;
  } catch {
    return said;
  }
}

let said = false;

function remember() {
  said = true;
  try {
    localStorage.setItem(KEY, "1");
  } catch {
    // nothing is lost
  }
}
