import assert from "node:assert/strict";
import { test } from "node:test";

import { openPresenceReporter } from "../../static/js/room/presence-reporter.js";
import { initialState, nextState } from "../../static/js/room/room-state.js";

const WELCOME = { type: "welcome", mode: "analytics", consent: "class_only" };
const room = (...events) =>
  [WELCOME, ...events].reduce(
    (state, event) => nextState(state, event, 0),
    initialState({ mode: "analytics", consent: "class_only" }),
  );
const CAMERA_ON = { type: "camera", camera: "on" };
const measuring = () => room(CAMERA_ON, { type: "ready" });
const paused = () => room(CAMERA_ON, { type: "ready" }, { type: "pause" });

function reporting() {
  const page = { sent: [], retry: null };
  const send = ({ state }) => page.sent.push(state) > 0;
  const after = (_milliseconds, callback) => {
    page.retry = callback;
    return () => (page.retry = null);
  };
  return Object.assign(page, openPresenceReporter({ send, after }));
}

test("a state is reported once, and again on a new connection", () => {
  const page = reporting();
  page.report(measuring());
  page.report(measuring());
  page.welcome();
  page.report(measuring());
  assert.deepEqual(page.sent, ["measuring", "measuring"]);
});

test("a refused state is reported again later", () => {
  const page = reporting();
  page.report(paused());
  page.refused("paused", paused);
  page.retry();
  assert.deepEqual(page.sent, ["paused", "paused"]);
});

test("a refused state that has changed since is not reported again", () => {
  const page = reporting();
  page.report(paused());
  page.refused("paused", measuring);
  page.report(measuring());
  page.retry();
  assert.deepEqual(page.sent, ["paused", "measuring"]);
});

test("without a connection nothing is reported", () => {
  const page = reporting();
  page.report(initialState({ mode: "analytics", consent: "class_only" }));
  assert.deepEqual(page.sent, []);
});
