// Which script files run together in one scope: as the page joins them, read from the Python that asks for them.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";

export const UI = join(dirname(fileURLToPath(import.meta.url)), "../../gan/ui");

const within = (ending) =>
  readdirSync(UI, { recursive: true }).filter((name) => name.endsWith(ending)).map((name) => name.replaceAll(sep, "/")).sort();

export const scripts = () => within(".js");
export const textOf = (name) => readFileSync(join(UI, name), "utf8");

// [["shared.js", "explore/walk.js"], …], one list for each `script(…)` of the page.
export function scopes() {
  const calls = within(".py").flatMap((name) => [...textOf(name).matchAll(/\bscript\(([^()]*)\)/g)]);
  return calls.map(([, names]) => [...names.matchAll(/"([^"]+\.js)"/g)].map(([, name]) => name)).filter((one) => one.length);
}
