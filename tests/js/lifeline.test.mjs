import assert from "node:assert/strict";
import { test } from "node:test";

import { openLifeline } from "../../static/js/room/lifeline.js";

/** A socket, and a clock that moves by looks. */
function standIn() {
  const socket = { sent: [], restarts: 0 };
  socket.send = (message) => socket.sent.push(message) > 0;
  socket.restart = () => (socket.restarts += 1);
  let look;
  const lifeline = openLifeline({ socket, after: (_milliseconds, next) => (look = next) });
  return { socket, lifeline, seconds: (count) => Array.from({ length: count }, () => look()) };
}

test("ten seconds without an answer are a dead connection, an answer in time is not", () => {
  const { socket, lifeline, seconds } = standIn();
  lifeline.say("frame");
  seconds(9);
  lifeline.say("a second word does not wait from the start");
  lifeline.heard();
  lifeline.say("frame");
  seconds(10);
  assert.equal(socket.restarts, 0);
  seconds(1);
  assert.equal(socket.restarts, 1);
});

test("on a connection that is only being made no answer is owed", () => {
  const { socket, lifeline, seconds } = standIn();
  lifeline.say("frame");
  lifeline.lost();
  seconds(20);
  assert.equal(socket.restarts, 0);
});

test("who has heard nothing for a while asks once, and waits for the answer", () => {
  const { socket, seconds } = standIn();
  seconds(30);
  assert.deepEqual(socket.sent, [{ type: "here" }]);
  seconds(7);
  assert.equal(socket.restarts, 1);
});
