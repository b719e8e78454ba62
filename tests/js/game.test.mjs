// Which is real?: the votes stay in the browser until the last, each key votes once, and what comes late is dropped.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { GIVEN, place, places } from "./stand_in.mjs";
import game, { addressOf, placeOf, playedIn, stepOf, withRound } from "../../gan/ui/judge/game.js";

const settled = async () => { for (let at = 0; at < 20; at += 1) await new Promise(setImmediate); };
const PICTURES = 4;

// The page, a browser that keeps things, and a server whose answers the test gives.
function opened(search = "") {
  const element = places();
  const part = (name) => element.querySelector(`[data-part="${name}"]`);
  for (const name of ["panel", "when", "answer"]) part(name).hidden = true;
  part("notice").textContent = "";
  const document = place({ body: {} });
  const within = {};
  element.contains = (target) => target === within;
  const [addresses, replaced, asked, kept, listeners] = [[], [], [], new Map(), {}];
  Object.assign(globalThis, { document, location: { href: `http://here/${search}`, search },
    addEventListener: (kind, does) => (listeners[kind] = does),
    history: { state: null, pushState: (...given) => addresses.push(given[2].search),
      replaceState: (...given) => replaced.push(given[2].search) } });
  window.localStorage = { getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => kept.set(name, value) };
  const server = new Proxy({}, { get: (_, name) => (question) =>
    new Promise((resolve) => asked.push({ name, question: structuredClone(question), resolve })) });
  game({ ...GIVEN, element, server });
  const page = {
    element, part, addresses, replaced, asked, kept, listeners,
    last: (name) => asked.findLast((one) => one.name === name),
    click: (dataset) => element.fire("click", { target: { closest: () => ({ dataset }) } }),
    key(key, more = {}) {
      let taken = false;
      document.fire("keydown", { key, target: document.body, preventDefault: () => (taken = true), ...more });
      return taken;
    },
    inside: (key, more) => page.key(key, { target: within, ...more }),
    judging: (name) => document.fire("gan:judging", { detail: name }),
    count: () => part("count").textContent,
    async tell(one, said) {
      one.resolve(said);
      await settled();
    },
    deal: (more = {}) => page.tell(page.last("begun"), { round: "r", sheet: "", columns: 2, width: 8, height: 8,
      pictures: PICTURES, model: "m", step: null, trained: 900, about: "", moments: "", ...more }),
  };
  return page;
}

let page;
beforeEach(async () => {
  page = opened();
  page.click({ do: "play" });
  await page.deal();
});

test("where a picture lies on its sheet", () => {
  assert.deepEqual(placeOf(7, { columns: 5, width: 32, height: 28 }), [64, 28]);
  assert.deepEqual(placeOf(4, { columns: 5, width: 32, height: 28 }), [128, 0]);
});

test("the address says that one plays, and keeps all else", () => {
  assert.equal(addressOf("http://here/?tab=judge", true).search, "?tab=judge&game=1");
  assert.equal(addressOf("http://here/?game=1&gameStep=7&tab=judge", false).search, "?tab=judge");
  assert.equal(addressOf("http://here/?game=1", true, 366).search, "?game=1&gameStep=366");
  assert.equal(addressOf("http://here/?game=1&gameStep=366", true).search, "?game=1");
  for (const [search, step] of [["?gameStep=366", 366], ["?gameStep=x", null], ["?gameStep=-1", null], ["", null]])
    assert.equal(stepOf(search), step);
});

test("what a browser keeps is read as far as it makes sense", () => {
  assert.deepEqual(playedIn('{"m": [[5, 3], [5], ["5", 3], [5, -1], [5, 1.5], 7], "n": 4}'), { m: [[5, 3]] });
  for (const text of [null, "", "{", "null", "7", "[]"]) assert.deepEqual(playedIn(text), {});
});

test("the newest rounds are kept, and the models that were played last", () => {
  assert.deepEqual(withRound({ m: [[5, 3]], n: [[1, 1]] }, "m", [6, 2]), { n: [[1, 1]], m: [[5, 3], [6, 2]] });
  let played = {};
  for (let at = 0; at < 300; at += 1) played = withRound(played, "m", [at, 0]);
  assert.deepEqual([played.m.length, played.m.at(-1)], [200, [299, 0]]);
  for (let at = 0; at < 60; at += 1) played = withRound(played, `m${at}`, [1, 0]);
  assert.deepEqual([Object.keys(played).length, "m" in played, "m59" in played], [40, false, true]);
});

test("the model that the tab tells while its round is dealt is not dealt once more, another one is", async () => {
  const begun = () => page.asked.filter(({ name }) => name === "begun").length;
  page = opened();
  page.click({ do: "play" });
  page.judging("m"); // the tab's own answer, which comes late
  await page.deal();
  assert.deepEqual([begun(), page.count()], [1, `Picture 1 of ${PICTURES}`]);
  page.click({ do: "again" });
  page.judging("n");
  await page.deal();
  assert.deepEqual([begun(), page.last("begun").question.model], [3, "n"]);
});

test("nothing is asked for before one plays, and a link with the game asks at once", () => {
  assert.equal(opened().asked.length, 0);
  assert.equal(opened("?tab=judge&game=1").last("begun").question.model, "");
});

test("arrows vote, letters too within the game, and a key that is held down votes once", () => {
  assert.ok(page.key("ArrowLeft"));
  page.key("ArrowLeft", { repeat: true });
  assert.equal(page.count(), "Picture 2 of 4");
  assert.ok(!page.key("g") && !page.key("ArrowRight", { ctrlKey: true }) && !page.key("ArrowRight", { target: {} }));
  assert.ok(page.inside("G") && page.inside("ArrowRight"));
  assert.equal(page.count(), "Picture 4 of 4");
  assert.ok(page.key("Backspace"));
  assert.equal(page.count(), "Picture 3 of 4");
  assert.equal(page.last("answered"), undefined);
});

