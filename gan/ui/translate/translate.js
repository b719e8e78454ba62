// @ts-check
// The Translate tab in the browser: a source to draw on, and beside it what the model makes of it.
import { browser } from "../browser.js";
import { UNANSWERED, latest, partsOf, save, writeAddress } from "../shared.js";
import { packed, unpacked } from "./drawing.js";
import { lensOver } from "./lens.js";
import { pad as padOn } from "./pad.js";
import { withText } from "./png.js";

/** @typedef {import("./drawing.js").Drawing} Drawing */

const POSITION = ["translator", "way", "example"]; // in the address; a drawing is in none
const COVERED = ["image", "answer", "beside", "back", "difference", "back-more", "lens-more"]; // with the answer
const SAVED_SIDE = 512; // pixels a side, at least, of each of a saved pair
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
  let hidden = false; // the answer, so that one may predict it
  let settling = 0;
  let opening = 0; // counts what was opened or put: an older answer must not replace a newer one
  const hand = { tool: "brush", size: 1, colour: "#000000" };
  const pad = padOn(/** @type {any} */ (part("pad")), () => hand, drawn);

  const say = (/** @type {string} */ sentence = "") => (part("notice").textContent = sentence);

  /** @param {string} name @param {object} question */
  async function ask(name, question) {
    const shown = model;
    const answer = (await server[name](question)) || { error: UNANSWERED };
    // what was asked of a model that another has replaced since is nobody's concern any more
    if (answer.error && (name === "opened" || shown === model)) say(answer.error);
    return answer.error ? null : answer;
  }

  const question = () => ({ model, way, source: packed(pad.drawing()) });

  const draw = latest(async () => {
    const number = opening;
    const answer = await ask("translated", question());
    if (answer && number === opening) part("image").src = answer.image;
  });

  // What follows the result, one question of each kind at a time.
  /** @param {"beside" | "returned" | "compared"} name @param {(answer: Record<string, string>) => void} show */
  const after = (name, show) =>
    latest(async () => {
      const number = opening;
      const answer = has[name] && (await ask(name, { ...question(), truth }));
      if (answer && number === opening) show(answer);
    });

  const followers = [
    after("beside", (answer) => (part("beside").src = answer.beside)),
    after("returned", (answer) => {
      for (const name of ["back", "difference"]) part(name).src = answer[name];
      for (const name of ["hiding", "card"]) part(name).innerHTML = answer[name];
    }),
    after("compared", (answer) => (part("lens").innerHTML = answer.lens)),
  ];
  const follow = () => followers.map((one) => one());
  lensOver(part("lens"));

  function drawn() {
    say();
    if (!part("answer-place").hidden) showAnswer({}); // to a drawing nobody knows the answer
    redraw();
  }

  function redraw() {
    example = null;
    draw();
    clearTimeout(settling);
    settling = setTimeout(() => {
      follow();
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

  function cover() {
    for (const name of COVERED) part(name).classList.toggle("covered", hidden);
    part("cover").hidden = !hidden;
    const button = element.querySelector("[data-do=hide]");
    button.ariaPressed = String(hidden);
    button.textContent = hidden ? "Show the answer" : "Hide the answer";
  }

  /** @param {{source: string, answer: string, truth: string, image: string, example: number}} chosen @param {number} side @param {number} channels */
  function put(chosen, side, channels) {
    clearTimeout(settling); // of a stroke that this replaces: the address would lose its example
    pad.put(unpacked(chosen.source, side, channels));
    ({ example } = chosen);
    part("image").src = chosen.image;
    showAnswer(chosen);
    follow();
  }

  /** @param {Record<string, string>} query @param {"replaceState" | "pushState" | ""} [write] */
  async function open(query, write) {
    const number = ++opening;
    const answer = await ask("opened", { ...query, browser: browser() });
    if (!answer || number !== opening) return;
    part("empty").textContent = answer.empty || "";
    part("bench").hidden = Boolean(answer.empty);
    if (answer.empty) return;
    ({ model, way } = answer);
    takeWays(answer.ways);
    show("beside", answer.beside, ["beside-place"]);
    show("returned", way, ["ways-place", "back-place", "difference-place", "back-more"]);
    show("compared", answer.enlarges, ["lens-more"]);
    props.value = model;
    part("models").innerHTML = answer.models;
    part("about").textContent = answer.about;
    part("palette").innerHTML = answer.paints;
    takeFirstColour();
    part("examples").replaceChildren(...thumbnails(answer.examples));
    part("shown").src = answer.shown;
    part("shown-about").textContent = answer.shown_about;
    put(answer, answer.side, answer.channels);
    say(answer.notice);
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
    part("ways").value = way;
  }

  function takeFirstColour() {
    const first = element.querySelector("[name=paint]");
    first.checked = true;
    take(first);
  }

  /** @param {HTMLInputElement} paint */
  function take(paint) {
    hand.colour = paint.value;
    part("paint").textContent = paint.ariaLabel;
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

  /** @param {number} number */
  async function choose(number) {
    const turn = ++opening;
    const answer = await ask("chosen", { model, way, example: number });
    if (!answer || turn !== opening) return;
    const { side, channels } = pad.drawing();
    put(answer, side, channels);
    writeAddress(addressOf(location.href, model, example, way));
  }

  // Source and result side by side, crisp.
  async function savePair() {
    const image = part("image");
    await image.decode().catch(() => {});
    const side = Math.ceil(SAVED_SIDE / image.naturalWidth) * image.naturalWidth;
    const canvas = Object.assign(document.createElement("canvas"), { width: 2 * side, height: side });
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.imageSmoothingEnabled = false;
    context.drawImage(/** @type {any} */ (part("pad")), 0, 0, side, side);
    context.drawImage(/** @type {any} */ (image), side, 0, side, side);
    const said = JSON.stringify({ translator: model, ...(way && { way }), source: packed(pad.drawing()) });
    save(withText(canvas.toDataURL(), "gan-studio", said), `${model}-pair.png`);
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
    save: savePair,
  };

  element.addEventListener("click", ({ target }) => {
    const { tool, do: name, example: place } = target.closest("button")?.dataset ?? {};
    if (tool) {
      hand.tool = tool;
      for (const one of element.querySelectorAll("[data-tool]")) one.ariaPressed = String(one.dataset.tool === tool);
    } else if (name) DO[name]();
    else if (place) choose(Number(place));
  });

  element.addEventListener("input", ({ target }) => {
    if (target === part("size")) hand.size = Number(target.value);
    else if (target.name === "paint") {
      take(target);
      if (hand.tool === "erase") element.querySelector("[data-tool=brush]").click();
    }
  });

  element.addEventListener("change", ({ target }) => {
    if (target === part("models")) open({ translator: target.value }, "pushState");
    if (target === part("ways")) turnRound(target.value);
  });

  // The other way, with what one has drawn; from an example to the same one of the other side.
  /** @param {string} to */
  async function turnRound(to) {
    const own = example === null ? pad.drawing() : null;
    const from = model;
    await open({ translator: model, way: to, example: String(example ?? 0) }, "pushState");
    if (own && model === from && way === to) putOwn(own, {});
  }

  /** @param {Drawing} drawing @param {{answer?: string, truth?: string}} known */
  function putOwn(drawing, known) {
    pad.put(drawing);
    opening += 1;
    showAnswer(known);
    redraw();
  }

  // A photo of one's own, as the model's kind of source.
  document.addEventListener("gan:source", async ({ detail }) => {
    if (!detail?.source) return say(detail?.error);
    const { way: saved = way } = detail;
    if (detail.model !== model || saved !== way) await open({ translator: detail.model, way: saved }, "pushState");
    if (detail.model !== model) return; // it could not be opened, or somebody was quicker
    const { side, channels } = pad.drawing();
    putOwn(unpacked(detail.source, side, channels), detail);
    say(detail.said);
  });

  const asked = () => Object.fromEntries(new URLSearchParams(location.search));
  addEventListener("popstate", () => open(asked()));
  document.addEventListener("gan:translators", async () => {
    const shown = model;
    const answer = await ask("opened", { translator: shown, browser: browser() });
    if (!answer || answer.empty) return;
    if (!model) return open(asked());
    if (answer.model !== shown && shown === model) return open({ translator: shown }, "replaceState"); // it is gone
    part("models").innerHTML = answer.models;
    part("models").value = model; // by now it may be another one
  });
  open(asked());
}
