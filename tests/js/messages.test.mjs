import assert from "node:assert/strict";
import { test } from "node:test";

import { elapsed } from "../../static/js/lib/format.js";
import { chooseForm, fill } from "../../static/js/lib/messages.js";

test("values are filled in by name, and a placeholder without a value stays", () => {
  assert.equal(fill("Not measured since {time}: {reason}.", { time: "10:02:03" }), "Not measured since 10:02:03: {reason}.");
});

test("elapsed time is written like a clock", () => {
  assert.deepEqual([0, 75_000, 3_675_000].map(elapsed), ["0:00", "1:15", "1:01:15"]);
});

test("a sentence about a number takes the form of the language", () => {
  globalThis.document = { documentElement: { lang: "ar" } };
  const forms = { zero: "0", one: "1", two: "2", few: "3-10", many: "11-99", other: "100" };
  assert.deepEqual([0, 1, 2, 5, 11, 100].map((n) => chooseForm(forms, n)), ["0", "1", "2", "3-10", "11-99", "100"]);
  assert.equal(chooseForm({ other: "all" }, 2), "all");
});
