// The animated view of a descent: everything that one playhead reveals, in one element.

import { advance, createClock, drawnAt, nudge, pause, play, resize, seek } from "./clock.js";
import { createChart } from "./charts.js";
import { lossSubject, rateSubject } from "./subjects.js";
import { commandOf, createKeys, isOurs } from "./keys.js";
import { createKnob } from "./knob.js";
import { createPlane } from "./plane.js";
import { createStep } from "./step.js";
import { createSurface } from "./surface.js";
import { createTable } from "./table.js";
import { createTransport } from "./transport.js";
import { createTurning } from "./turning.js";
import { createView, toggled, viewOf } from "./view.js";
import { element, setAttribute, setText } from "./dom.js";
import { readPaths, readScenery } from "./paths.js";
import { inShort, marks } from "./saying.js";
import { readTheme } from "./theme.js";
import { createLink } from "./link.js";

/** @typedef {import("./types").Message<import("./types").SceneryMeta>} SceneryMessage */
/** @typedef {import("./types").Message<import("./types").PathsMeta>} PathsMessage */
/** @typedef {import("./types").View} View */
/** @typedef {import("./types").Point} Point */

const REST = 250; // ms until a resting playhead is reported
const READABLE = 80; // ms between two changes of the numbers while it plays
const ARRIVAL = 300; // ms between the first picture and its surface
const SOLID = 140; // ms between two changes of the surface while the knob is turned
const HOLD = 3000; // ms for which a start that was set here stands before a message confirms it
const NO_PLOTLY = "The drawing library could not be loaded, so there are no pictures. The table below shows the runs.";

/**
 * @param {HTMLElement} root
 * @param {{plotly: Promise<import("./types").Plotly>, on?: import("./types").Listeners}} options
 */
