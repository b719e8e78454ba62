// @ts-check
// Training and latent space at once. All images lie in one picture: a row for each kept step, along one slider.
import { latest } from "../shared.js";
import { optionsOf } from "./pad.js";

const COLUMNS = 9; // as through.py has it
const MIDDLE = (COLUMNS - 1) / 2;
const IN_A_LINK = /^(\d{1,15})\.([0-8])\.((?:move|named|taught)\..+)$/;

/** @typedef {{step: number, column: number, along: string}} Spot */

// What a link's text says; else the last step, with the slider in the middle.
/** @param {string} text @returns {Spot} */
export function spotOf(text) {
  const [, step, column, along] = IN_A_LINK.exec(text) || [];
  return along ? { step: Number(step), column: Number(column), along } : { step: Infinity, column: MIDDLE, along: "" };
}

// The row of the last step that is not after this one; the first where all are.
/** @param {number[]} steps in order @param {number} step */
export function rowOf(steps, step) {
  return Math.max(steps.findLastIndex((one) => one <= step), 0);
}

// Where a cell lies in the picture of all, in per cent, as backgrounds are placed.
/** @param {number} at @param {number} count */
const percent = (at, count) => (100 * at) / Math.max(count - 1, 1);

/**
 * @param {Part} part of the explorer
 * @param {() => any[]} all the sliders along a direction, as they stand
 * @param {() => string} model in sight
 * @param {(along: string) => Promise<any>} ask for the picture of all
 * @param {() => void} remember what is looked at in the address
 */
export function throughTraining(part, all, model, ask, remember) {
  const place = part("through");
  /** @type {number[]} */
  let steps = [];
  let spot = spotOf("");

  const draw = latest(async () => {
    if (!isOpen()) return;
    const asked = { model: model(), along: spot.along };
    const answer = await ask(asked.along);
    if (!answer || asked.model !== model() || asked.along !== spot.along) return;
    ({ steps } = answer);
    place.style.setProperty("--sheet", `url(${answer.sheet})`);
    place.style.setProperty("--rows", String(steps.length));
    show();
  });

  const isOpen = () => Boolean(place.querySelector("details")?.open);
  const slider = (/** @type {string} */ name) => place.querySelector(`[data-through=${name}]`);

  function show() {
    const row = rowOf(steps, spot.step);
    const along = part("through-along").selectedOptions[0]?.text ?? "";
    const far = spot.column - MIDDLE;
    const words = { row: steps[row].toLocaleString("en-GB"), column: `${far > 0 ? "+" : far ? "−" : ""}${Math.abs(far)} σ` };
    for (const [name, value, last] of /** @type {const} */ ([["row", row, steps.length - 1], ["column", spot.column, COLUMNS - 1]])) {
      slider(name).max = last;
      slider(name).value = value;
      slider(name).ariaValueText = words[name];
      slider(name).nextElementSibling.textContent = words[name];
    }
    const [left, top] = [percent(spot.column, COLUMNS), percent(row, steps.length)];
    part("through-large").style.backgroundPosition = `${left}% ${top}%`;
    Object.assign(part("through-here").style, { left: `${(100 * spot.column) / COLUMNS}%`, top: `${(100 * row) / steps.length}%` });
    part("through-words").textContent = `Step ${words.row}, ${along} at ${words.column}`;
  }

  /** @param {Partial<Spot>} change */
  function take(change) {
    spot = { ...spot, ...change };
    if (steps.length) show();
    remember();
  }

  place.addEventListener("input", (/** @type {any} */ { target }) => {
    if (target === slider("row")) take({ step: steps[Number(target.value)] });
    else if (target === slider("column")) take({ column: Number(target.value) });
  });

  place.addEventListener("change", (/** @type {any} */ { target }) => {
    if (target !== part("through-along")) return;
    take({ along: target.value });
    draw();
  });

  place.addEventListener("click", (/** @type {any} */ { target, clientX, clientY }) => {
    const sheet = target.closest("[data-part=through-sheet]");
    if (!sheet || !steps.length) return;
    const { left, top, width, height } = sheet.getBoundingClientRect();
    const [column, row] = [((clientX - left) / width) * COLUMNS, ((clientY - top) / height) * steps.length];
    take({ step: steps[Math.min(Math.floor(row), steps.length - 1)], column: Math.min(Math.floor(column), COLUMNS - 1) });
  });

  // The choices are the sliders that there are. What was chosen stays, where that is still there.
  function list() {
    if (!place.firstElementChild) return;
    const options = optionsOf(all());
    part("through-along").replaceChildren(...options);
    if (!options.some(({ value }) => value === spot.along)) spot.along = options[0]?.value ?? "";
    part("through-along").value = spot.along;
  }

  // For a model that was opened: the place itself, and what its link says of it.
  /** @param {string} html @param {string} text */
  function open(html, text) {
    place.innerHTML = html;
    steps = [];
    spot = spotOf(text);
    if (!html) return;
    list();
    place.querySelector("details").addEventListener("toggle", () => {
      remember();
      draw();
    });
    place.querySelector("details").open = Boolean(text);
  }

  function query() {
    if (!isOpen() || !steps.length) return "";
    const { column, along } = spot;
    return `${new URLSearchParams({ through: `${steps[rowOf(steps, spot.step)]}.${column}.${along}` })}&`;
  }

  return { open, draw, list, query };
}
