import assert from "node:assert/strict";
import { test } from "node:test";

import { openReadingWatchdog } from "../../static/js/room/reading-watchdog.js";

function standIn() {
  const reported = [];
  let tick;
  const watchdog = openReadingWatchdog({ after: (_milliseconds, next) => (tick = next), onUnread: (is) => reported.push(is) });
  return { reported, watchdog, seconds: (count) => Array.from({ length: count }, () => tick()) };
}

test("ten seconds of unread pictures are reported once, and so is the first answer", () => {
  const { reported, watchdog, seconds } = standIn();
  for (let second = 0; second < 15; second += 1) {
    watchdog.sent();
    seconds(1);
  }
  assert.deepEqual(reported, [true]);
  watchdog.read();
  assert.deepEqual(reported, [true, false]);
});

test("an answer now and then is enough, and without pictures none is due", () => {
  const { reported, watchdog, seconds } = standIn();
  for (let answer = 0; answer < 5; answer += 1) {
    watchdog.sent();
    seconds(4);
    watchdog.sent();
    seconds(4);
    watchdog.read();
    seconds(20);
  }
  assert.deepEqual(reported, []);
});

test("after the camera is off, unread pictures are not reported", () => {
  const { reported, watchdog, seconds } = standIn();
  watchdog.sent();
  seconds(30);
  assert.deepEqual(reported, []);
});

test("a new connection starts the count again", () => {
  const { reported, watchdog, seconds } = standIn();
  for (let second = 0; second < 9; second += 1) {
    watchdog.sent();
    seconds(1);
  }
  watchdog.lost();
  watchdog.sent();
  seconds(5);
  assert.deepEqual(reported, []);
});
