// The transform: a picture becomes a small JPEG.

import { KNOWN, isCanvasUnchanged, knownBlocks } from "./canvas-check.js";

const QUALITY = 0.7; // 12 kB at 320x240
const LONGEST_SIDE = 320; // pixels; a phone held upright sends 240x320
const PATIENCE_MS = 10_000; // the first picture waits for the worker's script to load

export function sizeInside({ width, height }, longestSide = LONGEST_SIDE) {
  const scale = Math.min(1, longestSide / Math.max(width, height));
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

/** The canvas hands out something else than was drawn: what comes out shows nobody's face. */
class CanvasChanged extends Error {
  reason = "canvas"; // one of CAMERA_PROBLEMS
}

/** Returns encode(picture): a promise of the JPEG's bytes; it closes the picture. One at a time. */
export function openEncoder({ workerUrl, after, signal }) {
  const worker = new Worker(workerUrl);
  let failure = null; // why no JPEG comes out of this worker any more
  let waiting = null; // {resolve, reject} of what is in it
  let isChecked = false;

  function breakDown(reason) {
    failure = new Error(reason);
    waiting?.reject(failure);
  }

  worker.onmessage = ({ data: { bytes, error } }) => (bytes ? waiting.resolve(bytes) : waiting.reject(new Error(error)));
  worker.onerror = ({ message }) => breakDown(message ?? "The JPEG worker did not load.");
  worker.onmessageerror = () => breakDown("The JPEG worker was not understood.");
  signal.addEventListener("abort", () => worker.terminate(), { once: true });

  async function ask(wish, transfer = []) {
    const cancelLimit = after(PATIENCE_MS, () => breakDown("The JPEG worker does not answer."));
    try {
      return await new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        worker.postMessage(wish, transfer);
      });
    } finally {
      cancelLimit();
    }
  }

  /** Once: a browser decides for a whole page what its canvases hand out. */
  async function check() {
    if (!(await isCanvasUnchanged(await ask({ known: knownBlocks(), ...KNOWN })))) {
      failure = new CanvasChanged("This browser changes what a page reads from a canvas.");
      throw failure;
    }
    isChecked = true;
  }

  return async function encode(picture) {
    try {
      if (failure) throw failure;
      if (!isChecked) await check();
    } catch (error) {
      picture.close();
      throw error;
    }
    const seen = { width: picture.displayWidth ?? picture.width, height: picture.displayHeight ?? picture.height };
    return ask({ picture, ...sizeInside(seen), quality: QUALITY }, [picture]);
  };
}
