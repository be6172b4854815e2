import assert from "node:assert/strict";
import { test } from "node:test";

process.env.TZ = "America/New_York";
globalThis.document = { documentElement: { lang: "en" } };
const { inShape, timeOfDay, zoneName } = await import("../../static/js/lib/format.js");
const winter = Date.UTC(2026, 0, 15, 20, 5, 7);
const summer = Date.UTC(2026, 6, 15, 20, 5, 7);

test("a moment is told on the viewer's own clock, in winter and in summer", () => {
  assert.equal(timeOfDay(winter), "15:05:07");
  assert.equal(timeOfDay(summer), "16:05:07");
  assert.equal(inShape("minute", winter), "15:05");
  assert.match(inShape("moment", winter), /Jan 15, 2026.*15:05/);
});

test("the zone is named as people write it", () => assert.equal(zoneName(), "America/New York"));
