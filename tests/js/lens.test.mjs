import assert from "node:assert/strict";
import { test } from "node:test";
import { SHARE, corner } from "../../gan/ui/translate/lens.js";

test("the lens lies around the place that it is led to, and never past an edge", () => {
  assert.equal(SHARE, 0.25);
  assert.deepEqual(corner([0.5, 0.5]), [0.375, 0.375]);
  assert.deepEqual(corner([0, 1]), [0, 0.75]);
  assert.deepEqual(corner([-3, 0.125]), [0, 0]);
  assert.deepEqual(corner([0.875, 9]), [0.75, 0.75]);
});
