import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { sizeInside } from "../../static/js/room/jpeg.js";
import { startSampler } from "../../static/js/room/sampler.js";

const PICTURE = { close() {} };

function after(milliseconds, callback) {
  const timer = setTimeout(callback, milliseconds);
  return () => clearTimeout(timer);
}

/** A sampler over a clock that only moves when told to. */
function sampling(context, { isMoving = () => true, isReady = () => true } = {}) {
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const road = { sentAt: [], moving: [], stop: new AbortController() };
  road.sampler = startSampler({
    after,
    take: async () => (isMoving(Date.now()) ? { picture: PICTURE, takenAt: Date.now() } : null),
    encode: async () => new ArrayBuffer(4),
    sink: { isReady, send: ({ takenAt }) => road.sentAt.push(takenAt) },
    purpose: () => 0,
    intervalMs: 1000,
    onMoving: (moving) => road.moving.push(moving),
    signal: road.stop.signal,
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

test("aborted means silent", async (context) => {
  const road = sampling(context);
  await road.pass(1000);
  road.stop.abort();
  const sent = road.sentAt.length;
  await road.pass(5000);
  assert.equal(road.sentAt.length, sent);
});

test("pictures shrink to 320 pixels and are never blown up", () => {
  assert.deepEqual(sizeInside({ width: 640, height: 480 }), { width: 320, height: 240 });
  assert.deepEqual(sizeInside({ width: 480, height: 640 }), { width: 240, height: 320 });
  assert.deepEqual(sizeInside({ width: 1280, height: 720 }), { width: 320, height: 180 });
  assert.deepEqual(sizeInside({ width: 160, height: 120 }), { width: 160, height: 120 });
});
