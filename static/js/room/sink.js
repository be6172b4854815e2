// The sink: a JPEG becomes a message, unless the network still holds the one before. Nothing is ever queued.

import { encodeFrame } from "./protocol.js";

const SILENCE_MS = 10_000; // each frame is answered: ten seconds of silence are a dead connection

export function openSink({ socket, now = Date.now }) {
  let sequence = null;
  let clockAhead = 0; // milliseconds from our clock to the server's
  let waitingSince = null;

  function isSilent() {
    return waitingSince !== null && now() - waitingSince > SILENCE_MS;
  }

  return {
    welcome(message) {
      sequence = message.sequence;
      clockAhead = message.server_time - now();
      waitingSince = null;
    },
    answered() {
      waitingSince = null;
    },
    lost() {
      sequence = waitingSince = null; // no answer is owed on a connection that is only being made
    },
    isReady() {
      if (isSilent()) socket.restart();
      return sequence !== null && socket.isOpen && socket.bufferedAmount === 0;
    },
    send({ purpose, takenAt, jpeg }) {
      if (!this.isReady()) return false;
      waitingSince ??= now();
      return socket.send(encodeFrame({ purpose, sequence: sequence++, takenAt: takenAt + clockAhead, jpeg }));
    },
  };
}
