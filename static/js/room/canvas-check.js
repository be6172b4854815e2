// Whether a canvas hands out what was drawn on it. Browsers that fight fingerprinting hand out something else: white,
// noise, or here and there the lowest bit turned over, which no reading notices.

export const KNOWN = { width: 320, height: 240 }; // as large as what is sent: some protections let small canvases be
const BLOCK = 40; // pixels; one colour each
// Levels of 255, mean over all pixels. Noise of 24 levels to either side makes 12, and of 29 readings changed one.
const HARMLESS = 12;

/** The colour of the known picture at this pixel, [r, g, b]. */
export function knownColour(x, y) {
  const [column, row] = [Math.floor(x / BLOCK), Math.floor(y / BLOCK)];
  return [column * 36, row * 51, ((column + row) % 2) * 255];
}

/** What to draw: rectangles with their colours, for a canvas that knows no module. */
export function knownBlocks() {
  const blocks = [];
  for (let y = 0; y < KNOWN.height; y += BLOCK) {
    for (let x = 0; x < KNOWN.width; x += BLOCK) blocks.push({ x, y, size: BLOCK, colour: knownColour(x, y) });
  }
  return blocks;
}

/** `png` is the known picture as the canvas gave it out. True where this browser cannot unpack it: nobody knows then. */
export async function isCanvasUnchanged(png) {
  const picture = await pixelsOf(png);
  return picture === null || distance(picture) <= HARMLESS;
}

function distance({ width, height, channels, rows }) {
  if (width !== KNOWN.width || height !== KNOWN.height) return Infinity;
  let sum = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      knownColour(x, y).forEach((value, part) => (sum += Math.abs(rows[y][x * channels + part] - value)));
    }
  }
  return sum / (width * height * 3);
}

// --- PNG, as far as canvases write it: reading it through another canvas would meet the same protection ------------

const SIGNATURE = 0x89504e47;
const CHANNELS = { 2: 3, 6: 4 }; // colour types RGB and RGBA

async function pixelsOf(png) {
  if (typeof DecompressionStream === "undefined") return null;
  const view = new DataView(png);
  if (view.byteLength < 8 || view.getUint32(0) !== SIGNATURE) return { width: 0, height: 0 };
  const { header, body } = chunksOf(view);
  const channels = CHANNELS[header?.colourType];
  if (!channels || header.depth !== 8 || header.interlaced) return null;
  const stream = new Blob(body).stream().pipeThrough(new DecompressionStream("deflate"));
  const lines = new Uint8Array(await new Response(stream).arrayBuffer());
  return { ...header, channels, rows: unfiltered(lines, header.width * channels, channels) };
}

function chunksOf(view) {
  const found = { header: null, body: [] };
  for (let at = 8; at + 12 <= view.byteLength; ) {
    const [length, type] = [view.getUint32(at), view.getUint32(at + 4)];
    const content = new Uint8Array(view.buffer, at + 8, length);
    if (type === 0x49484452) found.header = headerIn(content); // IHDR
    if (type === 0x49444154) found.body.push(content); // IDAT
    at += length + 12;
  }
  return found;
}

function headerIn(content) {
  const view = new DataView(content.buffer, content.byteOffset);
  return { width: view.getUint32(0), height: view.getUint32(4), depth: content[8], colourType: content[9], interlaced: content[12] };
}

/** Each line begins with the number of the filter that made its bytes differences (PNG specification, 9.2). */
function unfiltered(lines, length, channels) {
  const rows = [];
  let above = new Uint8Array(length);
  for (let at = 0; at < lines.length; at += length + 1) {
    const row = lines.slice(at + 1, at + 1 + length);
    const predict = PREDICTIONS[lines[at]];
    for (let n = 0; n < length; n++) {
      const before = n < channels ? [0, 0] : [row[n - channels], above[n - channels]];
      row[n] += predict(before[0], above[n], before[1]);
    }
    rows.push(row);
    above = row;
  }
  return rows;
}

const PREDICTIONS = [
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
