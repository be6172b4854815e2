import assert from "node:assert/strict";
import { test } from "node:test";

import { openEncoder, sizeInside } from "../../static/js/room/jpeg.js";

const picture = () => ({ width: 640, height: 480, close() {} });

/** Signature and header of a PNG with a palette, which canvases do not write. */
const PALETTE_PNG = Uint8Array.from([
  ...[0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52],
  ...[0, 0, 1, 64, 0, 0, 0, 240, 8, 3, 0, 0, 0, 0, 0, 0, 0],
]).buffer;

/** An encoder over a worker, and a clock, that do only what the test says. */
function encoding(context) {
  const parts = {};
  globalThis.Worker = class {
    constructor() {
      parts.worker = this;
    }
    postMessage() {}
    terminate() {}
  };
  context.after(() => delete globalThis.Worker);
  const after = (_milliseconds, callback) => {
    parts.giveUp = callback;
    return () => {};
  };
  return Object.assign(parts, { encode: openEncoder({ workerUrl: "", after, signal: new AbortController().signal }) });
}

test("a script that does not load fails the picture that waits for it, and each one after it", async (context) => {
  const { encode, worker } = encoding(context);
  const first = encode(picture());
  worker.onerror({});
  await assert.rejects(first, /did not load/);
  await assert.rejects(encode(picture()), /did not load/);
});

test("a script that failed before the first picture fails it", async (context) => {
  const { encode, worker } = encoding(context);
  worker.onerror({});
  await assert.rejects(encode(picture()), /did not load/);
});

test("a worker that never answers is not waited for", async (context) => {
  const parts = encoding(context);
  const first = parts.encode(picture());
  parts.giveUp();
  await assert.rejects(first, /does not answer/);
});

test("a picture that fails leaves the worker to the next one", async (context) => {
  const { encode, worker } = encoding(context);
  const spoiled = encode(picture());
  worker.onmessage({ data: { error: "no canvas" } });
  await assert.rejects(spoiled, /no canvas/);
  const jpeg = encode(picture());
  worker.onmessage({ data: { bytes: PALETTE_PNG } }); // the known picture, in a form that nobody can tell
  await new Promise((resolve) => setTimeout(resolve, 20));
  worker.onmessage({ data: { bytes: "bytes" } });
  assert.equal(await jpeg, "bytes");
});

test("pictures shrink to 320 pixels and are never blown up", () => {
  assert.deepEqual(sizeInside({ width: 640, height: 480 }), { width: 320, height: 240 });
  assert.deepEqual(sizeInside({ width: 480, height: 640 }), { width: 240, height: 320 });
  assert.deepEqual(sizeInside({ width: 1280, height: 720 }), { width: 320, height: 180 });
  assert.deepEqual(sizeInside({ width: 160, height: 120 }), { width: 160, height: 120 });
});
