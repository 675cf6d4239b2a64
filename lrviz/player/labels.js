// Labels that stand at what they name, and move apart where they would overlap.

/**
 * Positions near the wanted ones, at least `gap` apart and inside [lo, hi] where there is room:
 * the smallest sum of squared moves (neighbours that touch are pooled and share their move).
 * @param {number[]} wanted
 * @param {number} gap
 * @param {number} lo
 * @param {number} hi
 * @returns {number[]}
 */
export function spread(wanted, gap, lo, hi) {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a] - wanted[b] || a - b);
  const room = order.length > 1 ? Math.min(gap, (hi - lo) / (order.length - 1)) : gap;
  const shifted = order.map((index, rank) => wanted[index] - rank * room);
  const ceiling = hi - (order.length - 1) * room;
  const result = new Array(wanted.length);
  pooled(shifted).forEach((value, rank) => {
    result[order[rank]] = Math.max(lo, Math.min(value, ceiling)) + rank * room;
  });
  return result;
}

/** The nearest non-decreasing sequence. @param {number[]} values */
function pooled(values) {
  /** @type {{sum: number, count: number}[]} */
  const blocks = [];
  for (const value of values) {
    let block = { sum: value, count: 1 };
    while (blocks.length && mean(blocks[blocks.length - 1]) > mean(block)) {
      const before = /** @type {{sum: number, count: number}} */ (blocks.pop());
      block = { sum: before.sum + block.sum, count: before.count + block.count };
    }
    blocks.push(block);
  }
  return blocks.flatMap((block) => new Array(block.count).fill(mean(block)));
}

/** @param {{sum: number, count: number}} block */
function mean(block) {
  return block.sum / block.count;
}

/**
 * A label wants to stand beside (x, y); `width` is its text's.
 * @typedef {{x: number, y: number, width: number}} Anchor
 * @typedef {{left: number, y: number}} Place
 */

/**
 * A place for each label: right of its anchor, left where the right has no room, moved up or down from its neighbours.
 * @param {Anchor[]} anchors
 * @param {import("./types").Rect} bounds
 * @param {{gap: number, distance: number}} spacing
 * @returns {Place[]}
 */
export function placeLabels(anchors, bounds, { gap, distance }) {
  const lefts = anchors.map((anchor) => leftOf(anchor, bounds, distance));
  /** @type {Place[]} */
  const places = anchors.map((anchor, i) => ({ left: lefts[i], y: anchor.y }));
  for (const group of overlapping(anchors, lefts, gap)) {
    const ys = spread(group.map((i) => anchors[i].y), gap, bounds.top + gap / 2, bounds.bottom - gap / 2);
    group.forEach((i, rank) => {
      places[i].y = ys[rank];
    });
  }
  return places;
}

/** @param {Anchor} anchor @param {import("./types").Rect} bounds @param {number} distance */
function leftOf(anchor, bounds, distance) {
  const right = anchor.x + distance;
  if (right + anchor.width <= bounds.right) return right;
  return Math.max(bounds.left, Math.min(anchor.x - distance, bounds.right) - anchor.width);
}

/**
 * Groups of labels that share columns and lie close enough to touch once they are moved.
 * @param {Anchor[]} anchors
 * @param {number[]} lefts
 * @param {number} gap
 */
function overlapping(anchors, lefts, gap) {
  const group = anchors.map((_, i) => i);
  const reach = gap * Math.max(2, anchors.length / 2);
  for (let i = 0; i < anchors.length; i += 1) {
    for (let j = 0; j < i; j += 1) {
      const apart = lefts[i] > lefts[j] + anchors[j].width || lefts[j] > lefts[i] + anchors[i].width;
      if (!apart && Math.abs(anchors[i].y - anchors[j].y) < reach) merge(group, group[i], group[j]);
    }
  }
  return [...new Set(group)].map((name) => group.flatMap((member, i) => (member === name ? [i] : [])));
}

/** @param {number[]} group @param {number} from @param {number} to */
function merge(group, from, to) {
  group.forEach((name, i) => {
    if (name === from) group[i] = to;
  });
}
