// @ts-check
// The Translate tab in the browser: a source to draw on, and beside it what the model makes of it.
import { browser, ofTab } from "../browser.js";
import { UNANSWERED, latest, partsOf, writeAddress } from "../shared.js";
import { packed, unpacked } from "../drawing.js";
import { pad as padOn, tools as toolsOf, undoneByKeys } from "../drawing_pad.js";
import { lensOver } from "./lens.js";
import { savePair } from "./pair.js";

/** @typedef {import("../drawing.js").Drawing} Drawing */
/** @typedef {"replaceState" | "pushState" | ""} Write how the address takes something up */
/** @typedef {{source: string, answer: string, truth: string, image: string, example: number}} Chosen */
/** @typedef {{query: Record<string, string>, write: Write, keeps: boolean, whole: boolean}} Opening */

const POSITION = ["translator", "way", "example"]; // in the address; a drawing is in none
const COVERED = ["image", "answer", "beside", "back", "difference", "back-more", "lens-more"]; // with the answer
const OF_MODEL = ["pad", "hand", "palette", "ways-place"]; // shut while another model is on its way
const LATE = "You went on before the photo was ready, so it was left out. Choose it once more.";
const RESUMED = "This is your drawing from before. Undo brings the example back.";
const SETTLED = 300; // ms without a stroke before what need not follow a hand is asked for

// The address of an example, or without one of the model and its way alone.
/** @param {string} href @param {string} translator @param {number | null} example @param {string} [way] */
export function addressOf(href, translator, example, way = "") {
  const address = new URL(href);
  for (const name of POSITION) address.searchParams.delete(name);
  address.searchParams.set("translator", translator);
  if (way) address.searchParams.set("way", way);
  if (example !== null) address.searchParams.set("example", String(example));
  return address;
}

