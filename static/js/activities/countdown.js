/** Seconds that are left until a moment of the server's clock, counted on this computer's monotonic one. */

import { elapsed } from "../lib/format.js";

const TICK_MS = 250;

/**
 * Calls onTick four times a second, until the signal aborts.
 *
 * @param {AbortSignal} signal
 * @param {() => void} onTick
 */
export function openCountdown(signal, onTick) {
  let serverTime = 0;
  let receivedAt = performance.now();
  const timer = setInterval(onTick, TICK_MS);
  signal.addEventListener("abort", () => clearInterval(timer), { once: true });

  /** @param {number} moment */
  const left = (moment) => moment - (serverTime + performance.now() - receivedAt);

  return {
    /** Milliseconds until a moment, below zero once it has passed. */
    left,
    /** @param {number} moment the server's clock in a message that has just arrived */
    received(moment) {
      serverTime = moment;
      receivedAt = performance.now();
    },
    /**
     * "4:59", and "0:00" once the moment has passed.
     *
     * @param {number} moment
     */
    textUntil(moment) {
      // A timer of five minutes begins with 5:00 and not with 4:59.
      return elapsed(Math.ceil(left(moment) / 1000) * 1000);
    },
  };
}
