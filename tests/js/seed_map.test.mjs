// The map of seeds: where one stands, and where an arrow leads.
import assert from "node:assert/strict";
import { test } from "node:test";
import "./stand_in.mjs";

const { cellOf, moved, viewOf } = await import("../../gan/ui/explore/seed_map.js");
const seeds = [[4, 2, 0], [5, 1, 3]];

test("a seed stands in its column and row, or nowhere", () => {
  assert.deepEqual(cellOf(seeds, 0), [2, 0]);
  assert.deepEqual(cellOf(seeds, 5), [0, 1]);
  assert.equal(cellOf(seeds, 6), null);
});

test("who goes on at an edge stays there", () => {
  assert.deepEqual(moved(seeds, [1, 0], [1, 0]), [2, 0]);
  assert.deepEqual(moved(seeds, [2, 0], [1, 0]), [2, 0]);
  assert.deepEqual(moved(seeds, [0, 0], [0, -1]), [0, 0]);
  assert.deepEqual(moved(seeds, [0, 0], [0, 1]), [0, 1]);
});

test("a link says how large the map is and what is in its middle", () => {
  assert.deepEqual(viewOf("4*0.25*1"), { zoom: 4, middle: [0.25, 1] });
  assert.deepEqual(viewOf("1*0.5*0.5"), { zoom: 1, middle: [0.5, 0.5] });
  for (const text of [undefined, "", "4", "3*0.5*0.5", "2*0.5", "2*1.5*0.5", "2*a*0.5", "2*0.5*0.5*1", "NaN*0*0"])
    assert.equal(viewOf(text), null, text);
});
