// Verdicts that wait for whether a model can draw a picture: each asked once, in turn, and only while it is there.
import assert from "node:assert/strict";
import { test } from "node:test";
import { GIVEN } from "./stand_in.mjs";
import drawn from "../../gan/ui/judge/drawn.js";

const settled = async () => { for (let at = 0; at < 20; at += 1) await new Promise(setImmediate); };

function card(src, whole = "0") {
  const img = { getAttribute: () => src };
  return { isConnected: true, dataset: { untried: "faces", whole }, innerHTML: "waits",
    closest: () => ({ querySelector: () => img }) };
}

function opened(cards) {
  let changed;
  const asked = [];
  globalThis.MutationObserver = class { constructor(does) { changed = does; } observe() {} };
  const judge = { querySelectorAll: () => cards.filter((one) => "untried" in one.dataset) };
  const server = { drawn: (question) => new Promise((resolve) => asked.push({ question, resolve })) };
  drawn({ ...GIVEN, element: { closest: () => judge }, server });
  return { asked, changed: () => changed() };
}

test("each picture is asked about in turn, once, and its verdict takes the place", async () => {
  const cards = [card("a", "1"), card("b")];
  const { asked, changed } = opened(cards);
  changed();
  changed(); // as the page does when anything changes
  await settled();
  assert.deepEqual(asked.map(({ question }) => question), [{ model: "faces", picture: "a", whole: true }]);
  asked[0].resolve({ verdict: "first" });
  await settled();
  assert.equal(cards[0].innerHTML, "first");
  assert.ok(!("untried" in cards[0].dataset) && cards[1].innerHTML === "waits");
  asked[1].resolve({ verdict: "second" });
  await settled();
  assert.equal(cards[1].innerHTML, "second");
  cards.push(card("b")); // shown anew, as with where it looks
  changed();
  await settled();
  assert.equal(cards[2].innerHTML, "second");
  assert.equal(asked.length, 2);
});

test("what has gone meanwhile is not asked about, and what failed is asked again another time", async () => {
  const cards = [card("a"), card("b")];
  const { asked, changed } = opened(cards);
  changed();
  await settled();
  cards[1].isConnected = false;
  asked[0].resolve({ error: "Gone." });
  await settled();
  assert.equal(asked.length, 1);
  assert.equal(cards[0].innerHTML, "waits");
  changed();
  await settled();
  assert.equal(asked.length, 2);
  asked[1].resolve({ verdict: "now" });
  await settled();
  assert.equal(cards[0].innerHTML, "now");
  assert.equal(asked.length, 2);
});
