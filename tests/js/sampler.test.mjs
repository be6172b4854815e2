import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { startSampler } from "../../static/js/room/sampler.js";

const PICTURE = { close() {} };

function after(milliseconds, callback) {
  const timer = setTimeout(callback, milliseconds);
  return () => clearTimeout(timer);
}

/** A sampler over a clock that only moves when told to. */
function sampling(context, { isMoving = () => true, isReady = () => true, encode = async () => new ArrayBuffer(4) } = {}) {
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const capture = { sentAt: [], moving: [], unable: 0, stop: new AbortController() };
  capture.sampler = startSampler({
    after,
    take: async () => (isMoving(Date.now()) ? { picture: PICTURE, takenAt: Date.now() } : null),
    encode,
    sender: { isReady, send: ({ takenAt }) => capture.sentAt.push(takenAt) },
    purpose: () => 0,
    intervalMs: 1000,
    onMoving: (moving) => capture.moving.push(moving),
    onUnable: () => capture.unable++,
    signal: capture.stop.signal,
    now: Date.now,
  });
  capture.pass = async (milliseconds) => {
    for (let passed = 0; passed < milliseconds; passed += 100) {
      mock.timers.tick(100);
      for (let turn = 0; turn < 8; turn++) await Promise.resolve();
    }
  };
  context.after(() => {
    capture.stop.abort();
    mock.timers.reset();
  });
  return capture;
}

const steps = (times) => times.slice(1).map((time, n) => time - times[n]);

test("one frame is sent in each interval", async (context) => {
  const capture = sampling(context);
  await capture.pass(4000);
  assert.deepEqual(new Set(steps(capture.sentAt)), new Set([1000]));
});

test("a slower pace counts from the last frame, a faster one ends the wait", async (context) => {
  const capture = sampling(context);
  await capture.pass(1000);
  capture.sampler.setInterval(4000);
  await capture.pass(8000);
  capture.sampler.setInterval(500);
  await capture.pass(1000);
  assert.deepEqual([...new Set(steps(capture.sentAt.slice(1)))], [4000, 500]);
});

test("a stalled camera is reported once, and so is its return", async (context) => {
  const capture = sampling(context, { isMoving: (now) => now < 2000 || now > 6000 });
  await capture.pass(5000);
  assert.deepEqual(capture.moving, [false]);
  await capture.pass(4000);
  assert.deepEqual(capture.moving, [false, true]);
});

test("nothing is encoded or queued while the sender is not ready, and the camera still counts as moving", async (context) => {
  const capture = sampling(context, { isReady: () => false });
  await capture.pass(4000);
  assert.deepEqual([capture.sentAt, capture.moving], [[], []]);
});

test("pictures that cannot be encoded are reported once, and are not the camera's fault", async (context) => {
  context.mock.method(console, "error", () => {});
  const capture = sampling(context, { encode: () => Promise.reject(new Error("no canvas")) });
  await capture.pass(4000);
  assert.deepEqual([capture.unable, capture.moving, capture.sentAt], [1, [], []]);
});

test("one spoiled picture is skipped", async (context) => {
  context.mock.method(console, "error", () => {});
  const encode = async () => (Date.now() === 2000 ? Promise.reject(new Error("spoiled")) : new ArrayBuffer(4));
  const capture = sampling(context, { encode });
  await capture.pass(4000);
  assert.deepEqual([capture.unable, capture.sentAt], [0, [1000, 3000, 4000]]);
});

test("nothing is sent after the signal aborts", async (context) => {
  const capture = sampling(context);
  await capture.pass(1000);
  capture.stop.abort();
  const sent = capture.sentAt.length;
  await capture.pass(5000);
  assert.equal(capture.sentAt.length, sent);
});

test("a picture that comes after the signal aborts is closed and not encoded", async () => {
  const stop = new AbortController();
  let isOpen = true;
  let give = () => {};
  const ticks = [];
  startSampler({
    after: (_milliseconds, callback) => (ticks.push(callback), () => {}),
    take: () => new Promise((resolve) => (give = resolve)),
    encode: () => assert.fail("encoded"),
    sender: { isReady: () => true, send: () => assert.fail("sent") },
    purpose: () => 0,
    intervalMs: 1000,
    onMoving() {},
    onUnable() {},
    signal: stop.signal,
  });
  const sampled = ticks[0]();
  stop.abort();
  give({ picture: { close: () => (isOpen = false) }, takenAt: 0 });
  await sampled;
  assert.equal(isOpen, false);
});
