import assert from "node:assert/strict";
import { test } from "node:test";

import { pixelsOf, placeOf } from "../../static/js/room/attention-map.js";

test("a cell that counted more is less transparent", () => {
  const alphas = Array.from(pixelsOf([[0, 99], [50, 1]])).filter((_, place) => place % 4 === 3);
  assert.deepEqual(alphas, [0, 200, 51, 0]);
});

test("the grid lies on its three corners, also of a head that is tilted", () => {
  const [a, b, c, d, e, f] = placeOf([[0.25, 0.5], [0.5, 0.25], [0.5, 0.75]], { width: 640, height: 480 });
  const at = (x, y) => [a * x + c * y + e, b * x + d * y + f];
  assert.deepEqual([at(0, 0), at(1, 0), at(0, 1)], [[160, 240], [320, 120], [320, 360]]);
});
