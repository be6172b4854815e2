import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";

process.env.TZ = "America/New_York";
globalThis.document = { documentElement: { lang: "en", dataset: { locale: "en-GB" } } };
const { inShape, isolated, timeOfDay, zoneName } = await import("../../static/js/lib/format.js");
const winter = Date.UTC(2026, 0, 15, 20, 5, 7);
const summer = Date.UTC(2026, 6, 15, 20, 5, 7);

test("a moment is told on the viewer's own clock, in winter and in summer", () => {
  assert.equal(timeOfDay(winter), "15:05:07");
  assert.equal(timeOfDay(summer), "16:05:07");
  assert.equal(inShape("minute", winter), "15:05");
  assert.match(inShape("moment", winter), /15 Jan 2026.*15:05/);
});

test("the zone is named as people write it", () => assert.equal(zoneName(), "America/New York"));

test("near a change of the clock the zone is named, and the two hours of autumn are told apart", () => {
  const first = Date.UTC(2026, 10, 1, 5, 30);
  const second = first + 3600_000;
  assert.equal(inShape("minute", first), "01:30 GMT-4");
  assert.equal(inShape("minute", second), "01:30 GMT-5");
  assert.equal(timeOfDay(second), "01:30:00 GMT-5");
  assert.match(inShape("moment", second), /1 Nov 2026, 01:30 GMT-5/);
  assert.equal(inShape("minute", Date.UTC(2026, 2, 8, 7, 0)), "03:00 GMT-4");
  assert.equal(inShape("date", first), "1 Nov 2026");
});

test("a day after the change times are short again", () => {
  assert.equal(inShape("minute", Date.UTC(2026, 10, 2, 5, 30)), "00:30");
});

test("a name from right to left is isolated from the sentence around it", () => {
  assert.equal(isolated("דנה"), "\u2068דנה\u2069");
  assert.equal(isolated("Anna"), "Anna");
});

test("a date is written as the viewer's country writes it", () => {
  const written = (locale) => {
    const code = `globalThis.document = { documentElement: { dataset: { locale: "${locale}" } } };
      const { inShape, percent } = await import("./static/js/lib/format.js");
      console.log(inShape("moment", ${winter}) + "|" + percent(0.62) + "|" + inShape("title", ${winter}));`;
    const options = { cwd: new URL("../..", import.meta.url), encoding: "utf8" };
    return execFileSync(process.execPath, ["--input-type=module", "-e", code], options)
      .trim()
      .replaceAll("\u202f", " ");
  };
  assert.equal(written("en-US"), "Jan 15, 2026, 3:05 PM|62%|Thursday, January 15, 3:05 PM");
  assert.equal(written("en-GB"), "15 Jan 2026, 15:05|62%|Thursday 15 January, 15:05");
  assert.equal(written("de"), "15. Jan. 2026, 15:05|62\u00a0%|Donnerstag, 15. Januar, 15:05");
  assert.equal(written("ar-EG-u-nu-latn").replaceAll("\u200e", ""), "15 يناير 2026، 3:05 م|62%|الخميس، 15 يناير، 3:05 م");
});
