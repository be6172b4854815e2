import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";

import { TEST_PICTURE, isCanvasUnchanged, testBlocks, testColour } from "../../static/js/room/canvas-check.js";

function chunk(type, content) {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(content.length);
  head.write(type, 4);
  return Buffer.concat([head, content, Buffer.alloc(4)]); // the decoder ignores the checksum
}

/** A PNG of the test picture: `change` is applied to each value, `filter` is that of its lines. */
function png({ change = (value) => value, channels = 3, filter = 0, width = TEST_PICTURE.width } = {}) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(TEST_PICTURE.height, 4);
  header.set([8, channels === 4 ? 6 : 2], 8);
  let above = new Array(width * channels).fill(0);
  const lines = [];
  for (let y = 0; y < TEST_PICTURE.height; y++) {
    const row = [];
    for (let x = 0; x < width; x++) row.push(...testColour(x, y).map(change), ...(channels === 4 ? [255] : []));
    lines.push(filter, ...row.map((value, n) => (value - predicted(filter, row[n - channels] ?? 0, above[n], above[n - channels] ?? 0)) & 255));
    above = row;
  }
  const body = deflateSync(Buffer.from(lines));
  const halves = [body.subarray(0, 20), body.subarray(20)];
  const file = Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", header), ...halves.map((half) => chunk("IDAT", half)), chunk("IEND", Buffer.alloc(0))]);
  return new Uint8Array(file).buffer;
}

function predicted(filter, left, up, corner) {
  if (filter === 4) {
    const candidates = [left, up, corner];
    const distances = candidates.map((value) => Math.abs(left + up - corner - value));
    return candidates[distances.indexOf(Math.min(...distances))];
  }
  return [0, left, up, (left + up) >> 1][filter];
}

const bounded = (value) => Math.max(0, Math.min(255, Math.round(value)));
const noise = (levels) => (value) => bounded(value + (Math.random() * 2 - 1) * levels);

for (const channels of [3, 4]) {
  for (const filter of [0, 1, 2, 3, 4]) {
    test(`an unchanged picture is recognised in ${channels} channels with filter ${filter}`, async () => {
      assert.equal(await isCanvasUnchanged(png({ channels, filter })), true);
    });
  }
}

test("changes of a few levels are harmless", async () => {
  assert.equal(await isCanvasUnchanged(png({ change: (value) => value ^ 1 })), true);
  assert.equal(await isCanvasUnchanged(png({ change: noise(2) })), true);
  assert.equal(await isCanvasUnchanged(png({ change: noise(16) })), true);
});

const INSTEAD = {
  noise: () => Math.floor(Math.random() * 256),
  white: () => 255,
  black: () => 0,
  grey: () => 128,
  "strong noise on the picture": noise(200),
  "the picture turned to its negative": (value) => 255 - value,
};

for (const [name, change] of Object.entries(INSTEAD)) {
  test(`${name} counts as changed`, async () => assert.equal(await isCanvasUnchanged(png({ change })), false));
}

test("an empty file, or one that is no picture, counts as changed", async () => {
  assert.equal(await isCanvasUnchanged(new ArrayBuffer(0)), false);
  assert.equal(await isCanvasUnchanged(new TextEncoder().encode("this is no picture at all").buffer), false);
});

test("a picture of another size counts as changed", async () => {
  assert.equal(await isCanvasUnchanged(png({ width: 32 })), false);
});

test("the blocks cover the picture and have its colours", () => {
  const blocks = testBlocks();
  assert.equal(blocks.reduce((area, { size }) => area + size ** 2, 0), TEST_PICTURE.width * TEST_PICTURE.height);
  for (const { x, y, size, colour } of blocks) assert.deepEqual(colour, testColour(x + size - 1, y + size - 1));
});
