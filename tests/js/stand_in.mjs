// A page that holds nothing, for scripts that look at one when they begin: a browser's names, and what Gradio gives.

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

// A place of a page that remembers what is written to it and who listens; all else of it is nothing.
export function place(own = {}) {
  const heard = {};
  own.addEventListener = (kind, does) => (heard[kind] ??= []).push(does);
  own.fire = (kind, event) => heard[kind]?.forEach((does) => does(event));
  return new Proxy(own, { get: (_, name) => own[name] ?? nothing });
}

// An element whose parts are such places, by what they are looked up with.
export function places() {
  const there = {};
  return place({ querySelector: (which) => (there[which] ??= place()) });
}

// What a browser has and node has not, or what a test must not leave running
Object.assign(globalThis, {
  window: { parent: nothing, fetch() {}, requestAnimationFrame() {} }, document: nothing, history: nothing,
  matchMedia: nothing, location: { href: "http://here/", search: "" }, innerHeight: 0, addEventListener() {},
  requestAnimationFrame() {}, setTimeout: () => 0, setInterval: () => 0, clearTimeout() {}, clearInterval() {},
  Image: nothing, Option: nothing, IntersectionObserver: nothing, MutationObserver: nothing, ResizeObserver: nothing, CSS: nothing,
});

const SILENT = new Proxy({}, { get: () => () => new Promise(() => {}) }); // a server that answers nothing yet

export const GIVEN = { element: nothing, trigger() {}, props: {}, server: SILENT, watch() {} };
