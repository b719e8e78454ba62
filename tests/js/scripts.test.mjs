// Every scope of the page runs, by itself and in strict mode: nothing in it assigns to a name that it has not declared.
import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";
import { scopes, scripts } from "./scopes.mjs";

for (const files of scopes()) test(`${files.at(-1)} runs with what the page joins before it`, () => void load(files, []));

test("every script is run by some part of the page", () => {
  assert.deepEqual([...new Set(scopes().flat())].sort(), scripts());
});
