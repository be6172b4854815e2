// The sink: a JPEG becomes a message, unless the network still holds the one before. Nothing is ever queued.

import { encodeFrame } from "./protocol.js";

export function openSink({ socket, say, now = Date.now }) {
  let sequence = null;
  let clockAhead = 0; // milliseconds from our clock to the server's

  return {
    welcome(message) {
      sequence = message.sequence;
      clockAhead = message.server_time - now();
    },
    lost() {
      sequence = null;
    },
    isReady() {
      return sequence !== null && socket.isOpen && socket.bufferedAmount === 0;
    },
    send({ purpose, takenAt, jpeg }) {
      if (!this.isReady()) return false;
      return say(encodeFrame({ purpose, sequence: sequence++, takenAt: takenAt + clockAhead, jpeg }));
    },
  };
}
