// The sink: a JPEG becomes a message, unless the network still holds the one before. Nothing is ever queued.

import { monotonic } from "../lib/monotonic.js";
import { encodeFrame } from "./protocol.js";

const COMPARISONS = 30; // half a minute of answers: a clock that stood still in a sleeping computer is soon forgotten

export function openSink({ socket, say, now = monotonic }) {
  let sequence = null;
  let comparisons = []; // milliseconds from our clock to the server's, each too few by the answer's time on the road

  function compare({ server_time }) {
    if (server_time !== undefined) comparisons = [...comparisons.slice(1 - COMPARISONS), server_time - now()];
  }

  /** From our clock to the server's. */
  const inServerTime = (moment) => moment + Math.max(...comparisons);

  return {
    /** For times that the page tells: the device's own clock may be wrong. Until the first welcome it is all there is. */
    serverTime: () => (comparisons.length ? inServerTime(now()) : Date.now()),
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
      return say(encodeFrame({ purpose, sequence: sequence++, takenAt: inServerTime(takenAt), jpeg }));
    },
  };
}
