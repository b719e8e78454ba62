import assert from "node:assert/strict";
import { test } from "node:test";
import { lookOf, textOf } from "../../gan/ui/inside.js";

test("what is looked at is the same on its way into a link and back", () => {
  for (const look of [
    { layer: "layers.6", channel: null, factor: 0 }, { layer: "network.to_rgb.0", channel: 17, factor: 0 },
    { layer: "network.layers.4", channel: 0, factor: 4 },
  ]) assert.deepEqual(lookOf(textOf(look)), look);
});

test("a link that makes no sense says nothing", () => {
  for (const text of ["", "layers.6*", "layers.6*1", "layers.6*1*3", "layers.6*-1*0", "<b>", "x".repeat(81)])
    assert.equal(lookOf(text), null);
});
