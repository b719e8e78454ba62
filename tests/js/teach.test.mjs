// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { joined, pressed, readSlider } from "../../gan/ui/explore/teach.js";

const CODE = "3d4ccccd7f81";

test("a picture has it, has it not, and is unmarked again, as one presses", () => {
  const once = pressed([[1, true]], 5);
  assert.deepEqual(once, [[1, true], [5, true]]);
  const twice = pressed(once, 5);
  assert.deepEqual(twice, [[1, true], [5, false]]);
  assert.deepEqual(pressed(twice, 5), [[1, true]]);
  assert.deepEqual(once, [[1, true], [5, true]]);
});

test("the address's sliders stand where it says, and the browser's are at rest beside them", () => {
  const kept = [{ name: "curls", code: CODE }, { name: "beak", code: CODE, flips: 0.5 }];
  assert.deepEqual(joined([["curls", "aa", 2]], kept), [["curls", "aa", 2], ["beak", CODE, 0]]);
  const many = Array.from({ length: 12 }, (_, k) => ({ name: `n${k}`, code: CODE }));
  assert.equal(joined([], many).length, 8);
});

test("a slider's file is read, and nothing else is", () => {
  const there = { kind: "GAN Studio slider", model: "m", weights: "w", name: "curls", code: CODE, flips: 0.9, others: 0.1 };
  const { kind, ...own } = there;
  assert.deepEqual(readSlider(JSON.stringify(there)), own);
  assert.equal(readSlider(JSON.stringify({ ...there, flips: "many" }))?.flips, undefined);
  for (const wrong of [{ kind: "x" }, { name: "<b>" }, { code: "zz" }, { name: undefined }])
    assert.equal(readSlider(JSON.stringify({ ...there, ...wrong })), null);
  for (const text of ["", "[]", "null", "{"]) assert.equal(readSlider(text), null);
});
