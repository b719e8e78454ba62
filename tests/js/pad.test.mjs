// The pad of two sliders: where a value lies, and back.
import assert from "node:assert/strict";
import { test } from "node:test";
import "./stand_in.mjs";

const { keyOf, shareOf, valueAt } = await import("../../gan/ui/explore/pad.js");

test("a value lies where its share of the way from end to end is, and comes back on the slider's steps", () => {
  assert.equal(shareOf(-4, 4), 0);
  assert.equal(shareOf(0, 4), 0.5);
  assert.equal(shareOf(3, 4), 0.875);
  assert.equal(shareOf(9, 4), 1); // a link may ask for more
  for (const value of [-4, -1.35, 0, 0.05, 2.6, 4]) assert.equal(valueAt(shareOf(value, 4), 4, 0.05), value);
  assert.equal(valueAt(0.5003, 4, 0.05), 0);
  assert.ok(Object.is(valueAt(0.4999, 4, 0.05), 0)); // and not −0, which would be said aloud
  assert.equal(valueAt(-3, 4, 0.05), -4);
  assert.equal(valueAt(7, 4, 0.05), 4);
});

test("every kind of slider has a name of its own in a link", () => {
  assert.equal(keyOf({ move: "3" }), "move.3");
  assert.equal(keyOf({ named: "red hair" }), "named.red hair");
  assert.equal(keyOf({ taught: "a.b" }), "taught.a.b");
});
