import assert from "node:assert/strict";
import { test } from "node:test";

import { openIdentityCheck } from "../../static/js/room/identity-check.js";

function tab(kept = new Map()) {
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value), removeItem: (key) => kept.delete(key) };
}

const page = (storage, { type = "navigate", at = 0, who = "anna" } = {}) =>
  openIdentityCheck(`room ${who}`, { storage: () => storage, type: () => type, now: () => at });

const unconfirmed = { identityConfirmed: false };

test("a page behind a button continues, a page opened by its address asks", () => {
  assert.equal(page(tab()).canResume({ identityConfirmed: true }), true);
  assert.equal(page(tab()).canResume(unconfirmed), false);
});

test("a reload continues, also while the server takes a minute to come back", () => {
  const storage = tab();
  page(storage).markLeft();
  assert.equal(page(storage, { type: "reload", at: 60_000 }).canResume(unconfirmed), true);
});

test("a reload long after the page was left asks, and so does one after the clock was set back", () => {
  for (const at of [600_000, -1000]) {
    const storage = tab();
    page(storage).markLeft();
    assert.equal(page(storage, { type: "reload", at }).canResume(unconfirmed), false);
  }
});

test("a closed tab that is opened again asks, and so does the back button", () => {
  for (const identityConfirmed of [false, true]) {
    const storage = tab();
    page(storage).markLeft();
    assert.equal(page(storage, { type: "back_forward", at: 1000 }).canResume({ identityConfirmed }), false);
  }
});

test("a copy of an open tab asks", () => {
  const kept = new Map();
  page(tab(kept)).markLeft();
  page(tab(kept), { type: "reload", at: 1000 });
  assert.equal(page(tab(new Map(kept)), { type: "reload", at: 2000 }).canResume(unconfirmed), false);
});

test("a reload as another person asks", () => {
  const storage = tab();
  page(storage).markLeft();
  assert.equal(page(storage, { type: "reload", who: "ben" }).canResume(unconfirmed), false);
});

test("where the browser denies storage, a reload asks and a button still opens the page", () => {
  const denied = () => {
    throw new DOMException("denied", "SecurityError");
  };
  const open = (type) => openIdentityCheck("room", { storage: denied, type: () => type });
  open("navigate").markLeft();
  assert.deepEqual([open("reload").canResume(unconfirmed), open("navigate").canResume({ identityConfirmed: true })], [false, true]);
});
