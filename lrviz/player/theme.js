// Every colour that the message does not bring, from the page's CSS variables.

/** @typedef {[number, number, number]} Colour */

const FALLBACK = {
  text: "#262a33",
  background: "#ffffff",
  secondary: "#f3f5f8",
  accent: "#2f5fb3",
  font: "system-ui, sans-serif",
};

const USUAL = { width: 1080, height: 900 }; // px, for which sizes are as they are written
const LARGEST = 1.6; // times as large
const STEP = 0.05;

/** How much larger than usual text and marks are, where a player is so wide and its window so high. @param {number} width @param {number} height */
export function scaleFor(width, height) {
  const room = Math.min(width / USUAL.width, height / USUAL.height);
  return Math.round(Math.min(Math.max(room, 1), LARGEST) / STEP) * STEP;
}

/** The person has chosen the colours of all pages. */
export const FORCED = "(forced-colors: active)";

/** The chosen colours, which have names in CSS alone, as numbers. @param {Element} root */
function forcedColours(root) {
  const probe = document.createElement("span");
  probe.style.cssText = "forced-color-adjust: none; position: absolute; font-family: var(--st-font, system-ui, sans-serif)";
  root.append(probe);
  const read = (/** @type {string} */ name) => {
    probe.style.color = name;
    return getComputedStyle(probe).color;
  };
  const colours = { text: read("CanvasText"), background: read("Canvas"), secondary: read("Canvas"), accent: read("Highlight"), font: getComputedStyle(probe).fontFamily };
  probe.remove();
  return colours;
}

/** Whether the page that holds an element is dark; null while its style is on its way. @param {Element} root */
export function isDark(root) {
  const ours = window.matchMedia(FORCED).matches ? forcedColours(root).background : getComputedStyle(root).getPropertyValue("--st-background-color").trim();
  return ours ? luminance(parseColour(ours)) < 0.4 : null;
}

/**
 * The theme of the page that holds `root`.
 * @param {HTMLElement} root
 * @returns {import("./types").Theme}
 */
export function readTheme(root) {
  const scale = scaleFor(root.clientWidth, window.innerHeight);
  if (window.matchMedia(FORCED).matches) return makeTheme(forcedColours(root), scale);
  const style = getComputedStyle(root);
  const read = (/** @type {string} */ name, /** @type {string} */ fallback) => style.getPropertyValue(name).trim() || fallback;
  return makeTheme({
    text: read("--st-text-color", FALLBACK.text),
    background: read("--st-background-color", FALLBACK.background),
    secondary: read("--st-secondary-background-color", FALLBACK.secondary),
    accent: read("--st-primary-color", FALLBACK.accent),
    font: read("--st-font", FALLBACK.font),
  }, scale);
}

/**
 * @param {{text: string, background: string, secondary: string, accent: string, font: string}} base
 * @param {number} [scale]
 * @returns {import("./types").Theme}
 */
export function makeTheme(base, scale = 1) {
  const background = parseColour(base.background);
  const text = parseColour(base.text);
  const dark = luminance(background) < 0.4;
  /** @type {Colour} */
  const wall = dark ? [62, 92, 130] : [150, 168, 192];
  /** @type {[number, string][]} */
  const surface = (dark ? [0.1, 0.22, 0.36, 0.5, 0.62] : [0.07, 0.17, 0.3, 0.44, 0.58]).map((part, i) => [i / 4, hex(mix(background, wall, part))]);
  return {
    key: [base.text, base.background, base.secondary, base.accent, base.font, scale].join("|"),
    scale,
    dark,
    text: hex(text),
    muted: hex(mix(background, text, 0.68)),
    faint: hex(mix(background, text, 0.35)),
    background: hex(background),
    panel: hex(parseColour(base.secondary)),
    border: hex(mix(background, text, 0.16)),
    grid: hex(mix(background, text, 0.09)),
    accent: base.accent,
    font: base.font,
    contour: hex(mix(background, dark ? [170, 196, 230] : [58, 78, 108], dark ? 0.34 : 0.42)),
    surface,
  };
}

/** `#rgb`, `#rrggbb` or `rgb(…)`; anything else is black. @param {string} text @returns {Colour} */
export function parseColour(text) {
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(text);
  if (short) return /** @type {Colour} */ (short.slice(1).map((digit) => parseInt(digit + digit, 16)));
  const long = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})/i.exec(text);
  if (long) return /** @type {Colour} */ (long.slice(1).map((pair) => parseInt(pair, 16)));
  const parts = (text.match(/[\d.]+/g) ?? []).map(Number);
  return parts.length >= 3 ? [parts[0], parts[1], parts[2]] : [0, 0, 0];
}

/** @param {Colour} from @param {Colour} to @param {number} part @returns {Colour} */
export function mix(from, to, part) {
  return /** @type {Colour} */ (from.map((value, i) => Math.round(value + (to[i] - value) * part)));
}

/** Relative luminance, 0 to 1. @param {Colour} colour */
export function luminance(colour) {
  const [r, g, b] = colour.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** @param {Colour} colour */
export function hex(colour) {
  return `#${colour.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}
