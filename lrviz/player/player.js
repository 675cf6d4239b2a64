// The animated view of a descent: everything that one playhead reveals, in one element.

import { createAsking } from "./asking.js";
import { createChart } from "./charts.js";
import { hasLogarithm, hasRegion, lossSubject, rateShown, rateSubject } from "./subjects.js";
import { commandOf, createKeys, isOurs } from "./keys.js";
import { createKnob } from "./knob.js";
import { createFollower } from "./follower.js";
import { createPlane } from "./plane.js";
import { createPlayhead } from "./playhead.js";
import { createReceived } from "./received.js";
import { chosenAxes, inFewDigits, isEqual } from "./seen.js";
import { createSpoken, placeText } from "./spoken.js";
import { createStep } from "./step.js";
import { createSurface } from "./surface.js";
import { createTable } from "./table.js";
import { createTransport } from "./transport.js";
import { createTurning } from "./turning.js";
import { createView, toggled, viewOf } from "./view.js";
import { element, setAttribute, setText } from "./dom.js";
import { snapped } from "./numbers.js";
import { inShort, marks, outcome } from "./saying.js";
import { FORCED, readTheme } from "./theme.js";
import { createLink } from "./link.js";
import { keepSizes } from "./paper.js";

/** @typedef {import("./received.js").PathsMessage} PathsMessage */
/** @typedef {import("./types").View} View */
/** @typedef {import("./types").Model} Model */
/** @typedef {import("./types").Paths} Paths */
/** @typedef {import("./types").Point} Point */

const REST = 300; // ms until it is said where the picture rests
const SEPARATOR = "~"; // as in every list of an address
const READABLE = 80; // ms between two changes of the numbers while it plays
const NO_PLOTLY = "The drawing library could not be loaded, so there are no pictures. The table below shows the runs.";

/**
 * @param {HTMLElement} root
 * @param {{plotly: Promise<import("./types").Plotly>, on?: import("./types").Listeners}} options
 */
