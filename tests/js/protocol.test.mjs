import assert from "node:assert/strict";
import { test } from "node:test";

import { encodeFrame, PURPOSE } from "../../static/js/room/protocol.js";

const hex = (buffer) => Buffer.from(buffer).toString("hex");

test("a frame is fourteen bytes, big endian, then the JPEG", () => {
  const jpeg = Uint8Array.of(0xff, 0xd8, 0xff, 0xd9).buffer;
  const message = encodeFrame({ purpose: PURPOSE.class, sequence: 0x01020304, takenAt: 0x0000019a_bcdef012, jpeg });
  assert.equal(hex(message), "01" + "00" + "01020304" + "0000019abcdef012" + "ffd8ffd9");
});

test("the second byte says that a frame is for the camera check", () => {
  const message = encodeFrame({ purpose: PURPOSE.check, sequence: 1, takenAt: 0, jpeg: new ArrayBuffer(0) });
  assert.equal(hex(message), "0101" + "00000001" + "0000000000000000");
});

test("the largest sequence and a capture time with a fraction fit", () => {
  const message = encodeFrame({ purpose: 0, sequence: 0xffffffff, takenAt: 2.6, jpeg: new ArrayBuffer(0) });
  assert.equal(hex(message), "0100" + "ffffffff" + "0000000000000003");
});
