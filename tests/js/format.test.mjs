import assert from "node:assert/strict";
import { test } from "node:test";

process.env.TZ = "America/New_York";
globalThis.document = { documentElement: { lang: "en" } };
const { inShape, isolated, timeOfDay, zoneName } = await import("../../static/js/lib/format.js");
const winter = Date.UTC(2026, 0, 15, 20, 5, 7);
const summer = Date.UTC(2026, 6, 15, 20, 5, 7);

test("a moment is told on the viewer's own clock, in winter and in summer", () => {
  assert.equal(timeOfDay(winter), "15:05:07");
  assert.equal(timeOfDay(summer), "16:05:07");
  assert.equal(inShape("minute", winter), "15:05");
  assert.match(inShape("moment", winter), /Jan 15, 2026.*15:05/);
});

test("the zone is named as people write it", () => assert.equal(zoneName(), "America/New York"));

test("near a change of the clock the zone is named, and the two hours of autumn are told apart", () => {
  const first = Date.UTC(2026, 10, 1, 5, 30);
  const second = first + 3600_000;
  assert.equal(inShape("minute", first), "01:30 EDT");
  assert.equal(inShape("minute", second), "01:30 EST");
  assert.equal(timeOfDay(second), "01:30:00 EST");
  assert.match(inShape("moment", second), /Nov 1, 2026.*01:30 EST/);
  assert.equal(inShape("minute", Date.UTC(2026, 2, 8, 7, 0)), "03:00 EDT");
  assert.equal(inShape("date", first), "Nov 1, 2026");
});

test("a day after the change times are short again", () => {
  assert.equal(inShape("minute", Date.UTC(2026, 10, 2, 5, 30)), "00:30");
});

test("a name from right to left is isolated from the sentence around it", () => {
  assert.equal(isolated("דנה"), "\u2068דנה\u2069");
  assert.equal(isolated("Anna"), "Anna");
});
