/** Sends JPEGs as frames, with capture times in the server's clock. No frame waits in a queue. */

import { monotonic } from "../lib/monotonic.js";
import { encodeFrame } from "./protocol.js";

// Half a minute of answers: the clock of a computer that slept stood still, and what it said before is soon forgotten.
const COMPARISONS = 30;

/**
 * @param {object} options
 * @param {{readonly isOpen: boolean, readonly bufferedAmount: number}} options.socket
 * @param {(message: ArrayBuffer) => boolean} options.send returns whether the message could be sent
 * @param {() => number} [options.now] monotonic milliseconds
 * @param {() => number} [options.wallClock] milliseconds since 1970
 */
export function openFrameSender({ socket, send, now = monotonic, wallClock = Date.now }) {
  /**
   * The sequence of the next frame; null until the server's welcome.
   *
   * @type {number | null}
   */
  let sequence = null;
  /**
   * Milliseconds from our monotonic clock to the server's. Each is too small by the time its answer took.
   *
   * @type {number[]}
   */
  let offsets = [];
  // Milliseconds from the device's own clock to the server's, as of the last answer.
  let wallOffset = 0;

  /** @param {{server_time?: number}} message */
  function compareClocks({ server_time: serverTime }) {
    if (serverTime === undefined) return;
    offsets = [...offsets.slice(1 - COMPARISONS), serverTime - now()];
    wallOffset = serverTime - wallClock();
  }

  const inServerTime = (/** @type {number} */ moment) => moment + Math.max(...offsets);
  const isReady = () => sequence !== null && socket.isOpen && socket.bufferedAmount === 0;

  return {
    /**
     * The server's time now. While connected it goes by the monotonic clock, because the device's own may be set; while
     * disconnected by the device's own, because only that one continues while the device sleeps.
     */
    serverTime: () => (sequence === null ? wallClock() + wallOffset : inServerTime(now())),
    /** @param {{sequence: number, server_time: number}} message */
    welcome(message) {
      sequence = message.sequence;
      offsets = [];
      compareClocks(message);
    },
    admitted: compareClocks,
    lost() {
      sequence = null;
    },
    isReady,
    /**
     * Skips the frame while the network still holds the one before.
     *
     * @type {FrameSender["send"]}
     */
    send({ purpose, takenAt, jpeg }) {
      if (sequence === null || !isReady()) return false;
      return send(encodeFrame({ purpose, sequence: sequence++, takenAt: inServerTime(takenAt), jpeg }));
    },
  };
}
