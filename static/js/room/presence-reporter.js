/** Reports the camera's state to the server whenever it changes, and again after the server refused it. */

import { stateMessage } from "./protocol.js";
import { presence } from "./room-state.js";

// The server takes a state every two seconds.
const RETRY_MS = 5000;

/** @param {{send: (message: object) => boolean, after: After}} options */
export function openPresenceReporter({ send, after }) {
  /**
   * The state that the server knows, on this connection.
   *
   * @type {string | null}
   */
  let reported = null;
  let cancelRetry = () => {};

  /** @param {RoomState} room */
  function report(room) {
    const state = presence(room);
    if (!state || state === reported || room.connection !== "open") return;
    if (send(stateMessage(state))) reported = state;
  }

  return {
    report,
    /** Forgets what was reported: on a new connection the server knows nothing. */
    welcome() {
      reported = null;
    },
    /**
     * The server refused a state because too many came. It is reported again, unless another one was meanwhile.
     *
     * @param {string | undefined} state
     * @param {() => RoomState} currentRoom
     */
    refused(state, currentRoom) {
      cancelRetry();
      cancelRetry = after(RETRY_MS, () => {
        if (state !== reported) return;
        reported = null;
        report(currentRoom());
      });
    },
  };
}
