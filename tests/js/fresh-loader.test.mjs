import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { openFreshLoader } from "../../static/js/room/fresh-loader.js";

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** The loads that wait for an answer, in order. */
let waiting;
let taken;
let loader;

beforeEach(() => {
  waiting = [];
  taken = [];
  loader = openFreshLoader({
    load: () => new Promise((resolve) => waiting.push(resolve)),
    isOlder: (loaded) => loaded === "overtaken by a message",
    take: (loaded) => taken.push(loaded),
  });
});

async function answer(loaded) {
  waiting.shift()(loaded);
  await settled();
}

test("what the server knows is taken", async () => {
  loader.reload();
  await answer("known");
  assert.deepEqual(taken, ["known"]);
});

test("an answer from before a change is read again", async () => {
  loader.reload();
  loader.changed();
  await answer("older than the change");
  assert.deepEqual([taken, waiting.length], [[], 1]);
  await answer("newer");
  assert.deepEqual([taken, waiting.length], [["newer"], 0]);
});

test("an answer that a message has overtaken is read again", async () => {
  loader.reload();
  await answer("overtaken by a message");
  await answer("newer");
  assert.deepEqual(taken, ["newer"]);
});

test("of two that wait only the later one is taken, whichever comes first", async () => {
  loader.reload();
  loader.reload();
  const [first, second] = waiting.splice(0);
  second("second");
  await settled();
  first("first");
  await settled();
  assert.deepEqual(taken, ["second"]);
});

test("a server that does not answer changes nothing and is not asked again", async () => {
  loader.reload();
  loader.changed();
  await answer(null);
  assert.deepEqual([taken, waiting.length], [[], 0]);
});
