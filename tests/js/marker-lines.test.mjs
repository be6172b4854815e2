import assert from "node:assert/strict";
import { test } from "node:test";

import { numbers } from "../../static/js/live/marker-lines.js";

const at = (...seconds) => seconds.map((second) => ({ at: second * 1000 }));
const PIXEL_A_SECOND = 0.001;

test("markers with room between them have a number each, above their line", () => {
  assert.deepEqual(numbers(at(10, 100), PIXEL_A_SECOND), [
    { at: 10_000, text: "1" },
    { at: 100_000, text: "2" },
  ]);
});

test("markers a second apart share one text", () => {
  assert.deepEqual(numbers(at(10, 11, 12, 100), PIXEL_A_SECOND), [
    { at: 11_000, text: "1–3" },
    { at: 100_000, text: "4" },
  ]);
});

test("a text that touches the one before is joined with it", () => {
  assert.deepEqual(
    numbers(at(0, 18, 22), PIXEL_A_SECOND).map(({ text }) => text),
    ["1–3"],
  );
});

test("no two texts of a crowded hour touch", () => {
  const texts = numbers(at(...Array.from({ length: 60 }, (_, n) => n * n)), 0.0003);
  const edges = texts.map(({ at: moment, text }) => [moment * 0.0003 - text.length * 3.5, moment * 0.0003 + text.length * 3.5]);
  assert.ok(edges.slice(1).every(([left], index) => left > edges[index][1]));
});