test("after the last vote all go to the server once, and the answer is remembered", async () => {
  page.kept.set("gan.game", '{"m": [[100, 9]]}');
  for (const said of ["real", "generated", "real", "real", "real", "generated"]) page.click({ say: said });
  assert.equal(page.asked.filter(({ name }) => name === "answered").length, 1);
  assert.deepEqual(page.last("answered").question,
    { round: "r", votes: ["real", "generated", "real", "real"], before: [[100, 9]] });
  page.click({ do: "back" });
  page.click({ say: "real" });
  assert.equal(page.asked.filter(({ name }) => name === "answered").length, 1); // what was sent cannot be taken back
  await page.tell(page.last("answered"), { answer: "the answer", wrong: 3 });
  assert.deepEqual([page.part("answer").innerHTML, page.part("answer").hidden, page.part("round").hidden],
    ["the answer", false, true]);
  assert.deepEqual(JSON.parse(page.kept.get("gan.game")), { m: [[100, 9], [900, 3]] });
  assert.ok(!page.key("ArrowLeft")); // the page's again
  await page.tell(page.last("tells"), { tells: "where it looked" });
  assert.equal(page.part("tells").innerHTML, "where it looked");
});

test("a round plays where nothing can be kept", async () => {
  window.localStorage = { getItem() { throw new Error("not allowed"); } };
  for (let at = 0; at < PICTURES; at += 1) page.key("ArrowLeft");
  await page.tell(page.last("answered"), { answer: "the answer", wrong: 3 });
  assert.equal(page.part("answer").innerHTML, "the answer");
});

test("another model ends the round, and the answer to the older one is dropped", async () => {
  for (let at = 0; at < PICTURES; at += 1) page.key("ArrowLeft");
  page.judging("n");
  await page.tell(page.last("answered"), { answer: "late", wrong: 3 });
  assert.notEqual(page.part("answer").innerHTML, "late");
  assert.equal(page.last("begun").question.model, "n");
  await page.deal({ model: "n" });
  assert.equal(page.count(), "Picture 1 of 4");
  page.judging("n");
  assert.equal(page.asked.filter(({ name }) => name === "begun").length, 2);
});

test("a kept step of a run is asked for, and the next round is of the same", async () => {
  page.part("moments").value = "500";
  page.element.fire("change", { target: page.part("moments") });
  assert.equal(page.last("begun").question.step, 500);
  await page.deal({ step: 500, trained: 500, moments: "<option>" });
  assert.equal(page.part("when").hidden, false);
  page.click({ do: "again" });
  assert.equal(page.last("begun").question.step, 500);
  for (const [value, step] of [["0", 0], ["", null]]) { // before the first step there is a generator, too
    page.part("moments").value = value;
    page.element.fire("change", { target: page.part("moments") });
    assert.equal(page.last("begun").question.step, step);
  }
});

test("what cannot be played is a sentence, and there is nothing to vote on", async () => {
  page.click({ do: "again" });
  await page.tell(page.last("begun"), { error: "Its data are gone." });
  assert.deepEqual([page.part("notice").textContent, page.part("round").hidden], ["Its data are gone.", true]);
  page.click({ do: "again" });
  await page.tell(page.last("begun"), undefined);
  assert.match(page.part("notice").textContent, /does not answer/);
});

test("closing ends the round, and back opens the game again", async () => {
  page.click({ do: "close" });
  assert.deepEqual([page.part("panel").hidden, page.part("invite").hidden], [true, false]);
  assert.ok(!page.key("ArrowLeft"));
  assert.deepEqual(page.addresses, ["?game=1"]); // the second is the address that there was before
  globalThis.location = { href: "http://here/?game=1", search: "?game=1" };
  page.listeners.popstate();
  assert.equal(page.part("panel").hidden, false);
  assert.equal(page.asked.filter(({ name }) => name === "begun").length, 2);
});

test("a link opens the game at a step of the run, which stands in the address from then on", async () => {
  page = opened("?game=1&gameStep=366&judge=mine");
  await settled();
  assert.deepEqual(page.last("begun").question.step, 366);
  assert.equal(page.last("begun").question.model, "mine");
  await page.deal({ step: 366, model: "mine", moments: "<option>" });
  assert.deepEqual(page.replaced, []); // the address says so already
  page.element.fire("change", { target: Object.assign(page.part("moments"), { value: "996" }) });
  await page.deal({ step: 996, model: "mine", moments: "<option>" });
  assert.equal(page.replaced.at(-1), "?game=1&gameStep=996&judge=mine");
  document.fire("gan:judge", { detail: "other" });
  assert.match(page.replaced.at(-1), /judge=other$/);
});

test("votes that did not arrive are sent again", async () => {
  for (let number = 0; number < 4; number += 1) page.click({ say: "real" });
  await page.tell(page.last("answered"), { error: "no" });
  assert.deepEqual([page.part("round").hidden, page.part("send").hidden], [false, false]);
  const { question } = page.last("answered");
  page.click({ do: "send" });
  assert.equal(page.asked.filter(({ name }) => name === "answered").length, 2);
  assert.deepEqual([page.last("answered").question, page.part("send").hidden], [question, true]);
});

test("a link to a step that is no longer kept plays the model as it is, and says why", async () => {
  page = opened("?game=1&gameStep=9");
  await settled();
  await page.tell(page.last("begun"), { error: "Step 9 is no longer kept." });
  assert.equal(page.last("begun").question.step, null);
  await page.deal();
  assert.equal(page.part("notice").textContent, "Step 9 is no longer kept.");
  assert.equal(page.count(), `Picture 1 of ${PICTURES}`);
});
