import assert from "node:assert/strict";
import { test } from "node:test";

import { openFrameSender } from "../../static/js/room/frame-sender.js";

function standIn() {
  return { isOpen: true, bufferedAmount: 0, sent: [] };
}

function senderInto(socket, now) {
  return openFrameSender({ socket, send: (message) => socket.sent.push(new DataView(message)) > 0, now });
}

const frame = (takenAt) => ({ purpose: 0, takenAt, jpeg: new ArrayBuffer(8) });
const sequences = (socket) => socket.sent.map((message) => message.getUint32(2));
const captureTimes = (socket) => socket.sent.map((message) => Number(message.getBigUint64(6)));

test("nothing is sent before the welcome", () => {
  const socket = standIn();
  assert.equal(senderInto(socket).send(frame(0)), false);
  assert.deepEqual(socket.sent, []);
});

test("each welcome says where sequences start", () => {
  const socket = standIn();
  const sender = senderInto(socket);
  sender.welcome({ sequence: 100, server_time: 0 });
  [1, 2].forEach((time) => sender.send(frame(time)));
  sender.lost();
  assert.equal(sender.send(frame(3)), false);
  sender.welcome({ sequence: 9000, server_time: 0 });
  sender.send(frame(4));
  assert.deepEqual(sequences(socket), [100, 101, 9000]);
});

test("capture times are sent in the server's clock", () => {
  const socket = standIn();
  const sender = senderInto(socket, () => 50_000);
  sender.welcome({ sequence: 0, server_time: 80_000 });
  sender.send(frame(50_400));
  assert.deepEqual(captureTimes(socket), [80_400]);
});

test("the server's time goes by the device's own clock while there is no connection", () => {
  let wall = 7_000_000;
  const sender = openFrameSender({ socket: standIn(), now: () => 50_000, wallClock: () => wall });
  assert.equal(sender.serverTime(), 7_000_000);
  sender.welcome({ sequence: 0, server_time: 80_000 });
  wall += 5000; // the device's clock is set in class
  assert.equal(sender.serverTime(), 80_000);
  sender.lost();
  assert.equal(sender.serverTime(), 85_000); // only the device's own clock goes on while it sleeps
});

test("a frame is skipped, not queued, while the network still holds the one before", () => {
  const socket = standIn();
  const sender = senderInto(socket);
  sender.welcome({ sequence: 0, server_time: 0 });
  socket.bufferedAmount = 12_000;
  assert.equal(sender.send(frame(1)), false);
  socket.bufferedAmount = 0;
  assert.equal(sender.send(frame(2)), true);
});

test("each answer compares the clocks again, and the fastest answer counts", () => {
  const socket = standIn();
  let clock = 0;
  const sender = senderInto(socket, () => clock);
  sender.welcome({ sequence: 0, server_time: 100_000 }); // took half a second: our clock is 100,500 behind
  clock = 1000;
  sender.admitted({ server_time: 101_480 });
  sender.send(frame(1000));
  clock = 2000;
  sender.admitted({ server_time: 102_200 }); // a slow answer changes nothing
  sender.send(frame(2000));
  clock = 3000; // the computer slept for a minute, and its clock stood still
  sender.admitted({ server_time: 163_480 });
  sender.send(frame(3000));
  assert.deepEqual(captureTimes(socket), [101_480, 102_480, 163_480]);
});

test("an old comparison of the clocks is forgotten", () => {
  const socket = standIn();
  const sender = senderInto(socket, () => 0);
  sender.welcome({ sequence: 0, server_time: 9000 });
  for (let answer = 0; answer < 30; answer++) sender.admitted({ server_time: 5000 });
  sender.send(frame(0));
  assert.deepEqual(captureTimes(socket), [5000]);
});
