import assert from "node:assert/strict";
import { test } from "node:test";

import { openEncoder, sizeInside } from "../../static/js/room/jpeg.js";

const picture = () => ({ width: 640, height: 480, isOpen: true, close() { this.isOpen = false; } });

/** Signature and header of a PNG with a palette, which canvases do not write. */
const PALETTE_PNG = Uint8Array.from([
  ...[0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52],
  ...[0, 0, 1, 64, 0, 0, 0, 240, 8, 3, 0, 0, 0, 0, 0, 0, 0],
]).buffer;

// Kept from before it is mocked: a canvas check takes its time.
const realTimeout = setTimeout;

/** An encoder whose worker and clock are controlled by the test. */
function encoding(context) {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const parts = {};
  globalThis.Worker = class {
    constructor() {
      parts.worker = this;
    }
    postMessage(request) {
      if (parts.refuses && request.picture) throw new Error("not cloned");
      if (request.isLast) parts.isLast = true;
      else this.id = request.id;
    }
    terminate() {
      parts.isTerminated = true;
    }
    answer(data, id = this.id) {
      this.onmessage({ data: { id, ...data } });
    }
  };
  context.after(() => delete globalThis.Worker);
  const after = (_milliseconds, callback) => {
    parts.giveUp = callback;
    return () => {};
  };
  const stop = new AbortController();
  return Object.assign(parts, { stop, encode: openEncoder({ workerUrl: "", after, signal: stop.signal }) });
}

/** The canvas check passes with what no canvas writes. */
async function passCheck(worker) {
  worker.answer({ bytes: PALETTE_PNG });
  await new Promise((resolve) => realTimeout(resolve, 20));
}

test("when the worker's script does not load, the waiting picture and each later one fail", async (context) => {
  const { encode, worker } = encoding(context);
  const first = encode(picture());
  worker.onerror({});
  await assert.rejects(first, /did not load/);
  await assert.rejects(encode(picture()), /did not load/);
});

test("when the worker's script failed before the first picture, that picture fails", async (context) => {
  const { encode, worker } = encoding(context);
  worker.onerror({});
  await assert.rejects(encode(picture()), /did not load/);
});

test("a worker that never answers times out", async (context) => {
  const parts = encoding(context);
  const first = parts.encode(picture());
  parts.giveUp();
  await assert.rejects(first, /does not answer/);
});

test("after a picture that fails, the next one is encoded", async (context) => {
  const { encode, worker } = encoding(context);
  const spoiled = encode(picture());
  worker.answer({ error: "no canvas" });
  await assert.rejects(spoiled, /no canvas/);
  const jpeg = encode(picture());
  await passCheck(worker);
  worker.answer({ bytes: "bytes" });
  assert.equal(await jpeg, "bytes");
});

test("after a picture that came too late, the next one is encoded and gets its own answer", async (context) => {
  const parts = encoding(context);
  const late = parts.encode(picture());
  const { worker } = parts;
  const given = worker.id;
  parts.giveUp();
  await assert.rejects(late, /does not answer/);
  const jpeg = parts.encode(picture());
  worker.answer({ bytes: "of the late picture" }, given);
  await passCheck(worker);
  worker.answer({ bytes: "its own" });
  assert.equal(await jpeg, "its own");
});

test("a camera that stops closes the picture that waits for the canvas check", async (context) => {
  const { encode, stop } = encoding(context);
  const waiting = picture();
  const jpeg = encode(waiting);
  stop.abort();
  await assert.rejects(jpeg, /stopped/);
  assert.equal(waiting.isOpen, false);
});

test("a camera that stops lets the worker close the picture that it has", async (context) => {
  const parts = encoding(context);
  const jpeg = parts.encode(picture());
  await passCheck(parts.worker);
  parts.stop.abort();
  assert.deepEqual([parts.isLast, parts.isTerminated], [true, undefined]);
  parts.worker.answer({ bytes: "bytes" });
  assert.equal(await jpeg, "bytes");
  context.mock.timers.tick(10_000);
  assert.equal(parts.isTerminated, true);
});

test("a picture is closed where the camera was stopped before, the worker is broken, or it cannot be sent", async (context) => {
  const parts = encoding(context);
  const first = parts.encode(picture());
  await passCheck(parts.worker);
  parts.worker.answer({ bytes: "bytes" });
  await first;
  const troubles = [() => (parts.refuses = true), () => parts.worker.onerror({}), () => parts.stop.abort()];
  for (const trouble of troubles) {
    trouble();
    const given = picture();
    await assert.rejects(parts.encode(given));
    assert.equal(given.isOpen, false);
  }
});

test("a picture that cannot be drawn is closed in the worker", async (context) => {
  globalThis.onmessage = null;
  globalThis.OffscreenCanvas = class {
    getContext() {
      return null;
    }
  };
  const answers = [];
  globalThis.postMessage = (answer) => answers.push(answer);
  context.after(() => ["onmessage", "OffscreenCanvas", "postMessage"].forEach((name) => delete globalThis[name]));
  await import("../../static/js/room/jpeg-worker.js");
  const given = picture();
  await globalThis.onmessage({ data: { id: 1, picture: given, width: 1, height: 1, quality: 1 } });
  assert.match(answers[0].error, /no canvas/);
  assert.equal(given.isOpen, false);
});

test("pictures shrink to 320 pixels and are never enlarged", () => {
  assert.deepEqual(sizeInside({ width: 640, height: 480 }), { width: 320, height: 240 });
  assert.deepEqual(sizeInside({ width: 480, height: 640 }), { width: 240, height: 320 });
  assert.deepEqual(sizeInside({ width: 1280, height: 720 }), { width: 320, height: 180 });
  assert.deepEqual(sizeInside({ width: 160, height: 120 }), { width: 160, height: 120 });
});
