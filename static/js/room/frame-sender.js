// The sink: a JPEG becomes a message, unless the network still holds the one before. Nothing is ever queued.

import { monotonic } from "../lib/monotonic.js";
import { encodeFrame } from "./protocol.js";

const COMPARISONS = 30; // half a minute of answers: a clock that stood still in a sleeping computer is soon forgotten

export function openFrameSender({ socket, send, now = monotonic, wallClock = Date.now }) {
  let sequence = null;
  let comparisons = []; // milliseconds from our clock to the server's, each too few by the answer's time on the road
  let ahead = 0; // milliseconds from the device's own clock to the server's, when they were last compared

  function compare({ server_time }) {
    if (server_time === undefined) return;
    comparisons = [...comparisons.slice(1 - COMPARISONS), server_time - now()];
    ahead = server_time - wallClock();
  }

  const inServerTime = (moment) => moment + Math.max(...comparisons);

  return {
    /** For times that the page tells: the device's own clock may be wrong. But it goes on while the device sleeps. */
    serverTime: () => (sequence === null ? wallClock() + ahead : inServerTime(now())),
    welcome(message) {
      sequence = message.sequence;
      comparisons = [];
      compare(message);
    },
    admitted: compare,
    lost() {
      sequence = null;
    },
    isReady() {
      return sequence !== null && socket.isOpen && socket.bufferedAmount === 0;
    },
    send({ purpose, takenAt, jpeg }) {
      if (!this.isReady()) return false;
      return send(encodeFrame({ purpose, sequence: sequence++, takenAt: inServerTime(takenAt), jpeg }));
    },
  };
}
