// Read the bytes that lrviz.player.message.pack wrote.

/** @typedef {import("./types").Numbers} Numbers */

const ALIGNMENT = 8;

/** @type {Record<string, {new (buffer: ArrayBufferLike, offset: number, length: number): Numbers, BYTES_PER_ELEMENT: number}>} */
const ARRAYS = { f4: Float32Array, f8: Float64Array, i4: Int32Array, u2: Uint16Array, u1: Uint8Array };

/**
 * Split a message into its header's `meta` and its arrays (views of the bytes, not copies).
 * @template M
 * @param {Uint8Array | ArrayBuffer} source
 * @returns {import("./types").Message<M>}
 */
export function unpack(source) {
  const bytes = aligned(source instanceof ArrayBuffer ? new Uint8Array(source) : source);
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + size)));
  const base = bytes.byteOffset + Math.ceil((4 + size) / ALIGNMENT) * ALIGNMENT;
  /** @type {Record<string, import("./types").Table>} */
  const arrays = {};
  for (const [name, entry] of Object.entries(header.arrays)) {
    const data = view(bytes.buffer, base, entry);
    arrays[name] = { data: entry.unit === undefined ? data : whole(data, entry), shape: entry.shape };
  }
  return { meta: header.meta, arrays };
}

/** @param {Uint8Array} bytes */
function aligned(bytes) {
  return bytes.byteOffset % ALIGNMENT === 0 ? bytes : bytes.slice();
}

/**
 * @param {ArrayBufferLike} buffer
 * @param {number} base
 * @param {{dtype: string, shape: number[], offset: number}} entry
 */
function view(buffer, base, entry) {
  const length = entry.shape.reduce((product, side) => product * side, 1);
  return new ARRAYS[entry.dtype](buffer, base + entry.offset, length);
}

/** Numbers of which the differences from a reference were sent. @param {Numbers} differences @param {{unit: number, reference: number[], every: number}} how */
function whole(differences, { unit, reference, every }) {
  const [only] = reference;
  if (reference.length === 1) return Float64Array.from(differences, (away) => only + unit * away);
  return Float64Array.from(differences, (away, i) => reference[Math.floor(i / every) % reference.length] + unit * away);
}
