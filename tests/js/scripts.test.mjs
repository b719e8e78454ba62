// Every script begins on a page that holds nothing, and the page has all of them.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { GIVEN } from "./stand_in.mjs";

const UI = fileURLToPath(new URL("../../gan/ui/", import.meta.url));
const within = (ending) =>
  readdirSync(UI, { recursive: true }).filter((name) => name.endsWith(ending)).map((name) => name.replaceAll(sep, "/")).sort();
const textOf = (name) => readFileSync(join(UI, name), "utf8");
const scripts = within(".js");

for (const name of scripts)
  test(`${name} begins`, async () => {
    const { default: begin } = await import(join(UI, name));
    begin?.(GIVEN);
  });

test("page.js brings every script, by itself or by another", () => {
  const found = new Set(["page.js"]);
  for (const name of found)
    for (const [, other] of textOf(name).matchAll(/ from "(\.[^"]+)"/g)) found.add(new URL(other, `file:///${name}`).pathname.slice(1));
  assert.deepEqual([...found].sort(), scripts);
});

test("each component's script is one that page.js has", async () => {
  await import(join(UI, "page.js"));
  const named = within(".py").flatMap((name) => [...textOf(name).matchAll(/\bscripted\(\s*"([^"]+)"/g)].map(([, other]) => other));
  assert.ok(named.length);
  for (const name of named) window.gan.begin(name, GIVEN);
});
