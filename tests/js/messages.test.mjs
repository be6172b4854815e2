import assert from "node:assert/strict";
import { test } from "node:test";

import { elapsed } from "../../static/js/lib/format.js";
import { fill } from "../../static/js/lib/messages.js";

test("values are filled in by name, and a placeholder without a value stays", () => {
  assert.equal(fill("Not measured since {time}: {reason}.", { time: "10:02:03" }), "Not measured since 10:02:03: {reason}.");
});

test("elapsed time is written like a clock", () => {
  assert.deepEqual([0, 75_000, 3_675_000].map(elapsed), ["0:00", "1:15", "1:01:15"]);
});
