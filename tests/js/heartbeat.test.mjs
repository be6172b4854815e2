import assert from "node:assert/strict";
import { test } from "node:test";

import { openHeartbeat } from "../../static/js/room/heartbeat.js";

/** A socket, and a clock that moves in ticks. */
function standIn() {
  const socket = { sent: [], restarts: 0, silences: 0 };
  socket.send = (message) => socket.sent.push(message) > 0;
  socket.restart = () => (socket.restarts += 1);
  let tick;
  const onSilence = () => (socket.silences += 1);
  const heartbeat = openHeartbeat({ socket, after: (_milliseconds, next) => (tick = next), onSilence });
  return { socket, heartbeat, seconds: (count) => Array.from({ length: count }, () => tick()) };
}

test("ten seconds without an answer restart the connection, an answer in time does not", () => {
  const { socket, heartbeat, seconds } = standIn();
  heartbeat.send("frame");
  seconds(9);
  heartbeat.send("a second message");
  heartbeat.received();
  heartbeat.send("frame");
  seconds(10);
  assert.equal(socket.restarts, 0);
  seconds(1);
  assert.equal(socket.restarts, 1);
});

test("an attempt to connect that gets no answer is repeated", () => {
  const { socket, seconds } = standIn();
  seconds(11);
  assert.equal(socket.restarts, 1);
});

test("a silence is reported once, after ten seconds, however often the page tries to reconnect", () => {
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

test("a page that has sent nothing for a while sends a heartbeat, and waits for its answer", () => {
  const { socket, heartbeat, seconds } = standIn();
  heartbeat.received();
  seconds(30);
  assert.deepEqual(socket.sent, [{ type: "here" }]);
  seconds(2);
  assert.equal(socket.restarts, 1);
});

test("a page that only receives messages still sends heartbeats", () => {
  const { socket, heartbeat, seconds } = standIn();
  for (let second = 0; second < 25; second += 1) {
    heartbeat.received();
    seconds(1);
  }
  assert.deepEqual(socket.sent, [{ type: "here" }]);
});

test("a page that sends frames sends no heartbeats", () => {
  const { socket, heartbeat, seconds } = standIn();
  for (let second = 0; second < 60; second += 1) {
    heartbeat.send("frame");
    heartbeat.received();
    seconds(1);
  }
  assert.ok(!socket.sent.some((message) => message.type === "here"));
});
