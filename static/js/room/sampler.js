// Source > transform > sink, one frame at a time, at the pace the server asked for last.

import { monotonic } from "../lib/monotonic.js";

const MISSES = 2; // two looks without a new picture: the camera stands still
const FAILURES = 2; // one picture may be spoiled; after two this browser makes no JPEGs

/**
 * after(milliseconds, callback), take(), encode(picture), sink {isReady(), send()}: the parts it drives.
 * purpose() is asked for each frame. onMoving(boolean): whether the camera gives new pictures, told on change.
 * onUnable(reason): they come, but cannot be encoded. An error that knows its reason is no accident.
 */
export function startSampler({ after, take, encode, sender, purpose, intervalMs, onMoving, onUnable, signal, now = monotonic }) {
  let interval = intervalMs;
  let startedAt = 0;
  let cancelWait = () => {};
  let misses = 0;
  let failures = 0;
  let isSampling = false;

  function look(found) {
    if (found && misses >= MISSES) onMoving(true);
    misses = found ? 0 : misses + 1;
    if (misses === MISSES) onMoving(false);
  }

  /** The JPEG, or null: a picture that cannot be encoded is no fault of the camera. */
  async function prepare(picture) {
    try {
      const jpeg = await encode(picture);
      failures = 0;
      return jpeg;
    } catch (error) {
      console.error(error);
      failures += 1;
      if (error.reason || failures === FAILURES) onUnable(error.reason ?? "encoder");
      return null;
    }
  }

  /** Whether there was a new picture, sent or not. */
  async function sendOne() {
    const taken = await take();
    if (!taken) return false;
    if (!sender.isReady()) {
      taken.picture.close();
      return true;
    }
    const jpeg = await prepare(taken.picture);
    if (jpeg && !signal.aborted) sender.send({ purpose: purpose(), takenAt: taken.takenAt, jpeg });
    return true;
  }

  async function sample() {
    startedAt = now();
    isSampling = true;
    try {
      look(await sendOne());
    } catch (error) {
      look(false);
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
    /** A new pace counts from the last frame, at once. */
    setInterval(milliseconds) {
      if (milliseconds === interval) return;
      interval = milliseconds;
      wait();
    },
  };
}
