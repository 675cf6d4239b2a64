// The minima that are marked: the lowest, as far as they are known, and local ones.

/** @typedef {import("./types").Scenery} Scenery */
/** @typedef {{point: import("./types").Point, loss: number | null, word: string, local: boolean}} Minimum */

/** Every marked minimum, the lowest last, so that their marks lie on top. @param {Pick<Scenery, "minima" | "minimum_loss" | "local_minima" | "local_losses">} scenery @returns {Minimum[]} */
export function minimaOf({ minima, minimum_loss: lowest, local_minima: others = [], local_losses: losses = [] }) {
  const [one, other] = [minima.length > 1 ? "one of the lowest minima" : "lowest minimum", minima.length ? "local minimum" : "minimum"];
  return [
    ...others.map((point, i) => ({ point, loss: losses[i] ?? null, word: other, local: true })),
    ...minima.map((point) => ({ point, loss: lowest, word: one, local: false })),
  ];
}
