import assert from "node:assert/strict";
import { test } from "node:test";

import { openReadingWatchdog } from "../../static/js/room/reading-watchdog.js";

function standIn() {
  const told = [];
  let look;
  const watch = openReadingWatchdog({ after: (_milliseconds, next) => (look = next), onUnread: (is) => told.push(is) });
  return { told, watch, seconds: (count) => Array.from({ length: count }, () => look()) };
}

test("pictures that nobody reads for ten seconds are told once, and the first answer too", () => {
  const { told, watch, seconds } = standIn();
  for (let second = 0; second < 15; second += 1) {
    watch.sent();
    seconds(1);
  }
  assert.deepEqual(told, [true]);
  watch.read();
  assert.deepEqual(told, [true, false]);
});

test("an answer now and then is enough, and without pictures none is owed", () => {
  const { told, watch, seconds } = standIn();
  for (let answer = 0; answer < 5; answer += 1) {
    watch.sent();
    seconds(4);
    watch.sent();
    seconds(4);
    watch.read();
    seconds(20);
  }
  assert.deepEqual(told, []);
});

test("who stops sending is not told that nobody reads", () => {
  const { told, watch, seconds } = standIn();
  watch.sent();
  seconds(30);
  assert.deepEqual(told, []);
});

test("a new connection owes nothing for the one before", () => {
  const { told, watch, seconds } = standIn();
  for (let second = 0; second < 9; second += 1) {
    watch.sent();
    seconds(1);
  }
  watch.lost();
  watch.sent();
  seconds(5);
  assert.deepEqual(told, []);
});
