/** The student's side of docs/protocol.md. */

const PROTOCOL_VERSION = 1;
const HEADER_BYTES = 14;
export const PURPOSE = { class: 0, check: 1, attentionMap: 2 };

/**
 * Why the server closed the socket for good, by close code. Any other code is a lost connection.
 *
 * @type {Record<number, Ending>}
 */
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

/** Refusals that are not for good: milliseconds to wait, by close code. */
export const COMES_BACK_AFTER = { 4400: 60_000 };

/**
 * One frame as bytes, big endian: version, purpose, sequence, capture time in ms since 1970, JPEG.
 *
 * @param {{purpose: number, sequence: number, takenAt: number, jpeg: ArrayBuffer}} frame
 */
export function encodeFrame({ purpose, sequence, takenAt, jpeg }) {
  const message = new Uint8Array(HEADER_BYTES + jpeg.byteLength);
  const header = new DataView(message.buffer);
  header.setUint8(0, PROTOCOL_VERSION);
  header.setUint8(1, purpose);
  header.setUint32(2, sequence);
  header.setBigUint64(6, BigInt(Math.round(takenAt)));
  message.set(new Uint8Array(jpeg), HEADER_BYTES);
  return message.buffer;
}

export const HERE = { type: "here" };

/** @param {string} state */
export const stateMessage = (state) => ({ type: "state", state });

/**
 * @param {string} kind
 * @param {number} [value]
 */
export const pulseMessage = (kind, value) => ({ type: "pulse", kind, ...(value !== undefined && { value }) });

/** @param {number} sequence of the frame that was read */
export const wrongReadingMessage = (sequence) => ({ type: "pulse", kind: "wrong_reading", sequence });
