// Whether anybody listens: everything that is said is answered, and a network can die without a word.

import { HERE } from "./protocol.js";

const LOOK_MS = 1000;
// In looks and not by the clock: a page that was asleep has answers waiting.
const SILENCE = 10;
const QUIET = 25; // a page without a camera may have nothing to say for an hour

/** say(message) returns whether it could be sent; heard() is told of each message, lost() of each lost connection. */
export function openLifeline({ socket, after }) {
  let looks = 0;
  let isAnswerOwed = false;

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
    if (isAnswerOwed && looks > SILENCE) socket.restart();
    else if (!isAnswerOwed && looks > QUIET) say(HERE);
    after(LOOK_MS, look);
  }

  after(LOOK_MS, look);
  return {
    say,
    heard: () => begin({ owed: false }),
    lost: () => begin({ owed: false }),
  };
}
