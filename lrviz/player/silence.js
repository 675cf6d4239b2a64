// Whether the server answers. While it does not, the page says so; what is in the browser goes on playing.

import { element } from "./dom.js";

const TICK = 1000; // ms
const CALM = 15; // ticks between two questions to a server that nobody waits for
const TENSE = 2; // ticks where somebody does, or where it did not answer
const PATIENCE = 4000; // ms for an answer
const WORDS = "The server does not answer. What is here still plays; what you change waits until it is back.";

/**
 * Asks, now and then, whether the server is there.
 * @param {{ask: () => Promise<boolean>, isTense: () => boolean, changed: (silent: boolean) => void}} how
 */
export function createPulse({ ask, isTense, changed }) {
  let silent = false;
  let asking = false;
  let waited = 0;
  let soon = false;
  return {
    get silent() {
      return silent;
    },
    /** Something was sent: ask with one of the next ticks. */
    hurry() {
      soon = true;
    },
    /** Let a tick pass; resolves when what was asked is answered. */
    async tick() {
      waited += 1;
      if (asking || waited < (silent || soon || isTense() ? TENSE : CALM)) return;
      asking = true;
      const answers = await ask();
      asking = soon = false;
      waited = 0;
      if (silent !== answers) return;
      silent = !answers;
      changed(silent);
    },
  };
}

/**
 * What was told to the server and may not have been heard: of what comes in the same moment Streamlit hears the latest
 * alone, unless it comes as one, and what comes while there is no connection it forgets.
 */
export function createOutbox() {
  /** @type {Map<string, () => void>} */
  const letters = new Map();

  /** Send everything, as one, in the order in which it was told. */
  function again() {
    for (const send of letters.values()) send();
  }

  return {
    again,
    get isEmpty() {
      return letters.size === 0;
    },
    /** Send what is the latest of its kind, and with it what may not have been heard. @param {string} kind @param {() => void} send */
    send(kind, send) {
      letters.delete(kind);
      letters.set(kind, send);
      again();
    },
    /** All was heard. */
    heard: () => letters.clear(),
  };
}

/** @returns {DOMStringMap} */
function app() {
  return /** @type {HTMLElement | null} */ (document.querySelector("[data-testid='stApp']"))?.dataset ?? {};
}

const isConnected = () => (app().testConnectionState ?? "CONNECTED") === "CONNECTED";

/** @param {string} address */
function answersAt(address) {
  return fetch(address, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) }).then(({ ok }) => ok && isConnected(), () => false);
}

/** Streamlit's own word on it is for whoever runs it, and takes the page from the hand. */
function closeDialog() {
  if (isConnected()) return;
  const dialog = document.querySelector(".stDialog [role='dialog']:has([data-testid='stErrorCodeBlock'])");
  /** @type {HTMLElement | null} */ (dialog?.querySelector(":scope > button"))?.click();
}

/** @type {(() => void)[]} */
const awaiting = [];
/** @type {(() => void)[]} */
const listening = [];
/** @type {ReturnType<typeof createPulse> | null} */
let pulse = null;
let runs = 0; // that have ended

/** Watch the server from now on; the same watch for all who ask. @param {string} address Where it says that it is well. */
export function watchServer(address) {
  if (pulse) return pulse;
  const notice = element("p", { class: "lrviz-silent", role: "status" });
  document.body.append(notice);
  let missed = false; // something may have been, from the silence on until it was said again
  const resume = async () => {
    await rested(0);
    // A server that was started again knows no page until it has run once, and then it listens.
    for (let time = 0; time < 2 && !made.silent; time += 1) {
      const before = runs;
      for (const back of awaiting) back();
      await rested(before + 1);
    }
    missed = made.silent;
  };
  const made = createPulse({
    ask: () => answersAt(address),
    isTense: () => !isConnected(),
    changed: (silent) => {
      notice.textContent = silent ? WORDS : "";
      if (silent) missed = true;
      else void resume();
    },
  });
  setInterval(() => {
    closeDialog();
    if (!document.hidden) void made.tick();
  }, TICK);
  listenForRuns(() => {
    runs += 1;
    if (!missed) listening.forEach((heard) => heard());
  });
  for (const name of ["change", "click"]) document.addEventListener(name, made.hurry);
  pulse = made;
  return made;
}

/** Call `back` when the server is back: it tells what was told meanwhile, and if that is nothing makes the page run. @param {() => void} back */
export function onReturn(back) {
  awaiting.push(back);
}

/** Call `heard` whenever the page has run, and what it was told before is in what it shows. @param {() => void} heard */
export function onRun(heard) {
  listening.push(heard);
}

/** @param {() => void} ended */
function listenForRuns(ended) {
  const observer = new MutationObserver(() => {
    if (app().testScriptState === "notRunning") ended();
  });
  observer.observe(document, { attributes: true, subtree: true, attributeFilter: ["data-test-script-state"] });
}

/** Resolves when so many runs of the page have ended and none is under way: only then does it listen. @param {number} ended */
async function rested(ended) {
  for (let calm = 0; calm < TENSE; calm = runs >= ended && app().testScriptState === "notRunning" ? calm + 1 : 0) {
    await new Promise((resolve) => setTimeout(resolve, TICK / 2));
  }
}
