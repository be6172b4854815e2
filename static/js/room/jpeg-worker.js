/** Draws and compresses away from the page, which is slow while hidden and has buttons to answer. */

/**
 * A picture to compress, or blocks of known colours to draw. After the last message the worker ends.
 *
 * @typedef {{id: number, width: number, height: number, quality: number, picture: VideoFrame | ImageBitmap}} CompressRequest
 * @typedef {{id: number, width: number, height: number, blocks: import("./canvas-check.js").Block[]}} DrawRequest
 * @typedef {{isLast: true}} LastRequest
 */

/** @param {MessageEvent<CompressRequest | DrawRequest | LastRequest>} message */
onmessage = async ({ data: request }) => {
  if ("isLast" in request) return close();
  try {
    const bytes = await ("blocks" in request ? drawBlocks(request) : compress(request));
    postMessage({ id: request.id, bytes }, { transfer: [bytes] });
  } catch (error) {
    postMessage({ id: request.id, error: String(error) });
  }
};

/** @param {CompressRequest} request */
async function compress({ picture, width, height, quality }) {
  const canvas = new OffscreenCanvas(width, height);
  try {
    contextOf(canvas).drawImage(picture, 0, 0, width, height);
  } finally {
    picture.close();
  }
  return bytesOf(canvas, { type: "image/jpeg", quality });
}

/**
 * The picture that canvas-check.js compares, without loss and on the same kind of canvas as the camera's pictures.
 *
 * @param {DrawRequest} request
 */
async function drawBlocks({ blocks, width, height }) {
  const canvas = new OffscreenCanvas(width, height);
  const context = contextOf(canvas);
  for (const { x, y, size, colour } of blocks) {
    context.fillStyle = `rgb(${colour.join(" ")})`;
    context.fillRect(x, y, size, size);
  }
  return bytesOf(canvas, { type: "image/png" });
}

/** @param {OffscreenCanvas} canvas */
function contextOf(canvas) {
  // willReadFrequently: drawn where it is read, not on the graphics card.
  const context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  if (!context) throw new Error("This browser gives no canvas to a worker.");
  return context;
}

/**
 * @param {OffscreenCanvas} canvas
 * @param {{type: string, quality?: number}} format
 */
async function bytesOf(canvas, format) {
  const blob = await canvas.convertToBlob(format);
  if (blob.type !== format.type) throw new Error(`This browser writes ${blob.type} instead of ${format.type}.`);
  return blob.arrayBuffer();
}
