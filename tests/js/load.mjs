// Runs script files as the page does, joined and in one scope, with a page that holds nothing; gives what is asked
// for by name out of that scope.
import vm from "node:vm";
import { textOf } from "./scopes.mjs";

// Stands for whatever a template or a browser's window would have: any part of it is the same nothing.
const nothing = new Proxy(function () {}, {
  get: (_, name) => {
    if (name === Symbol.toPrimitive) return () => "";
    if (name === Symbol.iterator) return () => [].values();
    if (name === "length") return 0;
    return name === "then" ? undefined : nothing; // it is no promise
  },
  set: () => true,
  apply: () => nothing,
  construct: () => nothing,
});

const SILENT = new Proxy({}, { get: () => () => new Promise(() => {}) }); // a server that answers nothing yet

// By Gradio, in js_on_load
const GIVEN = { element: nothing, trigger() {}, props: {}, server: SILENT, upload: nothing, watch() {} };

const kept = () => ({ get: () => null, set() {}, remove() {} });
const gan = { toast() {}, browser: () => "b", page: "p", store: { ...kept(), local: kept() } };

// What a browser has and node has not, or what a test must not leave running
const BROWSER = {
  window: { gan, parent: nothing, fetch() {}, requestAnimationFrame() {} }, gan, document: nothing, history: nothing, matchMedia: nothing, innerHeight: 0,
  location: { href: "http://here/", search: "" }, addEventListener() {}, requestAnimationFrame() {},
  setTimeout: () => 0, setInterval: () => 0, clearTimeout() {}, clearInterval() {},
  Image: nothing, IntersectionObserver: nothing, MutationObserver: nothing, ResizeObserver: nothing, CSS: nothing,
};

/** @returns {any} the things of these names; `page` is what Gradio or the browser has otherwise than above */
export function load(files, names, page = {}) {
  const around = { ...BROWSER, ...page };
  const given = Object.keys(GIVEN);
  const text = `"use strict";\n${files.map(textOf).join("\n")}\nreturn { ${names.join(", ")} };`;
  const outer = vm.compileFunction(`return function (${given}) {${text}\n};`, Object.keys(around), { filename: files.at(-1) });
  return outer(...Object.values(around))(...given.map((name) => page[name] ?? GIVEN[name]));
}
