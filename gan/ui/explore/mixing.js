// @ts-check
// The mixing grid of a StyleGAN: a seed for each row and each column, and the layers that follow the column's.
import { latest } from "../shared.js";
import { walkAbout } from "./neighbours.js";

const SOURCES = 4;
const SEEDS = 2 ** 32;
const FIRST = SOURCES + 2; // the first cell that is mixed
const IN_A_LINK = /^((?:\d{1,10}_){3}\d{1,10})\.((?:\d{1,10}_){3}\d{1,10})\.(coarse|middle|fine)$/;

/** @typedef {{a: number[], b: number[], style: string}} Mix */

// What a link's text says; else rows from this seed on, and columns from where they end.
/** @param {string} text @param {number} seed @returns {Mix} */
export function mixOf(text, seed) {
  const from = (/** @type {number} */ first) => Array.from({ length: SOURCES }, (_, k) => (first + k) % SEEDS);
  const [, a, b, style] = IN_A_LINK.exec(text) || [];
  const [rows, columns] = [a, b].map((list = "") => list.split("_").map(Number));
  if (style && [...rows, ...columns].every((one) => one < SEEDS)) return { a: rows, b: columns, style };
  return { a: from(seed), b: from(seed + SOURCES), style: "coarse" };
}

/** @param {Mix} mix */
export function textOf({ a, b, style }) {
  return [a.join("_"), b.join("_"), style].join(".");
}

/**
 * @param {Part} part of the explorer
 * @param {() => any} state the position in sight
 * @param {(mix: Mix) => Promise<any>} ask for the grid of that model
 * @param {() => void} remember what is mixed in the address
 */
export function mixing(part, state, ask, remember) {
  const place = part("mixing");
  /** @returns {any[]} */
  const cells = () => [...part("mix-cells").children];
  let mix = mixOf("", 0);
  let told = false; // the address is to say what is mixed
  let drawn = ""; // what the grid in sight was asked for
  let chosen = FIRST;

  const draw = latest(async () => {
    if (!place.firstElementChild) return;
    const { model, psi, noise } = state();
    const wanted = JSON.stringify([model, psi, noise, mix]);
    const answer = wanted !== drawn && (await ask(mix));
    if (!answer || model !== state().model) return;
    drawn = wanted;
    const focused = part("mix-cells").contains(document.activeElement);
    place.style.setProperty("--sheet", `url(${answer.sheet})`);
    part("mix-cells").innerHTML = answer.cells;
    choose(cells()[chosen]);
    if (focused) cells()[chosen].focus();
  });

  // Shows a cell large.
  /** @param {any} cell */
  function choose(cell) {
    chosen = cells().indexOf(cell);
    for (const one of cells()) {
      one.tabIndex = one === cell ? 0 : -1;
      one.ariaCurrent = one === cell ? "true" : null;
    }
    part("mix-large").style.backgroundPosition = cell.style.backgroundPosition;
    part("mix-words").textContent = cell.ariaLabel;
  }

  /** @param {Partial<Mix>} change */
  function take(change) {
    mix = { ...mix, ...change };
    told = true;
    remember();
    draw();
  }

  place.addEventListener("change", (/** @type {any} */ { target }) => {
    if (target.name === "mix-style") take({ style: target.value });
  });

  place.addEventListener("click", (/** @type {any} */ { target }) => {
    const cell = target.closest(".mix-cells button");
    if (cell) return choose(cell);
    const side = target.closest("[data-mix]")?.dataset.mix;
    if (side) take({ [side]: Array.from({ length: SOURCES }, () => Math.floor(Math.random() * 1e4)) });
  });

  place.addEventListener("keydown", (/** @type {any} */ event) => {
    if (event.target.closest(".mix-cells")) walkAbout(event, part("mix-cells"));
  });

  // For a model that was opened: the place itself, and what its link says of it.
  /** @param {string} html @param {string} text */
  function open(html, text) {
    place.innerHTML = html;
    told = Boolean(text);
    mix = mixOf(text, state().seed);
    drawn = "";
    chosen = FIRST;
    if (!html) return;
    place.querySelector(`[value="${mix.style}"]`).checked = true;
    draw();
  }

  return { open, draw, query: () => (told && place.firstElementChild ? `mix=${textOf(mix)}&` : "") };
}
