// Whether anybody listens: everything that is said is answered, and a network can die without a word. And whether we
// are still here: the server takes who has said nothing for 75 s for gone.

import { HERE } from "./protocol.js";

const LOOK_MS = 1000;
// In looks and not by the clock: a page that was asleep has answers waiting.
const SILENCE = 10;
const QUIET = 20; // a page without a camera may have nothing to say for an hour; two of these may get lost

/**
 * say(message) returns whether it could be sent; heard() is told of each message, lost() of each lost connection.
 * onSilence(): nobody has answered for ten seconds, on a connection or without one; told once until somebody does.
 */
export function openHeartbeat({ socket, after, onSilence }) {
  let quiet = 0; // looks since we said something
  let owed = 0; // looks since we are owed an answer, of which the welcome is the first; null: none is
  let isSilent = false;

  function send(message) {
    if (!socket.send(message)) return false;
    quiet = 0;
    owed ??= 0;
    return true;
  }

  function look() {
    quiet += 1;
    if (owed !== null) owed += 1;
    if (owed > SILENCE) fallSilent();
    else if (quiet > QUIET) send(HERE);
    after(LOOK_MS, look);
  }

  function fallSilent() {
    owed = 0;
    if (!isSilent) onSilence();
    isSilent = true;
    socket.restart(); // also an attempt to connect that gets no answer
  }

  after(LOOK_MS, look);
  return {
    send,
    received() {
      isSilent = false;
      owed = null;
    },
    lost: () => (owed ??= 0), // each attempt to come back counts on
  };
}
