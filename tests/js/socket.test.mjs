import assert from "node:assert/strict";
import { test } from "node:test";

import { socketAddress, waitAfterClose, waitBefore } from "../../static/js/lib/socket.js";

test("waits double from half a second to ten, and are spread by up to a half", () => {
  const longest = [0, 1, 2, 3, 4, 5, 20].map((attempt) => waitBefore(attempt, () => 1));
  const shortest = [1, 2, 5, 20].map((attempt) => waitBefore(attempt, () => 0));
  assert.deepEqual(longest, [500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
  assert.deepEqual(shortest, [500, 1000, 5000, 5000]);
});

test("two clients that lost the same server reconnect at different moments", () => {
  assert.notEqual(waitBefore(6), waitBefore(6));
});

test("a lost connection is tried again, a refused one is not", () => {
  for (const code of [1000, 1006, 1012, 3000]) assert.ok(waitAfterClose({ code, attempt: 0 }) > 0, code);
  for (const code of [4401, 4409, 4410, 4999]) assert.equal(waitAfterClose({ code, attempt: 0 }), null, code);
});

test("a refusal that is not for good has its own wait", () => {
  assert.equal(waitAfterClose({ code: 4400, attempt: 3, comesBackAfter: { 4400: 60_000 } }), 60_000);
});

test("the socket connects to the page's own host, encrypted where the page is", () => {
  assert.equal(socketAddress("/ws/room/1/", "https://school.example/room/1/"), "wss://school.example/ws/room/1/");
  assert.equal(socketAddress("/ws/room/1/", "http://localhost:8000/room/1/"), "ws://localhost:8000/ws/room/1/");
});
