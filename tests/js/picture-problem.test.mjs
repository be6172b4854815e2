import assert from "node:assert/strict";
import { test } from "node:test";

import { openPictureProblem } from "../../static/js/room/picture-problem.js";

const shown = (faces) => {
  const pictureProblem = openPictureProblem();
  return faces.map((face) => pictureProblem.note(face));
};

test("a turned picture is shown after five readings, and until it ends", () => {
  const turned = Array(6).fill("turned");
  assert.deepEqual(shown([...turned, "seen"]), [null, null, null, null, "turned", "turned", null]);
});

test("a moment is not shown, nor a problem that the student cannot solve", () => {
  assert.deepEqual(shown(["turned", "turned", "seen", "turned", "turned", "turned"]), Array(6).fill(null));
  assert.deepEqual(shown(Array(8).fill("looking_down")), Array(8).fill(null));
  assert.deepEqual(shown(Array(8).fill("seen")), Array(8).fill(null));
});

test("counting starts again after the camera was off", () => {
  const pictureProblem = openPictureProblem();
  for (let reading = 0; reading < 4; reading += 1) pictureProblem.note("still");
  pictureProblem.clear();
  assert.equal(pictureProblem.note("still"), null);
});