/** @param {Given} given */
export default function translate({ element, props, server }) {
  const part = partsOf(element);
  let model = "";
  let way = ""; // of a model between two sides
  let truth = ""; // the answer, for what is measured by it; "" where nobody knows it
  let has = { beside: false, returned: false, compared: false }; // what is asked for a moment after the result
  /** @type {number | null} */
  let example = null; // null: it was drawn on
  /** @type {Chosen | null} */
  let lies = null; // the example that was put on the pad, which strokes may be undone to
  let hidden = false; // the answer, so that one may predict it
  let settling = 0;
  /** @type {Promise<unknown>} */
  let drawnAll = Promise.resolve(); // kept when the result is that of the last stroke
  // A newer act of the person's wins over the answer to an older one.
  /** @type {Opening | null} */
  let opening = null; // what is on its way: an example, or (`whole`) a model and its way, too
  let opened = Promise.resolve(false); // kept when the last of these is there
  let acts = 0; // counts what the person did with the source
  let sent = 0; // of these, those before a photo was sent
  let placed = 0; // counts what was put on the pad: an answer about what it replaced is dropped
  const tools = toolsOf(part("tools"));
  const pad = padOn(/** @type {any} */ (part("pad")), tools.hand, drawn);
  undoneByKeys(element, pad);

  const say = (/** @type {string} */ sentence = "") => (part("notice").textContent = sentence);

  // wanted: whether anybody still waits for the answer when it is there.
  /** @param {string} name @param {object} question @param {() => boolean} wanted */
  async function ask(name, question, wanted) {
    const answer = (await server[name](question)) || { error: UNANSWERED };
    if (!wanted()) return null;
    if (answer.error) say(answer.error);
    return answer.error ? null : answer;
  }

  const question = () => ({ model, way, source: packed(pad.drawing()) });

  /** @param {string} name @param {object} question */
  function askOfThis(name, question) {
    const number = placed;
    return ask(name, question, () => number === placed);
  }

  const draw = latest(async () => {
    const answer = await askOfThis("translated", question());
    if (answer) part("image").src = answer.image;
  });

  // What follows the result, one question of each kind at a time.
  /** @param {"beside" | "returned" | "compared"} name @param {(answer: Record<string, string>) => void} show */
  const after = (name, show) =>
    latest(async () => {
      const answer = has[name] && (await askOfThis(name, { ...question(), truth }));
      if (answer) show(answer);
    });

  const followers = [
    after("beside", (answer) => (part("beside").src = answer.beside)),
    after("returned", (answer) => {
      for (const name of ["back", "difference"]) part(name).src = answer[name];
      for (const name of ["hiding", "card"]) part(name).innerHTML = answer[name];
    }),
    after("compared", (answer) => {
      part("lens").innerHTML = answer.lens;
      part("lens-words").textContent = answer.words;
    }),
  ];
  const follow = () => followers.map((one) => one());
  lensOver(part("lens"));

  function drawn() {
    acts += 1;
    if (opening?.whole) opening.keeps = true;
    else opening = null; // an example comes too late now
    say();
    if (lies && lies.source === packed(pad.drawing())) return undrawn(lies);
    if (!part("answer-place").hidden) showAnswer({}); // to a drawing nobody knows the answer
    redraw();
  }

  // All strokes are undone.
  /** @param {Chosen} chosen */
  function undrawn(chosen) {
    takeUp(chosen);
    ofTab.remove(draft());
    writeAddress(addressOf(location.href, model, example, way));
  }

  // A drawing is kept in its tab, each model's own: the address has none.
  const draft = () => `gan.drawing.${model}.${way}`;

  function keepDraft() {
    if (model && example === null) ofTab.set(draft(), packed(pad.drawing()));
  }

  function redraw() {
    example = null;
    drawnAll = draw();
    clearTimeout(settling);
    settling = setTimeout(() => {
      follow();
      keepDraft();
      writeAddress(addressOf(location.href, model, null, way));
    }, SETTLED);
  }

  /** @param {{answer?: string, truth?: string}} known */
  function showAnswer(known) {
    truth = known.truth ?? "";
    part("answer-place").hidden = !known.answer;
    if (known.answer) part("answer").src = known.answer;
    cover();
  }

  // Only an answer that is known can be hidden, and with it what would give it away.
  function cover() {
    const known = !part("answer-place").hidden;
    for (const name of COVERED) part(name).classList.toggle("covered", hidden && known);
    part("cover").hidden = !hidden;
    const button = element.querySelector("[data-do=hide]");
    button.hidden = !known;
    button.ariaPressed = String(hidden);
    button.textContent = hidden ? "Show the answer" : "Hide the answer";
  }

  /** @param {Chosen} chosen @param {number} side @param {number} channels */
  function put(chosen, side, channels) {
    pad.put(unpacked(chosen.source, side, channels));
    takeUp((lies = chosen));
  }

  // What lies on the pad is an example.
  /** @param {Chosen} chosen */
  function takeUp(chosen) {
    clearTimeout(settling); // of a stroke before: the address would lose its example
    placed += 1;
    ({ example } = chosen);
    part("image").src = chosen.image;
    showAnswer(chosen);
    follow();
  }

  // What lies on the pad is the person's own.
  /** @param {{answer?: string, truth?: string}} known */
  function keep(known) {
    placed += 1;
    showAnswer(known);
    redraw();
  }

  /** @param {Record<string, string>} query @param {Partial<Opening>} how */
  function begin(query, how) {
    acts += 1;
    return (opening = { query, write: "replaceState", keeps: false, whole: false, ...how });
  }

  // The answer, unless something newer is on its way.
  /** @param {Opening} mine @param {string} name @param {object} question */
  async function answerTo(mine, name, question) {
    const answer = await ask(name, question, () => opening === mine);
    if (opening === mine) opening = null;
    return answer;
  }

  // keeps: what is drawn, on a model that is open already. The promise says whether it was opened.
  /** @param {Record<string, string>} query @param {Write} [write] @param {boolean} [keeps] */
  function open(query, write = "", keeps = false) {
    return (opened = openNow(query, begin(query, { write, keeps, whole: true })));
  }

  /** @param {Record<string, string>} query @param {Opening} mine */
  async function openNow(query, mine) {
    keepDraft();
    props.value = query.translator || model; // a photo that is sent from now on is for this one
    shut(query.translator !== model); // a stroke would be lost
    const answer = await answerTo(mine, "opened", { ...query, browser: browser() });
    if (answer) fillIn(answer, mine);
    if (!opening) rest();
    return Boolean(answer && !answer.empty);
  }

  /** @param {boolean} isShut */
  function shut(isShut) {
    for (const name of OF_MODEL) part(name).inert = isShut;
  }

  // Nothing is on its way: what could not be opened must not stay chosen.
  function rest() {
    shut(false);
    part("models").value = props.value = model;
    part("ways").value = way;
  }

  /** @param {any} answer @param {Opening} mine */
  function fillIn(answer, { query, write, keeps }) {
    part("empty").textContent = answer.empty || "";
    part("bench").hidden = Boolean(answer.empty);
    if (answer.empty) return;
    const same = answer.model === model;
    ({ model, way } = answer);
    takeWays(answer.ways);
    show("beside", answer.beside, ["beside-place"]);
    show("returned", way, ["ways-place", "back-place", "difference-place", "back-more"]);
    show("compared", answer.enlarges, ["lens-more"]);
    part("models").innerHTML = answer.models;
    part("about").textContent = answer.about;
    if (!same) tools.offer(answer.paints);
    part("examples").replaceChildren(...thumbnails(answer.examples));
    part("shown").src = answer.shown;
    part("shown-about").textContent = answer.shown_about;
    const drew = query.example === undefined ? ofTab.get(draft()) : null;
    if (keeps && same) keep({});
    else put(answer, answer.side, answer.channels);
    if (drew && !keeps) {
      pad.put(unpacked(drew, answer.side, answer.channels));
      keep({});
    }
    say(answer.notice || (drew && !keeps ? RESUMED : ""));
    if (write) writeAddress(addressOf(location.href, model, example, way), write);
  }

  // Whether the model has something that follows its result, and the places that belong to it.
  /** @param {"beside" | "returned" | "compared"} name @param {unknown} there @param {string[]} places */
  function show(name, there, places) {
    has[name] = Boolean(there);
    for (const place of places) part(place).hidden = !there;
  }

  /** @param {Record<string, string>} ways their words */
  function takeWays(ways) {
    part("ways").replaceChildren(...Object.entries(ways).map(([name, words]) => new Option(words, name)));
  }

  // One button an example, each showing its part of the sheet.
  /** @param {string} sheet */
  function thumbnails(sheet) {
    return Array.from({ length: 6 }, (_, place) => {
      const button = Object.assign(document.createElement("button"), { type: "button", ariaLabel: `Example ${place + 1}` });
      button.dataset.example = String(place);
      button.style.backgroundImage = `url(${sheet})`;
      button.style.backgroundPosition = `${place * 20}% 0`;
      return button;
    });
  }

  // An example, of the model and way that are on their way where there are such.
  /** @param {number} number */
  async function choose(number) {
    const query = { ...opening?.query, example: String(number) };
    if (opening?.whole) return open(query, opening.write || "replaceState");
    const answer = await answerTo(begin(query, {}), "chosen", { model, way, example: number });
    if (!answer) return;
    const { side, channels } = pad.drawing();
    put(answer, side, channels);
    ofTab.remove(draft());
    writeAddress(addressOf(location.href, model, example, way));
  }

  async function saveBoth() {
    await drawnAll;
    await part("image").decode().catch(() => {});
    const said = { translator: model, ...(way && { way }), source: packed(pad.drawing()) };
    savePair(/** @type {any} */ (part("pad")), /** @type {any} */ (part("image")), said, `${model}-pair.png`);
  }

  /** @type {Record<string, () => unknown>} */
  const DO = {
    undo: pad.undo,
    redo: pad.redo,
    clear: pad.clear,
    surprise: () => choose(6 + Math.floor(Math.random() * 1e6)),
    hide: () => {
      hidden = !hidden;
      cover();
    },
    save: saveBoth,
  };

  element.addEventListener("click", ({ target }) => {
    const { do: name, example: place } = target.closest("button")?.dataset ?? {};
    if (name) DO[name]();
    else if (place) choose(Number(place));
  });

  element.addEventListener("change", ({ target }) => {
    if (target === part("models")) open({ translator: target.value }, "pushState");
    if (target === part("ways")) turnRound(target.value);
  });

  // The other way, with what one has drawn; from an example to the same one of the other side.
  /** @param {string} to */
  function turnRound(to) {
    const query = { translator: model, example: String(example ?? 0), ...opening?.query, way: to };
    open(query, "pushState", opening ? opening.keeps : example === null);
  }

  // A photo of one's own, as the model's kind of source; a saved pair, as that of its own model and way.
  document.addEventListener("gan:sent", () => (sent = acts));
  for (const kind of ["change", "drop"]) // not when it is uploaded: what is drawn meanwhile stays
    document.addEventListener(kind, (/** @type {any} */ { target }) => {
      if (target.closest?.("#translate-file")) document.dispatchEvent(new Event("gan:sent"));
    }, { capture: true });
  addEventListener("pagehide", keepDraft); // the last stroke, too
  document.addEventListener("gan:source", async ({ detail }) => {
    if (!detail?.source) return say(detail?.error);
    let turn = sent;
    await opened;
    if (turn === acts && (detail.model !== model || (detail.way ?? way) !== way)) {
      turn += 1;
      if (!(await open({ translator: detail.model, way: detail.way ?? "" }, "pushState"))) return;
    }
    if (turn !== acts) return say(LATE);
    opening = null; // an example that was chosen before
    const { side, channels } = pad.drawing();
    pad.put(unpacked(detail.source, side, channels));
    keep(detail);
    say(detail.said);
    part("pad").scrollIntoView({ block: "nearest" }); // it was chosen further down
  });

  const asked = () => Object.fromEntries(new URLSearchParams(location.search));
  addEventListener("popstate", () => open(asked()));
  document.addEventListener("gan:translators", async () => {
    if (opening?.whole) return; // it brings the list
    if (!model) return open(asked());
    const shown = model;
    const stays = () => shown === model && !opening?.whole;
    const answer = await ask("opened", { translator: shown, browser: browser() }, stays);
    if (!answer || answer.empty) return;
    if (answer.model !== shown) return open({ translator: shown }, "replaceState"); // it is gone
    part("models").innerHTML = answer.models;
    part("models").value = model;
  });
  open(asked());
}
