import assert from "node:assert/strict";
import { test } from "node:test";
import compare, { momentAt, together, withRun } from "../../gan/ui/train/compare.js";
import { rate } from "../../gan/ui/train/steering.js";
import { showRun } from "../../gan/ui/train/shown_run.js";
import train, { givesOf, newestOf, placeOf } from "../../gan/ui/train/train.js";
import { GIVEN, place, places } from "./stand_in.mjs";

const settled = async () => { for (let at = 0; at < 20; at += 1) await new Promise(setImmediate); };
const moments = (...known) => known.map(([step, url]) => ({ step, url, seconds: step / 10 }));

test("what a recipe gives G is read off its words", () => {
  assert.equal(givesOf('<p class="train-about" data-gives="sides">There, and back.</p>'), "sides");
  for (const words of [null, undefined, "", "<p>A recipe.</p>"]) assert.equal(givesOf(words), "noise");
});

test("the newest picture is shown, or the newest moment while none is here", () => {
  assert.equal(newestOf([]), -1);
  assert.equal(newestOf(moments([1, "a"], [2, "b"], [3, ""])), 1);
  assert.equal(newestOf(moments([1, ""], [2, ""])), 1);
});

test("the moment that was shown stays, or the next one where it has been thinned out", () => {
  const all = moments([0, "a"], [4, "b"], [9, "c"]);
  assert.deepEqual([0, 4, 5, 9, 10].map((step) => placeOf(all, step)), [0, 1, 2, 2, 0]);
  assert.equal(placeOf([], 3), 0);
});

test("both sides show their last moment until a second, or their first", () => {
  const all = moments([0], [10], [20]); // at 0, 1 and 2 s
  assert.deepEqual([-5, 0, 0.99, 0.996, 1, 7].map((at) => momentAt(all, at)), [0, 0, 0, 1, 1, 2]);
  assert.equal(momentAt([], 1), 0);
});

test("a tab knows its last twenty runs, each once, the newest last", () => {
  assert.deepEqual(withRun([], "a"), ["a"]);
  assert.deepEqual(withRun(["a", "b"], "a"), ["b", "a"]);
  const many = Array.from({ length: 20 }, (_, at) => String(at));
  assert.deepEqual(withRun(many, "new"), [...many.slice(1), "new"]);
});

test("learning rates in words", () => {
  assert.deepEqual([2e-4, 1e-3, 0.0123, 5e-5].map(rate), ["0.0002", "0.001", "0.012", "0.00005"]);
});

// A server whose answers about the news of a run the test gives.
function serving() {
  const asked = [];
  const server = { left() {}, pictures: async () => null,
    news: (question) => new Promise((resolve) => asked.push({ ...question, resolve })) };
  const tells = (at, ...steps) => asked[at].resolve({ run: asked[at].run, version: 1, parts: {
    run: ["m", { start: 0, span: 9, model: "m" }], stand: ["m", { training: true, over: false }] },
    points: { grids: { step: steps, seconds: steps }, progress: { step: steps, seconds: steps } } });
  return { server, asked, tells };
}

test("the news of a run are joined: the server is told the last step of each kind, and none is lost or repeated", async () => {
  const { server, asked, tells } = serving();
  const { numbers, reel, turn, ask } = train({ ...GIVEN, server });
  turn("a");
  assert.deepEqual([asked.length, asked[0].run, asked[0].since, asked[0].have], [1, "a", {}, {}]);
  tells(0, 1, 2);
  await settled();
  ask();
  assert.deepEqual([asked[1].since, asked[1].have], [{ grids: 2, progress: 2 }, { run: "m", stand: "m" }]);
  tells(1, 3);
  await settled();
  assert.deepEqual(numbers.columns.progress.step, [1, 2, 3]);
  assert.deepEqual(reel.moments.map(({ step }) => step), [1, 2, 3]);
});

test("a run that is left and shown again starts anew: an answer from before is none of it", async () => {
  const { server, asked, tells } = serving();
  const { numbers, turn, ask } = train({ ...GIVEN, server });
  turn("a");
  tells(0, 1, 2);
  await settled();
  ask();
  turn("b");
  turn("a");
  tells(1, 3); // since 2: without what the page has just forgotten
  await settled();
  assert.deepEqual([numbers.columns, asked[2].run, asked[2].since], [{}, "a", {}]);
  tells(2, 1, 2, 3);
  await settled();
  assert.deepEqual(numbers.columns.progress.step, [1, 2, 3]);
});

test("the loop shows what the run's generator gets: noise, a source or one of two sides", async () => {
  const loop = place({ dataset: {} });
  const { document } = globalThis;
  globalThis.document = place({ querySelector: () => loop });
  const { server, asked } = serving();
  const { turn } = train({ ...GIVEN, server });
  turn("a");
  asked[0].resolve({ run: "a", version: 1, points: {}, parts: { run: ["m", { given: "source" }], stand: ["m", {}] } });
  await settled();
  assert.deepEqual(loop.dataset, { trains: "none", given: "source" });
  turn("b");
  asked[1].resolve({ run: "b", version: 1, points: {}, parts: { run: ["m", { given: "sides" }], stand: ["m", {}] } });
  await settled();
  assert.equal(loop.dataset.given, "sides");
  globalThis.document = document;
});

// Runs side by side, with a server whose answers the test gives.
function comparing() {
  const asked = [];
  const element = places();
  const select = (side) => element.querySelector(`[data-side="${side}"]`);
  for (const side of ["a", "b"]) select(side).value = "";
  compare({ ...GIVEN, element, server: { compared: (question) => new Promise((resolve) => asked.push({ question, resolve })) } });
  return {
    asked, select, places: () => [asked.at(-1).question.a, asked.at(-1).question.b],
    shows: (run) => showRun({ run, parent: "", training: true, fork: null }),
    choose(side, run) {
      select(side).value = run;
      select(side).fire("change");
    },
    async tell(at = asked.length - 1) {
      const { a, b } = asked[at].question;
      const side = (key) => (key ? { key, live: false, points: {} } : undefined);
      asked[at].resolve({ parts: {}, both: false, sides: { a: side(a), b: side(b) } });
      await settled();
    },
  };
}

test("the newest run stands in place A until another one is chosen for it", async () => {
  const page = comparing();
  await page.tell();
  page.shows("older");
  await page.tell();
  page.shows("newer");
  await page.tell();
  assert.deepEqual([page.select("a").value, page.places()], ["newer", ["newer", ""]]);
  page.choose("a", "older");
  await page.tell();
  page.shows("newest");
  await page.tell();
  assert.equal(page.select("a").value, "older");
});

test("two runs are shown at the last second that both have, if there is one", () => {
  const upTo = (first, last) => [first, (first + last) / 2, last].map((seconds) => ({ seconds }));
  assert.equal(together(upTo(0, 37), upTo(0, 180)), 37);
  assert.equal(together(upTo(0, 180), upTo(20, 60)), 60);
  assert.equal(together(upTo(0, 37), upTo(37, 90)), 90); // one goes on where the other ended
  assert.equal(together(upTo(0, 37), []), 37);
});

test("a run that is chosen to compare is not set back by the answer about the one before it", async () => {
  const page = comparing();
  page.choose("b", "one");
  await page.tell();
  const before = page.asked.length - 1;
  page.choose("b", "two");
  await page.tell(before);
  await page.tell();
  assert.deepEqual([page.select("b").value, page.places()[1]], ["two", "two"]);
});