export function createPlayer(root, { plotly, on = {} }) {
  const view = createView();
  let clock = createClock();
  let theme = readTheme(root);
  /** @type {import("./types").Scenery | null} */
  let scenery = null;
  /** @type {import("./types").Paths | null} */
  let paths = null;
  /** @type {Map<string, import("./types").Scenery>} */
  const sceneries = new Map();
  /** @type {PathsMessage | null} */
  let waiting = null;
  /** @type {import("./types").Plotly | null} */
  let library = null;
  let toldEpoch = 0;
  let told = "";
  let without = false;
  /** @type {import("./types").VerdictsMeta | null} */
  let verdicts = null;
  /** @type {{point: Point, until: number} | null} */
  let held = null;
  let frame = 0;
  let before = 0;
  let frames = 0;
  let written = 0;
  let rest = 0;
  let changed = true;
  let stale = false;
  let solid = 0;
  let seen = 0;
  let later = 0;
  let behind = false;
  /** @type {{from: import("./types").Paths, stand: import("./types").Run, paths: import("./types").Paths} | null} */
  let swapped = null;

  const headline = element("p", { class: "lr-headline", "aria-live": "polite" });
  const link = on.link ? createLink(on.link) : null;
  const head = element("div", { class: "lr-head" }, link ? [headline, link.element] : [headline]);
  const notice = element("p", { class: "lr-notice", role: "alert", hidden: true, text: NO_PLOTLY });
  const plane = createPlane({ onMoved: request, onStart: startAt });
  const surface = createSurface({ onMoved: request, onStart: startAt });
  const loss = createChart({ name: "loss", label: "Loss against step", whole: false, subject: lossSubject, onMoved: request, onSeek: scrub });
  const rate = createChart({ name: "rate", label: "Learning rate against step", whole: true, subject: rateSubject, onMoved: request, onSeek: scrub });
  const transport = createTransport({
    play: () => move(clock.playing ? pause(clock) : play(clock)),
    restart: () => move({ ...clock, at: 0 }),
    nudge: (by) => move(nudge(clock, by)),
    scrub,
    change,
    keys: () => keys.open(),
  });
  const turning = createTurning({ ask: (question) => on.ask?.(question) });
  const knob = createKnob({
    want: () => after(() => paths && turning.want(paths, view.current)),
    choose: (name) => after(() => turning.choose(name)),
    turn: (member) => after(() => paths && turning.turn(paths, view.current, member)),
    release: () => after(setTurned),
    cancel: () => after(turning.cancel),
  });
  const table = createTable({ choose: (slot) => change({ chosen: slot }), toggle: (slot) => change({ hidden: toggled(view.current.hidden, slot) }) });
  const step = createStep((open) => change({ numbers: open }));
  const keys = createKeys();
  const panes = [plane, surface, loss, rate];
  const node = element("div", { class: "lrviz-player", role: "region", "aria-label": "Player", tabindex: 0, "data-playing": "false" }, [
    element("div", { class: "lr-grid" }, [head, notice, ...panes.map((pane) => pane.element), transport.element, knob.element, table.element, step.element]),
    keys.element,
  ]);
  node.hidden = true;
  root.append(node);

  /** @param {SceneryMessage} message */
  async function setScenery(message) {
    sceneries.set(message.meta.key, await readScenery(message));
    if (sceneries.size > 3) sceneries.delete(/** @type {string} */ (sceneries.keys().next().value));
    if (waiting && waiting.meta.scenery === message.meta.key) setPaths(waiting);
  }

  /** @param {PathsMessage} message */
  function setPaths(message) {
    const ground = sceneries.get(message.meta.scenery);
    waiting = ground ? null : message;
    if (!ground) return;
    const first = !paths;
    scenery = ground;
    paths = readPaths(message, ground);
    view.receive(viewOf(message.meta));
    placePlayhead(message.meta, first);
    if (held && (held.until < performance.now() || near(held.point, paths.start))) held = null;
    turning.settle(paths, view.current);
    node.hidden = false;
    if (knob.isWanted()) turning.want(paths, view.current);
    refreshTheme();
    update();
    drawNow();
  }

  /** What became of the runs; it may come after them. @param {import("./types").Message<import("./types").VerdictsMeta>} message */
  function setVerdicts({ meta }) {
    verdicts = meta;
    if (paths?.token === meta.token) update();
  }

  /** A run under every value of one number, for the knob. @param {import("./types").Message<import("./types").FamilyMeta>} message */
  function setFamily(message) {
    turning.receive(message);
    update();
  }

  /** Change what is turned; the picture follows with the next frame. @param {() => void} act */
  function after(act) {
    act();
    stale = true;
    request();
  }

  function setTurned() {
    const setting = paths && turning.release(paths, view.current);
    if (setting) on.set?.(setting);
  }

  /** @param {import("./types").PathsMeta} meta @param {boolean} first */
  function placePlayhead({ steps, view: wanted, autoplay, epoch = 0 }, first) {
    const asked = first || epoch !== toldEpoch;
    const place = wanted.step ?? steps;
    clock = asked ? seek({ ...clock, steps }, place) : resize(clock, steps);
    toldEpoch = epoch;
    clock = { ...clock, speed: view.current.speed, loop: view.current.loop };
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (asked && autoplay && wanted.step === null && !still) clock = play({ ...clock, at: 0 });
  }

  /** @returns {import("./types").Model | null} */
  function model() {
    if (!scenery || !paths) return null;
    const swap = turning.apply(paths, view.current, scenery);
    const drawn = swap ? withRun(paths, swap.run, swap.stand) : paths;
    const visible = drawn.runs.filter((run) => !view.current.hidden.includes(run.slot));
    return {
      scenery, paths: drawn, view: view.current, theme, visible, at: drawnAt(clock), playing: clock.playing,
      start: held ? held.point : paths.start, verdicts: judgements(paths), turning: turning.isTurned,
    };
  }

  /** The runs with one replaced; the same object while the one is the same. @param {import("./types").Paths} from @param {import("./types").Run} run @param {import("./types").Run} stand */
  function withRun(from, run, stand) {
    if (swapped?.from !== from || swapped.stand !== stand) swapped = { from, stand, paths: { ...from, runs: from.runs.map((one) => (one === run ? stand : one)) } };
    return swapped.paths;
  }

  /** What became of the runs: of the chosen one as the knob knows it, while it is turned or nothing else is known. @param {import("./types").Paths} from */
  function judgements(from) {
    const known = verdicts && verdicts.token === from.token ? verdicts.runs : [];
    const turned = turning.state(from, view.current);
    if (!turned?.family || turned.member < 0 || (known.length && !turning.isTurned)) return known;
    const { family, member } = turned;
    return from.runs.map((run, i) => (run === turned.run ? family.verdicts[member] : known[i] ?? []));
  }

  /** Bring every view up to a new message, view or theme. */
  function update() {
    refresh();
    request();
  }

  function refresh() {
    const current = model();
    if (!current) return;
    stale = false;
    setAttribute(node, "data-panes", current.scenery.dimension === 1 ? "map" : current.view.panes);
    if (library) for (const pane of [plane, loss, rate]) pane.update(library, current);
    solidify(current);
    changed = true;
  }

  /** What stands around the views; written after they are drawn, since they ask for sizes, and that lays out the page. @param {import("./types").Model} current */
  function surround(current) {
    setAttribute(node, "data-theme", theme.dark ? "dark" : "light");
    if (node.style.getPropertyValue("--lr-accent") !== theme.accent) node.style.setProperty("--lr-accent", theme.accent);
    transport.show(current.view, { dimension: current.scenery.dimension, runs: current.paths.runs.length });
    transport.mark(marks(current, theme, current.paths.steps));
    table.update(current);
    step.open(current.view.numbers);
    knob.show(turning.state(/** @type {import("./types").Paths} */ (paths), view.current), theme);
    say(current);
  }

  /** One sentence; while the knob is turned, on the run that is turned, in the room that the other one took. @param {import("./types").Model} current */
  function say({ turning: held, paths: { runs, headline: usual } }) {
    const turned = runs.find((run) => run.turned);
    if (!held) headline.style.height = "";
    else if (!headline.style.height) headline.style.height = `${headline.getBoundingClientRect().height}px`;
    setAttribute(headline, "aria-live", held ? "off" : "polite");
    setText(headline, turned ? `${turned.label}: ${inShort(turned.sentence)}` : usual);
  }

  /**
   * Bring the surface up to date when the rest has been seen: it takes longer than all of that. It follows the knob at
   * a lower pace, and at first it lets the controls pass, which come when the rest is drawn. @param {import("./types").Model} current
   */
  function solidify({ turning: held }) {
    if (behind) return;
    behind = true;
    const wait = held ? Math.max(0, solid + SOLID - performance.now()) : solid ? 0 : ARRIVAL;
    seen = requestAnimationFrame(() => {
      later = window.setTimeout(catchUp, wait);
    });
  }

  function catchUp() {
    const current = model();
    behind = false;
    if (!current || !library) return;
    surface.update(library, current);
    surface.draw(current);
    solid = performance.now();
  }

  /** A new picture does not wait for the display's next frame, which may be far on a machine that is busy with the page. */
  function drawNow() {
    if (clock.playing) return;
    cancelAnimationFrame(frame);
    tick(performance.now());
  }

  function request() {
    if (!frame) frame = requestAnimationFrame(tick);
  }

  /** @param {number} now */
  function tick(now) {
    frame = 0;
    if (stale) refresh();
    const was = clock.playing;
    clock = advance(clock, before ? (now - before) / 1000 : 0);
    before = clock.playing ? now : 0;
    if (was && !clock.playing) report();
    draw();
    if (clock.playing) request();
  }

  function draw() {
    const current = model();
    if (!current) return;
    frames += 1;
    const whole = Math.floor(clock.at);
    const all = !clock.playing || changed;
    const read = all || performance.now() - written > READABLE;
    for (const pane of [plane, loss, rate]) pane.draw(current);
    if (!behind && !current.turning && (all || frames % 2 === 0)) surface.draw(current);
    if (changed) surround(current);
    transport.draw({ step: whole, steps: clock.steps, playing: clock.playing });
    if (read) write(current);
    setAttribute(node, "data-step", String(whole));
    setAttribute(node, "data-steps", String(clock.steps));
    setAttribute(node, "data-playing", String(clock.playing));
    changed = false;
    tell();
  }

  /** Say that the picture stands, if somebody waits for it. */
  function tell() {
    const word = paths?.word;
    if (!word || word === told || !(library || without)) return;
    told = word;
    on.drawn?.(word);
  }

  /** The numbers, not more often than they can be read. @param {import("./types").Model} current */
  function write(current) {
    written = performance.now();
    table.draw(current, plane.ranges() ?? current.scenery.domain);
    step.draw(current, changed);
  }

  /** @param {import("./clock.js").Clock} next */
  function move(next) {
    clock = next;
    before = 0;
    if (clock.playing) clearTimeout(rest);
    else report();
    request();
  }

  /** @param {number} to @param {boolean} done */
  function scrub(to, done) {
    clock = seek(clock, to);
    if (done) report();
    request();
  }

  /** Say where the playhead rests, once it does. */
  function report() {
    clearTimeout(rest);
    rest = window.setTimeout(() => {
      if (clock.playing) return;
      const place = clock.at >= clock.steps ? null : Math.floor(clock.at);
      on.step?.(place);
    }, REST);
  }

  /** @param {Partial<View>} part */
  function change(part) {
    view.change(part);
    clock = { ...clock, speed: view.current.speed, loop: view.current.loop };
    update();
    on.view?.(view.current);
  }

  /** @param {Point} point @param {boolean} live */
  function startAt(point, live) {
    held = { point, until: performance.now() + HOLD };
    changed = true;
    request();
    on.start?.(point, { live });
  }

  function refreshTheme() {
    const next = readTheme(root);
    if (next.key === theme.key) return;
    theme = next;
    update();
  }

  /** @param {KeyboardEvent} event */
  function pressed(event) {
    if (event.defaultPrevented || !paths || !isOurs(event.target, node, event.key)) return;
    const command = commandOf(event);
    if (!command) return;
    event.preventDefault();
    if (command.act === "play") move(clock.playing ? pause(clock) : play(clock));
    else if (command.act === "keys") keys.open();
    else if (command.act === "nudge") move(nudge(clock, command.by));
    else move(seek(clock, command.to === "start" ? 0 : clock.steps));
  }

  const observer = new ResizeObserver(() => update());
  observer.observe(node);
  document.addEventListener("keydown", pressed);
  plotly.then(
    (loaded) => {
      library = loaded;
      update();
    },
    () => {
      notice.hidden = false;
      without = true;
      tell();
    },
  );

  return {
    setScenery,
    setPaths,
    setVerdicts,
    setFamily,
    refreshTheme,
    destroy() {
      waiting = null;
      link?.destroy();
      cancelAnimationFrame(frame);
      clearTimeout(rest);
      clearTimeout(later);
      cancelAnimationFrame(seen);
      knob.destroy();
      observer.disconnect();
      document.removeEventListener("keydown", pressed);
      for (const pane of panes) pane.destroy();
      node.remove();
    },
  };
}

/** @param {Point} a @param {Point} b */
function near(a, b) {
  return a.every((value, k) => Math.abs(value - b[k]) <= 1e-6 * Math.max(1, Math.abs(value)));
}
