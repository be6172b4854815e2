import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { openFrameSource } from "../../static/js/room/frame-source.js";

const picture = () => ({ isOpen: true, close() { this.isOpen = false; } });
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** The reads that wait for a picture, in order. */
let reads;
let copy;
let waits;
let stop;
let take;

beforeEach(() => {
  reads = [];
  waits = [];
  copy = { isLive: true, stop() { this.isLive = false; } };
  stop = new AbortController();
  globalThis.window = { MediaStreamTrackProcessor: true };
  globalThis.MediaStreamTrackProcessor = class {
    readable = { getReader: () => ({ read: () => new Promise((resolve) => reads.push(resolve)) }) };
  };
  const after = (milliseconds, callback) => {
    waits.push(callback);
    return () => waits.splice(waits.indexOf(callback), 1);
  };
  const stream = { getVideoTracks: () => [{ clone: () => copy }] };
  take = openFrameSource({ stream, after, signal: stop.signal });
});

afterEach(() => ["window", "MediaStreamTrackProcessor"].forEach((name) => delete globalThis[name]));

async function give(value) {
  reads.shift()({ value, done: !value });
  await settled();
}

test("nothing is read before a picture is asked for, and then the one that lay waiting is closed", async () => {
  assert.equal(reads.length, 0);
  const taken = take();
  const [old, fresh] = [picture(), picture()];
  await give(old);
  await give(fresh);
  assert.equal((await taken).picture, fresh);
  assert.deepEqual([old.isOpen, fresh.isOpen, reads.length], [false, true, 0]);
});

test("a camera that gives no picture in a second has none, and a late one is closed", async () => {
  const taken = take();
  await give(picture());
  waits.shift()();
  assert.equal(await taken, null);
  const late = picture();
  await give(late);
  assert.deepEqual([late.isOpen, reads.length], [false, 0]);
});

test("a camera that moves again answers the take() that waits then", async () => {
  const missed = take();
  waits.shift()();
  assert.equal(await missed, null);
  const taken = take();
  await give(picture());
  const fresh = picture();
  await give(fresh);
  assert.equal((await taken).picture, fresh);
});

test("a camera that stops between two reads ends at once", () => {
  stop.abort();
  assert.equal(copy.isLive, false);
});

for (const before of [0, 1]) {
  test(`a camera that stops during read ${before + 1} ends after the picture is closed`, async () => {
    take();
    for (let n = 0; n < before; n++) await give(picture());
    stop.abort();
    assert.equal(copy.isLive, true);
    const last = picture();
    await give(last);
    assert.deepEqual([last.isOpen, copy.isLive, reads.length], [false, false, 0]);
  });
}

test("a camera that stops while it gives no picture ends after a second, although the page's timers have ended", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  take();
  stop.abort();
  assert.equal(copy.isLive, true);
  waits.length = 0;
  t.mock.timers.tick(1000);
  assert.equal(copy.isLive, false);
});

test("a camera that has ended gives nothing", async () => {
  const taken = take();
  await give(undefined);
  await give(undefined);
  waits.shift()();
  assert.equal(await taken, null);
});
