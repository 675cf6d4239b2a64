// Elements without markup: text is always text.

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string | number | boolean>} [attributes] `text` sets the text, `true` an empty attribute, `false` none
 * @param {(Node | string)[]} [children]
 * @returns {HTMLElementTagNameMap[K]}
 */
export function element(tag, attributes = {}, children = []) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") node.textContent = String(value);
    else if (value !== false) node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children);
  return node;
}

/** Set a text only where it differs, so that an unchanged cell costs no layout. @param {Node} node @param {string} text */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** @param {Element} node @param {string} name @param {string} value */
export function setAttribute(node, name, value) {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

const SVG = "http://www.w3.org/2000/svg";

/** @type {Record<string, string>} */
const ICONS = {
  play: "M8 5v14l11-7z",
  pause: "M7 5h3.6v14H7zM13.4 5H17v14h-3.6z",
  restart: "M6 5h2.4v14H6zM19 5v14L9 12z",
  back: "M15.5 5.5v13L6.5 12zM17 5.5h1.8v13H17z",
  forward: "M8.5 5.5v13l9-6.5zM5.2 5.5H7v13H5.2z",
  loop: "M17 4l3.5 3.5L17 11V8.6H8a3 3 0 0 0-3 3V13H3v-1.4a5 5 0 0 1 5-5h9zM7 20l-3.5-3.5L7 13v2.4h9a3 3 0 0 0 3-3V11h2v1.4a5 5 0 0 1-5 5H7z",
  nearer: "M10.5 4a6.500 6.500 0 0 1 5.200 10.400l4.600 4.600-1.400 1.400-4.600-4.600A6.500 6.500 0 1 1 10.500 4zm0 2a4.500 4.500 0 1 0 0 9 4.500 4.500 0 0 0 0-9zm-1 1.500h2v2h2v2h-2v2h-2v-2h-2v-2h2z",
  farther: "M10.5 4a6.500 6.500 0 0 1 5.200 10.400l4.600 4.600-1.400 1.400-4.600-4.600A6.500 6.500 0 1 1 10.500 4zm0 2a4.500 4.500 0 1 0 0 9 4.500 4.500 0 0 0 0-9zm-3 3.500h6v2h-6z",
  home: "M4 4h6v2H6v4H4zM14 4h6v6h-2V6h-4zM4 14h2v4h4v2H4zM18 14h2v6h-6v-2h4zM9 9h6v6H9z",
  eye: "M12 5C7 5 3.1 8.1 1.5 12 3.1 15.9 7 19 12 19s8.9-3.1 10.5-7C20.9 8.1 17 5 12 5zm0 11.6a4.6 4.6 0 1 1 0-9.2 4.6 4.6 0 0 1 0 9.2zm0-2a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2z",
  hidden: "M3.3 2.2 2 3.5l3.6 3.6A11.6 11.6 0 0 0 1.500 12C3.100 15.900 7 19 12 19c1.700 0 3.300-.4 4.700-1l3.800 3.800 1.300-1.300zM12 16.600A4.600 4.600 0 0 1 8.200 9.600l1.500 1.500a2.600 2.600 0 0 0 3.300 3.300l1.500 1.500c-.7.4-1.600.7-2.500.7zM12 5c-1.300 0-2.500.2-3.600.6l2 2a4.600 4.600 0 0 1 5.900 5.900l2.800 2.800a11.700 11.700 0 0 0 3.400-4.300C20.900 8.100 17 5 12 5z",
};

/** A picture of a button. @param {string} name */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", ICONS[name]);
  path.setAttribute("fill", "currentColor");
  svg.append(path);
  return svg;
}

/** Show another picture in the same button. @param {Element} button @param {string} name */
export function setIcon(button, name) {
  const path = button.querySelector("path");
  if (path) setAttribute(path, "d", ICONS[name]);
}

/**
 * Call `then` once a component's place has left the page. Streamlit also ends a call that a newer one has overtaken,
 * as when new data comes while the modules are still on their way: the place then stays, and so does what is in it.
 * @param {HTMLElement} place @param {() => void} then
 */
export function whenGone(place, then) {
  setTimeout(() => {
    if (!place.isConnected) then();
  });
}
