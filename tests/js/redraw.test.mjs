// How often the live page draws.

import assert from "node:assert/strict";
import test from "node:test";

import { atMostEvery, whenNew } from "../../static/js/lib/redraw.js";

test("what is made of the same values is drawn once", () => {
  const drawn = [];
  const draw = whenNew(({ said }) => [said], ({ number }) => drawn.push(number));
  const said = { lost: 1 };
  draw({ said, number: 1 });
  draw({ said, number: 2 });
  draw({ said: { lost: 1 }, number: 3 });
  assert.deepEqual(drawn, [1, 3]);
});

test("of many states in a second the first is drawn at once and the newest afterwards", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const drawn = [];
  const { soon } = atMostEvery(1000, (state) => drawn.push(state));
  for (const state of [1, 2, 3]) soon(state);
  assert.deepEqual(drawn, [1]);
  t.mock.timers.tick(1000);
  assert.deepEqual(drawn, [1, 3]);
  t.mock.timers.tick(5000);
  soon(4);
  assert.deepEqual(drawn, [1, 3, 4]);
});

test("what cannot wait is drawn at once, and not a second time", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const drawn = [];
  const { soon, now } = atMostEvery(1000, (state) => drawn.push(state));
  for (const state of [1, 2]) soon(state);
  now(3);
  t.mock.timers.tick(5000);
  assert.deepEqual(drawn, [1, 3]);
});
