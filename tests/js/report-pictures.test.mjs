import assert from "node:assert/strict";
import { test } from "node:test";

import { inColours } from "../../static/js/report/figures.js";
import { scaleOf } from "../../static/js/report/picture.js";
import { legendPlaces, shortened } from "../../static/js/report/strips.js";

test("a picture has two pixels for each unit of its drawing", () => {
  assert.equal(scaleOf(720, 400), 2);
});

test("a picture of many students stays within what browsers draw", () => {
  for (const height of [3_000, 7_300, 20_000]) {
    const scale = scaleOf(720, height);
    assert.ok(720 * scale * height * scale <= 16_000_001);
    assert.ok(height * scale <= 16_000);
    assert.ok(scale > 0.5);
  }
});

test("a long name is cut between letters, and a short one stays", () => {
  assert.equal(shortened("Ada"), "Ada");
  assert.equal(shortened("🦉".repeat(40)), `${"🦉".repeat(23)}…`);
});

test("a legend goes on in the next line where one is full", () => {
  const { places, end } = legendPlaces(["a".repeat(60), "b".repeat(60), "c"], 100);
  assert.deepEqual(places.map(({ y }) => y), [100, 124, 124]);
  assert.equal(places[0].x, 8);
  assert.ok(places[2].x > 60 * 6.6);
  assert.equal(end, 148);
  assert.deepEqual(legendPlaces([], 100), { places: [], end: 100 });
});

test("colours of the theme are put into every part of a figure, and other texts stay", () => {
  const figure = { data: [{ fill: "var(--series)", x: [1, null] }], text: "see var(--series) here", on: true };
  assert.deepEqual(
    inColours(figure, (token) => `<${token}>`),
    { data: [{ fill: "<series>", x: [1, null] }], text: "see var(--series) here", on: true },
  );
});
