import assert from "node:assert/strict";
import { test } from "node:test";
import { Steps, blank, flood, levels, line, packed, stroke, unpacked } from "../../gan/ui/drawing.js";
import { checksum, recipeOf, withRecipe } from "../../gan/ui/png.js";
import { addressOf } from "../../gan/ui/translate/translate.js";

// A drawing of one channel as rows of text: # for what was painted.
const rows = ({ side, pixels }) =>
  Array.from({ length: side }, (_, y) => [...pixels.slice(y * side, (y + 1) * side)].map((one) => (one ? "." : "#")).join(""));

test("a drawing is the same on its way to the server and back", () => {
  const drawing = blank(3, 3);
  drawing.pixels.set(Array.from({ length: 27 }, (_, at) => (at * 37) % 256));
  assert.deepEqual(unpacked(packed(drawing), 3, 3), drawing);
  assert.equal(packed(blank(1, 3)), "////"); // three bytes of 255
});

test("a colour has as many levels as the drawing has channels", () => {
  assert.deepEqual(levels("#91cb15", 3), [0x91, 0xcb, 0x15]);
  assert.deepEqual(levels("#666666", 1), [0x66]);
});

test("a line goes from cell to cell without a gap, either way", () => {
  assert.deepEqual(line([2, 2], [2, 2]), [[2, 2]]);
  assert.deepEqual(line([0, 0], [3, 1]).length, 4);
  for (const [from, to] of [[[0, 0], [7, 3]], [[7, 3], [0, 0]], [[1, 6], [4, 0]], [[5, 5], [0, 5]]]) {
    const cells = line(from, to);
    assert.deepEqual([cells[0], cells.at(-1)], [from, to]);
    for (let at = 1; at < cells.length; at += 1)
      assert.ok(Math.max(Math.abs(cells[at][0] - cells[at - 1][0]), Math.abs(cells[at][1] - cells[at - 1][1])) === 1);
  }
});

test("a stroke is as wide as the brush, and ends at the edge", () => {
  const drawing = blank(4, 1);
  stroke(drawing, [0, 1], [9, 1], 1, [0]);
  assert.deepEqual(rows(drawing), ["....", "####", "....", "...."]);
  const wide = blank(4, 1);
  stroke(wide, [1, 1], [1, 1], 3, [0]);
  assert.deepEqual(rows(wide), ["###.", "###.", "###.", "...."]);
});

test("a fill takes what hangs together by edges, and of one colour alone", () => {
  const drawing = blank(4, 1);
  stroke(drawing, [0, 3], [3, 0], 1, [0]); // a diagonal holds it back
  flood(drawing, [0, 0], [0]);
  assert.deepEqual(rows(drawing), ["####", "###.", "##..", "#..."]);
  const before = packed(drawing);
  flood(drawing, [0, 0], [0]); // of its own colour: nothing, and it ends
  assert.equal(packed(drawing), before);
});

test("one goes back and forth, and something new ends the way forth", () => {
  const [drawing, steps] = [blank(2, 1), new Steps()];
  for (const x of [0, 1]) {
    steps.keep(drawing);
    stroke(drawing, [x, 0], [x, 0], 1, [0]);
  }
  assert.ok(steps.undo(drawing));
  assert.deepEqual(rows(drawing), ["#.", ".."]);
  assert.ok(steps.redo(drawing));
  assert.deepEqual(rows(drawing), ["##", ".."]);
  steps.undo(drawing);
  steps.keep(drawing);
  stroke(drawing, [1, 1], [1, 1], 1, [0]);
  assert.ok(!steps.redo(drawing));
  assert.ok(steps.undo(drawing) && steps.undo(drawing) && !steps.undo(drawing));
  assert.deepEqual(rows(drawing), ["..", ".."]);
});

test("the address names the translator, and an example but no drawing", () => {
  const there = "http://h/sub/?tab=translate&model=m&translator=old&example=3";
  assert.equal(addressOf(there, "new", 7).search, "?tab=translate&model=m&translator=new&example=7");
  assert.equal(addressOf(there, "new", null).search, "?tab=translate&model=m&translator=new");
  const on = addressOf(there, "new", 7, "on");
  assert.equal(on.search, "?tab=translate&model=m&translator=new&way=on&example=7");
  assert.equal(addressOf(on.href, "new", 8).search, "?tab=translate&model=m&translator=new&example=8");
});

test("a PNG takes a text along, and stays one", () => {
  const one = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
  const bytes = Uint8Array.from(atob(withRecipe(one, { way: "on" }).split(",")[1]), (letter) => letter.charCodeAt(0));
  const text = String.fromCharCode(...bytes);
  assert.equal(text.indexOf('tEXtgan-studio\0{"way":"on"}'), 37); // after the beginning, the header and its own length
  assert.deepEqual([...bytes.slice(33, 37)], [0, 0, 0, 23]);
  assert.deepEqual(recipeOf(bytes), { way: "on" });
  const bare = Uint8Array.from(atob(one.split(",")[1]), (letter) => letter.charCodeAt(0));
  for (const other of [bare, bytes.slice(0, 50), bytes.slice(1), new Uint8Array(), Uint8Array.of(...bytes.slice(0, 60).fill(255, 52))])
    assert.equal(recipeOf(other), null);
  assert.equal(checksum(Uint8Array.from("123456789", (letter) => letter.charCodeAt(0))), 0xcbf43926); // the usual check
  assert.ok(text.endsWith("IEND\xaeB`\x82"));
});
