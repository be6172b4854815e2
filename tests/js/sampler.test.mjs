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
  const road = { sentAt: [], moving: [], unable: 0, stop: new AbortController() };
  road.sampler = startSampler({
    after,
    take: async () => (isMoving(Date.now()) ? { picture: PICTURE, takenAt: Date.now() } : null),
    encode,
    sink: { isReady, send: ({ takenAt }) => road.sentAt.push(takenAt) },
    purpose: () => 0,
    intervalMs: 1000,
    onMoving: (moving) => road.moving.push(moving),
    onUnable: () => road.unable++,
    signal: road.stop.signal,
    now: Date.now,
  });
  road.pass = async (milliseconds) => {
    for (let passed = 0; passed < milliseconds; passed += 100) {
      mock.timers.tick(100);
      for (let turn = 0; turn < 8; turn++) await Promise.resolve();
    }
  };
  context.after(() => {
    road.stop.abort();
    mock.timers.reset();
  });
  return road;
}

const steps = (times) => times.slice(1).map((time, n) => time - times[n]);

test("one frame a pace", async (context) => {
  const road = sampling(context);
  await road.pass(4000);
  assert.deepEqual(new Set(steps(road.sentAt)), new Set([1000]));
});

test("a slower pace holds from the frame just sent, a faster one ends the wait", async (context) => {
  const road = sampling(context);
  await road.pass(1000);
  road.sampler.setInterval(4000);
  await road.pass(8000);
  road.sampler.setInterval(500);
  await road.pass(1000);
  assert.deepEqual([...new Set(steps(road.sentAt.slice(1)))], [4000, 500]);
});

test("a camera that stands still is told once, and so is its return", async (context) => {
  const road = sampling(context, { isMoving: (now) => now < 2000 || now > 6000 });
  await road.pass(5000);
  assert.deepEqual(road.moving, [false]);
  await road.pass(4000);
  assert.deepEqual(road.moving, [false, true]);
});

test("nothing is encoded or queued while the sink is not ready, and the camera still counts as moving", async (context) => {
  const road = sampling(context, { isReady: () => false });
  await road.pass(4000);
  assert.deepEqual([road.sentAt, road.moving], [[], []]);
});

test("pictures that cannot be encoded are told once, and are not the camera's fault", async (context) => {
  context.mock.method(console, "error", () => {});
  const road = sampling(context, { encode: () => Promise.reject(new Error("no canvas")) });
  await road.pass(4000);
  assert.deepEqual([road.unable, road.moving, road.sentAt], [1, [], []]);
});

test("one spoiled picture is passed over", async (context) => {
  context.mock.method(console, "error", () => {});
  const encode = async () => (Date.now() === 2000 ? Promise.reject(new Error("spoiled")) : new ArrayBuffer(4));
  const road = sampling(context, { encode });
  await road.pass(4000);
  assert.deepEqual([road.unable, road.sentAt], [0, [1000, 3000, 4000]]);
});

test("aborted means silent", async (context) => {
  const road = sampling(context);
  await road.pass(1000);
  road.stop.abort();
  const sent = road.sentAt.length;
  await road.pass(5000);
  assert.equal(road.sentAt.length, sent);
});
