import assert from "node:assert/strict";
import { test } from "node:test";
import "./stand_in.mjs";

let loads = 0;

// browser.js in a window that has just been opened; `storage` is a Map, or null where the browser may keep nothing.
async function opened(storage = new Map()) {
  const store = storage && { getItem: (name) => storage.get(name) ?? null, setItem: (name, value) => storage.set(name, value),
    removeItem: (name) => storage.delete(name) };
  for (const kind of ["localStorage", "sessionStorage"])
    Object.defineProperty(window, kind, { get: () => store ?? assert.fail("not allowed"), configurable: true });
  return import(`../../gan/ui/browser.js?${(loads += 1)}`);
}

test("what is kept comes back as a text, and is null where nothing is", async () => {
  for (const storage of [new Map(), null]) {
    const { ofTab, ofBrowser } = await opened(storage);
    assert.equal(ofTab.get("a"), null);
    ofTab.set("a", 5);
    ofBrowser.set("b", "x");
    assert.deepEqual([ofTab.get("a"), ofBrowser.get("b")], ["5", "x"]);
    ofTab.remove("a");
    assert.equal(ofTab.get("a"), null);
  }
});

test("a browser has one id, of 32 hexadecimal digits, as long as it keeps anything", async () => {
  const storage = new Map();
  const id = (await opened(storage)).browser();
  assert.match(id, /^[0-9a-f]{32}$/);
  assert.equal((await opened(storage)).browser(), id);
  assert.notEqual((await opened()).browser(), id);
  const { browser } = await opened(null);
  assert.equal(browser(), browser());
});

test("an upload says whose it is, and nothing else does", async () => {
  await opened();
  const sent = [];
  window.fetch = (address, options) => sent.push([String(address), options]);
  await import("../../gan/ui/page.js");
  window.fetch("http://here/root/gradio_api/upload?upload_id=1", { method: "POST", headers: { a: "b" } });
  window.fetch(new URL("http://here/gradio_api/upload"));
  window.fetch("http://here/gradio_api/upload_progress?upload_id=1", { method: "GET" });
  window.fetch("http://here/x");
  const whose = window.gan.browser();
  assert.deepEqual(sent.map(([, options]) => options), [
    { method: "POST", headers: { a: "b", "x-gan-browser": whose } }, { headers: { "x-gan-browser": whose } },
    { method: "GET" }, undefined]);
});

test("a component's script begins at once with what Gradio gives", async () => {
  await import("../../gan/ui/page.js");
  const watched = [];
  window.gan.begin("explore/keep", { props: {}, watch: (...given) => watched.push(given[0]) });
  assert.deepEqual(watched, ["value"]);
});
