import assert from "node:assert/strict";
import { test } from "node:test";

import { splitByFormula } from "../../static/js/live/class-figures.js";

const points = [{ at: 0, mean: 0.6 }, { at: 10, mean: 0.6 }, { at: 20, mean: 0.9 }];

test("a line is broken where another version of the formula begins", () => {
  const formulas = [{ version: "1", at: 0 }, { version: "2", at: 20 }];
  assert.deepEqual(splitByFormula(points, formulas), [points[0], points[1], { at: 20 }, points[2]]);
});

test("a line is broken also where the version changes inside a step", () => {
  const formulas = [{ version: "1", at: 0 }, { version: "2", at: 13 }];
  assert.equal(splitByFormula(points, formulas).length, 4);
});

test("one version leaves the line whole", () => {
  assert.deepEqual(splitByFormula(points, [{ version: "2", at: 0 }]), points);
  assert.deepEqual(splitByFormula(points, []), points);
});
