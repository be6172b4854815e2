/** Turns a picture of the camera into a small JPEG, in a worker (jpeg-worker.js). */

import { TEST_PICTURE, isCanvasUnchanged, testBlocks } from "./canvas-check.js";

const QUALITY = 0.7; // 12 kB at 320x240
const LONGEST_SIDE = 320; // pixels
// The first picture waits until the worker's script has loaded.
const TIMEOUT_MS = 10_000;

/**
 * The size in which a picture is sent. A phone held upright sends 240x320.
 *
 * @param {{width: number, height: number}} picture
 */
export function sizeInside({ width, height }) {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

/** The canvas returns something else than was drawn, which shows nobody's face. */
class CanvasChangedError extends Error {
  /** @type {CameraProblem} */
  reason = "canvas";
}

/**
 * Returns encode(picture), which closes the picture and returns the JPEG's bytes. It encodes one picture at a time.
 *
 * @param {{workerUrl: string, after: After, signal: AbortSignal}} options
 */
export function openEncoder({ workerUrl, after, signal }) {
  const worker = new Worker(workerUrl);
  /**
   * Why this worker encodes nothing any more.
   *
   * @type {Error | null}
   */
  let failure = null;
  /**
   * The request that the worker has.
   *
   * @type {{id: number, resolve: (bytes: ArrayBuffer) => void, reject: (error: Error) => void} | null}
   */
  let pending = null;
  let requests = 0;
  let isChecked = false;

  /** @param {string} reason */
  function fail(reason) {
    failure = new Error(reason);
    pending?.reject(failure);
  }

  worker.onmessage = ({ data: { id, bytes, error } }) => {
    // The answer to a picture that was given up is not that of the next one.
    if (id !== pending?.id) return;
    if (bytes) pending?.resolve(bytes);
    else pending?.reject(new Error(error));
  };
  worker.onerror = ({ message }) => fail(message ?? "The JPEG worker did not load.");
  worker.onmessageerror = () => fail("The JPEG worker's answer cannot be read.");
  signal.addEventListener("abort", end, { once: true });

  /** A picture that the worker has is closed there first: a terminated worker would leave it open. */
  function end() {
    failure ??= new Error("The camera was stopped.");
    if (!isChecked) pending?.reject(failure);
    worker.postMessage({ isLast: true });
    // Not with after(): its worker may end with the page.
    setTimeout(() => worker.terminate(), TIMEOUT_MS);
  }

  /**
   * @param {object} request
   * @param {Transferable[]} [transfer]
   * @returns {Promise<ArrayBuffer>}
   */
  async function ask(request, transfer = []) {
    // A busy device may be late once and in time for the next picture.
    const cancelTimeout = after(TIMEOUT_MS, () => pending?.reject(new Error("The JPEG worker does not answer.")));
    const id = (requests += 1);
    try {
      return await new Promise((resolve, reject) => {
        pending = { id, resolve, reject };
        worker.postMessage({ id, ...request }, transfer);
      });
    } finally {
      cancelTimeout();
    }
  }

  /** One check is enough: a browser decides for a whole page what its canvases return. */
  async function checkCanvas() {
    if (!(await isCanvasUnchanged(await ask({ blocks: testBlocks(), ...TEST_PICTURE })))) {
      failure = new CanvasChangedError("This browser changes what a page reads from a canvas.");
      throw failure;
    }
    isChecked = true;
  }

  return async function encode(/** @type {VideoFrame | ImageBitmap} */ picture) {
    try {
      if (failure) throw failure;
      if (!isChecked) await checkCanvas();
      // The camera may have been stopped while the canvas was checked.
      if (failure) throw failure;
      const size =
        "displayWidth" in picture ? { width: picture.displayWidth, height: picture.displayHeight } : picture;
      return await ask({ picture, ...sizeInside(size), quality: QUALITY }, [picture]);
    } catch (error) {
      // Without effect on a picture that the worker has.
      picture.close();
      throw error;
    }
  };
}
