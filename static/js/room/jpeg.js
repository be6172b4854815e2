// The transform: a picture becomes a small JPEG.

const QUALITY = 0.7; // 12 kB at 320x240
const LONGEST_SIDE = 320; // pixels; a phone held upright sends 240x320
const PATIENCE_MS = 10_000; // the first picture waits for the worker's script to load

export function sizeInside({ width, height }, longestSide = LONGEST_SIDE) {
  const scale = Math.min(1, longestSide / Math.max(width, height));
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

/** Returns encode(picture): a promise of the JPEG's bytes; it closes the picture. One at a time. */
export function openEncoder({ workerUrl, after, signal }) {
  const worker = new Worker(workerUrl);
  let failure = null; // why no JPEG comes out of this worker any more
  let waiting = null; // {resolve, reject} of the picture that is in it

  function breakDown(reason) {
    failure = new Error(reason);
    waiting?.reject(failure);
  }

  worker.onmessage = ({ data: { jpeg, error } }) => (jpeg ? waiting.resolve(jpeg) : waiting.reject(new Error(error)));
  worker.onerror = ({ message }) => breakDown(message ?? "The JPEG worker did not load.");
  worker.onmessageerror = () => breakDown("The JPEG worker was not understood.");
  signal.addEventListener("abort", () => worker.terminate(), { once: true });

  function compress(picture) {
    const seen = { width: picture.displayWidth ?? picture.width, height: picture.displayHeight ?? picture.height };
    return new Promise((resolve, reject) => {
      waiting = { resolve, reject };
      worker.postMessage({ picture, ...sizeInside(seen), quality: QUALITY }, [picture]);
    });
  }

  return async function encode(picture) {
    if (failure) {
      picture.close();
      throw failure;
    }
    const cancelLimit = after(PATIENCE_MS, () => breakDown("The JPEG worker does not answer."));
    try {
      return await compress(picture);
    } finally {
      cancelLimit();
    }
  };
}
