// @ts-check
// A slider of one's own: pictures that are marked, what they have taught, and the sliders that came of it.
import { ofBrowser, toast } from "../browser.js";
import { latest, save } from "../shared.js";

const MOST = 8; // sliders, as latent.py has it
const LARGEST_FILE = 2 ** 16; // bytes, far beyond any slider
const KIND = "GAN Studio slider";
const NAME = /^[a-z0-9][a-z0-9 &-]{0,39}$/;
const CODE = /^([0-9a-f]{2}){5,516}$/;

/** @typedef {{name: string, code: string, flips?: number, others?: number}} Own a slider, and how well it works */
/** @typedef {[string, string, number]} Taught its name, its direction and where it stands */

// Marks after a press on the picture of a seed: unmarked, has it, has it not, and unmarked again.
/** @param {[number, boolean][]} marks @param {number} seed @returns {[number, boolean][]} */
export function pressed(marks, seed) {
  const others = marks.filter(([other]) => other !== seed);
  const mark = marks.find(([other]) => other === seed);
  if (!mark) return [...others, [seed, true]];
  return mark[1] ? [...others, [seed, false]] : others;
}

// All sliders of a model: those of the address where they stand, and those that the browser keeps, at rest.
/** @param {Taught[]} taught @param {Own[]} kept @returns {Taught[]} */
export function joined(taught, kept) {
  const there = new Set(taught.map(([name]) => name));
  const more = kept.filter(({ name }) => !there.has(name)).map(({ name, code }) => /** @type {Taught} */ ([name, code, 0]));
  return [...taught, ...more].slice(0, MOST);
}

/** @param {any} own */
const isOwn = ({ name, code }) => [name, code].every((one) => typeof one === "string") && NAME.test(name) && CODE.test(code);

// What a file says that was saved here, or nothing.
/** @param {string} text @returns {(Own & {model: string, weights: string}) | null} */
export function readSlider(text) {
  try {
    const { kind, name, code, flips, others, model, weights } = JSON.parse(text);
    if (kind !== KIND || !isOwn({ name, code })) return null;
    return { name, code, model: String(model), weights: String(weights), flips: share(flips), others: share(others) };
  } catch {
    return null;
  }
}

/** @param {unknown} value */
const share = (value) => (typeof value === "number" && value >= 0 && value <= 1 ? value : undefined);

/** @param {number} value */
const percent = (value) => `${Math.round(100 * value)}\u00a0%`;

/** @param {Own | undefined} own */
function effectOf(own) {
  if (own?.flips === undefined) return "opened from a link";
  return `flips ${percent(own.flips)}${own.others ? `, others ${percent(own.others)}` : ""}`;
}

/**
 * @param {Part} part of the explorer
 * @param {() => {model: string, weights: string, taught: Taught[]}} shown
 * @param {(name: string, question: object) => Promise<any>} ask
 * @param {(taught: Taught[], moved: boolean) => void} take the sliders that there are now
 * @param {(sentence: string) => void} say
 */
