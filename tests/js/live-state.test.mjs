// What the live page makes of the messages of its socket.

import assert from "node:assert/strict";
import test from "node:test";

import { EMPTY_STATE, applyMessage, reasonOf, stripOf } from "../../static/js/live/state.js";

const ANNA = "anna";
const OPENED = 1_772_445_600_000;

function snapshot(parts = {}) {
  return {
    type: "snapshot",
    number: 1,
    server_time: OPENED + 39_000,
    step: 10,
    strip_seconds: 40,
    first_step: OPENED,
    reasons: { paused: "Paused" },
    points: {}, history: {},
    students: { [ANNA]: { name: "Anna", status: "measured" } },
    cells: { [ANNA]: { 0: [71, "high"], 1: "paused" } },
    ...parts,
  };
}

test("a cell is a score with its band, or a reason", () => {
  const state = applyMessage(EMPTY_STATE, snapshot());
  assert.deepEqual(stripOf(state, ANNA), [
    { at: OPENED, code: "measured", score: 71, band: "high" },
    { at: OPENED + 10_000, code: "paused", score: null },
    { at: OPENED + 20_000, code: null, score: null },
    { at: OPENED + 30_000, code: null, score: null },
  ]);
});

test("a change adds cells and keeps the others", () => {
  const state = applyMessage(EMPTY_STATE, snapshot());
  const next = applyMessage(state, { type: "change", number: 2, cells: { [ANNA]: { 1: [20, "low"] } } });
  assert.deepEqual(
    stripOf(next, ANNA).map(({ code, band }) => [code, band]),
    [["measured", "high"], ["measured", "low"], [null, undefined], [null, undefined]],
  );
});

test("a change after one that was missed is not added", () => {
  assert.equal(applyMessage(applyMessage(EMPTY_STATE, snapshot()), { type: "change", number: 3 }), null);
});

test("students who are gone disappear with their strip", () => {
  const next = applyMessage(applyMessage(EMPTY_STATE, snapshot()), { type: "change", number: 2, gone: [ANNA] });
  assert.deepEqual([next.students.size, next.cells.size], [0, 0]);
});

test("a reason has the server's text", () => {
  const state = applyMessage(EMPTY_STATE, snapshot());
  assert.deepEqual([reasonOf(state, "paused"), reasonOf(state, "unheard_of")], ["Paused", "unheard_of"]);
});
