// The transform: a picture becomes a small JPEG.

const QUALITY = 0.7; // 12 kB at 320x240
const LONGEST_SIDE = 320; // pixels; a phone held upright sends 240x320

export function sizeInside({ width, height }, longestSide = LONGEST_SIDE) {
  const scale = Math.min(1, longestSide / Math.max(width, height));
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

/** Returns encode(picture): a promise of the JPEG's bytes; it closes the picture. One at a time. */
export function openEncoder({ workerUrl, signal }) {
  const worker = new Worker(workerUrl);
  signal.addEventListener("abort", () => worker.terminate(), { once: true });

  return function encode(picture) {
    const seen = { width: picture.displayWidth ?? picture.width, height: picture.displayHeight ?? picture.height };
    return new Promise((resolve, reject) => {
      worker.onmessage = ({ data: { jpeg, error } }) => (jpeg ? resolve(jpeg) : reject(new Error(error)));
      worker.onerror = ({ message }) => reject(new Error(message));
      worker.postMessage({ picture, ...sizeInside(seen), quality: QUALITY }, [picture]);
    });
  };
}
