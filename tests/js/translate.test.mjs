// The Translate tab with answers that are held back: a newer act of the person's wins over an older answer.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { GIVEN, place, places } from "./stand_in.mjs";
import translate from "../../gan/ui/translate/translate.js";

const SIDE = 4;
const settled = async () => { for (let at = 0; at < 20; at += 1) await new Promise(setImmediate); };

// The page, and a server whose answers the test gives.
function opened() {
  const element = places();
  const part = (name) => element.querySelector(`[data-part="${name}"]`);
  part("pad").getBoundingClientRect = () => ({ left: 0, top: 0, width: SIDE, height: SIDE });
  const document = place();
  const history = [];
  Object.assign(globalThis, { document, addEventListener() {}, location: { href: "http://here/", search: "" },
    history: { state: null, replaceState: (...given) => history.push(given[2].search), pushState: (...given) => history.push(given[2].search) } });
  const asked = [];
  const server = new Proxy({}, { get: (_, name) => (question) =>
    new Promise((resolve) => asked.push({ name, question: { ...question }, resolve })) });
  const props = {};
  translate({ ...GIVEN, element, props, server });
  const page = {
    element, part, props, history, asked, document,
    last: (name) => asked.findLast((one) => one.name === name),
    choose: (number) => element.fire("click", { target: { closest: () => ({ dataset: { example: String(number) } }) } }),
    press: (name) => element.fire("click", { target: { closest: () => ({ dataset: { do: name } }) } }),
    change(name, value) {
      part(name).value = value;
      element.fire("change", { target: part(name) });
    },
    stroke: (x = 1) => part("pad").fire("pointerdown", { button: 0, isPrimary: true, clientX: x, clientY: 1 }),
    photo: (detail) => document.fire("gan:source", { detail }),
    source: () => page.last("translated").question.source,
    // what the server says of a question, which is by default what was asked for
    async tell(one, more = {}) {
      const { translator = "a", way = "", example = "0", model = translator } = one.question;
      const said = { model, way, example: Number(example), image: `${model} ${way} ${example}`, source: grey(100 + Number(example)) };
      one.resolve(one.name === "opened" ? { ...said, side: SIDE, channels: 1, ways: {}, answer: "", ...more } : { ...said, ...more });
      await settled();
    },
  };
  return page;
}

const grey = (level) => btoa(String.fromCharCode(level).repeat(SIDE * SIDE));
const LATE = /You went on before the photo was ready/;

let page;
beforeEach(async () => {
  page = opened();
  await page.tell(page.last("opened"), { way: "on" });
  assert.equal(page.part("image").src, "a  0");
});

test("an example that is chosen while another way is on its way is the same one of that way", async () => {
  page.change("ways", "off");
  const older = page.last("opened");
  page.choose(3);
  await page.tell(older);
  assert.equal(page.part("image").src, "a  0");
  await page.tell(page.last("opened"));
  assert.deepEqual([page.part("image").src, page.part("ways").value], ["a off 3", "off"]);
  assert.deepEqual(page.history, ["?translator=a&way=off&example=3"]);
});

test("an example that is chosen while another translator is on its way is one of that one's", async () => {
  page.change("models", "b");
  page.choose(2);
  await page.tell(page.asked[1]);
  await page.tell(page.last("opened"));
  assert.deepEqual([page.part("image").src, page.props.value, page.part("models").value], ["b  2", "b", "b"]);
});

test("another way, while an example is on its way, has that example", async () => {
  page.choose(3);
  page.change("ways", "off");
  await page.tell(page.last("chosen"));
  await page.tell(page.last("opened"));
  assert.equal(page.part("image").src, "a off 3");
});

test("of two examples the last one stays, in whichever order their answers come", async () => {
  page.choose(1);
  page.choose(2);
  await page.tell(page.asked.at(-1));
  await page.tell(page.asked.at(-2));
  assert.equal(page.part("image").src, "a on 2");
});

test("a stroke is not lost to an example that was chosen before it", async () => {
  page.choose(5);
  page.stroke();
  const drawn = page.source();
  await page.tell(page.last("chosen"));
  assert.notEqual(page.part("image").src, "a on 5");
  page.stroke(2);
  await page.tell(page.last("translated"));
  assert.notEqual(page.source(), drawn);
  assert.equal(atob(page.source()).charCodeAt(0), 100); // still on the source that was there
});

