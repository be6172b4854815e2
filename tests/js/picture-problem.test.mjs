import assert from "node:assert/strict";
import { test } from "node:test";

import { openPictureProblem } from "../../static/js/room/picture-problem.js";

const told = (faces) => {
  const pictureProblem = openPictureProblem();
  return faces.map((face) => pictureProblem.note(face));
};

test("a turn that lasts is told, and no longer than it lasts", () => {
  const turned = Array(6).fill("turned");
  assert.deepEqual(told([...turned, "seen"]), [null, null, null, null, "turned", "turned", null]);
});

test("a moment is not told, nor what nobody can mend", () => {
  assert.deepEqual(told(["turned", "turned", "seen", "turned", "turned", "turned"]), Array(6).fill(null));
  assert.deepEqual(told(Array(8).fill("looking_down")), Array(8).fill(null));
  assert.deepEqual(told(Array(8).fill("seen")), Array(8).fill(null));
});

test("it begins anew after the camera was off", () => {
  const pictureProblem = openPictureProblem();
  for (let reading = 0; reading < 4; reading += 1) pictureProblem.note("still");
  pictureProblem.clear();
  assert.equal(pictureProblem.note("still"), null);
});
