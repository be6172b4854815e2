/**
 * Decodes PNGs as canvases write them: 8 bits, RGB or RGBA, not interlaced. Decoding through another canvas would meet
 * the very protection that canvas-check.js looks for.
 */

const SIGNATURE = 0x89504e47;
const FIRST_CHUNK = 8; // bytes
const IHDR = 0x49484452;
const IDAT = 0x49444154;

/**
 * Channels by colour type: RGB and RGBA.
 *
 * @type {Record<number, number>}
 */
const CHANNELS = { 2: 3, 6: 4 };

/** @typedef {{width: number, height: number, channels: number, rows: Uint8Array[]}} Picture */

/**
 * Null for what is no PNG; "unsupported" where this browser has no decompression, or the PNG is of another kind.
 *
 * @param {ArrayBuffer} png
 * @returns {Promise<Picture | "unsupported" | null>}
 */
export async function decodePng(png) {
  if (typeof DecompressionStream === "undefined") return "unsupported";
  const view = new DataView(png);
  if (view.byteLength < FIRST_CHUNK || view.getUint32(0) !== SIGNATURE) return null;
  const { header, body } = chunksOf(view);
  const channels = header && CHANNELS[header.colourType];
  if (!channels || header.depth !== 8 || header.isInterlaced) return "unsupported";
  const stream = new Blob(body).stream().pipeThrough(new DecompressionStream("deflate"));
  const lines = new Uint8Array(await new Response(stream).arrayBuffer());
  return { ...header, channels, rows: unfilter(lines, header.width * channels, channels) };
}

/** @param {DataView<ArrayBuffer>} view */
function chunksOf(view) {
  let header = null;
  const body = [];
  for (let at = FIRST_CHUNK; at + 12 <= view.byteLength; ) {
    const [length, type] = [view.getUint32(at), view.getUint32(at + 4)];
    const content = new Uint8Array(view.buffer, at + 8, length);
    if (type === IHDR) header = headerOf(content);
    if (type === IDAT) body.push(content);
    at += length + 12;
  }
  return { header, body };
}

/** @param {Uint8Array} content */
function headerOf(content) {
  const view = new DataView(content.buffer, content.byteOffset);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  return { width, height, depth: content[8], colourType: content[9], isInterlaced: content[12] !== 0 };
}

/**
 * Each line begins with the number of the filter that turned its bytes into differences (PNG specification, 9.2).
 *
 * @param {Uint8Array} lines
 * @param {number} length bytes of a line without its filter
 * @param {number} channels
 */
function unfilter(lines, length, channels) {
  const rows = [];
  let above = new Uint8Array(length);
  for (let at = 0; at < lines.length; at += length + 1) {
    const row = lines.slice(at + 1, at + 1 + length);
    const predict = PREDICTORS[lines[at]];
    for (let n = 0; n < length; n++) {
      const isFirst = n < channels;
      row[n] += predict(isFirst ? 0 : row[n - channels], above[n], isFirst ? 0 : above[n - channels]);
    }
    rows.push(row);
    above = row;
  }
  return rows;
}

/**
 * None, Sub, Up, Average and Paeth.
 *
 * @type {((left: number, up: number, corner: number) => number)[]}
 */
const PREDICTORS = [
  () => 0,
  (left) => left,
  (_left, up) => up,
  (left, up) => (left + up) >> 1,
  (left, up, corner) => {
    const [toLeft, toUp, toCorner] = [left, up, corner].map((value) => Math.abs(left + up - corner - value));
    if (toLeft <= toUp && toLeft <= toCorner) return left;
    return toUp <= toCorner ? up : corner;
  },
];
