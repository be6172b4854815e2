import assert from "node:assert/strict";
import { test } from "node:test";

import { openSavedState } from "../../static/js/room/saved-state.js";
import { nextState, initialState } from "../../static/js/room/room-state.js";

function tab() {
  const kept = new Map();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value), removeItem: (key) => kept.delete(key) };
}

function restoredAfter(...events) {
  const storage = tab();
  const savedState = openSavedState("room", () => storage);
  let room = initialState({ mode: "analytics", consent: "class_only" });
  for (const event of events) {
    room = nextState(room, event, 0);
    savedState.save(room);
  }
  return openSavedState("room", () => storage).restore();
}

test("a student who has not passed the camera check is checked again", () => {
  assert.deepEqual(restoredAfter(), { wasReady: false, wasPaused: false });
});

test("a reload remembers the check and the pause", () => {
  assert.deepEqual(restoredAfter({ type: "ready" }), { wasReady: true, wasPaused: false });
  assert.deepEqual(restoredAfter({ type: "ready" }, { type: "pause" }), { wasReady: true, wasPaused: true });
});

test("a new consent, and another person in the same tab, start with the check", () => {
  const withdrawn = [{ type: "ready" }, { type: "consent", consent: null }];
  assert.equal(restoredAfter(...withdrawn).wasReady, false);
  assert.equal(restoredAfter({ type: "ready" }, { type: "finished", ending: "left" }).wasReady, false);
});

test("a new tab takes the state from the server", () => {
  const restore = (state) => openSavedState("room", tab).restore(state);
  assert.deepEqual(restore("paused"), { wasReady: true, wasPaused: true });
  assert.deepEqual(restore("measuring"), { wasReady: true, wasPaused: false });
  assert.deepEqual(restore("checking"), { wasReady: false, wasPaused: false });
});

test("a pause in another tab counts in this one", () => {
  const savedState = openSavedState("room", tab);
  savedState.save(nextState(initialState({ mode: "analytics", consent: "class_only" }), { type: "ready" }, 0));
  assert.deepEqual(savedState.restore("paused"), { wasReady: true, wasPaused: true });
});

test("a tab that takes over again from another continues where it was", () => {
  assert.equal(restoredAfter({ type: "ready" }, { type: "socket", state: "closed", code: 4409 }).wasReady, true);
});

test("where the browser denies storage, the page remembers by itself", () => {
  const denied = () => {
    throw new DOMException("denied", "SecurityError");
  };
  const savedState = openSavedState("room", denied);
  savedState.save(nextState(initialState({ mode: "analytics", consent: "class_only" }), { type: "ready" }, 0));
  assert.deepEqual([savedState.restore().wasReady, openSavedState("room", denied).restore().wasReady], [true, false]);
});
