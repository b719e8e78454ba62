// @ts-check
// The image of the same seed with nothing changed, for as long as a button is held: by pointer, finger or key. It lies
// over the present one, which stays what it is; beside the button stands what was changed.
import { stopOf } from "./stops.js";
import { differing, traits } from "./traits.js";

// The same seed in the labels that the model was opened with, every slider where it stands of itself.
/** @template {Record<string, any>} T @param {T} state @param {string} labels */
export const unchanged = (state, labels) => ({ ...state, class: labels, scale: 1, psi: 1, below: 0, layers: "",
  moves: [], edits: [], named: [], taught: [] });

// What was changed of an image, in words; of a slider with a name that has failed on it, that too.
/** @param {string} query of a link to it @param {string} labels as it began @param {Record<string, string>} unseen by name */
export function changes(query, labels, unseen = {}) {
  const before = new URLSearchParams({ seed: "0", class: labels });
  const [now, then] = [query, String(before)].map((link) => traits(stopOf(link).text));
  return differing(now, [then]).filter(({ name }) => name !== "noise")
    .map(({ name, words }) => (unseen[name] ? `${words} (${unseen[name]})` : words)).join(", ");
}

/** @param {Part} part @param {() => Record<string, any>} state @param {(question: object) => Promise<any>} ask */
export function before(part, state, ask) {
  const [button, over, words] = ["before", "over", "what-changed"].map(part);
  let labels = "";
  let query = ""; // of the present image
  /** @type {Record<string, string>} */
  let unseen = {};
  let held = false;
  let drawn = ""; // what is drawn, as the question that asked for it

  function tell() {
    const told = changes(query, labels, unseen);
    button.disabled = !told;
    words.textContent = words.title = told && `Changed: ${told}`;
    if (!told) release();
  }

  async function hold() {
    if (held || button.disabled) return;
    held = true;
    const question = unchanged(state(), labels);
    const asked = JSON.stringify(question);
    const frame = asked !== drawn && (await ask(question));
    if (frame) {
      over.src = frame.image;
      over.alt = `Unchanged: ${frame.alt}`;
      drawn = asked;
    }
    if (held && drawn === asked) show(true);
  }

  /** @param {boolean} on */
  function show(on) {
    over.hidden = !on;
    button.setAttribute("aria-pressed", String(on));
  }

  function release() {
    held = false;
    show(false);
  }

  const KEYS = [" ", "Enter"];
  button.addEventListener("pointerdown", (/** @type {any} */ event) => {
    button.setPointerCapture(event.pointerId);
    hold();
  });
  button.addEventListener("keydown", (/** @type {any} */ event) => KEYS.includes(event.key) && hold());
  button.addEventListener("keyup", (/** @type {any} */ event) => KEYS.includes(event.key) && release());
  for (const kind of ["pointerup", "pointercancel", "blur"]) button.addEventListener(kind, release);
  button.addEventListener("contextmenu", (/** @type {Event} */ event) => event.preventDefault()); // a long press

  return {
    /** @param {string} opened the labels of a model that was just opened */
    open(opened) {
      labels = opened;
      unseen = {};
    },
    /** @param {string} present the present image's query */
    see(present) {
      query = present;
      tell();
    },
    /** @param {Record<string, string>} failed */
    judge(failed) {
      unseen = failed;
      tell();
    },
  };
}
