// Whether anybody listens: everything that is said is answered, and a network can die without a word.

import { HERE } from "./protocol.js";

const LOOK_MS = 1000;
// In looks and not by the clock: a page that was asleep has answers waiting.
const SILENCE = 10;
const QUIET = 25; // a page without a camera may have nothing to say for an hour

/**
 * say(message) returns whether it could be sent; heard() is told of each message, lost() of each lost connection.
 * onSilence(): nobody has answered for ten seconds, on a connection or without one; told once until somebody does.
 */
export function openLifeline({ socket, after, onSilence }) {
  let looks = 0;
  let isAnswerOwed = true; // the welcome
  let isSilent = false;

  function begin({ owed }) {
    isAnswerOwed = owed;
    looks = 0;
  }

  function say(message) {
    if (!socket.send(message)) return false;
    if (!isAnswerOwed) begin({ owed: true });
    return true;
  }

  function look() {
    looks += 1;
    if (isAnswerOwed && looks > SILENCE) fallSilent();
    else if (!isAnswerOwed && looks > QUIET) say(HERE);
    after(LOOK_MS, look);
  }

  function fallSilent() {
    looks = 0;
    if (!isSilent) onSilence();
    isSilent = true;
    socket.restart(); // also an attempt to connect that gets no answer
  }

  after(LOOK_MS, look);
  return {
    say,
    heard() {
      isSilent = false;
      begin({ owed: false });
    },
    lost: () => isAnswerOwed || begin({ owed: true }), // each attempt to come back counts on
  };
}
