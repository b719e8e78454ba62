import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

// A page's window, with what the browser keeps by name; `storage` is a Map, or null where it may keep nothing.
function opened(storage = new Map()) {
  const sent = [];
  const store = storage && { getItem: (name) => storage.get(name) ?? null, setItem: (name, value) => storage.set(name, value),
    removeItem: (name) => storage.delete(name) };
  const window = { requestAnimationFrame() {}, fetch: (address, options) => sent.push([String(address), options]) };
  for (const kind of ["localStorage", "sessionStorage"])
    Object.defineProperty(window, kind, { get: () => store ?? assert.fail("not allowed") });
  load(["page.js"], [], { window });
  return { ...window.gan, window, sent };
}

test("what is kept comes back as a text, and is null where nothing is", () => {
  for (const storage of [new Map(), null]) {
    const { store } = opened(storage);
    assert.equal(store.get("a"), null);
    store.set("a", 5);
    store.local.set("b", "x");
    assert.deepEqual([store.get("a"), store.local.get("b")], ["5", "x"]);
    store.remove("a");
    assert.equal(store.get("a"), null);
  }
});

test("a browser has one id, of 32 hexadecimal digits, as long as it keeps anything", () => {
  const storage = new Map();
  const id = opened(storage).browser();
  assert.match(id, /^[0-9a-f]{32}$/);
  assert.equal(opened(storage).browser(), id);
  assert.notEqual(opened().browser(), id);
  const { browser } = opened(null);
  assert.equal(browser(), browser());
});

test("an upload says whose it is, and nothing else does", () => {
  const { window, sent, browser } = opened();
  window.fetch("http://here/root/gradio_api/upload?upload_id=1", { method: "POST", headers: { a: "b" } });
  window.fetch(new URL("http://here/gradio_api/upload"));
  window.fetch("http://here/gradio_api/upload_progress?upload_id=1", { method: "GET" });
  window.fetch("http://here/x");
  assert.deepEqual(sent.map(([, options]) => options), [
    { method: "POST", headers: { a: "b", "x-gan-browser": browser() } }, { headers: { "x-gan-browser": browser() } },
    { method: "GET" }, undefined]);
});
