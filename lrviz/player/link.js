// The button that copies the page's address, which holds everything that is shown.

import { element, setText, whenGone } from "./dom.js";

const SHOWN = 2000; // ms

/** @param {() => string} address */
export function createLink(address) {
  const node = element("button", { type: "button", class: "lr-link", text: "Copy link", title: "The address restores everything that is shown" });
  /** @type {number | undefined} */
  let timer;
  node.addEventListener("click", async () => {
    const text = address();
    const done = await copied(text);
    setText(node, done ? "Copied" : "Copy it from the address bar");
    clearTimeout(timer);
    timer = window.setTimeout(() => setText(node, "Copy link"), SHOWN);
  });
  return { element: node, destroy: () => clearTimeout(timer) };
}

/** @type {WeakMap<HTMLElement, ReturnType<typeof createLink>>} */
const mounted = new WeakMap();

/** The button by itself, as a Streamlit component. @param {{parentElement: HTMLElement}} component */
export function link({ parentElement }) {
  if (!mounted.has(parentElement)) {
    const button = createLink(() => location.href);
    parentElement.append(button.element);
    mounted.set(parentElement, button);
  }
  return () =>
    whenGone(parentElement, () => {
      mounted.get(parentElement)?.destroy();
      mounted.delete(parentElement);
    });
}

/** Copy, where the browser allows it. @param {string} text */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedFromField(text);
  }
}

/** The way that works without a secure context, as on a classroom's plain http. @param {string} text */
function copiedFromField(text) {
  const field = element("textarea", { "aria-hidden": "true", tabindex: -1 });
  field.value = text;
  field.style.cssText = "position: fixed; opacity: 0;";
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}
