// @ts-check
// The Translate tab in the browser: a source to draw on, and beside it what the model makes of it.
import { browser } from "../browser.js";
import { UNANSWERED, latest, partsOf, save, writeAddress } from "../shared.js";
import { packed, unpacked } from "./drawing.js";
import { pad as padOn } from "./pad.js";
import { withText } from "./png.js";

const POSITION = ["translator", "example"]; // in the address; a drawing is in none
const SAVED_SIDE = 512; // pixels a side, at least, of each of a saved pair
const SETTLED = 300; // ms without a stroke before what need not follow a hand is asked for

// The address of an example, or without one of the model alone.
/** @param {string} href @param {string} translator @param {number | null} example */
export function addressOf(href, translator, example) {
  const address = new URL(href);
  for (const name of POSITION) address.searchParams.delete(name);
  address.searchParams.set("translator", translator);
  if (example !== null) address.searchParams.set("example", String(example));
  return address;
}

/** @param {Given} given */
export default function translate({ element, props, server }) {
  const part = partsOf(element);
  let model = "";
  let beside = ""; // the model without a GAN, "" where there is none
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
    const answer = (await server[name](question)) || { error: UNANSWERED };
    if (answer.error) say(answer.error);
    return answer.error ? null : answer;
  }

  const question = () => ({ model, source: packed(pad.drawing()) });

  const draw = latest(async () => {
    const number = opening;
    const answer = await ask("translated", question());
    if (answer && number === opening) part("image").src = answer.image;
  });

  const drawBeside = latest(async () => {
    const number = opening;
    const answer = beside && (await ask("beside", question()));
    if (answer && number === opening) part("beside").src = answer.beside;
  });

  function drawn() {
    say();
    if (example !== null) showAnswer(""); // to a drawing nobody knows the answer
    example = null;
    draw();
    clearTimeout(settling);
    settling = setTimeout(() => {
      drawBeside();
      writeAddress(addressOf(location.href, model, null));
    }, SETTLED);
  }

  /** @param {string} image */
  function showAnswer(image) {
    part("answer-place").hidden = !image;
    if (image) part("answer").src = image;
    cover();
  }

  function cover() {
    for (const name of ["image", "answer", "beside"]) part(name).classList.toggle("covered", hidden);
    part("cover").hidden = !hidden;
    const button = element.querySelector("[data-do=hide]");
    button.ariaPressed = String(hidden);
    button.textContent = hidden ? "Show the answer" : "Hide the answer";
  }

  /** @param {{source: string, answer: string, image: string, example: number}} chosen @param {number} side @param {number} channels */
  function put(chosen, side, channels) {
    pad.put(unpacked(chosen.source, side, channels));
    ({ example } = chosen);
    part("image").src = chosen.image;
    showAnswer(chosen.answer);
    drawBeside();
  }

  /** @param {Record<string, string>} query @param {"replaceState" | "pushState" | ""} [write] */
  async function open(query, write) {
    const number = ++opening;
    const answer = await ask("opened", { ...query, browser: browser() });
    if (!answer || number !== opening) return;
    part("empty").textContent = answer.empty || "";
    part("bench").hidden = Boolean(answer.empty);
    if (answer.empty) return;
    ({ model, beside } = answer);
    props.value = model;
    part("models").innerHTML = answer.models;
    part("about").textContent = answer.about;
    part("palette").innerHTML = answer.paints;
    takeFirstColour();
    part("beside-place").hidden = !beside;
    part("examples").replaceChildren(...thumbnails(answer.examples));
    part("shown").src = answer.shown;
    put(answer, answer.side, answer.channels);
    say(answer.notice);
    if (write) writeAddress(addressOf(location.href, model, example), write);
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
    const answer = await ask("chosen", { model, example: number });
    if (!answer || turn !== opening) return;
    const { side, channels } = pad.drawing();
    put(answer, side, channels);
    writeAddress(addressOf(location.href, model, example));
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
    const said = JSON.stringify({ translator: model, source: packed(pad.drawing()) });
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
  });

  // A photo of one's own, as the model's kind of source.
  document.addEventListener("gan:source", async ({ detail }) => {
    if (!detail?.source) return say(detail?.error);
    if (detail.model !== model) await open({ translator: detail.model }, "pushState");
    const { side, channels } = pad.drawing();
    pad.put(unpacked(detail.source, side, channels));
    opening += 1;
    drawn();
    say(detail.said);
  });

  const asked = () => Object.fromEntries(new URLSearchParams(location.search));
  addEventListener("popstate", () => open(asked()));
  document.addEventListener("gan:translators", async () => {
    const answer = await ask("opened", { translator: model, browser: browser() });
    if (!answer || answer.empty) return;
    if (model) part("models").innerHTML = answer.models;
    else open(asked());
  });
  open(asked());
}
