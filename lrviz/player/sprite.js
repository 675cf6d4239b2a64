// Small pictures that are drawn once and then only copied: text and outlines are dear, frame after frame.

/** @type {Map<string, {image: HTMLCanvasElement, ratio: number}>} */
const pictures = new Map();
const MOST = 300;

/**
 * Copy the picture named `key` so that its origin is at (x, y); `draw` makes it around its origin when it is new.
 * @param {CanvasRenderingContext2D} context @param {string} key
 * @param {{left: number, top: number, width: number, height: number}} box around the origin
 * @param {number} x @param {number} y
 * @param {(context: CanvasRenderingContext2D) => void} draw
 */
export function stamp(context, key, box, x, y, draw) {
  const ratio = context.getTransform().a || 1;
  const name = `${ratio}|${key}`;
  let picture = pictures.get(name);
  if (!picture) {
    if (pictures.size >= MOST) pictures.clear();
    picture = { image: paint(box, ratio, draw), ratio };
    pictures.set(name, picture);
  }
  const left = Math.round((x + box.left) * ratio) / ratio;
  const top = Math.round((y + box.top) * ratio) / ratio;
  context.drawImage(picture.image, left, top, box.width, box.height);
}

/**
 * @param {{left: number, top: number, width: number, height: number}} box @param {number} ratio
 * @param {(context: CanvasRenderingContext2D) => void} draw
 */
function paint(box, ratio, draw) {
  const image = document.createElement("canvas");
  image.width = Math.ceil(box.width * ratio);
  image.height = Math.ceil(box.height * ratio);
  const context = /** @type {CanvasRenderingContext2D} */ (image.getContext("2d"));
  context.scale(ratio, ratio);
  context.translate(-box.left, -box.top);
  draw(context);
  return image;
}
