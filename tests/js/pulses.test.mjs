import assert from "node:assert/strict";
import { test } from "node:test";

import { openPulses } from "../../static/js/room/pulses.js";

/** @param {string} value */
function button(value) {
  const attributes = { "aria-pressed": "false" };
  return {
    value,
    addEventListener() {},
    setAttribute: (name, text) => (attributes[name] = text),
    get ariaPressed() {
      return attributes["aria-pressed"];
    },
  };
}

function page() {
  const [lost, tooFast] = [button(""), button("1")];
  const choice = { dataset: { pulse: "pace" }, addEventListener() {}, querySelectorAll: () => [tooFast] };
  const pulses = openPulses({
    root: { querySelectorAll: () => [choice] },
    parts: { lost, pulseStatus: {} },
    messages: (key) => key,
    after: () => () => {},
    send: () => true,
    now: () => 0,
    lastsMs: 1000,
  });
  return { pulses, pressed: () => [lost.ariaPressed, tooFast.ariaPressed] };
}

test("what the server knows is shown again", () => {
  const { pulses, pressed } = page();
  pulses.asked();
  pulses.restore({ lost: true, pace: 1 });
  assert.deepEqual(pressed(), ["true", "true"]);
  pulses.asked();
  pulses.restore({ lost: false });
  assert.deepEqual(pressed(), ["false", "false"]);
});

test("what was noted meanwhile is newer than the answer to an earlier question", () => {
  const { pulses, pressed } = page();
  pulses.asked();
  pulses.noted({ kind: "lost" });
  pulses.restore({ lost: false, pace: 1 });
  assert.deepEqual(pressed(), ["true", "true"]);
});
