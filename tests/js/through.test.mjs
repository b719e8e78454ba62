// Training and latent space at once: where a link leads.
import assert from "node:assert/strict";
import { test } from "node:test";
import "./stand_in.mjs";

const { rowOf, spotOf } = await import("../../gan/ui/explore/through.js");

test("a link names a step, a place along a slider and the slider; what makes no sense is the last step", () => {
  assert.deepEqual(spotOf("200.7.named.red hair"), { step: 200, column: 7, along: "named.red hair" });
  for (const text of ["", "200", "200.9.move.1", "-1.4.move.1", "1.4.moved.1", "1.4.move."])
    assert.deepEqual(spotOf(text), { step: Infinity, column: 4, along: "" });
});

test("a step that is no longer kept is the last one before it", () => {
  const steps = [20, 50, 90];
  assert.deepEqual([0, 20, 49, 50, 1000, Infinity].map((step) => rowOf(steps, step)), [0, 0, 0, 1, 2, 2]);
});
