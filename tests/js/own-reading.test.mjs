import assert from "node:assert/strict";
import { test } from "node:test";

import { isDue } from "../../static/js/room/own-reading.js";

const reading = (seconds, face = "seen", facing = "centre") => ({ taken_at: seconds * 1000, face, facing });

test("the own signal is rewritten every three seconds at most", () => {
  assert.equal(isDue(null, reading(0)), true);
  assert.deepEqual([1, 2, 3].map((seconds) => isDue(reading(0), reading(seconds))), [false, false, true]);
});

test("a face that goes or turns is shown at once", () => {
  assert.equal(isDue(reading(0), reading(1, "none", null)), true);
  assert.equal(isDue(reading(0), reading(1, "seen", "away")), true);
});
