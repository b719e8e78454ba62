// A choice in a list, told twice by Gradio and again when the list is left.
import assert from "node:assert/strict";
import { test } from "node:test";
import "./stand_in.mjs";
import { told } from "../../gan/ui/choices.js";

test("both tellings of a choice say what was before it, and leaving the list says that nothing is new", () => {
  assert.equal(told("a", "wgan", 0), null);
  assert.equal(told("a", "wgan", 9), null);
  assert.equal(told("a", "wgan", 2000), "wgan");
  assert.equal(told("a", "lsgan", 4000), "wgan");
  assert.equal(told("a", "lsgan", 4020), "wgan");
  assert.equal(told("a", "lsgan", 5000), "lsgan");
  assert.equal(told("b", "fashion", 5000), null);
});

test("back to what was chosen before is a choice, however quick", () => {
  told("c", "one", 0);
  told("c", "two", 1000);
  assert.equal(told("c", "one", 1100), "two");
  assert.equal(told("c", "one", 1110), "two");
});
