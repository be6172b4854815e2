/** Takes, encodes and sends one frame at a time, at the pace that the server asked for last. */

import { monotonic } from "../lib/monotonic.js";

// After two samples without a new picture the camera counts as stalled.
const MISSES = 2;
// One picture may be spoiled; after two this browser makes no JPEGs.
const FAILURES = 2;

/**
 * @param {object} options
 * @param {After} options.after
 * @param {() => Promise<TakenPicture | null>} options.take
 * @param {(picture: TakenPicture["picture"]) => Promise<ArrayBuffer>} options.encode closes the picture
 * @param {FrameSender} options.sender
 * @param {() => number} options.purpose is asked for each frame
 * @param {number} options.intervalMs
 * @param {(moving: boolean) => void} options.onMoving is called when the camera stalls or gives new pictures again
 * @param {(reason: CameraProblem) => void} options.onUnable pictures come, but cannot be encoded
 * @param {AbortSignal} options.signal
 * @param {() => number} [options.now] monotonic milliseconds
 */
export function startSampler({
  after,
  take,
  encode,
  sender,
  purpose,
  intervalMs,
  onMoving,
  onUnable,
  signal,
  now = monotonic,
}) {
  let interval = intervalMs;
  let startedAt = 0;
  let cancelWait = () => {};
  let misses = 0;
  let failures = 0;
  let isSampling = false;

  /** @param {boolean} found whether there was a new picture */
  function countMisses(found) {
    if (found && misses >= MISSES) onMoving(true);
    misses = found ? 0 : misses + 1;
    if (misses === MISSES) onMoving(false);
  }

  /**
   * The JPEG, or null: a picture that cannot be encoded is not the camera's fault.
   *
   * @param {TakenPicture["picture"]} picture
   */
  async function tryEncode(picture) {
    try {
      const jpeg = await encode(picture);
      failures = 0;
      return jpeg;
    } catch (error) {
      if (signal.aborted) return null;
      console.error(error);
      failures += 1;
      // An error that knows its reason will not pass by itself.
      const { reason } = /** @type {{reason?: CameraProblem}} */ (error);
      if (reason || failures === FAILURES) onUnable(reason ?? "encoder");
      return null;
    }
  }

  /** Returns whether there was a new picture, sent or not. */
  async function sendOne() {
    const taken = await take();
    if (!taken) return false;
    if (signal.aborted || !sender.isReady()) {
      taken.picture.close();
      return true;
    }
    const jpeg = await tryEncode(taken.picture);
    if (jpeg && !signal.aborted) sender.send({ purpose: purpose(), takenAt: taken.takenAt, jpeg });
    return true;
  }

  async function sample() {
    startedAt = now();
    isSampling = true;
    try {
      countMisses(await sendOne());
    } catch (error) {
      countMisses(false);
      throw error;
    } finally {
      isSampling = false;
      wait();
    }
  }

  function wait() {
    cancelWait();
    if (signal.aborted || isSampling) return;
    cancelWait = after(Math.max(0, startedAt + interval - now()), sample);
  }

  signal.addEventListener("abort", () => cancelWait(), { once: true });
  wait();
  return {
    /**
     * A new pace holds at once, counted from the last frame.
     *
     * @param {number} milliseconds
     */
    setInterval(milliseconds) {
      if (milliseconds === interval) return;
      interval = milliseconds;
      wait();
    },
  };
}
