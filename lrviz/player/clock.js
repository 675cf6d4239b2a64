// The playhead as data: every function takes a clock and gives a new one.

/**
 * `at` is in steps and lies between whole steps only while it plays.
 * @typedef {{at: number, steps: number, playing: boolean, speed: number, loop: boolean}} Clock
 */

const SECONDS_PER_RUN = 6;
const SLOWEST = 8; // steps a second, so that a short run does not crawl
const LONGEST_FRAME = 0.5; // seconds; a tab that slept does not jump

/** @param {Partial<Clock>} [from] @returns {Clock} */
export function createClock(from = {}) {
  return { at: 0, steps: 0, playing: false, speed: 1, loop: false, ...from };
}

/** Steps a second. @param {Clock} clock */
export function pace({ steps, speed }) {
  return speed * Math.max(steps / SECONDS_PER_RUN, SLOWEST);
}

/** Let `seconds` pass. @param {Clock} clock @param {number} seconds @returns {Clock} */
export function advance(clock, seconds) {
  if (!clock.playing) return clock;
  const at = clock.at + pace(clock) * Math.min(Math.max(seconds, 0), LONGEST_FRAME);
  if (at < clock.steps) return { ...clock, at };
  return clock.loop ? { ...clock, at: 0 } : { ...clock, at: clock.steps, playing: false };
}

/** Play from here, or from the beginning if here is the end. @param {Clock} clock @returns {Clock} */
export function play(clock) {
  if (clock.steps === 0) return clock;
  return { ...clock, playing: true, at: clock.at >= clock.steps ? 0 : clock.at };
}

/** Stand still on a whole step. @param {Clock} clock @returns {Clock} */
export function pause(clock) {
  return { ...clock, playing: false, at: Math.floor(clock.at) };
}

/** Go to `step` and stay there. @param {Clock} clock @param {number} step @returns {Clock} */
export function seek(clock, step) {
  const whole = Math.round(Math.min(Math.max(step, 0), clock.steps));
  return { ...clock, playing: false, at: whole };
}

/** Move by whole steps and stay there. @param {Clock} clock @param {number} by @returns {Clock} */
export function nudge(clock, by) {
  return seek(clock, Math.floor(clock.at) + by);
}

/** Another number of steps: the same place, or the end for who stood at the end. @param {Clock} clock @param {number} steps @returns {Clock} */
export function resize(clock, steps) {
  const atEnd = !clock.playing && clock.at >= clock.steps && clock.steps > 0;
  return { ...clock, steps, at: atEnd ? steps : Math.min(clock.at, steps) };
}

/**
 * Where the head is drawn between step n and n + 1: slow playing lingers at the steps, fast playing glides.
 * @param {Clock} clock
 */
export function drawnAt(clock) {
  const whole = Math.floor(clock.at);
  const part = clock.at - whole;
  const eased = pace(clock) > 20 ? part : part * part * (3 - 2 * part);
  return whole + eased;
}
