import assert from "node:assert/strict";
import { test } from "node:test";
import { termsOf, textOf } from "../../gan/ui/explore/sums.js";

const terms = (a, b, c) => Object.fromEntries([a, b, c].map((texts, at) => ["abc"[at], texts.map((text) => ({ text }))]));

test("an equation is the same on its way into a link and back", () => {
  const cases = [[["3"], ["4", "7S0.5M1_-2"], ["4Chat%3Dhat"]], [["3"], [], ["4"]], [[], [], ["1", "2"]], [[], ["1"], []]];
  for (const [a, b, c] of cases) assert.deepEqual(termsOf(textOf(terms(a, b, c))), { a, b, c });
  assert.equal(textOf(terms([], [], [])), "");
  assert.deepEqual(termsOf(""), { a: [], b: [], c: [] });
});
