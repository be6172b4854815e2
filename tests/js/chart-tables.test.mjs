// The numbers of the live page's timeline as a table.

import assert from "node:assert/strict";
import test from "node:test";

import { timelineHead, timelineRows } from "../../static/js/live/chart-tables.js";

globalThis.document = { documentElement: { lang: "en", dataset: { locale: "en-GB" } } };

const messages = (key) => key;

test("a question stands in the row of the step in which it was asked", () => {
  const history = [0, 10_000, 20_000].map((at) => ({ at, counts: [12, 3, 0, 0, 0, 0, 1] }));
  const questions = [{ at: 12_000, text: "Clear?" }, { at: 14_000, text: "Done?" }, { at: 21_000, text: "Why?" }];
  const timeline = { history, questions, hasAverage: false, isCompact: false };
  const rows = timelineRows(timeline, [], messages);
  assert.deepEqual(rows.map((row) => row.at(-1)), ["Why?", "Clear? · Done?", ""]);
  assert.equal(timelineHead(timeline, messages).length, rows[0].length);
});
