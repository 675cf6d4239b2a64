// A pane that comes after the others: the surface takes longer to draw than all of them.

/** @typedef {import("./types").Model} Model */

const ARRIVAL = 300; // ms between the first picture and its surface, so that the controls, which come then, are let pass
const TURNED = 140; // ms between two changes of the surface while the knob is turned, or the picture moved

/**
 * @param {{update: (library: import("./types").Plotly, model: Model) => void, draw: (model: Model) => void}} pane
 * @param {() => {library: import("./types").Plotly | null, model: Model | null}} now What is to be shown, when it is its turn.
 */
export function createFollower(pane, now) {
  let behind = false;
  let last = 0;
  let frame = 0;
  let timer = 0;

  function catchUp() {
    behind = false;
    const { library, model } = now();
    if (!library || !model) return;
    pane.update(library, model);
    pane.draw(model);
    last = performance.now();
  }

  return {
    /** Whether it has yet to show what the others show. */
    get behind() {
      return behind;
    },
    /** Bring it up to date when the rest has been seen; not `often` while a hand is at work. @param {Model} model @param {boolean} [often] */
    update({ turning }, often = turning) {
      if (behind) return;
      behind = true;
      const wait = often ? Math.max(0, last + TURNED - performance.now()) : last ? 0 : ARRIVAL;
      frame = requestAnimationFrame(() => {
        timer = window.setTimeout(catchUp, wait);
      });
    },
    destroy() {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    },
  };
}