export function teaching(part, shown, ask, take, say) {
  const panel = part("teach");
  /** @type {[number, boolean][]} */
  let marks = []; // in the order in which they were made
  /** @type {[number, boolean][][]} */
  let before = []; // for Undo
  let sheet = 0;
  let sheets = 1;
  let drawnFor = ""; // which model's pictures are in sight
  let learning = false;

  const storage = () => `gan.taught.${shown().weights}`;

  /** @returns {Own[]} */
  function kept() {
    try {
      const there = JSON.parse(ofBrowser.get(storage()) ?? "[]");
      return there.filter(isOwn);
    } catch {
      return [];
    }
  }

  /** @param {Own[]} all */
  const keep = (all) => ofBrowser.set(storage(), JSON.stringify(all.slice(0, MOST)));

  const drawPictures = latest(async () => {
    const { model } = shown();
    const answer = await ask("pupils", { model, sheet });
    if (!answer || model !== shown().model) return;
    ({ sheets } = answer);
    drawnFor = model;
    const rows = answer.seeds.length / answer.across;
    const buttons = answer.seeds.map((/** @type {number} */ seed, /** @type {number} */ at) => {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "pupil" });
      button.dataset.seed = String(seed);
      const [column, row] = [at % answer.across, Math.floor(at / answer.across)];
      Object.assign(button.style, {
        backgroundImage: `url(${answer.sheet})`, backgroundSize: `${100 * answer.across}% ${100 * rows}%`,
        backgroundPosition: `${(100 * column) / (answer.across - 1)}% ${(100 * row) / (rows - 1)}%`,
      });
      return button;
    });
    part("pupils").replaceChildren(...buttons);
    showMarks();
  });

  function showMarks() {
    const now = new Map(marks);
    for (const button of /** @type {any} */ (part("pupils").children)) {
      const mark = now.get(Number(button.dataset.seed));
      button.dataset.mark = mark === undefined ? "" : mark ? "has" : "not";
      button.ariaLabel = `Seed ${button.dataset.seed}: ${mark === undefined ? "not marked" : mark ? "has it" : "has it not"}`;
    }
    const yes = marks.filter(([, has]) => has).length;
    if (!learning) part("lesson").textContent = `${yes} ${yes === 1 ? "has" : "have"} it, ${marks.length - yes} ${marks.length - yes === 1 ? "has" : "have"} it not.`;
  }

  /** @param {[number, boolean][]} now */
  function mark(now) {
    before.push(marks);
    marks = now;
    showMarks();
  }

  /** @param {Own} own @param {boolean} [moved] */
  function add(own, moved = false) {
    const { taught } = shown();
    const others = taught.filter(([name]) => name !== own.name);
    if (others.length >= MOST) return say(`There are ${MOST} sliders of your own already; remove one first.`);
    keep([...kept().filter(({ name }) => name !== own.name), own]);
    take([...others, [own.name, own.code, 0]], moved);
    part("own-sliders").querySelector(`[data-taught="${own.name}"]`)?.focus();
  }

  /** @param {any} button */
  async function learn(button) {
    const { model } = shown();
    const name = panel.querySelector("[data-field=lesson]").value;
    learning = button.disabled = true;
    part("lesson").textContent = "Learning from your marks, and looking at thousands of images: ten seconds or so, more where others teach too …";
    const answer = await ask("taught", { model, marks, name });
    learning = button.disabled = false;
    showMarks();
    if (!answer || model !== shown().model) return;
    add(answer);
    say("");
    toast(`“${answer.name}” ${effectOf(answer)}.`);
  }

  // The rows of all of one's own sliders.
  function list() {
    const { taught } = shown();
    const known = new Map(kept().map((own) => [own.code, own]));
    part("own-sliders").hidden = !taught.length;
    part("own").replaceChildren(...taught.map(([name, code], at) => row(name, known.get(code), at, taught.length)));
  }

  /** @param {string} name @param {Own | undefined} own @param {number} at @param {number} count */
  function row(name, own, at, count) {
    const place = count > 1 ? (100 * at) / (count - 1) : 0;
    const one = document.createElement("div");
    one.className = "own-slider";
    // no text of anybody's goes into this
    one.innerHTML = `<label class="slide"><span><b></b> <small></small></span>
      <i class="end" data-end="-3" style="background-position:0% ${place}%"></i>
      <input type="range" min="-4" max="4" step="0.05" value="0">
      <i class="end" data-end="3" style="background-position:100% ${place}%"></i><output>0.00</output></label>
      <span class="buttons"><button type="button" data-own="rename">Rename</button>
      <button type="button" data-own="save">Save</button><button type="button" data-own="remove">Remove</button></span>`;
    const effect = effectOf(own);
    /** @type {any} */ (one.querySelector("b")).textContent = name;
    /** @type {any} */ (one.querySelector("small")).textContent = effect;
    const slider = /** @type {any} */ (one.querySelector("input"));
    slider.dataset.taught = name;
    slider.ariaLabel = `${name}: ${effect}`;
    for (const button of /** @type {NodeListOf<any>} */ (one.querySelectorAll("button"))) {
      button.dataset.name = name;
      button.ariaLabel = `${button.textContent} ${name}`;
    }
    return one;
  }

  // The name becomes a field; Enter or leaving it takes what is written there, Escape does not.
  /** @param {string} name */
  function rename(name) {
    const words = part("own").querySelector(`[data-name="${name}"]`).closest(".own-slider").querySelector("b");
    const field = Object.assign(document.createElement("input"), { type: "text", value: name, maxLength: 40, ariaLabel: "New name" });
    words.replaceWith(field);
    field.addEventListener("click", (event) => event.preventDefault()); // the slider's label would take the focus
    field.addEventListener("keydown", ({ key }) => {
      if (key === "Escape") field.value = name;
      if (key === "Escape" || key === "Enter") field.blur();
    });
    field.addEventListener("blur", () => renamed(name, field.value.toLowerCase().trim().replace(/\s+/g, " ")));
    field.select();
    field.focus();
  }

  /** @param {string} name @param {string} fresh */
  function renamed(name, fresh) {
    const { taught } = shown();
    const taken = fresh !== name && taught.some(([other]) => other === fresh);
    const fits = NAME.test(fresh) && !taken;
    if (!fits) say(taken ? `There is a slider called “${fresh}” already.` : "A name has letters a to z, digits and spaces, up to 40.");
    const now = fits ? fresh : name;
    keep(kept().map((own) => (own.name === name ? { ...own, name: now } : own)));
    take(taught.map(([other, code, by]) => [other === name ? now : other, code, by]), now !== name);
  }

  /** @param {string} name */
  function remove(name) {
    const { taught } = shown();
    keep(kept().filter((own) => own.name !== name));
    take(taught.filter(([other]) => other !== name), true);
  }

  /** @param {string} name */
  function saveFile(name) {
    const { model, weights, taught } = shown();
    const code = taught.find(([other]) => other === name)?.[1];
    const own = kept().find((one) => one.code === code) ?? { code };
    const text = JSON.stringify({ kind: KIND, model, weights, ...own, name }, null, 1);
    save(new Blob([text], { type: "application/json" }), `${model}-${name.replaceAll(" ", "-")}.json`);
  }

  /** @param {Blob} [file] */
  async function openFile(file) {
    if (!file) return;
    const own = file.size < LARGEST_FILE ? readSlider(await file.text()) : null;
    if (!own) return say("This file is no slider that was saved here.");
    const { name, code, flips, others, model, weights } = own;
    if (weights !== shown().weights) return say(`This slider was taught to another model, ${model.slice(0, 40)}, or to this one as it was before.`);
    add({ name, code, flips, others }, true);
  }

  panel.addEventListener("toggle", () => {
    if (panel.open && drawnFor !== shown().model) drawPictures();
  });
  panel.addEventListener("click", (/** @type {any} */ { target }) => {
    const button = target.closest("button");
    if (button?.dataset.seed) return mark(pressed(marks, Number(button.dataset.seed)));
    const what = button?.dataset.teach;
    if (what === "learn") learn(button);
    else if (what === "open") part("slider-file").click();
    else if (what === "clear") mark([]);
    else if (what === "undo") {
      marks = before.pop() ?? marks;
      showMarks();
    } else if (what === "more") {
      sheet = (sheet + 1) % sheets;
      drawPictures();
    }
  });
  part("slider-file").addEventListener("change", ({ target }) => {
    openFile(target.files[0]);
    target.value = ""; // so that the same file is news when it is chosen again
  });
  part("own-sliders").addEventListener("click", (/** @type {any} */ { target }) => {
    const { own, name } = target.closest("[data-own]")?.dataset ?? {};
    if (own) ({ rename, remove, save: saveFile })[/** @type {"rename" | "remove" | "save"} */ (own)](name);
  });

  // Another model is in sight, or the same one anew: which sliders of one's own it has.
  /** @param {Taught[]} taught @returns {Taught[]} */
  function opened(taught) {
    const { model } = shown();
    if (drawnFor && drawnFor !== model) {
      [marks, before, sheet, drawnFor] = [[], [], 0, ""];
      part("pupils").replaceChildren();
      showMarks();
      if (panel.open) drawPictures();
    }
    return joined(taught, kept());
  }

  return { opened, list };
}