export function createPlayer(root, { plotly, on = {} }) {
  const view = createView();
  let theme = readTheme(root);
  /** @type {import("./types").Plotly | null} */
  let library = null;
  let told = "";
  let without = false;
  let frame = 0;
  let frames = 0;
  let written = 0;
  let changed = true;
  let stale = false;
  let hushed = false;
  let moved = false;
  let epoch = 0;
  let rest = 0;

  const headline = element("p", { class: "lr-headline", "aria-live": "polite" });
  const link = on.link ? createLink(on.link) : null;
  const head = element("div", { class: "lr-head" }, link ? [headline, link.element] : [headline]);
  const notice = element("p", { class: "lr-notice", role: "alert", hidden: true, text: NO_PLOTLY });
  const received = createReceived(setPaths);
  const playhead = createPlayhead({ moved: request, rested: (step) => on.step?.(step) });
  const looks = { onMoved: request, onStart: startAt, onLook: look, onReset: () => look(() => ({ seen: null, camera: null })) };
  const plane = createPlane(looks);
  const surface = createSurface(looks);
  const loss = createChart({ name: "loss", label: "Loss against step", whole: false, subject: lossSubject, onMoved: request, onSeek: playhead.scrub });
  const rate = createChart({ name: "rate", label: "Learning rate against step", whole: true, subject: rateSubject, onMoved: request, onSeek: playhead.scrub });
  const flat = [plane, loss, rate];
  const solid = createFollower(surface, () => ({ library, model: model() }));
  const keys = createKeys();
  const transport = createTransport({
    play: playhead.toggle,
    restart: playhead.restart,
    nudge: playhead.nudge,
    scrub: playhead.scrub,
    change,
    axes: (wanted) => change({ axes: chosenAxes(wanted, /** @type {import("./types").Scenery} */ (received.shown?.scenery)) }),
    keys: () => keys.open(),
  });
  const asking = createAsking((question) => on.advise?.(question));
  const turning = createTurning({ ask: (question) => on.ask?.(question) });
  const knob = createKnob({
    want: () => afterwards((paths) => turning.want(paths, view.current)),
    choose: (name) => afterwards(() => turning.choose(name)),
    turn: (member) => afterwards((paths) => turning.turn(paths, view.current, member)),
    release: () => afterwards(setTurned),
    cancel: () => afterwards(turning.cancel),
  });
  const table = createTable({ choose: (slot) => change({ chosen: slot }), toggle: (slot) => change({ hidden: toggled(view.current.hidden, slot) }) });
  const step = createStep((open) => change({ numbers: open }));
  const panes = [plane, surface, loss, rate].map((pane) => pane.element);
  const spoken = createSpoken({ map: plane.element, surface: surface.element, loss: loss.element, rate: rate.element });
  const node = element("div", { class: "lrviz-player", role: "region", "aria-label": "Player", tabindex: 0, "data-playing": "false" }, [
    element("div", { class: "lr-grid" }, [head, notice, ...panes, element("div", { class: "lr-bar" }, [transport.element, knob.element]), transport.options, table.element, step.element]),
    keys.element,
    spoken.element,
  ]);
  node.hidden = true;
  root.append(node);

  /** @param {PathsMessage} message */
  function setPaths(message) {
    const before = received.shown;
    const first = !before;
    const paths = received.paths(message);
    if (!paths) return;
    asking.stop();
    view.receive(viewOf(message.meta), anewIn(message.meta, before));
    playhead.place(message.meta, { first, still: window.matchMedia("(prefers-reduced-motion: reduce)").matches });
    playhead.pace(view.current);
    turning.settle(paths, view.current);
    node.hidden = false;
    if (knob.isWanted()) turning.want(paths, view.current);
    refreshTheme();
    update();
    drawNow();
    wonder();
  }

  /** What of the view is taken as the message has it: all in a new epoch, the look at the picture with another one. @param {import("./types").PathsMeta} meta @param {typeof received.shown} before @returns {(keyof View)[]} */
  function anewIn({ epoch: next = 0 }, before) {
    const again = epoch !== next;
    epoch = next;
    if (!before) return []; // of the first message all is taken, whichever epoch it is of
    if (again) return /** @type {(keyof View)[]} */ (Object.keys(view.current));
    const other = JSON.stringify(before?.scenery.domain) !== JSON.stringify(received.shown?.scenery.domain);
    return other ? ["seen", "camera"] : [];
  }

  /** What became of the runs; it may come after them. @param {import("./types").Message<import("./types").VerdictsMeta>} message */
  function setVerdicts({ meta }) {
    if (!received.verdicts(meta)) return;
    update();
    wonder();
  }

  /** Ask what was tried on the runs, once it is known what became of them. */
  function wonder() {
    const paths = received.shown?.paths;
    if (paths && received.judgements(paths).length && !received.advised(paths).length && paths.token) asking.soon(paths.token);
  }

  /** What was tried on the runs. @param {import("./types").Message<import("./types").AdviceMeta>} message */
  function setAdvice({ meta }) {
    if (received.advice(meta)) update();
  }

  /** A run under every value of one number, for the knob. @param {import("./types").Message<import("./types").FamilyMeta>} message */
  function setFamily(message) {
    turning.receive(message);
    update();
  }

  /** Change what is turned; the picture follows with the next frame. @param {(paths: Paths) => void} act */
  function afterwards(act) {
    if (received.shown) act(received.shown.paths);
    stale = true;
    request();
  }

  /** @param {Paths} paths */
  function setTurned(paths) {
    const setting = turning.release(paths, view.current);
    if (setting) on.set?.(setting);
  }

  /** @returns {Model | null} */
  function model() {
    if (!received.shown) return null;
    const { scenery, paths } = received.shown;
    const swap = turning.apply(paths, view.current, scenery);
    const drawn = swap ? received.withRun(paths, swap.run, swap.stand) : paths;
    return {
      scenery, paths: drawn, view: view.current, theme, at: playhead.at, playing: playhead.playing,
      visible: drawn.runs.filter((run) => !view.current.hidden.includes(run.slot)),
      start: received.start(paths), verdicts: judgements(paths), advice: received.advised(paths), turning: turning.isTurned,
    };
  }

  /** What became of the runs: of the chosen one as the knob knows it, while it is turned or nothing else is known. @param {Paths} paths */
  function judgements(paths) {
    const known = received.judgements(paths);
    const state = turning.state(paths, view.current);
    if (!state?.family || state.member < 0 || (known.length && !turning.isTurned)) return known;
    const { run: own, family, member } = state;
    return paths.runs.map((run, i) => (run === own ? family.verdicts[member] : known[i] ?? []));
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
    setAttribute(node, "data-panes", current.scenery.dimension === 1 ? "curve" : current.view.panes);
    if (library) for (const pane of flat) pane.update(library, current);
    solid.update(current);
    changed = true;
  }

  /** What stands around the views; written after they are drawn, since they ask for sizes, and that lays out the page. @param {import("./types").Model} current */
  function surround(current) {
    setAttribute(node, "data-theme", theme.dark ? "dark" : "light");
    if (node.style.getPropertyValue("--lr-scale") !== String(theme.scale)) node.style.setProperty("--lr-scale", String(theme.scale));
    if (node.style.getPropertyValue("--lr-accent") !== theme.accent) node.style.setProperty("--lr-accent", theme.accent);
    transport.show(current.view, {
      dimension: current.scenery.dimension, runs: current.paths.runs.length, equal: isEqual(current.view, current.scenery), log: hasLogarithm(current.paths),
      rate: rateShown(current), region: hasRegion(current),
    });
    transport.mark(marks(current, theme, current.paths.steps));
    table.update(current);
    step.open(current.view.numbers);
    if (received.shown) knob.show(turning.state(received.shown.paths, view.current), theme, outcome(current));
    say(current);
  }

  /** One sentence; while the knob is turned, on the run that is turned, in the room that the other one took. @param {import("./types").Model} current */
  function say({ turning: held, paths: { runs, headline: usual } }) {
    const turned = runs.find((run) => run.turned);
    if (!held) headline.style.height = "";
    else if (!headline.style.height) headline.style.height = `${headline.getBoundingClientRect().height}px`;
    setAttribute(headline, "aria-live", held || hushed ? "off" : "polite"); // what comes back after a turn is not news
    hushed = Boolean(held);
    setText(headline, turned ? `${turned.label}: ${inShort(turned.sentence)}` : usual);
  }

  /** A new picture does not wait for the display's next frame, which may be far on a machine that is busy with the page. */
  function drawNow() {
    if (playhead.playing) return;
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
    else if (moved) follow();
    moved = false;
    playhead.tick(now);
    draw();
    if (playhead.playing) request();
  }

  function draw() {
    const current = model();
    if (!current) return;
    frames += 1;
    const all = !current.playing || changed;
    const read = all || performance.now() - written > READABLE;
    for (const pane of flat) pane.draw(current);
    if (!solid.behind && !current.turning && (all || frames % 2 === 0)) surface.draw(current);
    if (changed) surround(current);
    transport.draw(playhead);
    if (read) write(current);
    spoken.follow(current);
    setAttribute(node, "data-step", String(playhead.step));
    setAttribute(node, "data-steps", String(playhead.steps));
    setAttribute(node, "data-playing", String(playhead.playing));
    changed = false;
    tell();
  }

  /** Say that the picture stands, if somebody waits for it. */
  function tell() {
    const word = received.shown?.paths.word;
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

  /** @param {Partial<View>} part */
  function change(part) {
    view.change(part);
    playhead.pace(view.current);
    update();
    on.view?.(view.current);
  }

  /** Look at the picture from elsewhere; where it comes to rest is said. @type {import("./types").Look} */
  function look(change) {
    view.change(change(view.current));
    moved = true;
    request();
    clearTimeout(rest);
    rest = window.setTimeout(rested, REST);
  }

  function rested() {
    const { seen, camera } = view.current;
    const now = { seen: seen && inFewDigits(seen), camera: camera && camera.map((angle) => Math.round(10 * angle) / 10) };
    view.change(now);
    moved = true;
    request();
    on.look?.({ seen: now.seen && now.seen.join(SEPARATOR), camera: now.camera && now.camera.join(SEPARATOR) });
  }

  /** The pictures alone, where nothing else has changed. */
  function follow() {
    const current = model();
    if (!current || !library) return;
    plane.update(library, current);
    solid.update(current, true);
  }

  /** @param {Point} point @param {boolean} live */
  function startAt(point, live) {
    if (!received.shown) return;
    const start = snapped(point, plane.ranges() ?? received.shown.scenery.domain);
    received.hold(start);
    changed = true;
    request();
    on.start?.(start, { live });
    if (!live) spoken.say(`Start at ${placeText(received.shown.scenery.variables, start)}.`);
  }

  function refreshTheme() {
    const next = readTheme(root);
    if (next.key === theme.key) return false;
    theme = next;
    update();
    return true;
  }

  /** @param {KeyboardEvent} event */
  function pressed(event) {
    if (event.defaultPrevented || !received.shown || !isOurs(event.target, node, event.key)) return;
    const command = commandOf(event);
    if (!command) return;
    event.preventDefault();
    if (command.act === "play") playhead.toggle();
    else if (command.act === "keys") keys.open();
    else if (command.act === "nudge") playhead.nudge(command.by);
    else playhead.jump(command.to);
  }

  const observer = new ResizeObserver(() => refreshTheme() || update());
  observer.observe(node);
  document.addEventListener("keydown", pressed);
  const forced = window.matchMedia(FORCED);
  forced.addEventListener("change", refreshTheme);
  const toPaper = () => keepSizes(node, panes);
  window.addEventListener("beforeprint", toPaper);
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
    setScenery: received.scenery,
    setPaths,
    setVerdicts,
    setAdvice,
    setFamily,
    refreshTheme,
    destroy() {
      asking.stop();
      received.destroy();
      link?.destroy();
      cancelAnimationFrame(frame);
      clearTimeout(rest);
      playhead.destroy();
      solid.destroy();
      knob.destroy();
      spoken.destroy();
      forced.removeEventListener("change", refreshTheme);
      observer.disconnect();
      document.removeEventListener("keydown", pressed);
      window.removeEventListener("beforeprint", toPaper);
      for (const pane of [plane, surface, loss, rate]) pane.destroy();
      node.remove();
    },
  };
}