test("a stroke goes along the other way that was on its way, and keeps its place in no address", async () => {
  page.change("ways", "off");
  page.stroke();
  const drawn = page.source();
  await page.tell(page.last("translated"));
  await page.tell(page.last("opened"));
  assert.deepEqual([page.last("translated").question.way, page.source()], ["off", drawn]);
  assert.deepEqual(page.history, ["?translator=a&way=off"]);
});

test("while another translator is on its way its pad is shut, and open again if it does not come", async () => {
  page.change("models", "b");
  assert.ok(page.part("pad").inert && page.part("palette").inert);
  await page.tell(page.last("opened"), { error: "It is gone." });
  assert.ok(!page.part("pad").inert);
  assert.deepEqual([page.part("notice").textContent, page.part("models").value, page.props.value], ["It is gone.", "a", "a"]);
});

test("what was drawn before an example that cannot be had still gets its result", async () => {
  page.stroke();
  page.choose(4);
  await page.tell(page.last("chosen"), { error: "No." });
  await page.tell(page.last("translated"), { image: "of the stroke" });
  assert.equal(page.part("image").src, "of the stroke");
});

test("a photo lies on the pad, over an example that was chosen before it", async () => {
  page.choose(5);
  page.document.fire("gan:sent");
  page.photo({ model: "a", source: grey(9), said: "Cropped." });
  await settled();
  await page.tell(page.last("chosen"));
  assert.deepEqual([page.source(), page.part("notice").textContent], [grey(9), "Cropped."]);
  assert.notEqual(page.part("image").src, "a on 5");
});

test("a photo that comes after the translator was switched does not switch back", async () => {
  page.document.fire("gan:sent");
  page.change("models", "b");
  await page.tell(page.last("opened"));
  page.photo({ model: "a", source: grey(9) });
  await settled();
  assert.deepEqual([page.part("image").src, page.asked.filter(({ name }) => name === "opened").length], ["b  0", 2]);
  assert.match(page.part("notice").textContent, LATE);
});

for (const [what, act] of Object.entries({ stroke: () => page.stroke(), example: () => page.choose(2) }))
  test(`a photo does not take the place of a newer ${what}`, async () => {
    page.document.fire("gan:sent");
    act();
    page.photo({ model: "a", source: grey(9) });
    await settled();
    assert.match(page.part("notice").textContent, LATE);
    if (what === "example") await page.tell(page.last("chosen"));
    page.stroke(2);
    assert.notEqual(atob(page.last("translated").question.source).charCodeAt(0), 9);
  });

test("a photo that is sent while another translator is on its way is for that one", async () => {
  page.change("models", "b");
  assert.equal(page.props.value, "b");
  page.document.fire("gan:sent");
  page.photo({ model: "b", source: grey(9) });
  await settled();
  assert.equal(page.last("translated"), undefined);
  await page.tell(page.last("opened"));
  assert.deepEqual([page.last("translated").question.model, page.source()], ["b", grey(9)]);
});

test("a saved pair opens its own translator and way", async () => {
  page.document.fire("gan:sent");
  page.photo({ model: "b", way: "off", source: grey(9) });
  await settled();
  assert.deepEqual([page.last("opened").question.translator, page.last("opened").question.way], ["b", "off"]);
  await page.tell(page.last("opened"));
  assert.deepEqual([page.last("translated").question.model, page.source()], ["b", grey(9)]);
});

test("the answer can be hidden where there is one, and the next one is hidden, too", async () => {
  const button = page.element.querySelector("[data-do=hide]");
  assert.ok(button.hidden); // between two sides nobody knows it
  const example = async () => {
    page.choose(1);
    await page.tell(page.last("chosen"), { answer: "data:,", truth: "" });
  };
  await example();
  page.press("hide");
  assert.deepEqual([button.hidden, button.textContent, page.part("cover").hidden], [false, "Show the answer", false]);
  page.stroke();
  assert.ok(button.hidden && page.part("answer-place").hidden);
  await example();
  assert.deepEqual([button.hidden, button.textContent], [false, "Show the answer"]);
});
