import assert from "node:assert/strict";
import { test } from "node:test";

import { openHeartbeat } from "../../static/js/room/heartbeat.js";

/** A socket, and a clock that moves by looks. */
function standIn() {
  const socket = { sent: [], restarts: 0, silences: 0 };
  socket.send = (message) => socket.sent.push(message) > 0;
  socket.restart = () => (socket.restarts += 1);
  let look;
  const onSilence = () => (socket.silences += 1);
  const heartbeat = openHeartbeat({ socket, after: (_milliseconds, next) => (look = next), onSilence });
  return { socket, heartbeat, seconds: (count) => Array.from({ length: count }, () => look()) };
}

test("ten seconds without an answer are a dead connection, an answer in time is not", () => {
  const { socket, heartbeat, seconds } = standIn();
  heartbeat.send("frame");
  seconds(9);
  heartbeat.send("a second word does not wait from the start");
  heartbeat.received();
  heartbeat.send("frame");
  seconds(10);
  assert.equal(socket.restarts, 0);
  seconds(1);
  assert.equal(socket.restarts, 1);
});

test("an attempt to connect that gets no answer is made again", () => {
  const { socket, seconds } = standIn();
  seconds(11);
  assert.equal(socket.restarts, 1);
});

test("silence is told after ten seconds, once, however often the page tries to come back", () => {
  const { socket, heartbeat, seconds } = standIn();
  heartbeat.received();
  heartbeat.lost();
  for (let attempt = 0; attempt < 20; attempt += 1) {
    seconds(2);
    assert.equal(socket.silences, attempt < 5 ? 0 : 1);
    heartbeat.lost();
  }
  heartbeat.received();
  heartbeat.lost();
  seconds(11);
  assert.equal(socket.silences, 2);
});

test("who has said nothing for a while says that they are here, and waits for the answer", () => {
  const { socket, heartbeat, seconds } = standIn();
  heartbeat.received();
  seconds(30);
  assert.deepEqual(socket.sent, [{ type: "here" }]);
  seconds(2);
  assert.equal(socket.restarts, 1);
});

test("words of the server do not speak for the page: it still says that it is here", () => {
  const { socket, heartbeat, seconds } = standIn();
  for (let second = 0; second < 25; second += 1) {
    heartbeat.received();
    seconds(1);
  }
  assert.deepEqual(socket.sent, [{ type: "here" }]);
});

test("who sends frames need not send that they are here", () => {
  const { socket, heartbeat, seconds } = standIn();
  for (let second = 0; second < 60; second += 1) {
    heartbeat.send("frame");
    heartbeat.received();
    seconds(1);
  }
  assert.ok(!socket.sent.some((message) => message.type === "here"));
});
