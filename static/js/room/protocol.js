// docs/protocol.md in code: what is said on the student's socket.

const PROTOCOL = 1;
const HEADER_BYTES = 14;
export const PURPOSE = { class: 0, check: 1 };

// Why the server closed for good; anything else is a lost connection.
export const ENDINGS = {
  4401: "no_seat",
  4403: "origin",
  4404: "no_session",
  4409: "replaced",
  4410: "ended",
  4411: "removed",
  4412: "left",
  4413: "other_seat",
};
export const COMES_BACK_AFTER = { 4400: 60_000 };

/** One frame as bytes: version, purpose, sequence, capture time in ms since 1970, JPEG; big endian. */
export function encodeFrame({ purpose, sequence, takenAt, jpeg }) {
  const message = new Uint8Array(HEADER_BYTES + jpeg.byteLength);
  const header = new DataView(message.buffer);
  header.setUint8(0, PROTOCOL);
  header.setUint8(1, purpose);
  header.setUint32(2, sequence);
  header.setBigUint64(6, BigInt(Math.round(takenAt)));
  message.set(new Uint8Array(jpeg), HEADER_BYTES);
  return message.buffer;
}

export const HERE = { type: "here" };
export const stateMessage = (state) => ({ type: "state", state });
export const pulseMessage = (kind, value) => (value === undefined ? { type: "pulse", kind } : { type: "pulse", kind, value });
export const wrongReadingMessage = (sequence) => ({ type: "pulse", kind: "wrong_reading", sequence });
